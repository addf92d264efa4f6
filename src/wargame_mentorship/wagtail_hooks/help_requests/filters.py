"""By which categories of help a list is narrowed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from wargame_mentorship.host import Viewer
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.wagtail_hooks.base import Choices
from wargame_mentorship.wagtail_hooks.listing import ModeratedFilterSet


def moderated_choices(moderated: frozenset[UUID], *, to_find: bool = False) -> Choices:
    """Categories by slug, as far as somebody moderates them; parts are grouped below theirs.

    Args:
        to_find: those out of use as well, in which things lie still.
    """
    everything = list(Category.objects.all() if to_find else Category.objects.in_use())
    choices: Choices = []
    for top in everything:
        if top.parent_id is not None:
            continue
        is_theirs = top.pk in moderated
        general = _("All of %(category)s") if to_find else _("%(category)s in general")
        entries = [(top.slug, general % {"category": top.display_name})] if is_theirs else []
        entries += [
            (part.slug, part.display_name)
            for part in everything
            if part.parent_id == top.pk and (is_theirs or part.pk in moderated)
        ]
        if entries:
            choices.append((top.display_name, entries))
    return choices


class HelpFilterSet(ModeratedFilterSet):
    """Of what is filed in a category, or in a part of one."""

    def category_choices(self, viewer: Viewer) -> Choices:
        return moderated_choices(viewer.moderated_ids(Category), to_find=True)

    def filter_category(self, queryset: QuerySet[Any], name: str, slug: str) -> QuerySet[Any]:
        part = Q(**{f"{self.prefix}subcategory__slug": slug})
        return queryset.filter(Q(**{f"{self.prefix}category__slug": slug}) | part)
