"""What waits of one person, as one bundle: found, and decided with one click."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.api.http import anonymous
from tests.api.http import signed_in as api_client
from tests.wagtail_hooks.admin import let_in, said, text_of
from tests.wagtail_hooks.admin import signed_in as admin_client
from tests.web.pages import signed_in, url
from wargame_mentorship.core.errors import Invalid, NotAllowed, NotFound, SignInRequired
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.moderation import bundles
from wargame_mentorship.moderation.bundles import MOST_READ, Decided
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_forum_moderator,
    make_help_request,
    make_moderator,
    make_response,
    make_superuser,
    make_topic,
    make_user,
)
from wargame_mentorship.wagtail_hooks.bundles import NAME

pytestmark = pytest.mark.django_db

HOLDING = {
    "MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"},
    "SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"},
}
HELD = "hold-me: cheap varnish."


@pytest.fixture(autouse=True)
def _holding() -> Any:
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP=HOLDING):
        yield


def burst(author: Any, **fields: Any) -> list[Any]:
    """Three things that wait in painting, of two kinds."""
    return [
        make_help_request(author, description=HELD, **fields),
        make_help_request(author, description=HELD, **fields),
        make_response(make_help_request(category="painting"), author, text=HELD),
    ]


def states(*entries: Any) -> list[str]:
    for entry in entries:
        entry.refresh_from_db()
    return [entry.moderation_state for entry in entries]


def written(entry: Any, **ago: int) -> Any:
    type(entry).objects.filter(pk=entry.pk).update(created_at=timezone.now() - timedelta(**ago))
    entry.refresh_from_db()
    return entry


def test_three_things_of_one_person_are_a_bundle_and_two_are_none() -> None:
    spammer, patient = make_user("spammer"), make_user("patient")
    entries = burst(spammer)
    make_help_request(patient, description=HELD)
    make_help_request(patient, description=HELD)
    make_topic(patient, description=HELD)

    [bundle] = bundles.bundles(make_moderator())

    assert (bundle.author_id, bundle.count) == (spammer.pk, 3)
    assert bundle.oldest_at == entries[0].created_at
    assert bundle.joined_at == spammer.date_joined  # type: ignore[attr-defined] # of these hosts
    # Whoever moderates the forum as well sees the rest of what the other wrote.
    assert len(bundles.bundles(make_superuser())) == 2


def test_of_very_much_that_waits_the_latest_is_looked_at() -> None:
    early, late = make_user("early"), make_user("late")
    for entry in burst(early):
        written(entry, days=1)
    template = HelpRequest.objects.values().get(pk=make_help_request(late, description=HELD).pk)
    HelpRequest.objects.bulk_create(
        HelpRequest(**{**template, "id": uuid4()}) for _ in range(MOST_READ - 2)
    )

    # One of the others was read, and one of another kind.
    [bundle] = bundles.bundles(make_moderator())
    assert (bundle.author_id, bundle.count) == (late.pk, MOST_READ - 1)


def test_a_bundle_is_only_of_the_moderators_own_categories() -> None:
    spammer, forum = make_user("spammer"), make_forum_category()
    burst(spammer)
    topics = [make_topic(spammer, forum, description=HELD) for _ in range(4)]

    assert [one.count for one in bundles.bundles(make_moderator())] == [3]
    assert [one.count for one in bundles.bundles(make_forum_moderator(forum))] == [4]
    assert bundles.bundles(make_moderator("gaming")) == []
    assert [one.count for one in bundles.bundles(make_superuser())] == [7]
    refused: list[tuple[Any, type[Exception]]] = [
        (None, SignInRequired),
        (make_user(), NotAllowed),
    ]
    for person, error in refused:
        with pytest.raises(error):
            bundles.bundles(person)
        with pytest.raises(error):
            bundles.decide_bundle(actor=person, author_id=spammer.pk, action="approve")
    bundles.decide_bundle(actor=make_moderator(), author_id=spammer.pk, action="reject")
    assert set(states(*topics)) == {ModerationState.HELD}


def test_one_click_approves_all_that_waits() -> None:
    author, moderator = make_user(), make_moderator()
    entries = burst(author)
    hidden = make_help_request(author)
    type(hidden).objects.filter(pk=hidden.pk).update(moderation_state="hidden", visible_since=None)

    decided = bundles.decide_bundle(actor=moderator, author_id=author.pk, action="approve")

    assert decided == Decided(3, is_more=False)
    assert set(states(*entries)) == {ModerationState.VISIBLE}
    assert states(hidden) == [ModerationState.HIDDEN]
    assert Event.objects.filter(verb="help_request.approved", actor=moderator.pk).count() == 2
    assert bundles.bundles(moderator) == []


def test_one_click_rejects_it_and_hides_the_rest_of_the_burst() -> None:
    spammer, moderator = make_user(), make_moderator()
    before, near, far = (make_help_request(spammer) for _ in range(3))
    entries = burst(spammer)
    written(before, minutes=9)
    written(far, minutes=11)
    elsewhere = make_help_request(spammer, category="gaming")
    others = make_help_request()

    decided = bundles.decide_bundle(
        actor=moderator, author_id=spammer.pk, action="reject", reason="Adverts."
    )

    assert decided == Decided(5, is_more=False)
    assert set(states(*entries, before, near)) == {ModerationState.HIDDEN}
    assert {entry.moderation_reason for entry in (*entries, before, near)} == {"Adverts."}
    assert set(states(far, elsewhere, others)) == {ModerationState.VISIBLE}


def test_what_lies_between_two_bursts_stays() -> None:
    author = make_user()
    old, *new = burst(author)
    between = make_help_request(author)
    written(old, days=3)
    written(between, days=1)

    bundles.decide_bundle(actor=make_moderator(), author_id=author.pk, action="reject")

    assert set(states(old, *new)) == {ModerationState.HIDDEN}
    assert states(between) == [ModerationState.VISIBLE]


def test_twice_is_harmless() -> None:
    author, moderator = make_user(), make_moderator()
    entries = burst(author)
    bundles.decide_bundle(actor=moderator, author_id=author.pk, action="reject")
    make_help_request(author)
    count = Event.objects.count()

    for action in ("reject", "approve"):
        again = bundles.decide_bundle(actor=moderator, author_id=author.pk, action=action)
        assert again == Decided(0, is_more=False)

    assert set(states(*entries)) == {ModerationState.HIDDEN}
    assert Event.objects.count() == count


def test_what_came_or_changed_since_it_was_shown_stays_as_it_is() -> None:
    author, moderator = make_user(), make_moderator()
    first, changed, _answer = burst(author)
    [bundle] = bundles.bundles(moderator)
    type(changed).objects.filter(pk=changed.pk).update(updated_at=timezone.now())
    later = make_help_request(author, description=HELD)

    decided = bundles.decide_bundle(
        actor=moderator, author_id=author.pk, action="approve", seen_at=bundle.seen_at
    )

    assert decided.done == 2
    assert states(first, changed, later) == ["visible", "held", "held"]


def test_no_more_than_a_hundred_go_at_once_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bundles, "MOST_AT_ONCE", 2)
    author, moderator = make_user(), make_moderator()
    entries = burst(author)

    first, second = (
        bundles.decide_bundle(actor=moderator, author_id=author.pk, action="reject")
        for _ in range(2)
    )

    assert (first, second) == (Decided(2, is_more=True), Decided(1, is_more=False))
    assert set(states(*entries)) == {ModerationState.HIDDEN}


def test_nobody_gets_out_of_it_by_blocking_the_moderator() -> None:
    author, moderator = make_user("spammer"), make_moderator()
    burst(author)
    MemorySocial.block(author, moderator)

    assert len(bundles.bundles(moderator)) == 1
    page = text_of(signed_in(moderator).get(url("moderation")))
    assert "Waiting together" in page
    assert author.get_username() not in page
    assert bundles.decide_bundle(actor=moderator, author_id=author.pk, action="reject").done == 3


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"action": "burn"}, NotFound),
        ({"action": "hide"}, NotFound),
        ({"author_id": "no key"}, NotFound),
        ({"author_id": ""}, NotFound),
        ({"author_id": None}, NotFound),
        ({"author_id": "9" * 400}, NotFound),
        ({"reason": "x" * 201}, Invalid),
    ],
)
def test_what_is_no_bundle_is_not_there(fields: dict[str, Any], error: type[Exception]) -> None:
    author = make_user()
    entries = burst(author)
    given = {"author_id": author.pk, "action": "approve", **fields}

    with pytest.raises(error):
        bundles.decide_bundle(actor=make_moderator(), **given)

    assert set(states(*entries)) == {ModerationState.HELD}


@pytest.mark.parametrize("count", [2, 20])
def test_looking_for_bundles_costs_the_same_however_many(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    forum = make_forum_category()
    for _ in range(count):
        author = make_user()
        for _ in range(3):
            make_topic(author, forum, description=HELD)
    root = make_superuser()

    with django_assert_max_num_queries(8):
        assert len(bundles.bundles(root)) == count


def test_what_comes_too_fast_lands_in_a_bundle() -> None:
    author, moderator = make_user(), make_moderator()
    with override_settings(WARGAME_MENTORSHIP={"MODERATION": {"OPTIONS": {"too_fast": 2}}}):
        entries = [make_help_request(author) for _ in range(5)]

    [bundle] = bundles.bundles(moderator)
    assert bundle.count == 3
    assert bundles.decide_bundle(actor=moderator, author_id=author.pk, action="reject").done == 5
    assert set(states(*entries)) == {ModerationState.HIDDEN}


def test_on_the_page_a_bundle_is_decided_with_one_click() -> None:
    author, client = make_user("spammer"), signed_in(make_moderator())
    entries = burst(author)
    page = client.get(url("moderation"))
    shown = text_of(page)
    for words in ("Waiting together", author.get_username(), "within ten minutes of it"):
        assert words in shown
    [(bundle, _person)] = page.context["wm"]["bundles"]
    form = {"author": str(bundle.author_id), "seen_at": bundle.seen_at.isoformat()}

    for wrong in (
        {**form, "bundle": "burn"},
        {**form, "bundle": "approve", "author": "nobody"},
        {**form, "bundle": "approve", "seen_at": "yesterday"},
        {**form, "bundle": "approve", "seen_at": "2026-01-01T00:00:00"},
    ):
        assert client.post(url("moderation"), wrong).status_code == 404
    too_long = client.post(url("moderation"), {**form, "bundle": "reject", "reason": "x" * 201})
    assert too_long.status_code == 400
    assert set(states(*entries)) == {ModerationState.HELD}

    done = client.post(
        url("moderation"), {**form, "bundle": "reject", "reason": "No."}, follow=True
    )

    assert "3 are done." in text_of(done)
    assert "Waiting together" not in text_of(done)
    assert set(states(*entries)) == {ModerationState.HIDDEN}


def test_the_page_decides_for_nobody_else() -> None:
    author = make_user()
    entries = burst(author)
    form = {"author": str(author.pk), "bundle": "approve"}

    assert signed_in(make_moderator("gaming")).post(url("moderation"), form).status_code == 302
    assert signed_in(make_user()).post(url("moderation"), form).status_code == 403
    gone = make_moderator()
    client = signed_in(gone)
    deactivate(gone)
    assert client.post(url("moderation"), form).status_code in {302, 403}
    assert set(states(*entries)) == {ModerationState.HELD}


def test_the_api_lists_and_decides_bundles() -> None:
    author, moderator = make_user("spammer"), make_moderator()
    entries = burst(author)
    api = api_client(moderator)

    [bundle] = api.ask("GET", "bundles").json()["results"]

    assert bundle["count"] == 3
    assert bundle["author"]["display_name"] == author.get_username()
    assert bundle["joined_at"] is not None
    body = {"author_id": bundle["author"]["id"], "action": "approve", "seen_at": bundle["seen_at"]}
    for wrong, field in (
        ({"author_id": "no key"}, "author_id"),
        ({"author_id": [1]}, "author_id"),
        ({"action": "hide"}, "action"),
        ({"seen_at": "yesterday"}, "seen_at"),
        ({"reason": "x" * 201}, "reason"),
    ):
        refused = api.ask("POST", "bundles", body={**body, **wrong})
        assert (refused.status_code, [*refused.json()["fields"]]) == (400, [field])
    for stranger, status in ((anonymous(), 401), (api_client(make_user()), 403)):
        assert stranger.ask("GET", "bundles").status_code == status
        assert stranger.ask("POST", "bundles", body=body).status_code == status
    foreign = api_client(make_moderator("gaming"))
    assert foreign.ask("GET", "bundles").json() == {"results": []}
    assert foreign.ask("POST", "bundles", body=body).json()["done"] == 0
    assert set(states(*entries)) == {ModerationState.HELD}

    done = api.ask("POST", "bundles", body=body)

    assert (done.status_code, done.json()) == (200, {"done": 3, "is_more": False})
    assert set(states(*entries)) == {ModerationState.VISIBLE}
    assert api.ask("POST", "bundles", body=body).json()["done"] == 0


def test_in_the_admin_a_bundle_is_decided_with_one_click() -> None:
    author, client = make_user("spammer"), admin_client(let_in(make_moderator()))
    entries = burst(author)

    home = text_of(client.get(reverse("wagtailadmin_home")))
    page = client.get(reverse(NAME))

    assert f"{author.get_username()}: 3" in home
    assert f"{author.get_username()}: 3" in text_of(page)
    form = {"author": str(author.pk), "bundle": "reject"}
    assert "200" in said(client, client.post(reverse(NAME), {**form, "reason": "x" * 201}))
    for wrong in ({**form, "bundle": ""}, {**form, "author": "x"}, {**form, "seen_at": "x"}):
        assert client.post(reverse(NAME), wrong).status_code == 404
    assert set(states(*entries)) == {ModerationState.HELD}
    assert "3 are done." in said(client, client.post(reverse(NAME), form))
    assert set(states(*entries)) == {ModerationState.HIDDEN}
    assert "Of nobody do three things or more wait." in text_of(client.get(reverse(NAME)))


def test_the_admin_shows_and_decides_nothing_for_others() -> None:
    author = make_user("spammer")
    entries = burst(author)
    form = {"author": str(author.pk), "bundle": "approve"}

    foreign = admin_client(let_in(make_moderator("gaming")))
    assert author.get_username() not in text_of(foreign.get(reverse(NAME)))
    assert "0 are done." in said(foreign, foreign.post(reverse(NAME), form))
    idle = admin_client(let_in(make_user("idle")))
    for answer in (idle.get(reverse(NAME)), idle.post(reverse(NAME), form)):
        assert answer.headers["Location"] == reverse("wagtailadmin_home")
    outside = admin_client(make_moderator())
    assert "login" in outside.post(reverse(NAME), form).headers["Location"]
    assert set(states(*entries)) == {ModerationState.HELD}
