"""Links to the old site lead to where its posts are now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.flows.dump_files import (
    SITE,
    answer,
    post_of,
    question,
    request_of,
    response_of,
    run,
    topic_of,
    write_dump,
)
from tests.web.pages import url
from wargame_mentorship.core import registry
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.testing.factories import make_forum_category, make_moderator

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return write_dump(tmp_path, [question(1), answer(2, 1)])


def led_to(path: str, **options: Any) -> str | None:
    response = Client().get(path, **options)
    if response.status_code == 404:
        return None
    assert response.status_code == 301
    return str(response["Location"])


@pytest.mark.parametrize("path", ["/q/1", "/q/1/77", "/questions/1", "/questions/1/title-1/"])
def test_question_is_found_by_each_of_its_addresses(path: str, home: Path) -> None:
    run(home)

    assert led_to(path) == url("help-request", request_of(1).pk)


@pytest.mark.parametrize("path", ["/a/2", "/a/2/77", "/questions/1/title-1/2"])
def test_answer_is_found_in_its_conversation(path: str, home: Path) -> None:
    run(home)

    entry = response_of(2)
    assert led_to(path) == f"{url('help-request', request_of(1).pk)}#response-{entry.pk}"


def test_topic_and_post_are_found_in_the_forums(home: Path) -> None:
    make_forum_category("General", slug="general")
    run(home, into="forums")

    assert led_to("/q/1") == registry.get("forum_topic").url(topic_of(1))
    assert led_to("/a/2") == registry.get("forum_post").url(post_of(2))


@pytest.mark.parametrize("path", ["/q/9", "/q/2", "/a/1", f"/q/{'9' * 20}", "/questions/0"])
def test_what_was_not_imported_is_not_found(path: str, home: Path) -> None:
    run(home)

    assert Client().get(path).status_code == 404


def test_what_somebody_may_not_see_is_not_found(home: Path) -> None:
    run(home)
    help_requests.delete(actor=make_moderator("general"), help_request=request_of(1))

    assert led_to("/q/1") is None
    assert led_to("/a/2") is None


def test_of_several_sites_the_name_tells_which_is_meant(tmp_path: Path, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", SITE, "other.stackexchange.com"]
    other = tmp_path / "other.stackexchange.com"
    write_dump(tmp_path, [question(1, Title="Other")]).rename(other)
    run(other)
    theirs = request_of(1)
    run(write_dump(tmp_path, [question(1)]))

    assert led_to("/q/1") is None
    found = led_to("/q/1", headers={"host": "other.stackexchange.com:8000"})
    assert found == url("help-request", theirs.pk)
    assert led_to("/q/1", headers={"host": SITE}) not in (None, found)
