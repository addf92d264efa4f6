"""What one person has written that waits, decided all at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.permissions import require
from wargame_mentorship.host import Viewer, users
from wargame_mentorship.moderation import bundles, rules
from wargame_mentorship.moderation.bundles import Bundle
from wargame_mentorship.moderation.labels import BUNDLES
from wargame_mentorship.wagtail_hooks.base import answering_errors, viewer_of

NAME = "wargame_mentorship_bundles"


def named_bundles(viewer: Viewer) -> list[tuple[Bundle, str]]:
    """Each with the name of whoever wrote it; of whom a block hides there is none."""
    found = bundles.bundles(viewer)
    keys = {bundle.author_id for bundle in found}
    people = users().display(keys - viewer.hidden_ids) if keys else {}
    return [
        (bundle, known.name if (known := people.get(bundle.author_id)) else _("somebody"))
        for bundle in found
    ]


class BundlesView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "wargame_mentorship/admin/bundles.html"
    page_title = gettext_lazy("Waiting together")
    header_icon = "group"
    _show_breadcrumbs = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.viewer = viewer_of(request)
        require(rules.can_moderate_anything, self.viewer, None)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        given = request.POST
        try:
            decided = bundles.decide_bundle(
                actor=self.viewer,
                author_id=given.get("author", ""),
                action=given.get("bundle", ""),
                reason=given.get("reason", ""),
                seen_at=bundles.as_moment(given.get("seen_at", "")),
            )
        except Invalid as error:
            messages.error(request, " ".join(error.texts))
        else:
            text = ngettext("%(count)d is done.", "%(count)d are done.", decided.done)
            messages.success(request, text % {"count": decided.done})
            if decided.is_more:
                messages.warning(
                    request, _("There is more of it than is decided at once: do it again.")
                )
        return HttpResponseRedirect(reverse(NAME))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "bundles": named_bundles(self.viewer),
            "bundle_moves": list(BUNDLES.items()),
        }


def urls() -> list[URLPattern]:
    return [path("mentorship/bundles/", answering_errors(BundlesView.as_view()), name=NAME)]


hooks.register("register_admin_urls", urls)
