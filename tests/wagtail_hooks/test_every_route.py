"""Every route of the viewsets and every bulk action, for everybody, GET and POST.

Generated from what the viewsets route and what Wagtail's registry of bulk actions holds: a view
that is not in the table fails.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import URLPattern, reverse
from guardian.shortcuts import assign_perm, remove_perm
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.admin.viewsets import viewsets

from tests.wagtail_hooks.admin import (
    FORUM_KINDS,
    HOLDING,
    bulk_url,
    edit_form,
    forum,
    forum_moderator,
    forum_moderator_by_group,
    html_of,
    index_url,
    let_in,
    make_subject,
    moderator,
    moderator_by_group,
    signed_in,
    url_of,
)
from wargame_mentorship.core import registry
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.moderation.transitions import PAST
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_moderator,
    make_moderator,
    make_superuser,
    make_user,
)
from wargame_mentorship.wagtail_hooks.viewset import ModeratedViewSet

pytestmark = pytest.mark.django_db

KINDS = ("help_request", "help_response", "forum_topic", "forum_post")
STATES = [
    *((kind, state) for kind in KINDS for state in ("visible", "held", "hidden")),
    *((kind, "deleted") for kind in FORUM_KINDS),
]
PERSONAS = (
    "anonymous",
    "deactivated",
    "stranger",
    "without_access",
    "editor",
    "foreign",
    "dismissed",
    "moderator",
    "by_group",
    "superuser",
)
# Wagtail's own door keeps these out, and sends them to its sign-in.
OUTSIDE = {"anonymous", "deactivated", "stranger", "without_access"}
# In the admin, and moderating nothing: back to its front page.
IDLE = {"editor", "dismissed"}
MODERATORS = {"moderator", "by_group", "superuser"}

LISTS = {"index", "index_results"}
READ = {"inspect", "history"}
MOVES = {"approve": "held", "reject": "held", "hide": "visible", "restore": "hidden"}
TO = {"approve": "visible", "reject": "hidden", "hide": "hidden", "restore": "visible"}
WRITES = {"edit", "delete"}
# What only some kinds have: routes, and bulk actions with what a topic must be like for them.
FURTHER = {kind: {"undelete"} if kind in FORUM_KINDS else set() for kind in KINDS}
STEERING: dict[str, dict[str, dict[str, Any]]] = {
    "forum_topic": {
        "pin": {},
        "unpin": {"is_pinned": True},
        "lock": {},
        "unlock": {"is_locked": True},
        "move": {},
        "delete": {},
    },
    "forum_post": {"delete": {}},
}
WORDS = {
    "help_request": "title",
    "help_response": "response_text",
    "forum_topic": "title",
    "forum_post": "content",
}


def routes_of(kind: str) -> set[str]:
    return LISTS | READ | set(MOVES) | WRITES | FURTHER[kind]


def bulk_actions_of(kind: str) -> list[str]:
    return sorted({*MOVES, *STEERING.get(kind, {})})


@cache
def moderated_viewsets() -> dict[str, ModeratedViewSet]:
    # Wagtail fills its registry when its addresses are first asked for.
    reverse("wagtailadmin_home")
    return {entry.kind: entry for entry in viewsets.viewsets if hasattr(entry, "kind")}


def routes(kind: str) -> list[str]:
    found = []
    for pattern in moderated_viewsets()[kind].get_urlpatterns():
        assert isinstance(pattern, URLPattern)
        assert pattern.name
        found.append(pattern.name)
    return found


def bulk_actions(kind: str) -> set[str]:
    model = moderated_viewsets()[kind].model._meta
    found = bulk_action_registry.get_bulk_actions_for_model(model.app_label, model.model_name)
    return {action.action_type for action in found}


def test_every_route_has_an_expectation() -> None:
    assert set(moderated_viewsets()) == set(KINDS)
    for kind in KINDS:
        assert sorted(routes(kind)) == sorted(routes_of(kind))
        assert sorted(bulk_actions(kind)) == bulk_actions_of(kind)


@pytest.fixture(autouse=True)
def _holding() -> Any:
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP=HOLDING):
        yield


def client_of(persona: str, kind: str) -> Client:
    if persona == "anonymous":
        return Client()
    if kind in FORUM_KINDS:
        return forum_client_of(persona)
    makers: dict[str, Callable[[], Any]] = {
        "deactivated": moderator,
        "stranger": lambda: make_user("stranger"),
        "without_access": lambda: make_moderator("painting"),
        "editor": editor,
        "foreign": lambda: moderator("gaming"),
        "dismissed": moderator,
        "moderator": moderator,
        "by_group": moderator_by_group,
        "superuser": make_superuser,
    }
    person = makers[persona]()
    client = signed_in(person)
    # Both while they are signed in: it counts at the next request.
    if persona == "deactivated":
        deactivate(person)
    if persona == "dismissed":
        painting = Category.objects.get(slug="painting")
        remove_perm("wargame_mentorship.moderate_category", person, painting)
    return client


def forum_client_of(persona: str) -> Client:
    """The same people of the forums; the foreign one moderates help that is named alike."""
    makers: dict[str, Callable[[], Any]] = {
        "deactivated": forum_moderator,
        "stranger": lambda: make_user("stranger"),
        "without_access": lambda: make_forum_moderator(forum()),
        "editor": editor,
        "foreign": foreign_forum_moderator,
        "dismissed": forum_moderator,
        "moderator": lambda: forum_moderator("painting", "tools"),
        "by_group": lambda: forum_moderator_by_group("painting", "tools"),
        "superuser": make_superuser,
    }
    person = makers[persona]()
    client = signed_in(person)
    if persona == "deactivated":
        deactivate(person)
    if persona == "dismissed":
        remove_perm("wargame_mentorship.moderate_forumcategory", person, forum())
    return client


def foreign_forum_moderator() -> Any:
    person = forum_moderator("gaming")
    assign_perm(
        "wargame_mentorship.moderate_category", person, Category.objects.get(slug="painting")
    )
    return person


def editor() -> Any:
    call_command("wm_setup", verbosity=0)
    person: Any = let_in(make_user("editor"))
    person.groups.add(Group.objects.get(name="Community editors"))
    return person


def everything_of(subject: Any) -> dict[str, Any]:
    found: dict[str, Any] = type(subject).objects.filter(pk=subject.pk).values().get()
    return found


def address(name: str, kind: str, subject: Any) -> str:
    if name.startswith("bulk:"):
        return bulk_url(name.removeprefix("bulk:"), kind, subject.pk)
    return index_url(kind, name) if name in LISTS else url_of(name, subject)


ALL = {
    kind: [
        *sorted(routes_of(kind)),
        *(f"bulk:{action}" for action in bulk_actions_of(kind)),
    ]
    for kind in KINDS
}


def ready_for(name: str, kind: str) -> Any:
    """What this can be done with."""
    action = name.removeprefix("bulk:")
    is_steering = name.startswith("bulk:") and action not in MOVES
    state = {**MOVES, "undelete": "deleted"}.get(action, "visible" if is_steering else "held")
    subject = make_subject(kind, state)
    if is_steering and (columns := STEERING[kind][action]):
        type(subject).objects.filter(pk=subject.pk).update(**columns)
        subject.refresh_from_db()
    return subject


def send(client: Client, method: str, kind: str, name: str, subject: Any) -> Any:
    mended = {WORDS[kind]: "Mended"}
    form = edit_form(subject, **mended) if name == "edit" else {"reason": "So it is."}
    if name == "bulk:move":
        form["category"] = forum("tools").slug
    url = address(name, kind, subject)
    return client.get(url) if method == "get" else client.post(url, form)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("persona", sorted({*PERSONAS} - MODERATORS))
@pytest.mark.parametrize(("kind", "state"), STATES)
def test_nobody_else_sees_or_changes_anything(
    kind: str, state: str, persona: str, method: str
) -> None:
    subject = make_subject(kind, state, title="Aubergine varnish")
    client = client_of(persona, kind)
    before, events = everything_of(subject), Event.objects.count()

    for name in ALL[kind]:
        answer = send(client, method, kind, name, subject)

        assert answer.status_code == expected(name, persona, method), name
        if answer.status_code == 302:
            leads_to = "wagtailadmin_login" if persona in OUTSIDE else "wagtailadmin_home"
            assert answer.headers["Location"].partition("?")[0] == reverse(leads_to), name
        assert "ubergine" not in html_of(answer), name
    assert everything_of(subject) == before
    assert Event.objects.count() == events


def expected(name: str, persona: str, method: str) -> int:
    if persona in OUTSIDE | IDLE:
        return 302
    if name in LISTS:
        return 200 if method == "get" else 405
    return 404


@pytest.mark.parametrize("persona", sorted(MODERATORS))
@pytest.mark.parametrize("kind", KINDS)
def test_moderators_see_everything_and_change_nothing_by_it(kind: str, persona: str) -> None:
    client = client_of(persona, kind)
    for name in ALL[kind]:
        subject = ready_for(name, kind)
        before = everything_of(subject)

        answer = send(client, "get", kind, name, subject)

        assert answer.status_code == 200, name
        assert registry.get(kind).title(subject) in html_of(answer), name
        assert everything_of(subject) == before


@pytest.mark.parametrize("persona", sorted(MODERATORS))
@pytest.mark.parametrize("kind", KINDS)
def test_moderators_write_through_the_services(kind: str, persona: str) -> None:
    client = client_of(persona, kind)
    for name in ALL[kind]:
        action = name.removeprefix("bulk:")
        subject = ready_for(name, kind)

        answer = send(client, "post", kind, name, subject)

        after = everything_of(subject)
        if name in LISTS | READ:
            assert answer.status_code == 405, name
            assert after["version"] == subject.version
            continue
        assert answer.status_code == 302, name
        assert after["version"] == subject.version + 1, name
        if action in MOVES:
            assert after["moderation_state"] == TO[action]
            assert after["moderation_reason"] == "So it is."
        elif name == "edit":
            assert after[WORDS[kind]] == "Mended"
        elif action == "delete":
            assert after["deleted_at"] is not None
            assert after["deleted_reason"] == "So it is."
        else:
            assert after["moderation_reason"] == "So it is."
            assert DONE[action].items() <= {**after, "category": category_of(after)}.items(), name
        verb = {"edit": "edited", "delete": "deleted", **STEERED, **PAST}[action]
        assert Event.objects.filter(verb=f"{kind}.{verb}", subject_id=subject.pk).exists()


STEERED = {
    "undelete": "undeleted",
    "pin": "pinned",
    "unpin": "unpinned",
    "lock": "locked",
    "unlock": "unlocked",
    "move": "moved",
}
DONE: dict[str, dict[str, Any]] = {
    "undelete": {"deleted_at": None, "deleted_reason": ""},
    "pin": {"is_pinned": True},
    "unpin": {"is_pinned": False},
    "lock": {"is_locked": True},
    "unlock": {"is_locked": False},
    "move": {"category": "tools"},
}


def category_of(row: dict[str, Any]) -> str | None:
    key = row.get("category_id")
    return ForumCategory.objects.get(pk=key).slug if key else None


@pytest.mark.parametrize("persona", ["moderator", "foreign"])
@pytest.mark.parametrize("kind", KINDS)
def test_wagtails_own_routes_are_not_there(kind: str, persona: str) -> None:
    """Those that write past our services, or look at any row."""
    subject = make_subject(kind)
    client = client_of(persona, kind)
    for path in ("new/", *(f"{name}/{subject.pk}/" for name in ("copy", "usage", "reorder"))):
        assert client.get(f"{index_url(kind)}{path}").status_code == 404
