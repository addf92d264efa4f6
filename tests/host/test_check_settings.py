"""Every system check: a host that is set up wrong hears of it at start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.urls import include, path

from wargame_mentorship.checks import check_settings, check_urls

SMTP = "django.core.mail.backends.smtp.EmailBackend"
OURS = "wargame_mentorship."


def ids(**changed: Any) -> list[str]:
    quiet = {
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache"}},
        "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    }
    with override_settings(**{**quiet, **changed}):
        return [str(message.id).removeprefix(OURS) for message in check_settings(None)]


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ("not a dict", ["E001"]),
        ({"SOCAIL": {}}, ["E001"]),
        ({1: 2}, ["E001"]),
        ({"CLAIM_HOURS": "48"}, ["E002"]),
        ({"CLAIM_HOURS": True}, ["E002"]),
        ({"CLAIM_HOURS": 0}, ["E002"]),
        ({"TRUSTED_PROXIES": -1}, ["E002"]),
        ({"SENDFILE": "apache"}, ["E002"]),
        ({"SOCIAL": "dotted.path"}, ["E002"]),
        ({"SOCIAL": {"CLASS": "dotted.path"}}, ["E002"]),
        ({"SOCIAL": {"BACKEND": 3}}, ["E002"]),
        ({"SOCIAL": {"OPTIONS": []}}, ["E002"]),
        ({"SOCIAL": {"TIMEOUT": 0.5}}, []),
        ({"SOCIAL": {"TIMEOUT": 0}}, ["E002"]),
        ({"SOCIAL": {"TIMEOUT": float("nan")}}, ["E002"]),
        ({"SOCIAL": {"TIMEOUT": True}}, ["E002"]),
        ({"USERS": {"TIMEOUT": "5"}}, ["E002"]),
        ({"SEARCH": {"TIMEOUT": 5}}, ["E002"]),
        ({"THROTTLES": {"read-user": "often"}}, ["E002"]),
        ({"THROTTLES": {"eat-user": "1/day"}}, ["E002"]),
        ({"NEW_ACCOUNT_THROTTLES": {"ask-user": "often"}}, ["E002"]),
        ({"NEW_ACCOUNT_THROTTLES": {"read-user": "1/day"}}, ["E002"]),
        ({"NEW_ACCOUNT_DAYS": -1}, ["E002"]),
        ({"SOCIAL": {"BACKEND": "nowhere.to.be.Found"}}, ["E003"]),
        ({"SOCIAL": {"OPTIONS": {"surprise": 1}}}, ["E004"]),
        (
            # It neither screens nor knows of an inbox.
            {"MODERATION": {"BACKEND": "wargame_mentorship.host.social.NoSocial"}},
            ["E005"] * 3,
        ),
        ({"BASE_TEMPLATE": "nowhere.html"}, ["E006"]),
        ({"PHOTO_STORAGE": "unknown"}, ["E007"]),
        ({"BASE_URL": "club.example"}, ["E002"]),
        ({"BASE_URL": "javascript://club.example"}, ["E002"]),
        ({"BASE_URL": "https://"}, ["E002"]),
        ({"BASE_URL": "http://["}, ["E002"]),
        ({"BASE_URL": 3}, ["E002"]),
        ({"BASE_URL": "https://club.example/with/a/path"}, []),
    ],
)
def test_what_is_wrong_with_the_dict_is_said(given: Any, expected: list[str]) -> None:
    assert ids(WARGAME_MENTORSHIP=given) == expected


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(("folder", "expected"), [("media/private", ["E008"]), ("photos", [])])
def test_photos_must_not_lie_in_the_media_folder(
    tmp_path: Path, folder: str, expected: list[str]
) -> None:
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / folder)},
    }
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

    found = ids(
        WARGAME_MENTORSHIP={"PHOTO_STORAGE": "photos"},
        MEDIA_ROOT=str(tmp_path / "media"),
        STORAGES={"default": storage, "staticfiles": static, "photos": storage},
    )

    assert found == expected


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_a_swapped_page_model_is_refused() -> None:
    assert ids(WARGAME_MENTORSHIP={}, WAGTAIL_PAGE_MODEL="home.BasePage") == ["E009"]


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_a_cache_of_one_process_is_warned_of() -> None:
    local = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert ids(WARGAME_MENTORSHIP={}, CACHES=local) == ["W001"]
    assert ids(WARGAME_MENTORSHIP={}, CACHES=local, DEBUG=True) == []


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(
    ("options", "expected"), [({}, ["W002"]), ({"transaction_mode": "IMMEDIATE"}, [])]
)
def test_sqlite_without_immediate_transactions_is_warned_of(
    options: dict[str, str], expected: list[str]
) -> None:
    databases = {"default": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": options}}
    assert ids(WARGAME_MENTORSHIP={}, DATABASES=databases) == expected


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize("of_wagtail", ["", None, "http://example.com", "https://www.example.com/"])
def test_a_site_that_is_nowhere_is_warned_that_its_emails_wait(of_wagtail: Any) -> None:
    assert ids(WARGAME_MENTORSHIP={}, WAGTAILADMIN_BASE_URL=of_wagtail) == ["W003"]
    said = {"BASE_URL": "https://example.com"}
    assert ids(WARGAME_MENTORSHIP=said, WAGTAILADMIN_BASE_URL=of_wagtail) == []
    # Nobody's e-mails, yet.
    assert ids(WARGAME_MENTORSHIP={}, WAGTAILADMIN_BASE_URL=of_wagtail, DEBUG=True) == []


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(
    ("mail", "expected"),
    [
        ({"EMAIL_BACKEND": SMTP, "EMAIL_TIMEOUT": None}, ["W004"]),
        ({"EMAIL_BACKEND": SMTP, "EMAIL_TIMEOUT": 10}, []),
        ({"EMAIL_BACKEND": "anymail.backends.mailgun.EmailBackend", "EMAIL_TIMEOUT": None}, []),
        ({"EMAIL_BACKEND": SMTP, "EMAIL_TIMEOUT": None, "DEBUG": True}, []),
    ],
)
def test_a_mail_server_that_may_hang_is_warned_of(
    mail: dict[str, Any], expected: list[str]
) -> None:
    assert ids(WARGAME_MENTORSHIP={}, **mail) == expected


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(
    ("mailer", "expected"),
    [
        ({}, ["W004"]),
        ({"OPTIONS": {"timeout": 10}}, []),
        ({"BACKEND": "django.core.mail.backends.console.EmailBackend"}, []),
    ],
)
def test_mailers_of_newer_djangos_are_looked_at(
    mailer: dict[str, Any], expected: list[str], settings: Any
) -> None:
    # Of the two ways to set up e-mails a host has one.
    del settings.EMAIL_BACKEND

    assert ids(WARGAME_MENTORSHIP={}, MAILERS={"default": mailer}) == expected


@pytest.mark.parametrize(
    ("module", "other"),
    [("wargame_mentorship.urls", "api.urls"), ("wargame_mentorship.api.urls", "urls")],
)
def test_pages_and_api_are_mounted_together(module: str, other: str) -> None:
    assert check_urls(None) == []

    with override_settings(ROOT_URLCONF=(path("x/", include(module)),)):
        [message] = check_urls(None)

    assert message.id == f"{OURS}E010"
    assert f"wargame_mentorship.{other}')" in str(message.hint)
