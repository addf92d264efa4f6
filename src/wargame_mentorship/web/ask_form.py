"""The form in which somebody asks: what every question has, and what its category wants to know.

It shows all categories with their parts and guided questions at once, and a style sheet hides
those of the categories that are not chosen; so it needs no JavaScript, and takes only what belongs
to the category that is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.help_requests.facets import LONGEST_VALUE
from wargame_mentorship.help_requests.models import Difficulty, HelpRequestFacet, Urgency
from wargame_mentorship.host import Viewer
from wargame_mentorship.taxonomy.models import Category, CategoryPrompt
from wargame_mentorship.web.forms import default_language, language_choices


@dataclass(frozen=True)
class Asked:
    """A guided question in the form."""

    prompt: CategoryPrompt
    field: BoundField

    @property
    def list_id(self) -> str:
        return f"{self.field.auto_id}_list"


@dataclass(frozen=True)
class PartAsked:
    """What only one part of a category wants to know."""

    part: Category
    asked: list[Asked]
    is_chosen: bool


@dataclass(frozen=True)
class Kind:
    """A category of the first level in the form, with what belongs to it."""

    category: Category
    input_id: str
    is_chosen: bool
    part: BoundField | None
    asked: list[Asked]
    by_part: list[PartAsked]


class AskForm(forms.Form):
    title = forms.CharField(
        label=_("Your question in one line"),
        help_text=_("For example: How do I get rid of brush strokes on a red cloak?"),
        max_length=200,
        error_messages={"required": _("Give your question a title.")},
    )
    description = forms.CharField(
        label=_("What happened, and what would you like instead?"),
        help_text=_("In your own words. Markdown works: *emphasis*, lists, links."),
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Describe what you would like help with.")},
        strip=False,
    )
    category = forms.ChoiceField(
        label=_("What is it about?"),
        error_messages={
            "required": _("Choose what it is about."),
            "invalid_choice": _("Choose one of the categories."),
        },
    )
    difficulty_level = forms.ChoiceField(
        label=_("Your level"),
        choices=[("", _("Rather not say")), *Difficulty.choices],
        required=False,
    )
    urgency = forms.ChoiceField(
        label=_("How urgent is it?"), choices=Urgency.choices, initial=Urgency.NORMAL
    )
    language = forms.ChoiceField(label=_("Language you write in"))
    is_private = forms.BooleanField(
        label=_("Only for me, whoever helps me and the moderators"),
        help_text=_("Others will neither see nor find this question."),
        required=False,
    )

    def __init__(
        self,
        viewer: Viewer,
        data: QueryDict | None = None,
        *,
        typed: Mapping[str, Any] | None = None,
        present: Sequence[HelpRequestFacet] = (),
        categories: Collection[str] = (),
    ) -> None:
        """
        Args:
            typed: what to fill it with, named as `help_requests.services.ask` names it.
            present: facets that the edited request has; their prompts are shown even if they
                are in use no more.
            categories: slugs of the first level; others are not offered. All are if none of these
                is in use.
        """
        in_use = list(Category.objects.in_use().with_prompts())
        self._categories = [one for one in in_use if one.slug in categories] or in_use
        self._present = present
        super().__init__(data, initial=self._initial(typed or {}))
        # The stubs give a form's fields the base class, which has no choices.
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            (slug, slug) for slug in ("", *self._by_slug)
        ]
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        self.fields["language"].initial = default_language(viewer)
        for category in self._categories:
            self._add_fields_of(category)
        self.order_fields([*self.fields, "difficulty_level", "urgency", "language", "is_private"])

    def _add_fields_of(self, category: Category) -> None:
        if category.parts:
            general = _("%(category)s in general") % {"category": category.display_name}
            choices = [("", general), *((part.slug, part.display_name) for part in category.parts)]
            self.fields[_part_name(category)] = forms.ChoiceField(
                label=_("Which part of it?"), choices=choices, required=False
            )
        for owner in (category, *category.parts):
            for prompt in self._prompts_of(owner):
                name = _facet_name(owner, prompt)
                attrs = {"autocomplete": "off"}
                if prompt.suggested:
                    attrs["list"] = f"id_{name}_list"
                self.fields[name] = forms.CharField(
                    label=prompt.display_label,
                    help_text=prompt.help_text,
                    max_length=LONGEST_VALUE,
                    required=False,
                    widget=forms.TextInput(attrs=attrs),
                )

    def clean(self) -> dict[str, Any]:
        """Forget what is wrong with fields of categories that are not chosen, and so not seen."""
        category, _part = self._chosen
        shown = {name for _slug, name in self._asked_of_chosen()}
        if category is not None:
            shown.add(_part_name(category))
        for name in [name for name in self.errors if "." in name and name not in shown]:
            del self.errors[name]
        return self.cleaned_data

    def _prompts_of(self, category: Category) -> list[CategoryPrompt]:
        retired = [facet.prompt for facet in self._present if not facet.prompt.is_active]
        return [*category.asked, *(one for one in retired if one.category_id == category.pk)]

    @cached_property
    def _by_slug(self) -> dict[str, tuple[Category, Category | None]]:
        """Every category that may be chosen: itself, or what it is a part of and itself."""
        found: dict[str, tuple[Category, Category | None]] = {}
        for category in self._categories:
            found[category.slug] = (category, None)
            found |= {part.slug: (category, part) for part in category.parts}
        return found

    def offers(self, category: str) -> bool:
        """Whether a category may be chosen; that none is chosen yet is always possible."""
        return not category or category in self._by_slug

    def _initial(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        names = ("title", "description", "difficulty_level", "urgency", "language")
        initial = {name: typed[name] for name in names if typed.get(name)}
        initial["is_private"] = not typed.get("is_public", True)
        category, part = self._by_slug.get(str(typed.get("category", "")), (None, None))
        if category is None:
            if len(self._categories) == 1:
                initial["category"] = self._categories[0].slug
            return initial
        initial["category"] = category.slug
        initial[_part_name(category)] = part.slug if part else typed.get("subcategory") or ""
        facets = typed.get("facets", {})
        for owner in (category, *category.parts):
            for prompt in self._prompts_of(owner):
                initial[_facet_name(owner, prompt)] = facets.get(prompt.slug, "")
        return initial

    @property
    def _chosen(self) -> tuple[Category | None, Category | None]:
        """What the form is about, as far as that is chosen; one field may name a part at once."""
        category, part = self._by_slug.get(str(self["category"].value() or ""), (None, None))
        if category is None or part is not None or not category.parts:
            return category, part
        chosen = str(self[_part_name(category)].value() or "")
        return category, next((one for one in category.parts if one.slug == chosen), None)

    def _asked_of_chosen(self) -> Iterator[tuple[str, str]]:
        """Slugs of the guided questions that the chosen category asks, and names of fields."""
        for owner in self._chosen:
            if owner is not None:
                for prompt in self._prompts_of(owner):
                    yield prompt.slug, _facet_name(owner, prompt)

    @property
    def kinds(self) -> list[Kind]:
        """The categories as the page shows them."""
        chosen, chosen_part = self._chosen
        kinds = []
        for index, category in enumerate(self._categories):
            auto_id = self["category"].auto_id
            by_part = [
                PartAsked(part, self._asked(part), part == chosen_part) for part in category.parts
            ]
            kinds.append(
                Kind(
                    category=category,
                    # The first has the id to which a summary of errors leads.
                    input_id=f"{auto_id}_{category.slug}" if index else auto_id,
                    is_chosen=category == chosen,
                    part=self[_part_name(category)] if category.parts else None,
                    asked=self._asked(category),
                    by_part=[one for one in by_part if one.asked],
                )
            )
        return kinds

    def _asked(self, category: Category) -> list[Asked]:
        return [
            Asked(prompt, self[_facet_name(category, prompt)])
            for prompt in self._prompts_of(category)
        ]

    @property
    def field_names(self) -> dict[str, str]:
        """Names of this form's fields for those of `help_requests.services.ask`."""
        facets = {f"facets.{slug}": name for slug, name in self._asked_of_chosen()}
        return {"subcategory": "category", "is_public": "is_private", **facets}

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, valid or not, named as `help_requests.services.ask` does."""
        category, part = self._chosen
        names = ("title", "description", "difficulty_level", "urgency", "language")
        return {
            **{name: self[name].value() or "" for name in names},
            "category": category.slug if category else "",
            "subcategory": part.slug if part else "",
            "is_public": not self["is_private"].value(),
            "facets": {slug: self[name].value() or "" for slug, name in self._asked_of_chosen()},
        }

    def service_arguments(self) -> dict[str, Any]:
        """What `help_requests.services.ask` takes, except actor, photos and draft."""
        cleaned = self.cleaned_data
        category, part = self._chosen
        return {
            "title": cleaned["title"],
            "description": cleaned["description"],
            "category": category.slug if category else "",
            "subcategory": part.slug if part else None,
            "difficulty_level": cleaned["difficulty_level"],
            "urgency": cleaned["urgency"],
            "language": cleaned["language"],
            "is_public": not cleaned["is_private"],
            "facets": {slug: cleaned[name] for slug, name in self._asked_of_chosen()},
        }


def _part_name(category: Category) -> str:
    # No slug has a dot in it.
    return f"part.{category.slug}"


def _facet_name(category: Category, prompt: CategoryPrompt) -> str:
    return f"facet.{category.slug}.{prompt.slug}"
