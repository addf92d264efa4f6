from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from wargame_mentorship.core.mixins import COUNTED, ModerationState
from wargame_mentorship.host import Actor, Viewer, users
from wargame_mentorship.host.visibility import in_view
from wargame_mentorship.taxonomy.models import Category

if TYPE_CHECKING:
    from wargame_mentorship.help_requests.models import (  # noqa: F401 - named in base classes
        HelpRequest,
        HelpResponse,
    )

UNANSWERED_AFTER = timedelta(hours=48)
"""Open this long without an answer by another, a request needs attention."""

SILENCE_AFTER = timedelta(hours=24)
"""The asker had the last word this long ago: the request needs attention."""

MOST_ASKED_BACK = 200
"""So many questions back of one helper are looked at for answers, the latest."""

WAITING_SINCE = Case(
    When(first_response_at=None, then=F("created_at")),
    # Never NULL once somebody has answered; the database does not know.
    default=Coalesce("last_response_at", "created_at"),
    output_field=DateTimeField(),
)
"""When it was asked; or, if somebody has answered, when the last word was said."""

QUEUES = ("new", "answered", "needs_info", "needs_attention", "solved")


def queue_of(entry: HelpRequest, now: datetime) -> str:
    """The first of `states.md`'s queues that fits, "" when closed; `in_queue` says it in SQL."""
    if entry.status == "closed":
        return ""
    if entry.status == "resolved":
        return "solved"
    if entry.needs_info_since is not None:
        return "needs_info"
    if entry.first_response_at is None and entry.created_at <= now - UNANSWERED_AFTER:
        return "needs_attention"
    if (
        entry.asker_had_last_word
        and entry.last_response_at is not None
        and entry.last_response_at <= now - SILENCE_AFTER
    ):
        return "needs_attention"
    return "new" if entry.first_response_at is None else "answered"


def _in_moderated_categories(viewer: Viewer, prefix: str = "") -> Q:
    ids = viewer.moderated_ids(Category)
    if not ids:
        return Q(pk__in=[])
    return Q(**{f"{prefix}category__in": ids}) | Q(**{f"{prefix}subcategory__in": ids})


class HelpRequestQuerySet(QuerySet["HelpRequest", "HelpRequest"]):
    def visible_to(self, actor: Actor) -> HelpRequestQuerySet:
        """What this person may see: the one rule for lists, details, search, feeds, photos.

        Public, visible requests of active people; one's own, also held and private ones; those
        one is assigned to; everything in the categories one moderates. Never what is deleted,
        nor what a block hides.
        """
        viewer = Viewer.of(actor)
        everybody = Q(is_public=True) & in_view("requester")
        alive = self.filter(deleted_at=None)
        if viewer.user is None:
            return alive.filter(everybody)
        helping = Q(assigned_helper=viewer.pk, moderation_state=ModerationState.VISIBLE)
        seen = alive.filter(
            everybody | Q(requester=viewer.pk) | helping | _in_moderated_categories(viewer)
        )
        return seen.exclude(requester__in=viewer.hidden_user_ids)

    def moderated_by(self, actor: Actor) -> HelpRequestQuerySet:
        """Those in the categories that this person moderates.

        Whoever blocks whom: nobody gets out of reach by blocking their moderators.
        """
        return self.filter(_in_moderated_categories(Viewer.of(actor)), deleted_at=None)

    def as_shown(self) -> HelpRequestQuerySet:
        """With what every door shows beside a request: its categories."""
        return self.select_related("category", "subcategory")

    def with_slugs(self) -> HelpRequestQuerySet:
        """With the slugs of its categories, where nothing else of them is shown."""
        return self.annotate(
            category_slug=F("category__slug"), subcategory_slug=F("subcategory__slug")
        )

    def in_queue(self, queue: str) -> HelpRequestQuerySet:
        """Those whose derived queue (`queue_of`) is the given one, as an index understands it."""
        now = timezone.now()
        if queue == "solved":
            return self.filter(status="resolved")
        going_on = self.filter(status__in=("open", "in_progress"))
        if queue == "needs_info":
            return going_on.filter(needs_info_since__lte=now)
        unanswered = Q(first_response_at=None, created_at__lte=now - UNANSWERED_AFTER)
        silence = Q(asker_had_last_word=True, last_response_at__lte=now - SILENCE_AFTER)
        told = going_on.filter(needs_info_since=None)
        if queue == "needs_attention":
            return told.filter(unanswered | silence)
        told = told.exclude(silence)
        if queue == "answered":
            return told.filter(first_response_at__isnull=False)
        return told.filter(first_response_at=None, created_at__gt=now - UNANSWERED_AFTER)

    def waiting_for(self, actor: Actor) -> HelpRequestQuerySet:
        """What this helper could take on: what is *new* or *needs attention* and nobody has.

        Not their own, and not what nobody waits for any more, because its asker is gone.
        """
        viewer = Viewer.of(actor)
        silence = Q(asker_had_last_word=True, last_response_at__lte=timezone.now() - SILENCE_AFTER)
        return (
            self.visible_to(viewer)
            .filter(
                Q(first_response_at=None) | silence,
                users().active_filter("requester"),
                # In progress or open, as the condition of an index says it.
                resolved_at=None,
                closed_at=None,
                assigned_helper=None,
                needs_info_since=None,
                moderation_state=ModerationState.VISIBLE,
                requester__isnull=False,
            )
            .exclude(requester=viewer.pk)
        )

    def in_hands_of(self, actor: Actor) -> HelpRequestQuerySet:
        """What this helper has taken on, and what its asker has told them when they asked back.

        `is_their_turn` is false while the asker owes an answer or has heard one. One query at
        once, for what they have asked back lately: with it as a list the database goes by keys,
        and would read every request with it as a condition.
        """
        from wargame_mentorship.help_requests.models import HelpResponse

        viewer = Viewer.of(actor)
        said = HelpResponse.objects.filter(COUNTED, help_request=OuterRef("pk"))
        theirs = said.filter(responder=viewer.pk)
        asked_back = HelpResponse.objects.filter(
            responder=viewer.pk, asks_back=True, deleted_at=None
        ).order_by("-created_at")
        asked_about = list(asked_back.values_list("help_request", flat=True)[:MOST_ASKED_BACK])
        return (
            self.visible_to(viewer)
            .annotate(
                was_asked_back=Subquery(
                    said.order_by("-created_at", "-pk").values("asks_back")[:1]
                ),
                is_told=Case(
                    When(needs_info_since__isnull=False, then=False),
                    When(Q(asker_had_last_word=True) | Q(was_asked_back=True), then=True),
                    default=False,
                ),
                is_their_turn=Case(
                    When(is_told=True, then=True),
                    When(needs_info_since__isnull=False, then=False),
                    default=~Exists(theirs),
                ),
            )
            .filter(
                Q(status="in_progress", assigned_helper=viewer.pk)
                | Q(
                    pk__in=asked_about,
                    is_told=True,
                    status__in=("open", "in_progress"),
                    assigned_helper=None,
                )
            )
        )

    def in_categories(self, categories: Iterable[Category]) -> HelpRequestQuerySet:
        """Those in any of these; one of the first level holds what is in its parts."""
        keys = [category.pk for category in categories]
        return self.filter(Q(category__in=keys) | Q(subcategory__in=keys))


class HelpResponseQuerySet(QuerySet["HelpResponse", "HelpResponse"]):
    def visible_to(self, actor: Actor) -> HelpResponseQuerySet:
        """Responses to visible requests: visible ones of active people, and one's own.

        Moderators of the request's category see held and hidden ones too. Those of somebody
        whom a block hides are left out; `in_conversation_of` keeps their place.
        """
        from wargame_mentorship.help_requests.models import HelpRequest

        viewer = Viewer.of(actor)
        # Row by row: of a list of keys SQLite would read every request, for the answers to one.
        asked = HelpRequest.objects.visible_to(viewer).filter(pk=OuterRef("help_request"))
        alive = self.filter(Exists(asked), deleted_at=None)
        if viewer.user is None:
            return alive.filter(in_view("responder"))
        moderated = _in_moderated_categories(viewer, "help_request__")
        seen = alive.filter(in_view("responder") | Q(responder=viewer.pk) | moderated)
        return seen.exclude(responder__in=viewer.hidden_user_ids)

    def moderated_by(self, actor: Actor) -> HelpResponseQuerySet:
        """Those to requests in the categories that this person moderates; with the request."""
        moderated = _in_moderated_categories(Viewer.of(actor), "help_request__")
        alive = self.filter(moderated, deleted_at=None, help_request__deleted_at=None)
        return alive.select_related("help_request")

    def in_conversation_of(self, help_request: HelpRequest, actor: Actor) -> HelpResponseQuerySet:
        """The responses to one request that this person, who sees it, sees or sees a place of.

        As `visible_to`, with the responses of people whom a block hides: a conversation shows a
        placeholder for those. The caller has asked whether the request itself may be seen.
        """
        viewer = Viewer.of(actor)
        said = self.filter(help_request=help_request.pk, deleted_at=None)
        if viewer.user is None:
            return said.filter(in_view("responder"))
        if not viewer.moderated_ids(Category).isdisjoint(help_request.category_ids):
            return said
        return said.filter(in_view("responder") | Q(responder=viewer.pk))

    def answers_to(self, help_request: HelpRequest) -> HelpResponseQuerySet:
        """Those to one request that are answers: no question back, nor what its asker added."""
        found = self.filter(help_request=help_request.pk, asks_back=False)
        if help_request.requester_id is None:
            return found
        by_asker = Q(responder=help_request.requester_id, accepted_for=None)
        return found.exclude(by_asker)

    def in_reading_order(self) -> HelpResponseQuerySet:
        """The solution first, then as they were written."""
        return self.order_by(
            Case(When(accepted_for__isnull=False, then=Value(0)), default=Value(1)),
            "created_at",
            "pk",
        )
