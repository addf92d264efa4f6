from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from wargame_mentorship.core import registry
from wargame_mentorship.host import Actor, Viewer

if TYPE_CHECKING:
    from wargame_mentorship.moderation.models import FlagCase  # noqa: F401 - named in base classes


class FlagCaseQuerySet(QuerySet["FlagCase", "FlagCase"]):
    def moderated_by(self, actor: Actor) -> FlagCaseQuerySet:
        """Those of content in the categories that this person moderates, and no others.

        As they were filed when it was last looked at: ask `rules.can_moderate_case` of each.
        """
        viewer = Viewer.of(actor)
        theirs = Q(pk__in=[])
        for model in {kind.category_model for kind in registry.all_kinds() if kind.moderated}:
            kinds = [
                kind.name
                for kind in registry.all_kinds()
                if kind.moderated and kind.category_model is model
            ]
            if ids := viewer.moderated_ids(model):
                filed = Q(category_id__in=ids) | Q(subcategory_id__in=ids)
                theirs |= filed & Q(kind__in=kinds)
        return self.filter(theirs)

    def visible_to(self, actor: Actor) -> FlagCaseQuerySet:
        """Those that this person has flagged, and those that they moderate."""
        from wargame_mentorship.moderation.models import Flag

        viewer = Viewer.of(actor)
        if viewer.user is None:
            return self.none()
        mine = Flag.objects.filter(case=OuterRef("pk"), flagger=viewer.pk)
        return self.filter(Exists(mine)) | self.moderated_by(viewer)
