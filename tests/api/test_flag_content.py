"""`/flags` and `/moderation/cases`."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.http import anonymous, signed_in, url
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.forums import services as forums
from wargame_mentorship.moderation import cases, flagging
from wargame_mentorship.moderation.models import FlagCase
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_response,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def body(entry: Any, **changes: Any) -> dict[str, Any]:
    return {
        "content_type": entry.KIND,
        "object_id": str(entry.pk),
        "reason": "rude",
        "note": "He calls me names.",
        **changes,
    }


def flagged(entry: Any, person: Any = None) -> FlagCase:
    made = flagging.flag(
        actor=person or make_user(), kind=entry.KIND, object_id=entry.pk, reason="spam"
    )
    return made.case


def test_a_flag_is_answered_and_not_taken_twice() -> None:
    post, client = make_post(), signed_in(make_user("reader"))

    answer = client.ask("POST", "flags", body=body(post))
    again = client.ask("POST", "flags", body=body(post))

    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in body(post)} == body(post)
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")


def test_a_flag_sent_again_with_its_key_is_answered_again() -> None:
    post, client = make_post(), signed_in(make_user("reader"))

    first, second = (
        client.ask("POST", "flags", body=body(post), idempotency_key="one") for _ in range(2)
    )

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert FlagCase.objects.get().flag_count == 1


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"reason": "nonsense"}, 400, "reason"),
        ({"reason": "other", "note": ""}, 400, "note"),
        ({"note": "x" * 501}, 400, "note"),
        ({"note": 7}, 400, "note"),
        ({"object_id": "nonsense"}, 400, "object_id"),
        ({"object_id": str(uuid4())}, 404, None),
        ({"content_type": "user"}, 404, None),
    ],
)
def test_what_is_no_flag_is_refused(
    changes: dict[str, Any], status: int, field: str | None
) -> None:
    client = signed_in(make_user("reader"))

    answer = client.ask("POST", "flags", body=body(make_post(), **changes))

    assert answer.status_code == status
    assert set(answer.json().get("fields", ())) == ({field} if field else set())
    assert not FlagCase.objects.exists()


def test_nobody_flags_without_signing_in() -> None:
    assert anonymous().ask("POST", "flags", body=body(make_post())).status_code == 401


def test_a_case_is_listed_in_context() -> None:
    reader, post = make_user("reader"), make_post()
    moderator = make_forum_moderator(post.topic.category)
    signed_in(reader).ask("POST", "flags", body=body(post))

    [shown] = signed_in(moderator).get(url("cases")).json()["results"]

    assert (shown["content_type"], shown["object_id"]) == ("forum_post", str(post.pk))
    assert shown["title"] == post.topic.title
    assert str(post.pk) in shown["url"]
    assert shown["content_html"] == post.content_html
    assert str(shown["author"]["id"]) == str(post.author_id)
    assert (shown["status"], shown["flag_count"], shown["weight"]) == ("open", 1, 100)
    [flag] = shown["flags"]
    assert (flag["reason"], flag["note"]) == ("rude", "He calls me names.")
    assert str(flag["flagger"]["id"]) == str(reader.pk)


def test_most_flagged_first_then_the_oldest() -> None:
    category = make_forum_category()
    old, new, bad = (make_topic(category=category) for _ in range(3))
    for topic in (old, new, bad, bad):
        flagged(topic)
    client = signed_in(make_forum_moderator(category))

    def listed(**query: str) -> list[str]:
        answer = client.get(url("cases"), query)
        return [case["object_id"] for case in answer.json()["results"]]

    assert listed() == [str(topic.pk) for topic in (bad, old, new)]
    assert listed(ordering="oldest") == [str(topic.pk) for topic in (old, new, bad)]
    pages, address = [], f"{url('cases')}?page_size=1"
    while address:
        answer = client.get(address).json()
        pages += [case["object_id"] for case in answer["results"]]
        address = answer["next"]
    assert pages == listed()


def test_cases_are_narrowed() -> None:
    category = make_forum_category()
    topic, post = make_topic(category=category), make_post(make_topic(category=category))
    of_topic, of_post = flagged(topic), flagged(post)
    moderator = make_forum_moderator(category)
    cases.claim(actor=moderator, case=of_post)
    client = signed_in(moderator)

    for query, expected in (
        ({"content_type": "forum_topic"}, [of_topic]),
        ({"category": str(category.pk)}, [of_topic, of_post]),
        ({"category": str(uuid4())}, []),
        ({"mine": "1"}, [of_post]),
        ({"status": "dismissed"}, []),
    ):
        found = client.get(url("cases"), query).json()["results"]
        assert [case["id"] for case in found] == [str(case.pk) for case in expected]
    for query in ({"status": "nonsense"}, {"category": "x"}, {"mine": "0"}, {"content_type": ""}):
        assert client.get(url("cases"), query).status_code == 400


def test_whose_case_it_is_not_does_not_see_it() -> None:
    post = make_post()
    case = flagged(post, flagger := make_user("flagger"))
    elsewhere = signed_in(make_forum_moderator(make_forum_category(), name="elsewhere"))

    assert elsewhere.get(url("cases")).json()["results"] == []
    assert signed_in(flagger).get(url("cases")).status_code == 403
    assert anonymous().get(url("cases")).status_code == 401
    for action in ("claim", "release", "uphold", "dismiss", "reopen"):
        name = f"{action}-case"
        assert elsewhere.ask("POST", name, case.pk, body={}).status_code == 404
        assert signed_in(flagger).ask("POST", name, case.pk, body={}).status_code == 404
        assert anonymous().ask("POST", name, case.pk, body={}).status_code == 401


def test_a_case_that_was_moved_away_is_not_read_before_it_is_filed_anew() -> None:
    old, new = make_forum_category(), make_forum_category()
    topic = make_topic(category=old)
    flagged(topic)
    both = make_forum_moderator(old, new, name="both")
    forums.move(actor=both, topic=topic, category_id=new.pk)
    FlagCase.objects.update(category_id=old.pk)

    shown = signed_in(make_forum_moderator(old, name="old")).get(url("cases")).json()["results"]

    assert shown == []
    [case] = signed_in(make_forum_moderator(new, name="new")).get(url("cases")).json()["results"]
    assert case["object_id"] == str(topic.pk)


def test_a_moderator_claims_and_decides() -> None:
    post = make_post()
    case = flagged(post)
    moderator = make_forum_moderator(post.topic.category, name="first")
    other = signed_in(make_forum_moderator(post.topic.category, name="second"))
    client = signed_in(moderator)

    claimed = client.ask("POST", "claim-case", case.pk)
    assert str(claimed.json()["claimed_by"]["id"]) == str(moderator.pk)
    taken = other.ask("POST", "uphold-case", case.pk, body={})
    assert (taken.status_code, taken.json()["code"]) == (409, "taken")
    stale = client.ask("POST", "uphold-case", case.pk, body={}, if_match='"1"')
    assert stale.status_code == 412
    upheld = client.ask("POST", "uphold-case", case.pk, body={"reason": "Names."})
    assert (upheld.status_code, upheld.json()["status"]) == (200, "upheld")
    assert (upheld.json()["measure"], upheld.json()["reason"]) == ("hide", "Names.")
    assert upheld.json()["moderation_state"] == "hidden"
    late = client.ask("POST", "dismiss-case", case.pk, body={})
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")
    assert client.ask("POST", "reopen-case", case.pk).json()["status"] == "open"
    unknown = client.ask("POST", "uphold-case", case.pk, body={"action": "burn"})
    assert (unknown.status_code, list(unknown.json()["fields"])) == (400, ["action"])
    kept = client.ask("POST", "uphold-case", case.pk, body={"action": "keep"})
    assert kept.json()["measure"] == "keep"
    post.refresh_from_db()
    assert post.moderation_state == ModerationState.HIDDEN


@pytest.mark.parametrize("count", [2, 12])
def test_a_page_of_cases_costs_the_same_however_many(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    category = make_forum_category()
    moderator = make_forum_moderator(category)
    for _ in range(count):
        topic = make_topic(category=category)
        for entry in (topic, make_post(topic)):
            flagged(entry)
            flagged(entry)
    client = signed_in(moderator)
    client.get(url("cases"))

    with django_assert_max_num_queries(10):
        assert len(client.get(url("cases")).json()["results"]) == min(20, 2 * count)


def test_a_response_is_flagged_like_a_post() -> None:
    response, client = make_response(), signed_in(make_user("reader"))

    assert client.ask("POST", "flags", body=body(response)).status_code == 201
