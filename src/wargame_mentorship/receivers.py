"""What the rooms do when something has happened, and what each room registers of itself.

The only place where handlers meet events; called once, by `apps.ready()`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core import recounts, registry
from wargame_mentorship.core.registry import ContentKind, Moderated
from wargame_mentorship.core.routes import Route
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.imports.models import ImportedAuthor
from wargame_mentorship.forums import rules as forum_rules
from wargame_mentorship.forums import services as forums
from wargame_mentorship.forums.documents import post_documents, topic_documents
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.forums.recounts import recount as recount_forums
from wargame_mentorship.forums.services import moderating as forum_moderating
from wargame_mentorship.help_requests import rules
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.documents import documents_of
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, HelpResponseStep
from wargame_mentorship.help_requests.recounts import recount as recount_help_requests
from wargame_mentorship.help_requests.services import moderating
from wargame_mentorship.help_requests.waiting import askers_of_similar
from wargame_mentorship.host import moderation, social
from wargame_mentorship.host.viewer import suspending
from wargame_mentorship.moderation import cases
from wargame_mentorship.moderation.models import Flag, FlagCase, Sanction, StaffNote, WatchedWord
from wargame_mentorship.moderation.recounts import recount as recount_cases
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.notifications.verbs import (
    FLAG_DECIDED,
    MODERATED,
    SANCTIONED,
    SIMILAR_SOLVED,
    WATCHED_CATEGORY,
    WATCHED_TOPIC,
)
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search
from wargame_mentorship.taxonomy.models import Category


def connect() -> None:
    """Fill the registries of `core` and the handlers of `events`."""
    registry.register(
        ContentKind(
            name=HelpRequest.KIND,
            label=_("help request"),
            model=HelpRequest,
            visible_to=lambda viewer: HelpRequest.objects.visible_to(viewer),
            author_id=lambda entry: entry.requester_id,
            category_model=Category,
            category_ids=lambda entry: entry.category_ids,
            title=lambda entry: entry.title,
            url=lambda entry: help_request_url(entry.pk),
            documents=documents_of,
            may_edit=rules.can_edit_help_request,
            text=lambda entry: entry.description,
            moderated=Moderated(
                by=lambda viewer: HelpRequest.objects.moderated_by(viewer),
                text_html=lambda entry: entry.description_html,
                parent=lambda entry: None,
                author="requester",
                filed_under=("category_id", "subcategory_id"),
                visibility_changed=moderating.request_visibility_changed,
            ),
        )
    )
    registry.register(
        ContentKind(
            name=HelpResponse.KIND,
            label=_("response"),
            model=HelpResponse,
            visible_to=lambda viewer: HelpResponse.objects.visible_to(viewer),
            author_id=lambda entry: entry.responder_id,
            category_model=Category,
            category_ids=lambda entry: entry.help_request.category_ids,
            title=lambda entry: entry.help_request.title,
            url=lambda entry: f"{help_request_url(entry.help_request_id)}#response-{entry.pk}",
            with_whole=lambda rows: rows.select_related("help_request"),
            text=lambda entry: "\n\n".join(
                [entry.response_text, *entry.steps.values_list("text", flat=True)]
            ),
            moderated=Moderated(
                by=lambda viewer: HelpResponse.objects.moderated_by(viewer),
                text_html=lambda entry: entry.response_text_html,
                parent=lambda entry: entry.help_request,
                author="responder",
                filed_under=("help_request__category_id", "help_request__subcategory_id"),
                visibility_changed=moderating.response_visibility_changed,
            ),
        )
    )
    # Kinds only to photos: what they are attached to, and so who sees them.
    registry.register(
        ContentKind(
            name=HelpResponseStep.KIND,
            label=_("step of a response"),
            model=HelpResponseStep,
            visible_to=lambda viewer: HelpResponseStep.objects.filter(
                response__in=HelpResponse.objects.visible_to(viewer)
            ),
            author_id=lambda entry: entry.response.responder_id,
            category_model=Category,
            category_ids=lambda entry: entry.response.help_request.category_ids,
            title=lambda entry: entry.response.help_request.title,
            url=lambda entry: (
                f"{help_request_url(entry.response.help_request_id)}#response-{entry.response_id}"
            ),
        )
    )
    registry.register(
        ContentKind(
            name=HelpRequest.OUTCOME_KIND,
            label=_("outcome"),
            model=HelpRequest,
            visible_to=lambda viewer: HelpRequest.objects.visible_to(viewer),
            author_id=lambda entry: entry.requester_id,
            category_model=Category,
            category_ids=lambda entry: entry.category_ids,
            title=lambda entry: entry.title,
            url=lambda entry: f"{help_request_url(entry.pk)}#outcome",
        )
    )
    _register_forums()
    _register_categories()
    _register_flag_case()
    _register_sanction()
    _register_watched_word()
    _register_staff_note()
    suspending[:] = [lambda person: Sanction.objects.suspending(person)]
    photos.needed_by[:] = [help_requests.photos_in_drafts, forums.photos_in_drafts]
    recounts.register("help requests", recount_help_requests)
    recounts.register("forums", recount_forums)
    recounts.register("cases", recount_cases)
    recounts.register("photos", photos.recount)
    recounts.register("search", lambda *, fix: search.recount(fix=fix).findings())
    events.handlers.clear()
    for verb, handler in TELLING:
        events.handlers[verb].append(handler)
    for verb in PUBLISHED:
        events.handlers[verb].append(publish_in_feed)
    events.handlers["help_request.approved"].append(publish_question)


def _register_forums() -> None:
    registry.register(
        ContentKind(
            name=ForumTopic.KIND,
            label=_("topic"),
            model=ForumTopic,
            visible_to=lambda viewer: ForumTopic.objects.visible_to(viewer),
            author_id=lambda entry: entry.created_by_id,
            category_model=ForumCategory,
            category_ids=lambda entry: entry.category_ids,
            title=lambda entry: entry.title,
            url=forum_topic_url,
            documents=topic_documents,
            may_edit=forum_rules.can_edit_topic,
            text=lambda entry: entry.description,
            moderated=Moderated(
                by=lambda viewer: ForumTopic.objects.moderated_by(viewer),
                text_html=lambda entry: entry.description_html,
                parent=lambda entry: None,
                author="created_by",
                filed_under=("category_id",),
                visibility_changed=forum_moderating.topic_visibility_changed,
            ),
            taken_from=lambda viewer: ForumTopic.objects.taken_from(viewer),
        )
    )
    registry.register(
        ContentKind(
            name=ForumPost.KIND,
            label=_("post"),
            model=ForumPost,
            visible_to=lambda viewer: ForumPost.objects.visible_to(viewer),
            author_id=lambda entry: entry.author_id,
            category_model=ForumCategory,
            category_ids=lambda entry: entry.topic.category_ids,
            title=lambda entry: entry.topic.title,
            url=lambda entry: f"{forum_topic_url(entry.topic)}?post={entry.pk}#post-{entry.pk}",
            with_whole=lambda rows: rows.select_related("topic"),
            documents=post_documents,
            may_edit=forum_rules.can_edit_post,
            text=lambda entry: entry.content,
            moderated=Moderated(
                by=lambda viewer: ForumPost.objects.moderated_by(viewer),
                text_html=lambda entry: entry.content_html,
                parent=lambda entry: entry.topic,
                author="author",
                filed_under=("topic__category_id",),
                visibility_changed=forum_moderating.post_visibility_changed,
            ),
            taken_from=lambda viewer: ForumPost.objects.taken_from(viewer),
        )
    )


def _register_flag_case() -> None:
    """A kind only to notifications: what somebody has reported leads to what became of it."""
    registry.register(
        ContentKind(
            name=FlagCase.KIND,
            label=_("case"),
            model=FlagCase,
            visible_to=lambda viewer: FlagCase.objects.visible_to(viewer),
            author_id=lambda entry: None,
            category_model=Category,
            category_ids=lambda entry: (),
            title=title_of_case,
            url=lambda entry: f"{_FLAGS.url()}#case-{entry.pk}",
        )
    )


def _register_watched_word() -> None:
    """A kind only to the event log, which says who changed the list."""
    registry.register(
        ContentKind(
            name=WatchedWord.KIND,
            label=_("watched word"),
            model=WatchedWord,
            visible_to=lambda viewer: WatchedWord.objects.visible_to(viewer),
            author_id=lambda entry: None,
            category_model=Category,
            category_ids=lambda entry: entry.category_ids,
            title=lambda entry: entry.phrase,
            url=lambda entry: _WATCHED_WORD.url(pk=entry.pk),
        )
    )


def title_of_case(case: FlagCase) -> str:
    """Of the content, which its moderators and whoever flagged it have seen."""
    return _title_of(case.kind, case.object_id)


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


def _register_sanction() -> None:
    """A kind only to notifications: whoever was warned reads it where they can reply."""
    registry.register(
        ContentKind(
            name=Sanction.KIND,
            label=_("sanction"),
            model=Sanction,
            visible_to=lambda viewer: Sanction.objects.visible_to(viewer),
            author_id=lambda entry: None,
            category_model=Category,
            category_ids=lambda entry: entry.category_ids,
            title=title_of_sanction,
            url=lambda entry: f"{_STANDING.url()}#sanction-{entry.pk}",
        )
    )


def title_of_sanction(sanction: Sanction) -> str:
    """Of the content that it is about, which the person wrote; or what it is."""
    if not sanction.kind:
        return str(sanction.get_severity_display())
    return _title_of(sanction.kind, sanction.object_id)


def _title_of(name: str, object_id: UUID | None) -> str:
    """Of content that whoever is told of it has seen, deleted or not; gone, it is what it was."""
    kind = registry.get(name)
    entry = kind.rows().filter(pk=object_id).first()
    return kind.title(entry) if entry is not None else str(kind.label)


def _register_staff_note() -> None:
    """Only to the log, which says that one was written, and shows none."""
    registry.register(
        ContentKind(
            name=StaffNote.KIND,
            label=_("staff note"),
            model=StaffNote,
            visible_to=lambda viewer: StaffNote.objects.none(),
            author_id=lambda entry: None,
            category_model=Category,
            category_ids=lambda entry: entry.category_ids,
            title=lambda entry: "",
            url=lambda entry: "",
        )
    )


def tell_sanctioned(event: Event) -> None:
    """Whom it is about."""
    person = Sanction.objects.filter(pk=event.subject_id).values_list("person", flat=True)
    notifications.deliver(event=event, recipient_ids=person, verb=SANCTIONED)


def _register_categories() -> None:
    """Kinds only to notifications, which know what is muted, and to the log of moderators."""
    registry.register(
        ContentKind(
            name=Category.KIND,
            label=_("category"),
            model=Category,
            visible_to=lambda viewer: Category.objects.in_use(),
            author_id=lambda entry: None,
            category_model=Category,
            category_ids=lambda entry: tuple(filter(None, (entry.parent_id, entry.pk))),
            title=lambda entry: entry.display_name,
            url=lambda entry: f"{_HELP_REQUESTS.url()}?{urlencode({'category': entry.slug})}",
        )
    )
    # Only to the log: who an imported author is stands beside what they wrote, and nowhere else.
    registry.register(
        ContentKind(
            name=ImportedAuthor.KIND,
            label=_("imported author"),
            model=ImportedAuthor,
            visible_to=lambda viewer: ImportedAuthor.objects.none(),
            author_id=lambda entry: entry.claimed_by_id,
            category_model=Category,
            category_ids=lambda entry: (),
            title=str,
            url=lambda entry: "",
        )
    )
    registry.register(
        ContentKind(
            name=ForumCategory.KIND,
            label=_("forum category"),
            model=ForumCategory,
            visible_to=lambda viewer: ForumCategory.objects.in_use(),
            author_id=lambda entry: None,
            category_model=ForumCategory,
            category_ids=lambda entry: (entry.pk,),
            title=lambda entry: entry.display_name,
            url=lambda entry: _FORUM_CATEGORY.url(slug=entry.slug),
        )
    )


PUBLISHED = ("help_request.asked", "help_request.answered", "help_request.accepted")
"""What goes into the host's activity feed, if everybody may see it."""


_HELP_REQUEST = Route("wargame_mentorship:help-request", pk=UUID(int=0))


def help_request_url(pk: object) -> str:
    return _HELP_REQUEST.url(pk=pk)


_FLAGS = Route("wargame_mentorship:flags")
_STANDING = Route("wargame_mentorship:standing")
_WATCHED_WORD = Route("wargame_mentorship_watched_word", pk=UUID(int=0))
_HELP_REQUESTS = Route("wargame_mentorship:help-requests")
_FORUM_CATEGORY = Route("wargame_mentorship:forum-category", slug="theslug")
_FORUM_TOPIC = Route("wargame_mentorship:forum-topic", pk=UUID(int=0), slug="theslug")


def forum_topic_url(topic: ForumTopic) -> str:
    return _FORUM_TOPIC.url(pk=topic.pk, slug=topic.slug)


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
