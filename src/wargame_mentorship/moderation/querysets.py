from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from wargame_mentorship.core import registry
from wargame_mentorship.host import Actor, Viewer

if TYPE_CHECKING:
    from wargame_mentorship.moderation.models import (  # noqa: F401 - named in base classes
        FlagCase,
        Sanction,
        WatchedWord,
    )


def filed_with(viewer: Viewer) -> Q:
    """What has a `kind` of content, and is filed in the categories that this person moderates."""
    theirs = Q(pk__in=[])
    for model in registry.moderated_categories():
        kinds = [
            kind.name for kind, _hooks in registry.moderated_kinds() if kind.category_model is model
        ]
        if ids := viewer.moderated_ids(model):
            filed = Q(category_id__in=ids) | Q(subcategory_id__in=ids)
            theirs |= filed & Q(kind__in=kinds)
    return theirs


class FlagCaseQuerySet(QuerySet["FlagCase", "FlagCase"]):
    def moderated_by(self, actor: Actor) -> FlagCaseQuerySet:
        """Those of content in the categories that this person moderates, and no others.

        As they were filed when it was last looked at: ask `rules.can_moderate_case` of each.
        """
        return self.filter(filed_with(Viewer.of(actor)))

    def visible_to(self, actor: Actor) -> FlagCaseQuerySet:
        """Those that this person has flagged, and those that they moderate."""
        from wargame_mentorship.moderation.models import Flag

        viewer = Viewer.of(actor)
        if viewer.user is None:
            return self.none()
        mine = Flag.objects.filter(case=OuterRef("pk"), flagger=viewer.pk)
        return self.filter(Exists(mine)) | self.moderated_by(viewer)


class FiledQuerySet(QuerySet[Any, Any]):
    def moderated_by(self, actor: Actor) -> FiledQuerySet:
        """About what is in the categories that this person moderates; all, for who suspends."""
        from wargame_mentorship.moderation.rules import can_suspend

        viewer = Viewer.of(actor)
        return self.all() if can_suspend(viewer) else self.filter(filed_with(viewer))


class SanctionQuerySet(FiledQuerySet):
    def visible_to(self, actor: Actor) -> SanctionQuerySet:
        """One's own, and those that one moderates."""
        viewer = Viewer.of(actor)
        if viewer.user is None:
            return self.none()
        return self.filter(person=viewer.pk) | self.moderated_by(viewer)

    def suspending(self, person: AbstractBaseUser) -> SanctionQuerySet:
        """What keeps somebody from taking part just now."""
        from wargame_mentorship.moderation.models import SanctionStatus

        return self.filter(person=person.pk, until__gt=timezone.now()).exclude(
            status=SanctionStatus.WITHDRAWN
        )


EVERYWHERE = Q(category=None, forum_category=None)


class WatchedWordQuerySet(QuerySet["WatchedWord", "WatchedWord"]):
    def counting_in(self, category_ids: Collection[UUID]) -> WatchedWordQuerySet:
        """Those that matter to what is filed there, of whichever model the categories are."""
        ids = list(category_ids)
        return self.filter(EVERYWHERE | Q(category__in=ids) | Q(forum_category__in=ids))

    def moderated_by(self, actor: Actor) -> WatchedWordQuerySet:
        """Those of the categories that this person moderates."""
        viewer = Viewer.of(actor)
        theirs = Q(pk__in=[])
        for column in ("category", "forum_category"):
            model: Any = self.model._meta.get_field(column).related_model
            if ids := viewer.moderated_ids(model):
                theirs |= Q(**{f"{column}__in": ids})
        return self.filter(theirs)

    def visible_to(self, actor: Actor) -> WatchedWordQuerySet:
        """Also those that hold everywhere, for whoever reads any."""
        from wargame_mentorship.moderation import rules

        viewer = Viewer.of(actor)
        if not rules.can_read_watched_words(viewer):
            return self.none()
        return self.filter(EVERYWHERE) | self.moderated_by(viewer)
