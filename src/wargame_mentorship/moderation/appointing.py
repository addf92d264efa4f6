"""Who moderates a category: grants on it, to people and to groups, given and taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group  # noqa: TID251 - groups are Django's
from django.db.models import Count, Model, Q
from django.utils.translation import gettext_lazy as _
from guardian.conf import settings as guardian_settings
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import Conflict, Invalid
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.host import Actor, Viewer, users
from wargame_mentorship.moderation import rules

Grantee = AbstractBaseUser | Group


@dataclass(frozen=True)
class Appointed:
    """Who holds a grant on a category."""

    people: list[AbstractBaseUser]
    active_ids: frozenset[Any]
    """Of the people: those who moderate. A deactivated account keeps its grant, and is nobody."""
    groups: list[Group]
    """Each with `member_count`, of active people."""


def appointed(category: Model) -> Appointed:
    """In the order of their names; three queries."""
    people = get_user_model()._default_manager.filter(pk__in=_granted(category, "user"))
    active = people.filter(users().active_filter(""))
    members = Count("user", filter=users().active_filter("user"), distinct=True)
    groups = Group.objects.filter(pk__in=_granted(category, "group"))
    return Appointed(
        people=sorted(people, key=lambda person: person.get_username().casefold()),
        active_ids=frozenset(active.values_list("pk", flat=True)),
        groups=list(groups.annotate(member_count=members).order_by("name")),
    )


@write
def appoint(*, actor: Actor, category: Model, grantee: Grantee) -> bool:
    """Let a person, or everybody in a group, moderate what is in a category.

    Returns whether they did not before.

    Raises:
        NotAllowed: the actor may not change the category.
        Invalid: the account is deactivated, or nobody's.
        Conflict: editors do not appoint themselves: to look after a category is not theirs to
            take, as they would see what is private there (409 `own_appointment`).
    """
    viewer = Viewer.of(actor)
    require(rules.can_appoint, viewer, category)
    if isinstance(grantee, AbstractBaseUser) and not _can_be_appointed(grantee):
        message = _("Nobody who is active has this user name.")
        raise Invalid.field("person", message, "does_not_exist")
    if not viewer.is_superuser and _is_own(viewer, grantee):
        message = _("Somebody else has to appoint you.")
        raise Conflict(message, code="own_appointment")
    if _holds(category, grantee):
        return False
    assign_perm(_permission(category), grantee, category)
    _record("moderator_appointed", viewer, category, before=None, after=grantee)
    return True


@write
def dismiss(*, actor: Actor, category: Model, grantee: Grantee) -> bool:
    """Take the grant away, from the next request on; returns whether there was one.

    Raises: NotAllowed: the actor may not change the category.
    """
    viewer = Viewer.of(actor)
    require(rules.can_appoint, viewer, category)
    if not _holds(category, grantee):
        return False
    remove_perm(_permission(category), grantee, category)
    _record("moderator_dismissed", viewer, category, before=grantee, after=None)
    return True


def _record(
    verb: str,
    viewer: Viewer,
    category: Model,
    *,
    before: Grantee | None,
    after: Grantee | None,
) -> None:
    grantee = before or after
    column = "group_id" if isinstance(grantee, Group) else "user_id"
    events.record_moderation(
        f"{registry.kind_of(category).name}.{verb}",
        actor=viewer,
        subject=category,
        before={column: str(before.pk) if before else None},
        after={column: str(after.pk) if after else None},
    )


def _can_be_appointed(person: AbstractBaseUser) -> bool:
    """Not what is deactivated, nor the row that guardian keeps for those not signed in."""
    name = guardian_settings.ANONYMOUS_USER_NAME
    if name is not None and person.get_username() == name:
        return False
    people = get_user_model()._default_manager.filter(users().active_filter(""))
    return people.filter(pk=person.pk).exists()


def _is_own(viewer: Viewer, grantee: Grantee) -> bool:
    if isinstance(grantee, Group):
        return Group.objects.filter(pk=grantee.pk, user=viewer.pk).exists()
    return viewer.is_me(grantee.pk)


def _holds(category: Model, grantee: Grantee) -> bool:
    column = "group" if isinstance(grantee, Group) else "user"
    found: bool = _granted(category, column).filter(**{column: grantee.pk}).exists()
    return found


def _granted(category: Model, column: str) -> Any:
    """The keys of those to whom it is granted directly."""
    find = get_group_obj_perms_model if column == "group" else get_user_obj_perms_model
    grants: Any = find(category)
    about = Q(permission__codename=_codename(category), content_object=category.pk)
    return grants.objects.filter(about).values_list(column, flat=True)


def _codename(category: Model) -> str:
    return f"moderate_{category._meta.model_name}"


def _permission(category: Model) -> str:
    return f"{category._meta.app_label}.{_codename(category)}"
