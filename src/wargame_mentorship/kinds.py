"""What each room registers of itself: its kinds of content, what it recounts, whom it keeps out.

Called once, by `apps.ready()`; what the rooms do when something happens is in `receivers.py`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, When
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core import recounts, registry
from wargame_mentorship.core.registry import ContentKind, Moderated
from wargame_mentorship.core.routes import Route
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
from wargame_mentorship.host.viewer import suspending
from wargame_mentorship.moderation.models import FlagCase, Sanction, StaffNote, WatchedWord
from wargame_mentorship.moderation.recounts import recount as recount_cases
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search
from wargame_mentorship.taxonomy.models import Category

_HELP_REQUEST = Route("wargame_mentorship:help-request", pk=UUID(int=0))
_FLAGS = Route("wargame_mentorship:flags")
_STANDING = Route("wargame_mentorship:standing")
_WATCHED_WORD = Route("wargame_mentorship_watched_word", pk=UUID(int=0))
_HELP_REQUESTS = Route("wargame_mentorship:help-requests")
_FORUM_CATEGORY = Route("wargame_mentorship:forum-category", slug="theslug")
_FORUM_TOPIC = Route("wargame_mentorship:forum-topic", pk=UUID(int=0), slug="theslug")


def register() -> None:
    """Fill the registries of `core`, and the hooks that lower rooms leave to higher ones."""
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
                title="title",
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
                title="help_request__title",
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
                title="title",
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
                title="topic__title",
                author="author",
                filed_under=("topic__category_id",),
                visibility_changed=forum_moderating.post_visibility_changed,
            ),
            taken_from=lambda viewer: ForumPost.objects.taken_from(viewer),
        )
    )


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
            title=_title_of,
            url=lambda entry: f"{_FLAGS.url()}#case-{entry.pk}",
            with_whole=_with_title,
        )
    )


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
            with_whole=_with_title,
        )
    )


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


def title_of_sanction(sanction: Sanction) -> str:
    """Of the content that it is about, which the person wrote; or what it is."""
    return _title_of(sanction) if sanction.kind else str(sanction.get_severity_display())


def _title_of(about: FlagCase | Sanction) -> str:
    """Of content that whoever is told of it has seen, deleted or not; gone, it is what it was."""
    kind, known = registry.get(about.kind), vars(about)
    if "title" in known:
        title = known["title"]
    else:
        entry = kind.rows().filter(pk=about.object_id).first()
        title = kind.title(entry) if entry is not None else None
    return title or str(kind.label)


def _with_title(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With the title of what each is about, of whichever kind."""
    titles = [
        When(
            kind=kind.name,
            then=Subquery(
                kind.model._default_manager.filter(pk=OuterRef("object_id")).values(hooks.title)
            ),
        )
        for kind, hooks in registry.moderated_kinds()
    ]
    annotated: QuerySet[Any] = rows.annotate(title=Case(*titles, output_field=CharField()))
    return annotated


def help_request_url(pk: object) -> str:
    return _HELP_REQUEST.url(pk=pk)


def forum_topic_url(topic: ForumTopic) -> str:
    return _FORUM_TOPIC.url(pk=topic.pk, slug=topic.slug)
