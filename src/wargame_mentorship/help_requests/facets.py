"""Facets: what somebody answered to the guided questions of the category they asked in.

A facet is known by the slug of its prompt, in and out. Two prompts of one slug never meet on a
request: where a part asks what its category asks too, the part's own prompt counts.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import FieldErrors
from wargame_mentorship.core.text import clean_line
from wargame_mentorship.help_requests.models import HelpRequestFacet
from wargame_mentorship.taxonomy.models import Category, CategoryPrompt, translated_label
from wargame_mentorship.taxonomy.services import prompts_of

LONGEST_VALUE = 120

Facets = dict[CategoryPrompt, str]
"""Values by the prompts they answer."""


def key_of(value: str) -> str:
    """What a value is compared by: without regard to case, blanks and how accents are typed."""
    line = unicodedata.normalize("NFC", " ".join(value.split()))
    return line.casefold()[:LONGEST_VALUE]


def clean_facets(
    given: Mapping[str, str | None],
    *,
    category: Category,
    subcategory: Category | None,
    present: Iterable[HelpRequestFacet] = (),
) -> Facets:
    """What the facets of a request will be, once those given by slug are set.

    Args:
        given: a blank value or None takes a facet away; what is left out stays as it is.
        present: those that the request has. They go where the category asks no such thing; a
            prompt that is in use no more keeps its answer.

    Raises:
        Invalid: `facets.<slug>`: `unknown_prompt`, and the codes of a line of text.
    """
    prompts = prompts_of(category, subcategory)
    kept_for = {category.pk, subcategory.pk if subcategory else None}
    facets: dict[str, str] = {}
    for facet in present:
        slug = facet.prompt.slug
        if slug not in prompts and facet.prompt.category_id in kept_for:
            prompts[slug] = facet.prompt
        if slug in prompts:
            facets[slug] = facet.value
    errors = FieldErrors()
    for slug, value in given.items():
        if slug not in prompts:
            errors.add(f"facets.{slug}", _("This category does not ask this."), "unknown_prompt")
        elif value is None or not value.strip():
            facets.pop(slug, None)
        else:
            cleaned = errors.attempt(f"facets.{slug}", clean_line, value, max_length=LONGEST_VALUE)
            facets[slug] = cleaned or ""
    errors.raise_if_any()
    return {prompts[slug]: value for slug, value in facets.items()}


def write_facets(help_request_id: UUID, facets: Facets, *, are_first: bool = False) -> None:
    """Make these the facets of a request, whose row the caller's transaction has written."""
    if not are_first:
        HelpRequestFacet.objects.filter(help_request=help_request_id).delete()
    HelpRequestFacet.objects.bulk_create(
        HelpRequestFacet(
            help_request_id=help_request_id, prompt=prompt, value=value, value_key=key_of(value)
        )
        for prompt, value in facets.items()
    )


class ShownFacet(NamedTuple):
    """A facet as readers see it."""

    slug: str
    label: str
    value: str


def facets_of(help_request_ids: Collection[UUID]) -> dict[UUID, list[ShownFacet]]:
    """The facets of many requests, in one query, as the prompts are ordered."""
    found: dict[UUID, list[ShownFacet]] = defaultdict(list, {pk: [] for pk in help_request_ids})
    if help_request_ids:
        facets = HelpRequestFacet.objects.filter(help_request__in=help_request_ids)
        columns = (
            "help_request_id",
            "prompt__sort_order",
            "prompt__slug",
            "prompt__label",
            "value",
        )
        # Put in order here: a page has few, and a database sorts them no sooner.
        in_order = sorted(facets.values_list(*columns), key=lambda row: row[1:3])
        for pk, _order, slug, label, value in in_order:
            found[pk].append(ShownFacet(slug, translated_label(slug, label), value))
    return dict(found)


def text_of(values: Iterable[str]) -> str:
    """The values as text, for those who read all that somebody has written: a line each."""
    return "\n".join(values)


def saying(prompt_ids: Sequence[UUID], value: str) -> QuerySet[HelpRequestFacet, UUID]:
    """Keys of the requests that answer one of these prompts with this value."""
    facets = HelpRequestFacet.objects.filter(prompt__in=prompt_ids, value_key=key_of(value))
    return facets.values_list("help_request", flat=True)
