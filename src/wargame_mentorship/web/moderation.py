"""What waits for a moderator, or is hidden, kind by kind: decided one by one or together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import Invalid, NotFound
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.paging import InvalidCursor, Ordering, Page, paginate
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.registry import ContentKind
from wargame_mentorship.core.text import as_named
from wargame_mentorship.host import DisplayUser
from wargame_mentorship.moderation import bundles, cases, counts, labels, rules, services
from wargame_mentorship.moderation.counts import MOST_COUNTED
from wargame_mentorship.moderation.models import FlagCase, Sanction
from wargame_mentorship.moderation.services import Named
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.photos import services as photos
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.people import People
from wargame_mentorship.web.together import Refusal, number_done, refusals, refused_input

PAGE_SIZE = 20
LONGEST_WAITING = Ordering("oldest", ("created_at", "id"))
STATES = {
    ModerationState.HELD.value: services.held,
    ModerationState.HIDDEN.value: services.hidden,
}


@dataclass(frozen=True)
class Row:
    """One thing, with all that is needed to decide."""

    entry: Any
    title: str
    url: str
    text_html: str
    author: DisplayUser
    photos: list[Any]
    held_for: str
    is_chosen: bool

    @property
    def value(self) -> str:
        """What its buttons and its box send: it, as it was shown."""
        return f"{self.entry.pk}:{self.entry.version}"


class WaitingView(PluginView):
    typed_fields = ("reason",)

    def get(self, request: HttpRequest) -> HttpResponse:
        require(rules.can_moderate_anything, self.viewer, None)
        try:
            return self._show()
        except InvalidCursor:
            return redirect(self._url())

    def post(self, request: HttpRequest) -> HttpResponse:
        require(rules.can_moderate_anything, self.viewer, None)
        if "bundle" in request.POST:
            return self._decide_bundle(request.POST["bundle"])
        action, values = self._given()
        try:
            if action not in self.moves:
                raise Invalid.field("action", _("Choose what to do."), "required")
            outcomes = services.decide_all(
                actor=self.viewer,
                action=action,
                subjects=list(self._named(values)),
                reason=request.POST.get("reason", ""),
            )
        except Invalid as error:
            return self._show(refused=refused_input(error), chosen=values, status=400)
        # Of what waits less is left than when the kind was looked for.
        vars(self).pop("counts", None)
        done = sum(1 for outcome in outcomes if outcome.error is None)
        if done == len(outcomes):
            return HttpResponseRedirect(self._url(done=done))
        return self._show(
            refused=refusals(outcomes), done=done, chosen=values, status=200 if done else 409
        )

    def _decide_bundle(self, action: str) -> HttpResponse:
        given = self.request.POST
        try:
            decided = bundles.decide_bundle(
                actor=self.viewer,
                author_id=given.get("author", ""),
                action=action,
                reason=given.get("reason", ""),
                seen_at=bundles.as_moment(given.get("seen_at", "")),
            )
        except Invalid as error:
            return self._show(refused=refused_input(error), status=400)
        more = "1" if decided.is_more else ""
        return HttpResponseRedirect(self._url(done=decided.done, more=more))

    @cached_property
    def kind(self) -> ContentKind:
        """The one that is asked for, or else the first of which something waits."""
        kinds = [kind for kind, _hooks in registry.moderated_kinds()]
        asked = self.request.GET.get("kind", "")
        waiting = [kind for kind in kinds if self.counts[kind.name]]
        return next((kind for kind in kinds if kind.name == asked), [*waiting, *kinds][0])

    @cached_property
    def state(self) -> str:
        asked = self.request.GET.get("state", "")
        return asked if asked in STATES else ModerationState.HELD.value

    @cached_property
    def counts(self) -> dict[str, int]:
        return counts.waiting(self.viewer)

    @cached_property
    def moves(self) -> list[str]:
        return [move.action for move in HELD.moves.values() if self.state in move.sources]

    def _given(self) -> tuple[str, list[str]]:
        """The move and what it is for: the button beside one thing, or all that is chosen."""
        for action in self.moves:
            if action in self.request.POST:
                return action, [self.request.POST[action]]
        return self.request.POST.get("action", ""), self.request.POST.getlist("item")

    def _named(self, values: list[str]) -> Iterator[Named]:
        """Raises: NotFound: a value that no form of ours has."""
        for value in values:
            if (named := as_named(value)) is None:
                raise NotFound
            yield Named(self.kind.name, *named)

    def _show(
        self,
        *,
        refused: list[Refusal] | None = None,
        done: int | None = None,
        chosen: list[str] | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        page = paginate(
            STATES[self.state](self.viewer, self.kind.name),
            ordering=LONGEST_WAITING,
            cursor=self.request.GET.get("cursor") or None,
            size=PAGE_SIZE,
            binding=self.state,
        )
        found = bundles.bundles(self.viewer) if self.state == ModerationState.HELD else []
        authors = [self.kind.author_id(entry) for entry in page.items]
        people = People(self.viewer, [*authors, *(bundle.author_id for bundle in found)])
        ticked = {value.partition(":")[0] for value in chosen or ()}
        return self.page(
            "wargame_mentorship/moderation/list.html",
            {
                "has_cases": cases.has_queue(),
                "case_count": self._counted(FlagCase.KIND),
                "appeal_count": self._counted(Sanction.KIND),
                "bundles": [(bundle, people.get(bundle.author_id)) for bundle in found],
                "is_more": self.request.GET.get("more") == "1",
                "waiting_counts": self.counts,
                "rows": self._rows(page, people, ticked),
                "state": self.state,
                "is_held": self.state == ModerationState.HELD.value,
                "bundle_moves": list(labels.BUNDLES.items()),
                "moves": [(action, labels.MOVES[action]) for action in self.moves],
                "kinds": [self._tab(kind) for kind, _hooks in registry.moderated_kinds()],
                "states": [
                    (label, self._url(state=value, kind=self.kind.name), value == self.state)
                    for value, label in (
                        (ModerationState.HELD.value, _("Waiting")),
                        (ModerationState.HIDDEN.value, _("Hidden")),
                    )
                ],
                "reason": self.request.POST.get("reason", ""),
                "refusals": refused or [],
                "done": number_done(self.request) if done is None else done,
                "action_url": self._url(cursor=self.request.GET.get("cursor", "")),
                "all_url": self._url(cursor=self.request.GET.get("cursor", ""), all="1"),
                "newer_url": self._paged(page.previous_cursor),
                "older_url": self._paged(page.next_cursor),
            },
            status=status,
        )

    def _rows(self, page: Page[Any], people: People, chosen: set[str]) -> list[Row]:
        kind, keys = self.kind, [entry.pk for entry in page.items]
        hooks = services.moderated(kind.name)
        pictures = photos.photos_of(kind.name, keys)
        reasons = services.held_for(kind.name, keys)
        everything = "all" in self.request.GET
        return [
            Row(
                entry=entry,
                title=kind.title(entry),
                url=kind.url(entry),
                text_html=hooks.text_html(entry),
                author=people.get(kind.author_id(entry)),
                photos=pictures[entry.pk],
                held_for=reasons.get(entry.pk, ""),
                is_chosen=everything or str(entry.pk) in chosen,
            )
            for entry in page.items
        ]

    def _tab(self, kind: ContentKind) -> tuple[str, str, str, bool]:
        url = self._url(kind=kind.name)
        label = capfirst(str(kind.model._meta.verbose_name_plural))
        return (label, self._counted(kind.name), url, kind is self.kind)

    def _counted(self, name: str) -> str:
        """Nothing for what has no queue here."""
        count = self.counts.get(name)
        return f"{MOST_COUNTED}+" if count == MOST_COUNTED else str(count or "")

    def _url(self, **changes: Any) -> str:
        given = {"kind": self.kind.name, "state": self.state, **changes}
        query = {name: value for name, value in given.items() if value}
        return f"{reverse('wargame_mentorship:moderation')}?{urlencode(query)}"

    def _paged(self, cursor: str | None) -> str | None:
        return self._url(cursor=cursor) if cursor else None
