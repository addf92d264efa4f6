"""Looking up categories by slug, and what they ask; for every door."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.taxonomy.models import Category, CategoryPrompt


def resolve_categories(
    *, category: str, subcategory: str | None = None
) -> tuple[Category, Category | None]:
    """The category and subcategory in use that two slugs name.

    Raises:
        Invalid: unknown, out of use, or the one is not a part of the other.
    """
    wanted = [category, subcategory] if subcategory else [category]
    found = {entry.slug: entry for entry in Category.objects.in_use().filter(slug__in=wanted)}
    top = found.get(category)
    if top is None or top.parent_id is not None:
        raise Invalid.field("category", _("Choose one of the categories."), "invalid_choice")
    if not subcategory:
        return top, None
    part = found.get(subcategory)
    if part is None or part.parent_id != top.pk:
        raise Invalid.field(
            "subcategory", _("Choose one of the parts of this category."), "invalid_choice"
        )
    return top, part


def prompts_of(category: Category, subcategory: Category | None) -> dict[str, CategoryPrompt]:
    """The prompts in use of a category and of its part, by slug; in doubt the part's own."""
    keys = [category.pk, *([subcategory.pk] if subcategory else [])]
    found = CategoryPrompt.objects.in_use().filter(category__in=keys)
    in_order = sorted(found, key=lambda prompt: keys.index(prompt.category_id))
    return {prompt.slug: prompt for prompt in in_order}
