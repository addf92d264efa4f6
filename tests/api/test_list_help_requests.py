"""GET /help/requests: filters, orderings, cursors, search, and what is never in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.http import Api, anonymous, blocks, fields_of, signed_in, url
from tests.photos.pictures import upload
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.filters import HelpRequestFilter
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def listed(user: AbstractBaseUser | None = None, **query: Any) -> list[str]:
    client = signed_in(user) if user else anonymous()
    answer = client.ask("GET", "help-requests", query=query)
    assert answer.status_code == 200, answer.content
    return [entry["id"] for entry in answer.json()["results"]]


def refused(user: AbstractBaseUser | None = None, **query: Any) -> dict[str, list[str]]:
    client = signed_in(user) if user else anonymous()
    return fields_of(client.ask("GET", "help-requests", query=query))


def put(entry: HelpRequest, **columns: Any) -> HelpRequest:
    HelpRequest.objects.filter(pk=entry.pk).update(**columns)
    return entry


def ids(*entries: HelpRequest) -> list[str]:
    return [str(entry.pk) for entry in entries]


# ------------------------------------------------------------------------------ filters


def test_filter_by_each_column() -> None:
    asker, helper = make_user("ada"), make_user("bruno")
    entry = make_help_request(
        asker,
        category="modeling",
        subcategory="basing",
        difficulty_level="advanced",
        urgency="high",
        language="de",
    )
    services.assign(actor=asker, help_request=entry, helper_id=helper.pk)
    make_help_request(difficulty_level="beginner")

    for query in (
        {"category": "modeling"},
        {"subcategory": "basing"},
        {"difficulty_level": "advanced"},
        {"urgency": "high"},
        {"language": "de"},
        {"status": "in_progress"},
        {"requester": asker.pk},
        {"assigned_helper": helper.pk},
        {"category": "modeling", "urgency": "high", "requester": asker.pk},
    ):
        assert listed(**query) == ids(entry), query
    assert listed(category="modeling", urgency="low") == []


def test_filter_by_what_was_done() -> None:
    new = make_help_request()
    answered = make_response().help_request
    solved = make_solved_help_request()

    assert set(listed(answered="true")) == set(ids(answered, solved))
    assert listed(answered="false") == ids(new)
    assert listed(solved="true") == ids(solved)
    assert set(listed(solved="false")) == set(ids(new, answered))
    assert listed(queue="new") == ids(new)
    assert listed(queue="answered") == ids(answered)
    assert listed(queue="solved") == ids(solved)


def test_filter_by_queue_that_depends_on_time() -> None:
    waiting = put(make_help_request(), created_at=timezone.now() - timedelta(hours=49))
    asked_back = put(make_help_request(), needs_info_since=timezone.now())

    assert listed(queue="needs_attention") == ids(waiting)
    assert listed(queue="needs_info") == ids(asked_back)


def test_mine_is_what_i_asked() -> None:
    ada = make_user("ada")
    mine, other = make_help_request(ada), make_help_request()

    assert listed(ada, mine="true") == ids(mine)
    assert listed(ada, mine="false") == ids(other)


def test_me_is_whoever_asks() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    helped = services.claim(actor=bruno, help_request=make_help_request(ada))
    make_help_request()

    assert listed(ada, requester="me") == ids(helped)
    assert listed(bruno, assigned_helper="me") == ids(helped)
    assert listed(bruno, assigned_helper="me", status="open") == []
    assert listed(bruno, requester="me") == listed(ada, assigned_helper="me") == []


def test_all_filters_narrow_together() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    fields = {
        "category": "painting",
        "subcategory": "washing",
        "difficulty_level": "advanced",
        "urgency": "high",
        "language": "de",
    }
    entry = make_help_request(ada, **fields, facets={"paint": "Mephiston Red"})
    services.assign(actor=ada, help_request=entry, helper_id=bruno.pk)
    make_response(entry, bruno)
    query = {
        **fields,
        "status": "in_progress",
        "requester": "me",
        "assigned_helper": bruno.pk,
        "mine": "true",
        "answered": "true",
        "solved": "false",
        "queue": "answered",
        "facet": "paint:mephiston  red",
    }
    others = {
        **dict.fromkeys(("mine", "answered"), "false"),
        "solved": "true",
        "category": "gaming",
        "subcategory": "layering",
        "difficulty_level": "beginner",
        "urgency": "low",
        "language": "en",
        "facet": "paint:Evil Sunz",
        "status": "open",
        "requester": bruno.pk,
        "assigned_helper": ada.pk,
        "queue": "new",
    }

    assert listed(ada, **query) == listed(ada, **query, ordering="views") == ids(entry)
    assert listed(ada, **query, search="rings") == ids(entry)
    assert set(query) == set(others) == set(HelpRequestFilter.base_filters)
    for name, value in others.items():
        assert listed(ada, **{**query, name: value}) == [], name


@pytest.mark.parametrize(
    "query", [{"mine": "true"}, {"requester": "me"}, {"assigned_helper": "me"}]
)
def test_mine_of_nobody_is_401(query: dict[str, str]) -> None:
    answer = anonymous().ask("GET", "help-requests", query=query)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category", "knitting"),
        ("category", "drybrushing"),  # a subcategory is no category
        ("subcategory", "painting"),
        ("difficulty_level", "easy"),
        ("urgency", "now"),
        ("status", "OPEN"),
        ("requester", "not-a-key"),
        ("requester", "9" * 40),
        ("assigned_helper", "01890a5d-ac96-774b-bcce-b302099a8057"),
        ("mine", "yes"),
        ("answered", "1"),
        ("solved", "True"),
        ("queue", "old"),
        ("language", "klingon"),
        ("ordering", "random"),
        ("ordering", "-created_at"),
        ("page_size", "0"),
        ("page_size", "-1"),
        ("page_size", "101"),
        ("page_size", "ten"),
        ("page_size", "²"),
        ("page_size", "9" * 5000),
        ("cursor", "abc"),
        ("cursor", "é"),
        ("requester__password", "x"),
        ("category__slug", "painting"),
        ("utm_source", "mail"),
        ("status", ""),
        ("requester", ""),
        ("mine", ""),
        ("ordering", ""),
        ("cursor", ""),
        ("page", "2"),
    ],
)
def test_unknown_value_or_parameter_is_400(name: str, value: str) -> None:
    make_help_request()

    assert list(refused(make_user(), **{name: value})) == [name]


def test_a_page_that_is_too_large_has_a_code_of_its_own() -> None:
    """Not the one of a body that is too large, which says something else to a client."""
    assert refused(page_size="101") == {"page_size": ["max_value"]}


def test_a_parameter_given_twice_is_400() -> None:
    assert refused(status=["open", "closed"]) == {"status": ["repeated"]}


def test_inactive_person_is_no_value_of_a_filter() -> None:
    gone = make_user("gone", is_active=False)

    assert refused(requester=gone.pk) == {"requester": ["invalid_choice"]}


# ---------------------------------------------------------------------------- orderings


def test_every_ordering_in_both_directions() -> None:
    now = timezone.now()
    entries = [make_help_request() for _ in range(5)]
    for place, entry in enumerate(entries):
        put(
            entry,
            created_at=now - timedelta(hours=place),
            last_activity_at=now - timedelta(hours=(place * 2) % 5),
            helpful_count=(place * 3) % 5,
            view_count=(place * 4) % 5,
        )
    order = {
        "newest": [0, 1, 2, 3, 4],
        "oldest": [4, 3, 2, 1, 0],
        "activity": [0, 3, 1, 4, 2],
        "helpful": [3, 1, 4, 2, 0],
        "views": [1, 2, 3, 4, 0],
    }
    for name, places in order.items():
        expected = ids(*(entries[place] for place in places))
        assert listed(ordering=name) == expected, name
        assert walk(ordering=name, page_size=2) == expected, name
    assert listed() == listed(ordering="newest")


def walk(**query: Any) -> list[str]:
    """Every item by following `next` to the end, having come back by `previous` as well."""
    address: str | None = url("help-requests", **query)
    forth: list[str] = []
    pages: list[Any] = []
    while address:
        page = anonymous().get(address).json()
        pages.append(page)
        forth += [entry["id"] for entry in page["results"]]
        address = page["next"]
    back: list[str] = []
    address = pages[-1]["previous"]
    while address:
        page = anonymous().get(address).json()
        back = [entry["id"] for entry in page["results"]] + back
        address = page["previous"]
    assert back == forth[: len(back)]
    assert len(back) == len(forth) - len(pages[-1]["results"])
    return forth


def test_equal_values_are_each_listed_once() -> None:
    for _ in range(7):
        make_help_request()
    HelpRequest.objects.update(created_at=timezone.now())

    found = walk(ordering="newest", page_size=3)

    assert len(found) == len(set(found)) == 7


def test_links_keep_the_filters() -> None:
    for _ in range(3):
        make_help_request(urgency="high")
        make_help_request()

    answer = anonymous().ask("GET", "help-requests", query={"urgency": "high", "page_size": 2})

    page = answer.json()
    assert "urgency=high" in page["next"]
    assert "page_size=2" in page["next"]
    assert page["next"].startswith("http://testserver/")
    assert page["previous"] is None
    rest = anonymous().get(page["next"]).json()
    assert len(rest["results"]) == 1
    assert rest["next"] is None


def test_cursor_of_another_list_is_400() -> None:
    for _ in range(3):
        make_help_request(urgency="high")
    page = anonymous().ask("GET", "help-requests", query={"urgency": "high", "page_size": 2}).json()
    [cursor] = parse_qs(urlsplit(page["next"]).query)["cursor"]
    fits = {"urgency": "high", "page_size": 2, "cursor": cursor}

    assert len(listed(**fits)) == 1
    assert refused(**{**fits, "urgency": "low"}) == {"cursor": ["invalid_cursor"]}
    assert refused(**{**fits, "ordering": "oldest"}) == {"cursor": ["invalid_cursor"]}
    assert refused(cursor=cursor) == {"cursor": ["invalid_cursor"]}
    assert refused(**{**fits, "cursor": cursor[:-1] + "!"}) == {"cursor": ["invalid_cursor"]}


def test_page_size_has_bounds() -> None:
    entries = [make_help_request() for _ in range(3)]

    assert len(listed(page_size=1)) == 1
    assert len(listed(page_size=100)) == len(entries)


# ------------------------------------------------------------------------------- search


def test_search_ranks_and_pages_by_number() -> None:
    in_text = make_help_request(title="A question of patience", description="My varnish frosts.")
    in_title = make_help_request(title="Varnish varnish frosting", description="It went white.")
    make_help_request(title="Something else", description="About decals.")

    assert listed(search="varnish") == ids(in_title, in_text)

    first = anonymous().ask("GET", "help-requests", query={"search": "varnish", "page_size": 1})
    assert first.json()["previous"] is None
    second = anonymous().get(first.json()["next"]).json()
    assert [entry["id"] for entry in second["results"]] == ids(in_text)
    assert second["next"] is None
    assert "page=1" in second["previous"]


def test_search_is_filtered() -> None:
    make_help_request(title="Varnish frosts", urgency="low")
    urgent = make_help_request(title="Varnish clouds", urgency="high")

    assert listed(search="varnish", urgency="high") == ids(urgent)
    assert listed(search="varnish", status="closed") == []
    assert refused(search="varnish", urgency="now") == {"urgency": ["invalid_choice"]}


def test_search_ends_after_a_thousand() -> None:
    assert listed(search="varnish", page=10, page_size=100) == []
    assert refused(search="varnish", page=11, page_size=100) == {"page": ["too_deep"]}
    assert refused(search="varnish", page=0) == {"page": ["invalid"]}
    assert refused(search="varnish", page="x") == {"page": ["invalid"]}


def test_search_takes_neither_ordering_nor_cursor() -> None:
    assert refused(search="varnish", ordering="newest") == {"ordering": ["not_with_search"]}
    assert refused(search="varnish", cursor="x") == {"cursor": ["not_with_search"]}


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"word{number}" for number in range(2000)),
        '"unbalanced',
        "AND OR NOT NEAR(",
        "*",
        "' OR 1=1 --",
        "title:varnish -x +y",
        "\\",
        "%",
        "ü" * 500,
        "😀",
    ],
)
def test_search_takes_any_text(text: str) -> None:
    make_help_request()

    assert anonymous().ask("GET", "help-requests", query={"search": text}).status_code == 200


def test_blank_search_is_none() -> None:
    entry = make_help_request()

    assert listed(search="  ") == ids(entry)


# --------------------------------------------------------------------------- visibility


@pytest.mark.parametrize("query", [{}, {"search": "secret"}, {"category": "painting"}])
def test_what_is_not_for_everybody_is_not_in_results(query: dict[str, Any]) -> None:
    asker = make_user("ada")
    make_help_request(asker, title="secret private", is_public=False)
    put(
        make_help_request(asker, title="secret held"),
        moderation_state=ModerationState.HELD,
    )
    put(make_help_request(asker, title="secret deleted"), deleted_at=timezone.now())
    gone = make_user("gone")
    make_help_request(gone, title="secret deactivated")
    gone.is_active = False
    gone.save()

    assert listed(**query) == []
    assert listed(make_user("stranger"), **query) == []
    assert listed(make_moderator("gaming"), **query) == []
    assert len(listed(asker, **query)) == 2
    assert len(listed(make_moderator("painting"), **query)) == 3


@pytest.mark.parametrize("query", [{}, {"search": "varnish"}])
def test_a_block_hides_in_both_directions(query: dict[str, Any]) -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    mine = make_help_request(ada, title="varnish by ada")
    theirs = make_help_request(bruno, title="varnish by bruno")

    with blocks():
        MemorySocial.block(ada, bruno)

        assert listed(ada, **query) == ids(mine)
        assert listed(bruno, **query) == ids(theirs)
        assert set(listed(make_user("cleo"), **query)) == set(ids(mine, theirs))


def test_a_blocked_helper_is_not_named() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    services.claim(actor=bruno, help_request=make_help_request(ada))

    with blocks():
        MemorySocial.block(cleo, bruno)
        [seen] = signed_in(cleo).ask("GET", "help-requests").json()["results"]
        [seen_by_all] = anonymous().ask("GET", "help-requests").json()["results"]

        asked_for = listed(cleo, assigned_helper=bruno.pk)

    assert asked_for == []
    assert seen["assigned_helper"] is None
    assert seen_by_all["assigned_helper"]["id"] == (
        bruno.pk if isinstance(bruno.pk, int) else str(bruno.pk)
    )


# ------------------------------------------------------------------------------- costs


def make_rich_requests(count: int) -> None:
    for _ in range(count):
        asker = make_user("asker")
        photo = upload_photo(actor=asker, file=upload())
        entry = make_help_request(asker, photo_ids=[photo.pk], subcategory="drybrushing")
        services.claim(actor=make_user("helper"), help_request=entry)


@pytest.mark.parametrize("who", ["anonymous", "signed_in", "moderator"])
@pytest.mark.parametrize("query", [{}, {"search": "wash"}, {"status": "in_progress"}])
def test_a_page_costs_the_same_for_2_and_for_20(who: str, query: dict[str, Any]) -> None:
    people: dict[str, Callable[[], Api]] = {
        "anonymous": anonymous,
        "signed_in": lambda: signed_in(make_user("reader")),
        "moderator": lambda: signed_in(make_moderator("painting")),
    }
    client = people[who]()
    make_rich_requests(2)
    client.ask("GET", "help-requests", query=query)
    with CaptureQueriesContext(connection) as few:
        client.ask("GET", "help-requests", query=query)
    make_rich_requests(18)
    with CaptureQueriesContext(connection) as many:
        answer = client.ask("GET", "help-requests", query=query)

    assert len(answer.json()["results"]) == 20
    assert answer.json()["results"][0]["photos"]
    assert len(many) == len(few)
    assert len(many) <= 8, "\n".join(query["sql"] for query in many.captured_queries)


def test_the_list_counts_nothing() -> None:
    make_help_request()

    with CaptureQueriesContext(connection) as queries:
        anonymous().ask("GET", "help-requests")

    assert not any("COUNT(" in query["sql"] for query in queries.captured_queries)
