"""What the rooms do when something has happened.

The only place where handlers meet events; called once, by `apps.ready()`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from wargame_mentorship.core import registry
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.help_requests.waiting import askers_of_similar
from wargame_mentorship.host import moderation, social
from wargame_mentorship.moderation import cases
from wargame_mentorship.moderation.models import Flag, FlagCase, Sanction
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.notifications.verbs import (
    FLAG_DECIDED,
    MODERATED,
    SANCTIONED,
    SIMILAR_SOLVED,
    WATCHED_CATEGORY,
    WATCHED_TOPIC,
)


def connect() -> None:
    """Fill the handlers of `events`."""
    events.handlers.clear()
    for verb, handler in TELLING:
        events.handlers[verb].append(handler)
    for verb in PUBLISHED:
        events.handlers[verb].append(publish_in_feed)
    events.handlers["help_request.approved"].append(publish_question)


def tell_of_decision(event: Event) -> None:
    """Those whose flags it was about: of an earlier decision the others were told then."""
    flags = Flag.objects.filter(
        case=event.subject_id, decided_at=datetime.fromisoformat(event.data["decided_at"])
    )
    notifications.deliver(
        event=event, recipient_ids=flags.values_list("flagger", flat=True), verb=FLAG_DECIDED
    )


def hand_to_host(event: Event) -> None:
    """Into the host's own inbox, if it has one."""
    case = FlagCase.objects.filter(pk=event.subject_id).first()
    if case is None or cases.has_queue():
        return
    if (shown := cases.reported(case)) is not None:
        moderation().report(shown)


def tell_sanctioned(event: Event) -> None:
    """Whom it is about."""
    person = Sanction.objects.filter(pk=event.subject_id).values_list("person", flat=True)
    notifications.deliver(event=event, recipient_ids=person, verb=SANCTIONED)


PUBLISHED = ("help_request.asked", "help_request.answered", "help_request.accepted")
"""What goes into the host's activity feed, if everybody may see it."""


def tell_of_answer(event: Event) -> None:
    """The asker and the assigned helper; and whom the answer mentions."""
    notifications.deliver(
        event=event,
        recipient_ids=_people_of(event, "requester", "assigned_helper"),
        target=_response_of(event),
        mentions=True,
    )


def tell_of_question_back(event: Event) -> None:
    """The asker; and whom the question mentions."""
    notifications.deliver(
        event=event,
        recipient_ids=_people_of(event, "requester"),
        target=_response_of(event),
        mentions=True,
    )


def tell_of_acceptance(event: Event) -> None:
    """Whoever wrote the answer; and others who ask something like it."""
    response = _response_of(event)
    author = HelpResponse.objects.filter(pk=response[1]).values_list("responder", flat=True)
    notifications.deliver(event=event, recipient_ids=author, target=response)
    solved = HelpRequest.objects.filter(pk=event.subject_id).first()
    if solved is not None:
        notifications.deliver(
            event=event,
            recipient_ids=askers_of_similar(solved),
            verb=SIMILAR_SOLVED,
            target=response,
            once=True,
        )


def tell_of_reply(event: Event) -> None:
    """Whoever started the topic, and wrote the post that is answered; and whom it mentions.

    Then the others who watch it.
    """
    target = _post_of(event)
    posts = ForumPost.objects.filter(pk=target[1])
    people = posts.values_list("topic__created_by", "reply_to__author").first() or ()
    notifications.deliver(event=event, recipient_ids=people, target=target, mentions=True)
    topic = ForumTopic.objects.filter(posts=target[1]).first()
    if topic is not None:
        notifications.deliver(
            event=event,
            recipient_ids=notifications.watchers_of(topic, event.occurred_at),
            verb=WATCHED_TOPIC,
            target=target,
        )


def tell_of_topic(event: Event) -> None:
    """Whom a new topic mentions; then whoever watches its category."""
    tell_mentioned(event)
    topic = ForumTopic.objects.select_related("category").filter(pk=event.subject_id).first()
    if topic is not None:
        notifications.deliver(
            event=event,
            recipient_ids=notifications.watchers_of(topic.category, event.occurred_at),
            verb=WATCHED_CATEGORY,
        )


def tell_of_accepted_post(event: Event) -> None:
    """Whoever wrote it."""
    target = _post_of(event)
    author = ForumPost.objects.filter(pk=target[1]).values_list("author", flat=True)
    notifications.deliver(event=event, recipient_ids=author, target=target)


def tell_assigned_helper(event: Event) -> None:
    notifications.deliver(event=event, recipient_ids=_people_of(event, "assigned_helper"))


def tell_mentioned(event: Event) -> None:
    """Whom a text mentions; after an edit, those whom it did not mention before."""
    notifications.deliver(event=event, mentions=True)


def tell_of_steering(event: Event) -> None:
    """Whoever wrote it, of what a moderator did with it, and why."""
    kind = registry.get(event.subject_kind)
    entry = kind.model._default_manager.filter(pk=event.subject_id).first()
    if entry is not None:
        notifications.deliver(event=event, recipient_ids=[kind.author_id(entry)], verb=MODERATED)


def tell_of_merge(event: Event) -> None:
    """Whoever started the topic; it leads to the one of which it is a part now."""
    author = ForumTopic.objects.filter(pk=event.subject_id).values_list("created_by", flat=True)
    target = (ForumTopic.KIND, UUID(event.data["after"]["merged_into"]))
    notifications.deliver(event=event, recipient_ids=author, verb=MODERATED, target=target)


def tell_of_split(event: Event) -> None:
    """Whoever started the topic, or wrote what was split off; it leads to the new one."""
    made = UUID(event.data["after"]["topic_id"])
    topics = ForumTopic.objects.filter(pk__in=[event.subject_id, made])
    posts = ForumPost.objects.filter(pk__in=event.data["before"]["post_ids"])
    notifications.deliver(
        event=event,
        recipient_ids=[
            *topics.values_list("created_by", flat=True),
            *posts.values_list("author", flat=True),
        ],
        verb=MODERATED,
        target=(ForumTopic.KIND, made),
    )


def tell_mentioned_at_last(event: Event) -> None:
    """Whom a question mentions that nobody saw yet; in the asker's name, not the moderator's."""
    for asked in _first_seen(event, "help_request.asked"):
        tell_mentioned(asked)


def tell_of_topic_at_last(event: Event) -> None:
    """The same of a topic, and those who watch its category."""
    for started in _first_seen(event, "forum_topic.started"):
        tell_of_topic(started)


TELLING: tuple[tuple[str, events.Handler], ...] = (
    ("help_request.answered", tell_of_answer),
    ("help_request.accepted", tell_of_acceptance),
    ("help_request.assigned", tell_assigned_helper),
    ("help_request.info_requested", tell_of_question_back),
    ("help_request.asked", tell_mentioned),
    ("help_request.edited", tell_mentioned),
    ("help_response.edited", tell_mentioned),
    ("help_request.approved", tell_mentioned_at_last),
    ("forum_topic.replied", tell_of_reply),
    ("forum_topic.accepted", tell_of_accepted_post),
    ("forum_topic.started", tell_of_topic),
    ("forum_topic.edited", tell_mentioned),
    ("forum_post.edited", tell_mentioned),
    ("forum_topic.approved", tell_of_topic_at_last),
    ("forum_topic.merged", tell_of_merge),
    ("forum_topic.split", tell_of_split),
    ("flag_case.flagged", hand_to_host),
    ("flag_case.upheld", tell_of_decision),
    ("flag_case.dismissed", tell_of_decision),
    ("sanction.warned", tell_sanctioned),
    ("sanction.suspended", tell_sanctioned),
    ("sanction.confirmed", tell_sanctioned),
    ("sanction.withdrawn", tell_sanctioned),
    *(
        (verb, tell_of_steering)
        for verb in (
            "forum_topic.moved",
            "forum_topic.marked_duplicate",
            "forum_topic.unmarked_duplicate",
            "forum_topic.locked",
            "forum_topic.unlocked",
            "forum_topic.edited",
            "forum_topic.deleted",
            "forum_topic.undeleted",
            "forum_post.edited",
            "forum_post.deleted",
            "forum_post.undeleted",
        )
    ),
)


def _people_of(event: Event, *columns: str) -> tuple[Any, ...]:
    """Keys of people who have a part in the event's help request."""
    found = HelpRequest.objects.filter(pk=event.subject_id).values_list(*columns).first()
    return found or ()


def _response_of(event: Event) -> tuple[str, UUID]:
    return HelpResponse.KIND, UUID(event.data["response_id"])


def _post_of(event: Event) -> tuple[str, UUID]:
    return ForumPost.KIND, UUID(event.data["post_id"])


def _first_seen(event: Event, verb: str) -> QuerySet[Event]:
    """That the subject of an event was asked, or started."""
    return Event.objects.filter(
        verb=verb, subject_kind=event.subject_kind, subject_id=event.subject_id
    )


def publish_in_feed(event: Event) -> None:
    """Only what an anonymous reader may see; a feed is read by everybody."""
    kind = registry.get(event.subject_kind)
    if kind.visible_to(None).filter(pk=event.subject_id).exists():
        social().publish(event)


def publish_question(event: Event) -> None:
    """What was asked when nobody could see it yet; under the asker's name, not the moderator's."""
    for entry in _first_seen(event, "help_request.asked"):
        publish_in_feed(entry)
