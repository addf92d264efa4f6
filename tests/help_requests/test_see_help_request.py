"""Who sees what: role x state, on requests and on responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from wargame_mentorship.core.errors import BackendUnavailable
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Category
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_help_request,
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db

BLOCKS = override_settings(
    WARGAME_MENTORSHIP={"SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"}}
)

ROLES = ("anonymous", "stranger", "asker", "helper", "moderator", "foreign", "superuser")
EVERYBODY = set(ROLES)
INVOLVED = {"asker", "helper", "moderator", "superuser"}
SEEN_BY = {
    "public": EVERYBODY,
    "private": INVOLVED,
    "held": {"asker", "moderator", "superuser"},
    "hidden": {"asker", "moderator", "superuser"},
    "deleted": set[str](),
}


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def somebody(role: str, **known: AbstractBaseUser) -> AbstractBaseUser | None:
    """Whoever plays a role; `known` are those whom the test has made."""
    makers: dict[str, Callable[[], AbstractBaseUser | None]] = {
        "anonymous": lambda: None,
        "stranger": lambda: make_user("stranger"),
        "moderator": lambda: make_moderator("painting"),
        "foreign": lambda: make_moderator("gaming"),
        "superuser": make_superuser,
    }
    return known[role] if role in known else makers[role]()


def put_into(state: str, entry: HelpRequest) -> None:
    columns: dict[str, dict[str, Any]] = {
        "public": {},
        "private": {"is_public": False},
        "held": {"moderation_state": ModerationState.HELD},
        "hidden": {"moderation_state": ModerationState.HIDDEN},
        "deleted": {"deleted_at": timezone.now()},
    }
    if columns[state]:
        HelpRequest.objects.filter(pk=entry.pk).update(**columns[state])


@pytest.mark.parametrize("state", SEEN_BY)
@pytest.mark.parametrize("role", ROLES)
def test_role_sees_request_in_state(role: str, state: str) -> None:
    asker, helper = make_user("asker"), make_user("helper")
    entry = make_help_request(asker)
    services.assign(actor=asker, help_request=entry, helper_id=helper.pk)
    response = make_response(entry, helper)
    put_into(state, entry)
    person = somebody(role, asker=asker, helper=helper)
    viewer = Viewer(person)

    seen = HelpRequest.objects.visible_to(viewer).filter(pk=entry.pk).exists()
    answer_seen = HelpResponse.objects.visible_to(viewer).filter(pk=response.pk).exists()

    assert seen == (role in SEEN_BY[state])
    assert answer_seen == seen


@pytest.mark.parametrize("role", ROLES)
def test_role_sees_held_response(role: str) -> None:
    asker, helper = make_user("asker"), make_user("helper")
    response = make_response(make_help_request(asker), helper)
    HelpResponse.objects.filter(pk=response.pk).update(moderation_state=ModerationState.HELD)
    person = somebody(role, asker=asker, helper=helper)

    seen = HelpResponse.objects.visible_to(Viewer(person)).filter(pk=response.pk).exists()

    assert seen == (role in {"helper", "moderator", "superuser"})


def test_a_moderator_of_a_subcategory_looks_after_that_part_only() -> None:
    moderator = make_moderator("drybrushing")
    inside = make_help_request(subcategory="drybrushing", is_public=False)
    beside = make_help_request(subcategory="washing", is_public=False)

    seen = set(HelpRequest.objects.visible_to(moderator))

    assert inside in seen
    assert beside not in seen


def test_a_grant_to_a_group_counts_and_losing_it_counts_at_once() -> None:
    person, group = make_user("member"), Group.objects.create(name="painters")
    person.groups.add(group)  # type: ignore[attr-defined] # both hosts' users have groups
    painting = Category.objects.get(slug="painting")
    entry = make_help_request(is_public=False)
    assign_perm("wargame_mentorship.moderate_category", group, painting)
    assert entry in HelpRequest.objects.visible_to(person)

    remove_perm("wargame_mentorship.moderate_category", group, painting)

    assert entry not in HelpRequest.objects.visible_to(person)


def test_a_global_permission_is_no_grant() -> None:
    """Guardian would answer a holder of the model permission with every category there is."""
    person = make_user("global")
    assign_perm("wargame_mentorship.moderate_category", person)
    entry = make_help_request(is_public=False)

    assert entry not in HelpRequest.objects.visible_to(person)


def test_a_deactivated_moderator_has_no_grant() -> None:
    """Guardian still answers deactivated people with their objects."""
    moderator = make_moderator("painting")
    entry = make_help_request(is_public=False)
    deactivate(moderator)

    assert entry not in HelpRequest.objects.visible_to(moderator)


def test_content_of_a_deactivated_author_is_not_shown() -> None:
    asker, stranger = make_user("asker"), make_user("stranger")
    entry = make_help_request(asker)
    deactivate(asker)

    assert entry not in HelpRequest.objects.visible_to(stranger)
    assert entry not in HelpRequest.objects.visible_to(Viewer(None))


def test_content_of_a_deleted_author_stays() -> None:
    asker = make_user("asker")
    entry = make_help_request(asker)
    response = make_response(entry)

    asker.delete()

    assert entry in HelpRequest.objects.visible_to(Viewer(None))
    assert response in HelpResponse.objects.visible_to(Viewer(None))


@BLOCKS
@pytest.mark.parametrize("blocker_is_asker", [True, False])
def test_a_block_hides_requests_in_both_directions(blocker_is_asker: bool) -> None:
    asker, other = make_user("asker"), make_user("other")
    entry = make_help_request(asker)
    MemorySocial.block(*((asker, other) if blocker_is_asker else (other, asker)))

    assert entry not in HelpRequest.objects.visible_to(other)
    assert entry in HelpRequest.objects.visible_to(asker)
    assert entry in HelpRequest.objects.visible_to(Viewer(None))


@BLOCKS
def test_a_blocked_answer_keeps_its_place_in_the_conversation_only() -> None:
    asker, reader, helper = make_user("asker"), make_user("reader"), make_user("helper")
    response = make_response(make_help_request(asker), helper)
    MemorySocial.block(reader, helper)

    assert response not in HelpResponse.objects.visible_to(reader)
    assert response in HelpResponse.objects.all().in_conversation_of(response.help_request, reader)
    assert response in HelpResponse.objects.visible_to(asker)


@override_settings(
    WARGAME_MENTORSHIP={"SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.BrokenSocial"}}
)
def test_when_the_social_service_is_down_nothing_unfiltered_is_shown() -> None:
    with pytest.raises(BackendUnavailable):
        list(HelpRequest.objects.visible_to(make_user("reader")))


@pytest.mark.parametrize("role", ["anonymous", "stranger", "moderator", "superuser"])
def test_seeing_twenty_costs_what_seeing_two_costs(role: str) -> None:
    person = somebody(role)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(HelpRequest.objects.visible_to(Viewer(person)))
        return len(captured)

    for _ in range(2):
        make_help_request()
    few = queries()
    for _ in range(18):
        make_help_request()

    assert queries() == few
