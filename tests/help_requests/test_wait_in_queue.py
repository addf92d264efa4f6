"""The queue of a helper: what is in it, in which order, and what never is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from tests.api.http import blocks
from tests.web.pages import asker_of
from wargame_mentorship.core.errors import SignInRequired
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.paging import paginate
from wargame_mentorship.help_requests import queue, services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Viewer
from wargame_mentorship.taxonomy.follows import follow_category, followed_categories
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def ago(**how_long: float) -> Any:
    return timezone.now() - timedelta(**how_long)


def put(entry: HelpRequest, **columns: Any) -> HelpRequest:
    HelpRequest.objects.filter(pk=entry.pk).update(**columns)
    return entry


def waiting_for(user: AbstractBaseUser, *, followed: bool = False) -> list[HelpRequest]:
    viewer = Viewer(user)
    found = queue.waiting(viewer, followed_categories(viewer) if followed else None)
    return paginate(found, ordering=queue.WAITING, cursor=None, size=100).items


def wrote_again(hours: float, *, asked: float = 100) -> HelpRequest:
    """Answered by somebody, and then the asker had the last word."""
    asker = make_user("asker")
    entry = make_help_request(asker)
    make_response(entry)
    make_response(entry, asker)
    return put(entry, created_at=ago(hours=asked), last_response_at=ago(hours=hours))


# ------------------------------------------------------------------------- what waits


def test_the_longest_waiting_comes_first_by_when_somebody_last_spoke_in_vain() -> None:
    asked_long_ago = put(make_help_request(), created_at=ago(hours=90))
    spoke_again = wrote_again(60, asked=500)
    asked_just_now = make_help_request()
    asked_and_added = make_help_request(ada := make_user("ada"))
    make_response(asked_and_added, ada)
    put(asked_and_added, created_at=ago(hours=80), last_response_at=ago(hours=1))

    found = waiting_for(make_user("bruno"))

    assert found == [asked_long_ago, asked_and_added, spoke_again, asked_just_now]
    since = [vars(entry)["waiting_since"] for entry in found]
    assert since == sorted(since)


def test_it_is_what_is_new_or_needs_attention() -> None:
    make_help_request()
    put(make_help_request(), created_at=ago(hours=49))
    wrote_again(25)
    wrote_again(1)
    make_response()
    put(make_help_request(), needs_info_since=ago(hours=1))
    solved = make_response()
    services.accept(
        actor=asker_of(solved.help_request),
        help_request=solved.help_request,
        response_id=solved.pk,
    )
    closed = make_help_request(ada := make_user("ada"))
    services.close(actor=ada, help_request=closed)

    everything = HelpRequest.objects.all()
    expected = {entry for entry in everything if entry.queue in ("new", "needs_attention")}

    assert len(expected) == 3
    assert set(waiting_for(make_user("bruno"))) == expected


def test_what_is_ones_own_or_anothers_to_do_does_not_wait() -> None:
    bruno, cleo = make_user("bruno"), make_user("cleo")
    make_help_request(bruno)
    services.claim(actor=cleo, help_request=make_help_request())
    given_back = make_help_request()
    services.claim(actor=cleo, help_request=given_back)
    services.release(actor=cleo, help_request=given_back)

    assert waiting_for(bruno) == [given_back]


def test_what_lost_its_helper_with_their_account_waits_again() -> None:
    entry = make_help_request()
    services.claim(actor=(cleo := make_user("cleo")), help_request=entry)
    cleo.delete()

    assert waiting_for(make_user("bruno")) == [entry]


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: put(entry, is_public=False),
        lambda entry: put(entry, moderation_state=ModerationState.HELD),
        lambda entry: put(entry, moderation_state=ModerationState.HIDDEN),
        lambda entry: put(entry, deleted_at=timezone.now()),
        lambda entry: put(entry, requester=None),
        lambda entry: deactivate(entry.requester),
        lambda entry: MemorySocial.block(entry.requester, bruno_of(entry)),
        lambda entry: MemorySocial.block(bruno_of(entry), entry.requester),
    ],
    ids=[
        "private",
        "held",
        "hidden",
        "deleted",
        "asker gone",
        "asker inactive",
        "blocks",
        "blocked",
    ],
)
def test_what_nobody_may_see_or_waits_for_is_not_in_it(
    change: Callable[[HelpRequest], Any],
) -> None:
    bruno = make_user("bruno")
    entry = make_help_request()
    vars(entry)["bruno"] = bruno

    with blocks():
        assert waiting_for(bruno) == [entry]
        change(entry)

        assert waiting_for(bruno) == []


def bruno_of(entry: HelpRequest) -> Any:
    return vars(entry)["bruno"]


def test_a_private_one_waits_for_the_moderators_of_its_category() -> None:
    entry = make_help_request(is_public=False)

    assert waiting_for(make_moderator("painting")) == [entry]
    assert waiting_for(make_moderator("gaming")) == []


def test_one_who_follows_a_category_gets_its_parts_too_and_nothing_else() -> None:
    bruno, cleo = make_user("bruno"), make_user("cleo")
    general = make_help_request(category="painting")
    part = make_help_request(category="painting", subcategory="drybrushing")
    other = make_help_request(category="gaming")
    follow_category(actor=bruno, slug="painting")
    follow_category(actor=cleo, slug="drybrushing")

    assert waiting_for(bruno, followed=True) == [general, part]
    assert waiting_for(cleo, followed=True) == [part]
    assert waiting_for(make_user("dmitri"), followed=True) == []
    assert waiting_for(bruno) == [general, part, other]


def test_equally_long_waiting_ones_each_have_their_page() -> None:
    for _ in range(7):
        make_help_request()
    HelpRequest.objects.update(created_at=ago(hours=3))
    found = queue.waiting(Viewer(make_user("bruno")))

    seen, cursor = [], None
    while True:
        page = paginate(found, ordering=queue.WAITING, cursor=cursor, size=2)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break

    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize("ask", [queue.waiting, queue.in_hands])
def test_nothing_waits_for_nobody(ask: Callable[[Viewer], Any]) -> None:
    with pytest.raises(SignInRequired):
        ask(Viewer(AnonymousUser()))


# ------------------------------------------------------------------- what is in hand


def in_hands(user: AbstractBaseUser) -> list[tuple[HelpRequest, bool]]:
    return [(entry, vars(entry)["is_their_turn"]) for entry in queue.in_hands(Viewer(user))]


def claimed(helper: AbstractBaseUser, asker: AbstractBaseUser | None = None) -> HelpRequest:
    return services.claim(actor=helper, help_request=make_help_request(asker))


def test_what_is_the_helpers_turn_comes_first_then_what_runs_out_first() -> None:
    bruno, ada = make_user("bruno"), make_user("ada")
    answered = claimed(bruno)
    make_response(answered, bruno)
    fresh = put(claimed(bruno), claimed_until=timezone.now() + timedelta(hours=40))
    running_out = put(claimed(bruno), claimed_until=timezone.now() + timedelta(hours=2))
    told = claimed(bruno, ada)
    make_response(told, bruno)
    make_response(told, ada)
    claimed(make_user("cleo"))

    assert in_hands(bruno) == [
        (running_out, True),
        (fresh, True),
        (told, True),
        (answered, False),
    ]


def asks_back(entry: HelpRequest, helper: AbstractBaseUser) -> None:
    question = make_response(entry, helper, text="Which primer?")
    HelpResponse.objects.filter(pk=question.pk).update(asks_back=True)
    put(entry, needs_info_since=timezone.now())


def test_who_asked_back_has_their_turn_once_the_asker_has_answered_or_edited() -> None:
    bruno, ada = make_user("bruno"), make_user("ada")
    silent, answered, edited = (claimed(bruno, ada) for _ in range(3))
    for entry in (silent, answered, edited):
        asks_back(entry, bruno)
    make_response(answered, ada, text="The black one.")
    services.edit(actor=ada, help_request=edited, changes={"description": "Primed black."})

    assert dict(in_hands(bruno)) == {answered: True, edited: True, silent: False}


def test_who_asked_back_without_taking_it_on_hears_of_the_answer() -> None:
    dmitri, ada = make_moderator("painting"), make_user("ada")
    told, silent, taken = (make_help_request(ada) for _ in range(3))
    for entry in (told, silent, taken):
        asks_back(entry, dmitri)
    for entry in (told, taken):
        make_response(entry, ada, text="The black one.")
    services.claim(actor=make_user("bruno"), help_request=taken)

    assert in_hands(dmitri) == [(told, True)]

    make_response(told, dmitri, text="Then a thinner coat.")

    assert in_hands(dmitri) == []


def test_what_is_done_or_out_of_sight_is_in_nobodys_hands() -> None:
    bruno, ada = make_user("bruno"), make_user("ada")
    solved, closed, deleted, hidden = (claimed(bruno, ada) for _ in range(4))
    response = make_response(solved, bruno)
    services.accept(actor=ada, help_request=solved, response_id=response.pk)
    services.close(actor=ada, help_request=closed)
    put(deleted, deleted_at=timezone.now())
    put(hidden, moderation_state=ModerationState.HIDDEN)
    blocked = claimed(bruno)

    with blocks():
        MemorySocial.block(asker_of(blocked), bruno)

        assert in_hands(bruno) == []


def test_a_private_one_stays_in_the_hands_it_was_given_to() -> None:
    bruno, ada = make_user("bruno"), make_user("ada")
    entry = make_help_request(ada, is_public=False)
    services.assign(actor=ada, help_request=entry, helper_id=bruno.pk)

    assert in_hands(bruno) == [(entry, True)]
