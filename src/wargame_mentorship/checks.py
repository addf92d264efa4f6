"""System checks: a host that is set up wrong hears of it at start, not at the first request.

`wargame_mentorship.E0xx` stop a start, `W0xx` warn. Every one is explained in the docs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings  # noqa: TID251 - looks at the host's settings as a whole
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.files.storage import FileSystemStorage, InvalidStorageError, storages
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from wargame_mentorship.conf import NAME, AppSettings, BackendSetting, app_settings
from wargame_mentorship.host.loading import construct
from wargame_mentorship.host.moderation import ModerationBackend
from wargame_mentorship.host.search import SearchBackend
from wargame_mentorship.host.social import SocialBackend
from wargame_mentorship.host.users import UsersBackend

PROTOCOLS: dict[str, type[Any]] = {
    "USERS": UsersBackend,
    "SOCIAL": SocialBackend,
    "MODERATION": ModerationBackend,
    "SEARCH": SearchBackend,
}

LABEL = "wargame_mentorship"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
LOCAL_CACHES = ("LocMemCache", "DummyCache")


@register()
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """All that can be said of the host's settings without asking the database."""
    given = getattr(settings, NAME, {})
    if not isinstance(given, dict):
        return [Error(f"{NAME} must be a dict.", id="wargame_mentorship.E001")]
    found: list[CheckMessage] = [*_check_keys(given)]
    if not found:
        found += [
            *_check_backends(),
            *_check_base_template(),
            *_check_photo_storage(),
            *_check_page_model(),
            *_check_cache(),
            *_check_sqlite(),
            *_check_base_url(),
            *_check_mail_server(),
        ]
    return found


@register(Tags.urls)
def check_urls(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Pages link to the photos, which the API serves; notifications link to the pages."""
    missing = []
    for module, name in (("urls", f"{LABEL}:index"), ("api.urls", f"{LABEL}_api:photos")):
        try:
            reverse(name)
        except NoReverseMatch:
            missing.append(f"include('{LABEL}.{module}')")
    if not missing:
        return []
    return [
        Error(
            "The pages and the API need each other, and one is not mounted.",
            hint=f"Add to your URL configuration: {', '.join(missing)}.",
            id="wargame_mentorship.E010",
        )
    ]


def _check_keys(given: dict[str, Any]) -> Iterator[CheckMessage]:
    declared = AppSettings.declared()
    for name in sorted(map(str, given)):
        if name not in declared:
            yield Error(
                f"{NAME} has the unknown key {name!r}.",
                hint=f"Known keys: {', '.join(declared)}.",
                id="wargame_mentorship.E001",
            )
        elif problem := declared[name].problem(given[name]):
            yield Error(f"{NAME}[{name!r}] {problem}.", id="wargame_mentorship.E002")


def _check_backends() -> Iterator[CheckMessage]:
    for name, setting in AppSettings.declared().items():
        if not isinstance(setting, BackendSetting):
            continue
        spec = getattr(app_settings, name)
        try:
            backend = construct(spec)
        except ImportError as error:
            yield Error(
                f"{NAME}[{name!r}]: {spec.path!r} cannot be imported.",
                hint=str(error),
                id="wargame_mentorship.E003",
            )
            continue
        except Exception as error:
            yield Error(
                f"{NAME}[{name!r}]: {spec.path!r} cannot be made with its OPTIONS.",
                hint=f"{type(error).__name__}: {error}",
                id="wargame_mentorship.E004",
            )
            continue
        for method in _methods(PROTOCOLS[name]):
            if not callable(getattr(backend, method, None)):
                yield Error(
                    f"{NAME}[{name!r}]: {spec.path!r} lacks the method {method}().",
                    id="wargame_mentorship.E005",
                )


def _methods(protocol: type[Any]) -> list[str]:
    return [name for name, value in vars(protocol).items() if callable(value) and name[0] != "_"]


def _check_base_template() -> Iterator[CheckMessage]:
    try:
        get_template(app_settings.BASE_TEMPLATE)
    except TemplateDoesNotExist:
        yield Error(
            f"{NAME}['BASE_TEMPLATE']: there is no template {app_settings.BASE_TEMPLATE!r}.",
            id="wargame_mentorship.E006",
        )


def _check_photo_storage() -> Iterator[CheckMessage]:
    alias = app_settings.PHOTO_STORAGE
    if not alias:
        return
    try:
        storage = storages[alias]
    except InvalidStorageError:
        yield Error(
            f"{NAME}['PHOTO_STORAGE']: STORAGES has no {alias!r}.", id="wargame_mentorship.E007"
        )
        return
    media_root = str(settings.MEDIA_ROOT)
    if isinstance(storage, FileSystemStorage) and media_root:
        media = Path(media_root).resolve()
        if Path(storage.location).resolve().is_relative_to(media):
            yield Error(
                f"{NAME}['PHOTO_STORAGE'] lies in MEDIA_ROOT: private photos would have URLs "
                "that anybody can open.",
                id="wargame_mentorship.E008",
            )


def _check_page_model() -> Iterator[CheckMessage]:
    swapped = getattr(settings, "WAGTAIL_PAGE_MODEL", "wagtailcore.Page")
    if swapped != "wagtailcore.Page":
        yield Error(
            "A swapped Wagtail base page (WAGTAIL_PAGE_MODEL) is not supported.",
            id="wargame_mentorship.E009",
        )


def _check_cache() -> Iterator[CheckMessage]:
    backend = settings.CACHES.get("default", {}).get("BACKEND", "")
    if not settings.DEBUG and backend.rpartition(".")[2] in LOCAL_CACHES:
        yield Warning(
            "The default cache is local to a process, so throttles count per worker.",
            hint="Use a shared cache, such as Redis or the database, where several workers run.",
            id="wargame_mentorship.W001",
        )


def _check_sqlite() -> Iterator[CheckMessage]:
    database: dict[str, Any] = settings.DATABASES.get("default", {})
    if "sqlite3" not in str(database.get("ENGINE", "")):
        return
    if database.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE":
        yield Warning(
            "SQLite without transaction_mode IMMEDIATE answers concurrent writes with "
            "'database is locked'.",
            hint='Set OPTIONS: {"transaction_mode": "IMMEDIATE", "timeout": 30, '
            '"init_command": "PRAGMA journal_mode=WAL"}.',
            id="wargame_mentorship.W002",
        )


def _check_base_url() -> Iterator[CheckMessage]:
    if not app_settings.BASE_URL and not settings.DEBUG:
        yield Warning(
            "Nothing says where the site is, so e-mails wait: their links would lead nowhere.",
            hint=f"Set {NAME}['BASE_URL'], or WAGTAILADMIN_BASE_URL if it says 'example.com'.",
            id="wargame_mentorship.W003",
        )


def _check_mail_server() -> Iterator[CheckMessage]:
    # Django 6.1 has `MAILERS` in the place of single settings.
    mailers: dict[str, Any] | None = getattr(settings, "MAILERS", None)
    if mailers is None:
        backend, timeout = settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT
    else:
        mailer = mailers.get("default", {})
        backend = mailer.get("BACKEND", SMTP)
        timeout = mailer.get("OPTIONS", {}).get("timeout")
    if backend == SMTP and timeout is None and not settings.DEBUG:
        yield Warning(
            "There is no limit to how long a mail server may keep a worker, or without a task "
            "queue somebody's request, waiting.",
            hint="Set EMAIL_TIMEOUT = 10 (with MAILERS: 'timeout' in OPTIONS).",
            id="wargame_mentorship.W004",
        )
