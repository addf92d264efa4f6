"""Whoever is asking, with all that decides what they may see, each asked at most once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser  # noqa: TID251 - the type of nobody
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet, Value
from django.utils import timezone
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from wargame_mentorship.conf import app_settings
from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import DomainError, NotAllowed, SignInRequired, Suspended
from wargame_mentorship.host.loading import social, users

MOST_LISTED = 500
"""Keys that are written out in a query."""

suspending: list[Callable[[AbstractBaseUser], QuerySet[Any]]] = []
"""What keeps somebody from taking part, as rows with an `until`; filled once, by `apps.ready()`."""

_SUSPENDED = "suspended"


def is_younger_than(age: timedelta, person: AbstractBaseUser) -> bool:
    """Whether somebody has had their account for less; never, if the host does not know."""
    joined_at = users().joined_at(person)
    return joined_at is not None and timezone.now() - joined_at < age


class Viewer:
    """One per request; `visible_to` and the rules take it, services take it as their actor.

    A deactivated user is nobody: no grants, nothing of their own. A superuser moderates every
    category, and has no way past a rule about what is personal (votes, private notes). Somebody
    who is suspended reads what every member reads: they moderate nothing and take part in nothing.
    """

    def __init__(self, user: AbstractBaseUser | AnonymousUser | None) -> None:
        active = user is not None and user.is_authenticated and user.is_active
        self.user = user if active and isinstance(user, AbstractBaseUser) else None
        self._moderated: dict[type[Model], frozenset[UUID]] = {}
        self._is_suspended: bool | None = None

    @classmethod
    def of(cls, actor: Actor) -> Viewer:
        return actor if isinstance(actor, Viewer) else cls(actor)

    @property
    def is_authenticated(self) -> bool:
        return self.user is not None

    @property
    def pk(self) -> Any:
        """The user's key, None for nobody."""
        return self.user.pk if self.user else None

    @property
    def is_superuser(self) -> bool:
        return bool(getattr(self.user, "is_superuser", False))

    def require_user(self) -> AbstractBaseUser:
        """Raises: SignInRequired: nobody is signed in, or the account is deactivated."""
        if self.user is None:
            raise SignInRequired
        return self.user

    @property
    def is_suspended(self) -> bool:
        if self.user is None:
            return False
        if self._is_suspended is None:
            self._load_grants()
        return bool(self._is_suspended)

    @property
    def takes_part(self) -> bool:
        """Whether they are signed in, and nobody has suspended them."""
        return self.user is not None and not self.is_suspended

    def require_part(self) -> AbstractBaseUser:
        """Raises: SignInRequired, Suspended: they take part in nothing."""
        if not self.takes_part:
            raise self.refusal()
        return self.require_user()

    def refusal(self) -> DomainError:
        """What a rule's no means for them."""
        if self.user is None:
            return SignInRequired()
        if self.is_suspended:
            ends = [row.until for rows_of in suspending for row in rows_of(self.user)]
            return Suspended(max(ends)) if ends else NotAllowed()
        return NotAllowed()

    def is_me(self, user_id: Any) -> bool:
        """Whether a key is the viewer's; nobody is never the author of unattributed content."""
        return user_id is not None and user_id == self.pk

    @cached_property
    def is_new(self) -> bool:
        """Whether their account is so young that it has rates of its own (`NEW_ACCOUNT_DAYS`)."""
        days = app_settings.NEW_ACCOUNT_DAYS
        if self.user is None or not days:
            return False
        return is_younger_than(timedelta(days=days), self.user)

    @cached_property
    def hidden_user_ids(self) -> QuerySet[Any, Any] | frozenset[Any]:
        """Everybody whom a block hides from the viewer, in either direction.

        Their keys, which cost every query less than a subquery does; the host's queryset only
        where they are very many.
        """
        if self.user is None:
            return frozenset()
        hidden = social().hidden_user_ids(self.user)
        if isinstance(hidden, frozenset):
            return hidden
        keys = frozenset(hidden[: MOST_LISTED + 1])
        return keys if len(keys) <= MOST_LISTED else hidden

    @cached_property
    def hidden_ids(self) -> frozenset[Any]:
        """The same as keys in memory, for rules about a single person."""
        return frozenset(self.hidden_user_ids)

    def moderated_ids(self, category_model: type[Model]) -> frozenset[UUID]:
        """Keys of the categories on which the viewer or one of their groups holds the grant."""
        if self.user is None:
            return frozenset()
        if category_model not in self._moderated:
            self._load_grants(category_model)
        return self._moderated[category_model]

    def _load_grants(self, *further: type[Model]) -> None:
        """Of everything that content is filed under, and whether they are suspended.

        In one query: a page asks for several.
        """
        user = self.require_user()
        models = {*further, *(kind.category_model for kind in registry.all_kinds())}
        by_label = {model._meta.label_lower: model for model in models}
        rows = [
            keys.order_by().annotate(label=Value(label)).values_list(column, "label")
            for label, model in sorted(by_label.items())
            for keys, column in self._granted(model)
        ]
        rows += [
            rows_of(user).order_by().annotate(label=Value(_SUSPENDED)).values_list("pk", "label")
            for rows_of in suspending
        ]
        found: dict[str, list[UUID]] = {_SUSPENDED: [], **{label: [] for label in by_label}}
        for pk, label in rows[0].union(*rows[1:], all=True).order_by():
            found[label].append(pk)
        self._is_suspended = bool(found[_SUSPENDED])
        self._moderated = {
            model: frozenset() if self._is_suspended else frozenset(found[label])
            for label, model in by_label.items()
        }

    def _granted(self, model: Any) -> list[tuple[QuerySet[Any], str]]:
        """The grants on a tree of categories, with the column that has the category's key.

        What `guardian.shortcuts.get_objects_for_user` finds, which takes 8 ms to put its queries
        together, against 3: every request of somebody signed in, and every write, asks for them.
        """
        if self.is_superuser:
            return [(model._default_manager.all(), "pk")]
        granting = {
            "permission__codename": f"moderate_{model._meta.model_name}",
            "permission__content_type": ContentType.objects.get_for_model(model),
        }
        user = self.require_user()
        to_them = get_user_obj_perms_model(model)._default_manager.filter(user=user, **granting)
        member = get_user_model().groups.field.related_query_name()
        to_groups = get_group_obj_perms_model(model)._default_manager.filter(
            **{f"group__{member}": user}, **granting
        )
        return [(to_them, "content_object"), (to_groups, "content_object")]


Actor = Viewer | AbstractBaseUser | AnonymousUser
