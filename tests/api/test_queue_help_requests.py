"""GET /help/queue and what one follows: scopes, order, links, replays, costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.http import BROKEN_SOCIAL, anonymous, blocks, code_of, fields_of, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.models import Category, CategoryFollow
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.taxonomy.follows import follow_category
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def queued(user: Any, **query: Any) -> list[dict[str, Any]]:
    answer = signed_in(user).ask("GET", "queue", query=query)
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def ids(*entries: HelpRequest) -> list[str]:
    return [str(entry.pk) for entry in entries]


def test_the_queue_is_what_waits_in_what_one_follows_oldest_first() -> None:
    bruno = make_user("bruno")
    follow_category(actor=bruno, slug="painting")
    newer = make_help_request()
    older = make_help_request()
    elsewhere = make_help_request(category="gaming")
    HelpRequest.objects.filter(pk=older.pk).update(created_at=timezone.now() - timedelta(hours=60))

    followed, everything = queued(bruno), queued(bruno, scope="all")

    assert [entry["id"] for entry in followed] == ids(older, newer)
    assert [entry["id"] for entry in everything] == ids(older, newer, elsewhere)
    assert [entry["queue"] for entry in followed] == ["needs_attention", "new"]
    assert followed[0]["waiting_since"] == followed[0]["created_at"]
    assert queued(make_user("follows nothing")) == []


def test_waiting_since_is_the_askers_last_word() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    make_response(entry)
    make_response(entry, ada)
    spoke_at = timezone.now() - timedelta(hours=30)
    HelpRequest.objects.filter(pk=entry.pk).update(last_response_at=spoke_at)

    [found] = queued(make_user("bruno"), scope="all")

    assert found["waiting_since"] == spoke_at.isoformat().replace("+00:00", "Z")
    assert found["waiting_since"] != found["created_at"]


def test_pages_follow_each_other() -> None:
    entries = [make_help_request() for _ in range(5)]
    client = signed_in(make_user("bruno"))

    first = client.ask("GET", "queue", query={"scope": "all", "page_size": 3}).json()
    second = client.get(first["next"]).json()

    found = [entry["id"] for entry in first["results"] + second["results"]]
    assert found == ids(*entries)
    assert second["next"] is None
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_what_is_taken_on_leaves_the_queue_and_is_found_by_its_helper() -> None:
    bruno = make_user("bruno")
    entry = services.claim(actor=bruno, help_request=make_help_request())

    mine = signed_in(bruno).ask("GET", "help-requests", query={"assigned_helper": "me"}).json()

    assert queued(bruno, scope="all") == queued(make_user("cleo"), scope="all") == []
    assert [found["id"] for found in mine["results"]] == ids(entry)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scope", "mine"),
        ("scope", ""),
        ("ordering", "newest"),
        ("category", "painting"),
        ("search", "wash"),
        ("cursor", "forged"),
        ("page_size", "101"),
    ],
)
def test_unknown_value_or_parameter_is_400(name: str, value: str) -> None:
    answer = signed_in(make_user()).ask("GET", "queue", query={name: value})

    assert list(fields_of(answer)) == [name]


def test_a_cursor_is_of_its_scope() -> None:
    bruno = make_user("bruno")
    follow_category(actor=bruno, slug="painting")
    for _ in range(2):
        make_help_request()
    client = signed_in(bruno)
    link = client.ask("GET", "queue", query={"scope": "all", "page_size": 1}).json()["next"]

    answer = client.get(link.replace("scope=all", "scope=followed"))

    assert fields_of(answer) == {"cursor": ["invalid_cursor"]}


def test_a_block_hides_in_both_directions() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    make_help_request(ada)
    make_help_request(bruno)

    with blocks():
        MemorySocial.block(ada, bruno)

        assert queued(ada, scope="all") == queued(bruno, scope="all") == []
        assert len(queued(make_user("cleo"), scope="all")) == 2


def test_a_backend_that_fails_answers_nothing_unfiltered() -> None:
    make_help_request()

    with override_settings(WARGAME_MENTORSHIP={"SOCIAL": BROKEN_SOCIAL}):
        answer = signed_in(make_user()).ask("GET", "queue", query={"scope": "all"})

    assert code_of(answer) == (503, "backend_unavailable")


def test_the_queue_of_nobody_is_401() -> None:
    for name in ("queue", "follows"):
        assert code_of(anonymous().ask("GET", name)) == (401, "not_authenticated")


def test_the_queue_costs_the_same_for_2_and_for_20() -> None:
    def ask() -> None:
        asker = make_user("asker")
        photo = upload_photo(actor=asker, file=upload())
        make_help_request(asker, photo_ids=[photo.pk], subcategory="drybrushing")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.ask("GET", "queue").status_code == 200
        return len(queries)

    bruno = make_user("bruno")
    follow_category(actor=bruno, slug="painting")
    client = signed_in(bruno)
    for _ in range(2):
        ask()
    count()
    two = count()
    for _ in range(18):
        ask()

    assert count() == two


# ------------------------------------------------------------------------- following


def test_following_and_leaving_say_what_is_so_now() -> None:
    client = signed_in(make_user("bruno"))

    followed = client.ask("PUT", "follow", "drybrushing")
    again = client.ask("PUT", "follow", "drybrushing")
    listed = client.ask("GET", "follows").json()
    left = client.ask("DELETE", "follow", "drybrushing")

    assert followed.json() == again.json() == {"slug": "drybrushing", "followed": True}
    assert listed == {
        "results": [{"slug": "drybrushing", "name": "Drybrushing", "parent": "painting"}],
        "next": None,
        "previous": None,
    }
    assert left.json() == {"slug": "drybrushing", "followed": False}
    assert client.ask("GET", "follows").json()["results"] == []


def test_what_is_no_category_or_out_of_use_is_404() -> None:
    Category.objects.filter(slug="gaming").update(is_active=False)
    client = signed_in(make_user())

    assert code_of(client.ask("PUT", "follow", "knitting")) == (404, "not_found")
    assert code_of(client.ask("DELETE", "follow", "knitting")) == (404, "not_found")
    assert code_of(client.ask("PUT", "follow", "gaming")) == (404, "not_found")
    assert client.ask("DELETE", "follow", "gaming").status_code == 200


def test_a_replay_follows_nothing_anew() -> None:
    client = signed_in(make_user("bruno"))
    client.ask("PUT", "follow", "painting", idempotency_key="once")
    client.ask("DELETE", "follow", "painting")

    replayed = client.ask("PUT", "follow", "painting", idempotency_key="once")

    assert replayed["Idempotent-Replayed"] == "true"
    assert not CategoryFollow.objects.exists()


def test_follows_are_ones_own() -> None:
    bruno, cleo = make_user("bruno"), make_user("cleo")
    signed_in(bruno).ask("PUT", "follow", "painting")

    assert signed_in(cleo).ask("GET", "follows").json()["results"] == []
