from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet

if TYPE_CHECKING:
    from wargame_mentorship.taxonomy.models import (  # noqa: F401 - named in base classes
        Category,
        CategoryPrompt,
    )


class CategoryQuerySet(QuerySet["Category", "Category"]):
    def in_use(self) -> CategoryQuerySet:
        return self.filter(is_active=True)

    def top_level(self) -> CategoryQuerySet:
        return self.filter(parent=None)

    def with_parts(self) -> CategoryQuerySet:
        """First-level categories with `parts`, their subcategories in use, in two queries."""
        return self._with_parts(self.model._default_manager.filter(is_active=True))

    def with_prompts(self) -> CategoryQuerySet:
        """As `with_parts`, and on all of them `asked`, their prompts in use; in four queries."""
        prompts: Any = self.model._meta.get_field("prompts").related_model
        # The model declares what is put there too, for readers who do not come from here.
        asked: Any = Prefetch("prompts", prompts.objects.in_use(), to_attr="asked")
        parts = self.model._default_manager.filter(is_active=True).prefetch_related(asked)
        return self._with_parts(parts).prefetch_related(asked)

    def _with_parts(self, parts: QuerySet[Any, Any]) -> CategoryQuerySet:
        prefetch: Any = Prefetch("children", parts, to_attr="parts")
        return self.top_level().prefetch_related(prefetch)


class CategoryPromptQuerySet(QuerySet["CategoryPrompt", "CategoryPrompt"]):
    def in_use(self) -> CategoryPromptQuerySet:
        return self.filter(is_active=True)
