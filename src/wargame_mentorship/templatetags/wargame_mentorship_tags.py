"""What our templates use, and hosts may: icons, times, cards, counts of what waits."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.template.defaultfilters import stringfilter
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from laces.templatetags.laces import component

from wargame_mentorship.core.errors import DomainError
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import counts
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.web import components
from wargame_mentorship.web.forums.detail import topic_detail

register = template.Library()
# As Wagtail does: a host need not install laces as an app of its own.
register.tag("component", component)

SPRITE = Path(__file__).resolve().parent.parent / "static" / "wargame_mentorship" / "icons.svg"
_SYMBOL = re.compile(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


@cache
def _icons() -> dict[str, str]:
    return dict(_SYMBOL.findall(SPRITE.read_text(encoding="utf-8")))


@register.simple_tag
def wm_icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite, drawn in place: `<use>` reaches no file on another origin.

    Unknown names (an editor may type any) draw nothing.
    """
    drawing = _icons().get(name)
    if drawing is None:
        return mark_safe("")
    spoken = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="wm-icon" viewBox="0 0 24 24" {}>{}</svg>',
        spoken,
        mark_safe(drawing),  # noqa: S308 - from our own file
    )


@register.simple_tag
def wm_time(moment: dt.datetime | None) -> SafeString:
    """A time as people say it, with the exact one at hand; in the zone that is active."""
    if moment is None:
        return mark_safe("")
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname() or ''}".strip(),
        _age(local),
    )


def _age(local: dt.datetime) -> str:
    minutes = int((timezone.now() - local).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    days = hours // 24
    if days < 30:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return date_format(local, "DATE_FORMAT")


@register.filter
@stringfilter
def wm_language_name(code: str) -> str:
    """A language by its own name; a code that Django does not know stays as it is."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


@register.filter
@stringfilter
def wm_initial(name: str) -> str:
    return name[:1].upper()


class Scope(template.Node):
    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        own: dict[str, Any] = context.get("wm") or {}
        with context.push(**own):
            return self.nodelist.render(context)


@register.tag
def wm_scope(parser: Any, token: Any) -> Scope:
    """Unfold what our view gave the page (`wm`), so that it hides no name of the host's outside."""
    nodelist = parser.parse(("endwm_scope",))
    parser.delete_first_token()
    return Scope(nodelist)


@register.inclusion_tag("wargame_mentorship/parts/client.html", takes_context=True)
def wm_elements(context: template.Context) -> dict[str, Any]:
    """Our script, and what its elements clone and say; once on each page that has some."""
    request = context.get("request")
    return {"viewer_hash": components.viewer_hash(Viewer(request.user)) if request else ""}


@register.simple_tag(takes_context=True)
def wm_help_request_cards(
    context: template.Context,
    help_requests: Any,
    level: int = 3,
    show_assign_button: bool = False,
    show_respond_link: bool = False,
) -> SafeString:
    """Cards for help requests that the viewer may see (`visible_to`); `level` is of headings.

    The page needs `wargame_mentorship/wargame_mentorship.css`.
    """
    request = context["request"]
    if hasattr(help_requests, "select_related"):
        help_requests = help_requests.select_related("category", "subcategory")
    cards = components.help_request_cards(
        Viewer(request.user),
        help_requests,
        show_assign_button=show_assign_button,
        show_respond_link=show_respond_link,
    )
    return components.render_cards(request, cards, level=level)


@register.simple_tag(takes_context=True)
def wm_help_request_card(
    context: template.Context,
    help_request: Any,
    show_assign_button: bool = False,
    show_respond_link: bool = False,
    level: int = 3,
) -> SafeString:
    """The card of one help request that the viewer may see; for several use the plural."""
    [card] = components.help_request_cards(
        Viewer(context["request"].user),
        [help_request],
        show_assign_button=show_assign_button,
        show_respond_link=show_respond_link,
        level=level,
    )
    return card.render_html(context)


def _viewer(context: template.Context) -> Viewer:
    """The one of the page, whose blocks are known already; on the host's own pages a new one."""
    own = context.get("wm")
    known = own.get("viewer") if isinstance(own, dict) else None
    return known if isinstance(known, Viewer) else Viewer(context["request"].user)


@register.simple_tag(takes_context=True)
def wm_forum_category_list(
    context: template.Context, categories: Any = "", level: int = 3
) -> SafeString:
    """The forum categories; `categories`, comma-separated or a list, narrows them by slug."""
    shown = components.forum_category_list(
        _viewer(context), categories=_slugs(categories), level=level
    )
    return shown.render_html(context)


@register.simple_tag(takes_context=True)
def wm_topic_detail(context: template.Context, topic: Any, level: int = 2) -> SafeString:
    """A topic that the viewer may see (`visible_to`), with its first posts and a form to reply."""
    viewer = _viewer(context)
    shown = ForumTopic.objects.filter(pk=topic.pk).as_shown_to(viewer).with_draft_of(viewer)
    return topic_detail(viewer, shown.get(), level=level).render_html(context)


def _slugs(given: Any) -> list[str]:
    wanted = given.split(",") if isinstance(given, str) else given
    return [slug.strip() for slug in wanted]


@register.simple_tag(takes_context=True)
def wm_help_request_form(
    context: template.Context, categories: Any = "", title: str = "", category: str = ""
) -> SafeString:
    """The form for a question; `categories`, comma-separated or a list, are all that it offers."""
    form = components.help_request_form(
        Viewer(context["request"].user),
        categories=_slugs(categories),
        title=title,
        category=category,
    )
    return form.render_html(context)


@register.simple_tag(takes_context=True)
def wm_unread_count(context: template.Context) -> int:
    """How many notifications wait, for the host's navigation; 0 where that cannot be told."""
    request = context.get("request")
    if request is None:
        return 0
    try:
        return notifications.unread_count(_viewer(context))
    except DomainError:
        # The navigation stands on error pages too.
        return 0


ATTENDED_BY = {
    "help_request": "mute-help-request",
    "forum_topic": "attend-topic",
    "forum_category": "attend-forum",
}
"""The routes of the buttons, by kind."""


@register.simple_tag(takes_context=True)
def wm_mute_button(context: template.Context, subject: Any) -> SafeString:
    """A button to hear nothing more of a help request, or to be told again.

    None for visitors.
    """
    return _wishes(context, subject, "mute")


@register.simple_tag(takes_context=True)
def wm_watch_buttons(context: template.Context, subject: Any) -> SafeString:
    """Buttons to be told of whatever is new in a topic or forum, or of nothing in it.

    None for visitors.
    """
    return _wishes(context, subject, "watch")


def _wishes(context: template.Context, subject: Any, name: str) -> SafeString:
    viewer = _viewer(context)
    if not viewer.is_authenticated:
        return mark_safe("")
    return render_to_string(
        f"wargame_mentorship/notifications/{name}.html",
        {
            "subject": subject,
            "route": f"wargame_mentorship:{ATTENDED_BY[subject.KIND]}",
            "wishes": _known_wishes(subject) or notifications.wishes_about(viewer, subject),
        },
        request=context["request"],
    )


def _known_wishes(subject: Any) -> notifications.Wishes | None:
    """What a topic was read with (`as_shown_to`)."""
    known = vars(subject)
    if "is_watched" not in known:
        return None
    return notifications.Wishes(is_watched=known["is_watched"], is_muted=known["is_muted"])


@register.simple_tag(takes_context=True)
def wm_waiting_count(context: template.Context) -> int | None:
    """How much waits for a moderator, up to 100 of each kind; None for whoever is none."""
    request = context.get("request")
    if request is None:
        return None
    # On our own pages the grants have been asked for already, and on one of them the numbers.
    known = context.get("wm") or {}
    viewer = known.get("viewer") or Viewer(request.user)
    try:
        return sum((known.get("waiting_counts") or counts.waiting(viewer)).values())
    except DomainError:
        return None
