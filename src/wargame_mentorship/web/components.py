"""Parts of pages that a host may put on its own pages too.

Each is its props (a frozen dataclass), a template, a tag and a custom element that wraps the
template's markup; a host may render it with laces' `{% component %}` as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.template import Context
from django.template.context_processors import csrf
from django.template.loader import get_template, render_to_string
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from laces.components import Component as LacesComponent

from wargame_mentorship.core.errors import DomainError
from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.forums.unread import unread_counts
from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.help_requests.models import HelpRequest, HelpRequestDraft, Status
from wargame_mentorship.help_requests.transitions import HELP_REQUEST
from wargame_mentorship.host import DisplayUser, Viewer
from wargame_mentorship.photos import services as photos
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.web.ask_form import AskForm
from wargame_mentorship.web.forms import PhotoPicker
from wargame_mentorship.web.once import new_token
from wargame_mentorship.web.people import People

STATUS_ICONS = {
    Status.OPEN.value: "circle-dot",
    Status.IN_PROGRESS.value: "hand-helping",
    Status.RESOLVED.value: "circle-check",
    Status.CLOSED.value: "archive",
}


class Component(LacesComponent):
    """Something that `{% component %}` renders.

    laces alone gives a component's template neither the request nor its CSRF token, so a form in
    it could not be sent. A host's context processors are not asked again for each component.
    """

    template_name: ClassVar[str]

    def render_html(self, parent_context: Context | Mapping[str, Any] | None = None) -> SafeString:
        request: HttpRequest | None = (parent_context or {}).get("request")
        context = {**(self.get_context_data(parent_context) or {}), "request": request}
        if request is not None:
            context.update(csrf(request))
        return SafeString(get_template(self.template_name).render(context))


@dataclass(frozen=True)
class HelpRequestCard(Component):
    """One help request in a list: picture, title, one line of facts.

    `help_request_cards` makes them. Whether the viewer may see the request has been asked before.
    """

    template_name: ClassVar[str] = "wargame_mentorship/help_requests/card.html"

    help_request: HelpRequest
    asker: DisplayUser
    photo: Any | None
    is_first: bool = False
    """Of a list; its picture is not left for later."""
    level: int = 3
    """Of the heading."""
    can_assign: bool = False
    """Whether it has the button with which the viewer takes it on."""
    can_respond: bool = False
    """Whether it has the link to where it is answered."""

    def get_context_data(
        self, parent_context: Context | Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return {"card": self}

    @property
    def category(self) -> Category:
        return self.help_request.subcategory or self.help_request.category

    @property
    def drawing(self) -> str:
        """The icon that stands where there is no photo."""
        return self.help_request.category.icon or "brush"

    @property
    def status_icon(self) -> str:
        return STATUS_ICONS[self.help_request.status]

    @property
    def has_moves(self) -> bool:
        return self.can_assign or self.can_respond


def help_request_cards(
    viewer: Viewer,
    help_requests: Iterable[HelpRequest],
    *,
    show_assign_button: bool = False,
    show_respond_link: bool = False,
    level: int = 3,
) -> list[HelpRequestCard]:
    """Cards for requests that the viewer may see, in a constant number of queries.

    Load the requests with `select_related("category", "subcategory")`. A button or a link is
    there if it is wanted *and* the viewer may do what it is for.
    """
    shown = list(help_requests)
    if not shown:
        return []
    people = People(viewer, [entry.requester_id for entry in shown])
    pictures = photos.photos_of(HelpRequest.KIND, [entry.pk for entry in shown])
    return [
        HelpRequestCard(
            entry,
            people.get(entry.requester_id),
            next(iter(pictures.get(entry.pk, ())), None),
            is_first=index == 0,
            level=level,
            can_assign=show_assign_button and _can_take_on(viewer, entry),
            can_respond=show_respond_link
            and entry.status != Status.CLOSED
            and rules.can_respond_help_request(viewer, entry),
        )
        for index, entry in enumerate(shown)
    ]


def _can_take_on(viewer: Viewer, help_request: HelpRequest) -> bool:
    return "claim" in HELP_REQUEST.available_actions(viewer, help_request)


@dataclass(frozen=True)
class HelpRequestForm(Component):
    """The form for a question; the ask page takes it, and shows it again with what is wrong.

    `help_request_form` makes it for a page of a host's.
    """

    template_name: ClassVar[str] = "wargame_mentorship/help_requests/form.html"

    viewer: Viewer
    form: AskForm
    picker: PhotoPicker
    draft_key: UUID | None = None
    """Under which it is kept until it is sent; what is edited has none."""
    draft: HelpRequestDraft | None = None
    """What it is filled with, of an earlier time."""
    other_draft: HelpRequestDraft | None = None
    """What the viewer has begun besides."""
    draft_is_gone: bool = False
    similar: Sequence[Any] = ()
    checked: bool = False
    """Whether the viewer has asked for what is similar."""
    error: DomainError | None = None
    help_request: HelpRequest | None = None
    """The one that is edited."""
    version: int | str = ""
    """Of what is edited, as the form has it."""
    form_token: str = field(default_factory=new_token)

    def get_context_data(
        self, parent_context: Context | Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return {prop.name: getattr(self, prop.name) for prop in fields(self)}


@dataclass(frozen=True)
class ForumEntry:
    """A category in the list, with how many of its topics the viewer has not read."""

    category: ForumCategory
    unread_count: int = 0


@dataclass(frozen=True)
class ForumCategoryList(Component):
    """The forum categories, each with what is counted of it. `forum_category_list` makes it."""

    template_name: ClassVar[str] = "wargame_mentorship/forums/category_list.html"

    entries: Sequence[ForumEntry]
    level: int = 3
    """Of the headings."""

    def get_context_data(
        self, parent_context: Context | Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return {"list": self}

    @property
    def has_unread(self) -> bool:
        return any(entry.unread_count for entry in self.entries)


def forum_category_list(
    viewer: Viewer, *, categories: Collection[str] = (), level: int = 3
) -> ForumCategoryList:
    """The categories in use, in their order.

    Args:
        categories: slugs; others are left out. All are there if none of these is in use.
    """
    in_use = list(ForumCategory.objects.in_use())
    chosen = [entry for entry in in_use if entry.slug in categories] or in_use
    unread = unread_counts(viewer)
    return ForumCategoryList(
        [ForumEntry(entry, unread.get(entry.pk, 0)) for entry in chosen], level=level
    )


def help_request_form(
    viewer: Viewer, *, categories: Collection[str] = (), title: str = "", category: str = ""
) -> HelpRequestForm:
    """The form as somebody finds it: filled with what it is given, else with their draft.

    Args:
        categories: slugs of the first level; others are not offered. All are if none of these
            is in use.
    """
    given = {"title": title, "category": category} if title or category else None
    form = AskForm(viewer, typed=given, categories=categories)
    mine = services.draft_of(viewer)
    if mine is None or given or not form.offers(mine.data.get("category", "")):
        return HelpRequestForm(
            viewer, form, photo_picker(viewer), draft_key=uuid4(), other_draft=mine
        )
    return form_of_draft(viewer, mine, categories=categories)


def form_of_draft(
    viewer: Viewer, draft: HelpRequestDraft, *, categories: Collection[str] = ()
) -> HelpRequestForm:
    picker = photo_picker(viewer)
    photo_ids = [UUID(key) for key in draft.data.get("photo_ids", ())]
    picker.kept = photos.unattached_photos(viewer, photo_ids)
    form = AskForm(viewer, typed=draft.data, categories=categories)
    return HelpRequestForm(viewer, form, picker, draft_key=draft.pk, draft=draft)


def photo_picker(viewer: Viewer) -> PhotoPicker:
    """For the photos of a question that is not asked yet."""
    return PhotoPicker(viewer, most=services.MOST_PHOTOS, shown=2, movable=True)


def viewer_hash(viewer: Viewer) -> str:
    """By what a browser tells whose drafts it keeps; empty for nobody."""
    if not viewer.is_authenticated:
        return ""
    key = str(viewer.pk)
    return salted_hmac("wargame_mentorship.drafts", key, algorithm="sha256").hexdigest()[:16]


def render_cards(
    request: HttpRequest, cards: Iterable[HelpRequestCard], *, level: int
) -> SafeString:
    return render_to_string(
        "wargame_mentorship/help_requests/cards.html",
        {"cards": list(cards), "level": level},
        request=request,
    )
