"""Asking for help, changing what was asked, and deleting it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import (
    FieldErrors,
    check_language,
    clean_markdown,
    clean_reason,
    clean_title,
)
from wargame_mentorship.core.errors import Conflict, Invalid, Stale
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.text import clean_line
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.help_requests import rules
from wargame_mentorship.help_requests.documents import document_of
from wargame_mentorship.help_requests.facets import (
    LONGEST_VALUE,
    Facets,
    clean_facets,
    write_facets,
)
from wargame_mentorship.help_requests.models import (
    Difficulty,
    HelpRequest,
    HelpRequestFacet,
    Urgency,
)
from wargame_mentorship.help_requests.services.common import (
    MOST_PHOTOS,
    rotate_photo_urls,
    visible,
)
from wargame_mentorship.help_requests.services.drafting import finish_draft
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation.holding import (
    Hold,
    adds_photos,
    hold_columns,
    record_hold,
    screen,
)
from wargame_mentorship.moderation.words import Text
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.taxonomy.services import resolve_categories


@dataclass(frozen=True)
class _Content:
    """What somebody asks, cleaned; the fields of a help request that its asker sets."""

    columns: Mapping[str, Any]
    category: Category
    subcategory: Category | None
    facets: Facets

    @property
    def texts(self) -> tuple[Text, ...]:
        """All that others will read of it."""
        return (
            Text("title", self.columns["title"], is_markdown=False),
            Text("description", self.columns["description"]),
            *(
                Text(f"facets.{prompt.slug}", value, is_markdown=False, most=LONGEST_VALUE)
                for prompt, value in self.facets.items()
            ),
        )

    def reworded(self, texts: tuple[Text, ...]) -> _Content:
        """The same with what a screening made of its texts.

        Raises: Invalid: one is too long now.
        """
        if texts == self.texts:
            return self
        errors = FieldErrors()
        title, description, *values = texts
        new_title = errors.attempt("title", clean_title, title.value)
        new_text = errors.attempt("description", clean_markdown, description.value)
        facets = [
            errors.attempt(text.name, clean_line, text.value, max_length=text.most) or ""
            for text in values
        ]
        errors.raise_if_any()
        assert new_text is not None  # noqa: S101 - an error would have been raised
        return replace(
            self,
            columns={
                **self.columns,
                "title": new_title,
                "description": new_text[0],
                "description_html": new_text[1],
            },
            facets=dict(zip(self.facets, facets, strict=True)),
        )

    @property
    def category_ids(self) -> list[UUID]:
        return [entry.pk for entry in (self.category, self.subcategory) if entry]


def ask(
    *,
    actor: Actor,
    title: str,
    description: str,
    category: str,
    subcategory: str | None = None,
    difficulty_level: str = "",
    urgency: str = Urgency.NORMAL,
    is_public: bool = True,
    language: str = "en",
    facets: Mapping[str, str | None] | None = None,
    photo_ids: Sequence[UUID] = (),
    draft_id: UUID | None = None,
) -> HelpRequest:
    """Ask for help; categories are given by slug, photos are one's own and not yet attached.

    Args:
        facets: answers to the guided questions of the category, by their slugs.
        draft_id: the draft that this was; it goes, and nothing brings it back.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    content = _clean(
        title=title,
        description=description,
        category=category,
        subcategory=subcategory,
        difficulty_level=difficulty_level,
        urgency=urgency,
        is_public=is_public,
        language=language,
        facets=facets or {},
    )
    require(rules.can_ask_help_request, viewer, content.category)
    screened = screen(
        viewer,
        HelpRequest.KIND,
        content.texts,
        content.category_ids,
        len(photo_ids),
    )
    return _ask(
        actor=viewer,
        content=content.reworded(screened.texts),
        held=screened.held,
        photo_ids=photo_ids,
        draft_id=draft_id,
    )


@write
def _ask(
    *,
    actor: Viewer,
    content: _Content,
    held: Hold | None,
    photo_ids: Sequence[UUID],
    draft_id: UUID | None,
) -> HelpRequest:
    if draft_id is not None:
        finish_draft(actor, draft_id)
    now = timezone.now()
    help_request = HelpRequest.objects.create(
        **content.columns,
        requester_id=actor.pk,
        created_at=now,
        updated_at=now,
        last_activity_at=now,
        **hold_columns(held, now),
    )
    photos.attach_photos(
        actor=actor,
        kind=HelpRequest.KIND,
        content_id=help_request.pk,
        photo_ids=photo_ids,
        most=MOST_PHOTOS,
    )
    if content.facets:
        write_facets(help_request.pk, content.facets, are_first=True)
    search.index(document_of(help_request))
    events.record("help_request.asked", actor=actor, subject=help_request)
    record_hold(help_request, held)
    return help_request


def edit(
    *,
    actor: Actor,
    help_request: HelpRequest,
    changes: Mapping[str, Any],
    photo_ids: Sequence[UUID] | None = None,
    if_version: int | None = None,
) -> HelpRequest:
    """Change what `ask` sets; fields that `changes` leaves out keep their values.

    So do facets that its `facets` leave out, unless the category is another and asks no such
    thing; a blank value takes one away.

    An edit that changes nothing leaves no trace: no version, no event, and what a helper asked
    back stays unanswered.

    Raises:
        Stale: `if_version` is no longer the version of the request.
    """
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    require(rules.can_edit_help_request, viewer, current)
    given: dict[str, Any] = {
        "title": current.title,
        "description": current.description,
        "category": current.category.slug,
        "subcategory": current.subcategory.slug if current.subcategory else None,
        "difficulty_level": current.difficulty_level,
        "urgency": current.urgency,
        "is_public": current.is_public,
        "language": current.language,
    }
    if "category" in changes and "subcategory" not in changes:
        given["subcategory"] = None
    present = list(current.facets.select_related("prompt"))
    content = _clean(**{**given, "facets": {}, **changes}, present=present)
    if not rules.can_move_help_request(viewer, current, content.category_ids):
        raise Invalid.field(
            "category", _("You can move this only where you moderate too."), "not_moderated"
        )
    facets = {facet.prompt: facet.value for facet in present}
    held, named = None, frozenset(changes)
    if rules.is_asker(viewer, current) and (
        content.facets != facets
        or _text_changed(current, content)
        or adds_photos({HelpRequest.KIND: [current.pk]}, photo_ids)
    ):
        screened = screen(
            viewer,
            HelpRequest.KIND,
            content.texts,
            content.category_ids,
            len(photo_ids or ()),
        )
        held = screened.held
        named |= screened.changed & {"title", "description"}
        content = content.reworded(screened.texts)
    return _edit(
        actor=viewer,
        help_request=current,
        columns={name: content.columns[name] for name in _named(named)},
        facets=content.facets if content.facets != facets else None,
        held=held,
        photo_ids=photo_ids,
        if_version=if_version,
    )


def _named(changes: Collection[str]) -> list[str]:
    """The columns that an edit is about; the others are somebody else's to change meanwhile."""
    implied = {"description": "description_html", "category": "subcategory"}
    named = [name for name in changes if name != "facets"]
    return [*named, *(implied[name] for name in named if name in implied)]


@write
def _edit(
    *,
    actor: Viewer,
    help_request: HelpRequest,
    columns: Mapping[str, Any],
    facets: Facets | None,
    held: Hold | None,
    photo_ids: Sequence[UUID] | None,
    if_version: int | None,
) -> HelpRequest:
    # Compared with the row as it is now and not as it was read: of two edits at once, one of
    # them "make it private", neither undoes the other.
    rows = HelpRequest.objects.filter(pk=help_request.pk)
    before = rows.select_for_update().filter(deleted_at=None).first()
    if before is None or if_version not in (None, before.version):
        raise Stale
    now = timezone.now()
    changed = {name: value for name, value in columns.items() if getattr(before, name) != value}
    if photo_ids is not None:
        present = photos.photos_of(HelpRequest.KIND, [before.pk])[before.pk]
        if [photo.pk for photo in present] == list(photo_ids):
            photo_ids = None
    if not changed and facets is None and photo_ids is None:
        help_request.refresh_from_db()
        return help_request
    if held:
        changed |= hold_columns(held, now)
    if rules.is_asker(actor, before):
        changed["needs_info_since"] = None
    rows.update(**changed, updated_at=now, version=F("version") + 1)
    help_request.refresh_from_db()
    if photo_ids is not None:
        photos.replace_photos(
            actor=actor,
            kind=HelpRequest.KIND,
            content_id=help_request.pk,
            photo_ids=photo_ids,
            most=MOST_PHOTOS,
        )
    if facets is not None:
        write_facets(help_request.pk, facets)
    if (before.is_public, before.moderation_state) != (
        help_request.is_public,
        help_request.moderation_state,
    ):
        rotate_photo_urls(help_request)
    search.index(document_of(help_request))
    events.record_moderation(
        "help_request.edited",
        actor=actor,
        subject=help_request,
        before=_facts(before),
        after=_facts(help_request),
        owner_ids=(before.requester_id,),
        category_ids=(*before.category_ids, *help_request.category_ids),
    )
    record_hold(help_request, held)
    return help_request


def _facts(help_request: HelpRequest) -> dict[str, Any]:
    """What the log tells of an edit: no words."""
    return {
        "version": help_request.version,
        "category_ids": [str(key) for key in help_request.category_ids],
        "difficulty_level": help_request.difficulty_level,
        "urgency": help_request.urgency,
        "is_public": help_request.is_public,
        "language": help_request.language,
    }


@write
def delete(
    *, actor: Actor, help_request: HelpRequest, reason: str = "", if_version: int | None = None
) -> HelpRequest:
    """Delete a request softly; its asker only while nobody else has answered (`answered`)."""
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    require(rules.can_delete_help_request, viewer, current)
    if not rules.is_moderator(viewer, current) and current.first_response_at is not None:
        raise Conflict(_("Somebody has answered; close the request instead."), code="answered")
    cleaned = clean_reason(reason)
    unchanged = HelpRequest.objects.filter(pk=current.pk, deleted_at=None)
    if if_version is not None:
        unchanged = unchanged.filter(version=if_version)
    now = timezone.now()
    if not unchanged.update(
        deleted_at=now,
        deleted_by_id=viewer.pk,
        deleted_reason=cleaned,
        updated_at=now,
        version=F("version") + 1,
    ):
        raise Stale
    search.remove(HelpRequest.KIND, [current.pk])
    rotate_photo_urls(current)
    events.record_moderation(
        "help_request.deleted",
        actor=viewer,
        subject=current,
        before={"is_deleted": False},
        after={"is_deleted": True},
        reason=cleaned,
        owner_ids=(current.requester_id,),
    )
    current.refresh_from_db()
    return current


def _clean(
    *,
    title: str,
    description: str,
    category: str,
    subcategory: str | None,
    difficulty_level: str,
    urgency: str,
    is_public: bool,
    language: str,
    facets: Mapping[str, str | None],
    present: Sequence[HelpRequestFacet] = (),
) -> _Content:
    errors = FieldErrors()
    cleaned_title = errors.attempt("title", clean_title, title)
    cleaned_text = errors.attempt("description", clean_markdown, description)
    categories = errors.attempt(
        "category", resolve_categories, category=category, subcategory=subcategory
    )
    for name, value, allowed in (
        ("difficulty_level", difficulty_level, {"", *Difficulty.values}),
        ("urgency", urgency, {*Urgency.values}),
    ):
        if value not in allowed:
            errors.add(name, _("This is not one of the choices."), "invalid_choice")
    errors.attempt("language", check_language, language)
    cleaned_facets: Facets | None = None
    if categories is not None:
        cleaned_facets = errors.attempt(
            "facets",
            clean_facets,
            facets,
            category=categories[0],
            subcategory=categories[1],
            present=present,
        )
    errors.raise_if_any()
    assert cleaned_text is not None and categories is not None  # noqa: S101, PT018 - see above
    assert cleaned_facets is not None  # noqa: S101 - see above
    top, part = categories
    return _Content(
        columns={
            "title": cleaned_title,
            "description": cleaned_text[0],
            "description_html": cleaned_text[1],
            "category": top,
            "subcategory": part,
            "difficulty_level": difficulty_level,
            "urgency": urgency,
            "is_public": is_public,
            "language": language,
        },
        category=top,
        subcategory=part,
        facets=cleaned_facets,
    )


def _text_changed(help_request: HelpRequest, content: _Content) -> bool:
    """Or filed where other words are watched."""
    before = (help_request.title, help_request.description, help_request.category_ids)
    return before != (
        content.columns["title"],
        content.columns["description"],
        tuple(content.category_ids),
    )
