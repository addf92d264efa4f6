"""What our views in the Wagtail admin share: who is looking, and at what of it.

Wagtail's generic views ask a permission policy about the model and never about the row. So every
view of ours finds its rows itself, in the categories that whoever is looking moderates; what is
in no such category does not exist for them. The policy is for the rest of Wagtail.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import wraps
from html import unescape
from types import MappingProxyType
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin.ui.components import Component
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.permission_policies import BasePermissionPolicy

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import DomainError, NotAllowed, NotFound, SignInRequired
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.registry import ContentKind
from wargame_mentorship.flows.imports.attribution import placeholder_names
from wargame_mentorship.host import Viewer, users
from wargame_mentorship.moderation import rules
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.photos import services as photos

ICONS: Mapping[str, str] = MappingProxyType(
    {"approve": "check", "reject": "cross", "hide": "no-view", "restore": "view"}
)
"""Wagtail's, by the move."""

ADMIN_MEDIA = Media(css={"all": ["wargame_mentorship/admin.css"]})

AdminView = Callable[..., HttpResponseBase]

Choices = list[tuple[Any, Any]]
"""Of a form's field."""

_viewers: WeakKeyDictionary[HttpRequest, Viewer] = WeakKeyDictionary()


def viewer_of(request: HttpRequest) -> Viewer:
    """One per request, so that menu, views and panels ask for grants once between them."""
    if request not in _viewers:
        _viewers[request] = Viewer(request.user)
    return _viewers[request]


def moderates(request: HttpRequest) -> bool:
    return rules.can_moderate_anything(viewer_of(request))


class ModeratorPolicy(BasePermissionPolicy):
    """Moderators look at, change and delete what is in their categories; nobody adds anything."""

    ACTIONS = frozenset({"view", "change", "delete"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: Any, actions: Collection[str]) -> bool:
        known = not self.ACTIONS.isdisjoint(actions)
        return known and rules.can_moderate_anything(Viewer(user))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Collection[str], instance: Model
    ) -> bool:
        theirs = self.instances_user_has_any_permission_for(user, actions)
        return theirs.filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Collection[str]
    ) -> QuerySet[Any]:
        if self.ACTIONS.isdisjoint(actions):
            return self.model._default_manager.none()  # type: ignore[no-any-return] # Wagtail's
        kind = next(kind for kind in registry.all_kinds() if kind.model is self.model)
        return moderation.moderated(kind.name).by(Viewer(user))


def register_policy(model: type[Model]) -> None:
    """Tell Wagtail of the policy of a model, before anything asks for it."""
    try:
        from wagtail.permissions import register_permission_policy
    except ImportError:  # Wagtail before 8.0 has the policy from the viewset alone.
        return
    register_permission_policy(model, ModeratorPolicy(model))


def answering_errors(view: AdminView) -> AdminView:
    """Our errors as Wagtail's admin answers its own; rendered here, where they can still occur."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.render()
        except NotFound as error:
            raise Http404 from error
        except (SignInRequired, NotAllowed) as error:
            raise PermissionDenied from error
        except DomainError as error:
            return _error_page(request, error)
        return response

    return answer


def _error_page(request: HttpRequest, error: DomainError) -> HttpResponseBase:
    """A part of the host's site does not answer."""
    response = TemplateResponse(
        request,
        "wargame_mentorship/admin/error.html",
        {"message": error.message, "header_title": _("Not now"), "page_title": _("Not now")},
        status=503,
    )
    if retry_after := getattr(error, "retry_after_seconds", None):
        response["Retry-After"] = str(retry_after)
    return response.render()


class HomePanel(Component):
    """On the front page of the admin, about what is whoever's who is looking."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def media(self) -> Media:
        return ADMIN_MEDIA

    def render_html(self, parent_context: Any = None) -> str:
        try:
            html: str = super().render_html(parent_context)
        except DomainError:
            # The front page stands while a part of the host's site does not answer.
            return ""
        return html


class Authors:
    """Who wrote what is on a page: two queries, however long it is."""

    def __init__(self, viewer: Viewer, kind: ContentKind, entries: Iterable[Any]) -> None:
        self._kind = kind
        shown = list(entries)
        keys = {kind.author_id(entry) for entry in shown} - {None}
        self._known = users().display(keys - viewer.hidden_ids) if keys else {}
        nobodys = [entry.pk for entry in shown if kind.author_id(entry) is None]
        self._imported = placeholder_names(kind.name, nobodys) if nobodys else {}

    def name_of(self, entry: Any) -> str:
        author = self._known.get(self._kind.author_id(entry))
        return author.name if author else self._imported.get(entry.pk, _("a former member"))


def excerpt_of(kind: ContentKind, entry: Any, length: int = 90) -> str:
    """How it begins, as plain text."""
    html = moderation.moderated(kind.name).text_html(entry)
    return Truncator(unescape(strip_tags(html)).strip()).chars(length)


class ModeratorView(WagtailAdminTemplateMixin, View):
    """A page about one thing in the categories of whoever is looking."""

    model: Any = None
    kind = ""
    url_namespace = ""
    header_icon = ""

    def setup(self, request: HttpRequest, pk: UUID, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, pk=pk, **kwargs)
        self.viewer = viewer_of(request)
        require(rules.can_moderate_anything, self.viewer, None)
        self.content_kind = registry.get(self.kind)
        self.object = self.find(pk)
        self.next_url = get_valid_next_url_from_request(request)

    def find(self, pk: UUID) -> Any:
        """Raises: NotFound: not there, or in no category of theirs."""
        found = self.rows().filter(pk=pk).first()
        if found is None:
            raise NotFound
        return found

    def rows(self) -> QuerySet[Any]:
        return moderation.moderated(self.kind).by(self.viewer)

    @cached_property
    def title(self) -> str:
        return self.content_kind.title(self.object)

    def url_of(self, name: str) -> str:
        return reverse(f"{self.url_namespace}:{name}", args=[self.object.pk])

    def words(self) -> dict[str, Any]:
        """What it says and shows, for `words.html`."""
        return {
            "text_html": moderation.moderated(self.kind).text_html(self.object),
            "photos": photos.photos_of(self.kind, [self.object.pk])[self.object.pk],
        }

    def page(self, **context: Any) -> TemplateResponse:
        response: TemplateResponse = self.render_to_response(self.get_context_data(**context))
        return response

    @property
    def index_url(self) -> str:
        return reverse(f"{self.url_namespace}:index")

    def get_page_subtitle(self) -> str:
        return self.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.index_url, "label": capfirst(str(self.model._meta.verbose_name_plural))},
            {"url": self.url_of("inspect"), "label": self.title},
            {"url": "", "label": self.get_page_title()},
        ]
