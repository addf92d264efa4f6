"""What forum categories, topics and posts look like from outside, in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from wargame_mentorship.api.attribution import AttributionSerializer, attribution_data
from wargame_mentorship.api.base import people_by_id
from wargame_mentorship.api.fields import KeyField, TextField
from wargame_mentorship.api.moderation import DecideOneSerializer, ReasonSerializer
from wargame_mentorship.api.people import PersonSerializer, ShownUserKeyField, person
from wargame_mentorship.api.photos import PhotoSerializer, photos_data
from wargame_mentorship.core import registry
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.flows.imports.attribution import attribution_of
from wargame_mentorship.forums import services
from wargame_mentorship.forums.actions import post_actions, topic_actions
from wargame_mentorship.forums.links import links_of
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic, ForumVersion
from wargame_mentorship.forums.rules import is_moderator
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation.services import MOST_AT_ONCE
from wargame_mentorship.photos import services as photos
from wargame_mentorship.reputation.services import votes_of


class ForumCategorySerializer(serializers.Serializer[ForumCategory]):
    id = serializers.UUIDField()
    slug = serializers.SlugField()
    name = serializers.CharField(help_text="In the language of the request.")
    description = serializers.CharField()
    icon = serializers.CharField(help_text="Of the icon sprite; may be empty.")
    sort_order = serializers.IntegerField()
    is_active = serializers.BooleanField()
    moderator_ids = serializers.ListField(
        child=ShownUserKeyField(), help_text="Of people, and of the members of groups."
    )
    topic_count = serializers.IntegerField()
    post_count = serializers.IntegerField(help_text="Replies.")
    last_reply_at = serializers.DateTimeField(allow_null=True)
    unread_count = serializers.IntegerField(
        help_text="Topics with something that you have not read; 0 for nobody."
    )


class ForumTopicSerializer(serializers.Serializer[ForumTopic]):
    id = serializers.UUIDField()
    category_id = serializers.UUIDField()
    category = serializers.SlugField()
    title = serializers.CharField()
    description = serializers.CharField(help_text="The opening post.")
    description_html = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField()
    created_by = PersonSerializer(allow_null=True)
    attribution = AttributionSerializer(
        allow_null=True, help_text="Of imported content whose author has no account here."
    )
    photos = PhotoSerializer(many=True)
    image_urls = serializers.ListField(child=serializers.CharField())
    is_pinned = serializers.BooleanField()
    is_locked = serializers.BooleanField()
    is_solved = serializers.BooleanField()
    is_unread = serializers.BooleanField(help_text="Something in it is new to you.")
    is_watched = serializers.BooleanField(help_text="By you.")
    is_muted = serializers.BooleanField(help_text="By you; not because of its category.")
    view_count = serializers.IntegerField()
    reply_count = serializers.IntegerField()
    helpful_count = serializers.IntegerField(help_text="Of all its posts together.")
    last_reply_at = serializers.DateTimeField(allow_null=True)
    last_reply_by = PersonSerializer(allow_null=True)
    moderation_state = serializers.ChoiceField(choices=ModerationState.choices)
    url = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class ForumPostSerializer(serializers.Serializer[ForumPost]):
    """Of a deleted one for most readers, and of one that a block hides, the place alone."""

    id = serializers.UUIDField()
    topic = serializers.UUIDField()
    author = PersonSerializer(allow_null=True)
    attribution = AttributionSerializer(
        allow_null=True, help_text="Of imported content whose author has no account here."
    )
    content = serializers.CharField()
    content_html = serializers.CharField()
    photos = PhotoSerializer(many=True)
    image_urls = serializers.ListField(child=serializers.CharField())
    reply_to_id = serializers.UUIDField(allow_null=True)
    is_solution = serializers.BooleanField()
    helpful_count = serializers.IntegerField()
    my_vote = serializers.BooleanField(allow_null=True)
    moderation_state = serializers.ChoiceField(choices=ModerationState.choices)
    hidden = serializers.BooleanField(
        help_text="True: a placeholder for a post by somebody whom a block hides."
    )
    deleted = serializers.BooleanField(help_text="True: only moderators read what it said.")
    deleted_at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    available_actions = serializers.ListField(child=serializers.CharField())


class ForumTopicLinkSerializer(serializers.Serializer[ForumTopic]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField()


class ForumTopicDetailSerializer(ForumTopicSerializer):
    solution = ForumPostSerializer(allow_null=True)
    duplicate_of = ForumTopicLinkSerializer(
        allow_null=True, help_text="What was asked before, if you may see it."
    )
    duplicates = ForumTopicLinkSerializer(
        many=True, help_text="What asks the same; those that you may see, 50 at most."
    )
    available_actions = serializers.ListField(child=serializers.CharField())


class ForumVersionSerializer(serializers.Serializer[ForumVersion]):
    version = serializers.IntegerField(help_text="Of the content, while it said so.")
    title = serializers.CharField(help_text="Of a topic; empty for a post.")
    text = serializers.CharField()
    written_at = serializers.DateTimeField()
    edited_by = PersonSerializer(allow_null=True, help_text="Who put an end to it.")


class TopicFieldsSerializer(serializers.Serializer[ForumTopic]):
    title = TextField(max_length=200)
    description = TextField(trim_whitespace=False, required=False, allow_blank=True)
    tags = serializers.ListField(
        child=TextField(max_length=services.LONGEST_TAG),
        required=False,
        max_length=services.MOST_TAGS,
    )
    language = TextField(max_length=15, required=False)
    photo_ids = serializers.ListField(
        child=KeyField(), required=False, max_length=services.MOST_PHOTOS
    )


class StartTopicSerializer(TopicFieldsSerializer):
    draft = KeyField(
        required=False, source="draft_id", help_text="The draft that this was; it goes."
    )


class EditTopicSerializer(TopicFieldsSerializer, ReasonSerializer):
    title = TextField(max_length=200, required=False)


class ReplySerializer(serializers.Serializer[ForumPost]):
    content = TextField(trim_whitespace=False)
    reply_to_id = KeyField(required=False, allow_null=True)
    photo_ids = serializers.ListField(
        child=KeyField(), required=False, max_length=services.MOST_PHOTOS
    )
    draft = KeyField(
        required=False, source="draft_id", help_text="The draft that this was; it goes."
    )


class EditPostSerializer(ReasonSerializer):
    content = TextField(trim_whitespace=False, required=False)
    photo_ids = serializers.ListField(
        child=KeyField(), required=False, max_length=services.MOST_PHOTOS
    )


class AcceptPostSerializer(ReasonSerializer):
    post_id = KeyField(allow_null=True)


class ReadTopicSerializer(serializers.Serializer[ForumTopic]):
    up_to = KeyField(
        required=False,
        allow_null=True,
        help_text="The last post that was read; without one, all of the topic was.",
    )


class MoveSerializer(ReasonSerializer):
    category_id = KeyField()


ANNOTATED = ("is_solved", "is_unread", "is_watched", "is_muted")


class MergeSerializer(ReasonSerializer):
    into = KeyField(help_text="Of the topic that stays.")


class SplitSerializer(ReasonSerializer):
    post_ids = serializers.ListField(
        child=KeyField(), allow_empty=False, max_length=services.MOST_SPLIT
    )
    title = TextField(max_length=200)
    category_id = KeyField(
        required=False, allow_null=True, help_text="Where to file it; left out: beside the other."
    )


class SteerManySerializer(ReasonSerializer):
    action = serializers.ChoiceField(choices=list(services.STEERED_TOGETHER))
    items = serializers.ListField(
        child=DecideOneSerializer(), allow_empty=False, max_length=MOST_AT_ONCE
    )
    category_id = KeyField(
        required=False, allow_null=True, help_text="Where to, if they are moved."
    )


class DuplicateOfSerializer(ReasonSerializer):
    topic_id = KeyField(allow_null=True)


def category_data(
    categories: Sequence[ForumCategory],
    moderators: Mapping[Any, Sequence[Any]],
    unread: Mapping[Any, int],
) -> list[dict[str, Any]]:
    return [
        {
            "id": str(entry.pk),
            "slug": entry.slug,
            "name": entry.display_name,
            "description": entry.display_description,
            "icon": entry.icon,
            "sort_order": entry.sort_order,
            "is_active": entry.is_active,
            "moderator_ids": [
                key if isinstance(key, int) else str(key) for key in moderators[entry.pk]
            ],
            "topic_count": entry.topic_count,
            "post_count": entry.post_count,
            "last_reply_at": entry.last_reply_at,
            "unread_count": unread.get(entry.pk, 0),
        }
        for entry in categories
    ]


def topic_data(viewer: Viewer, topics: Sequence[ForumTopic]) -> list[dict[str, Any]]:
    """Topics as lists show them; so many queries however many there are."""
    keys = [entry.pk for entry in topics]
    people = people_by_id(
        key for entry in topics for key in (entry.created_by_id, entry.last_reply_by_id)
    )
    pictures = photos.photos_of(ForumTopic.KIND, keys)
    attributions = attribution_of(
        ForumTopic.KIND,
        {entry.pk: entry.version for entry in topics if entry.created_by_id is None},
    )
    kind = registry.get(ForumTopic.KIND)
    return [
        {
            "id": str(entry.pk),
            "category_id": str(entry.category_id),
            "category": entry.category.slug,
            "title": entry.title,
            "description": entry.description,
            "description_html": entry.description_html,
            "tags": entry.tag_names,
            "language": entry.language,
            "created_by": person(people, entry.created_by_id),
            "attribution": attribution_data(attributions.get(entry.pk)),
            **photos_data(pictures[entry.pk]),
            "is_pinned": entry.is_pinned,
            "is_locked": entry.is_locked,
            # What `as_shown_to` has annotated.
            **{name: vars(entry)[name] for name in ANNOTATED},
            "view_count": entry.view_count,
            "reply_count": entry.reply_count,
            "helpful_count": entry.helpful_count,
            "last_reply_at": entry.last_reply_at,
            "last_reply_by": _unless_hidden(viewer, people, entry.last_reply_by_id),
            "moderation_state": entry.moderation_state,
            "url": kind.url(entry),
            "created_at": entry.created_at,
            "updated_at": entry.updated_at,
            "edited_at": entry.edited_at,
            "version": entry.version,
        }
        for entry in topics
    ]


def topic_detail_data(viewer: Viewer, topic: ForumTopic) -> dict[str, Any]:
    solution = ForumPost.objects.all().solution_of(topic, viewer).first()
    [data] = topic_data(viewer, [topic])
    links = links_of(viewer, topic)
    return {
        **data,
        "solution": post_data(viewer, topic, [solution])[0] if solution else None,
        "duplicate_of": _link(links.original) if links.original else None,
        "duplicates": [_link(entry) for entry in links.duplicates],
        "available_actions": topic_actions(viewer, topic, has_solution=data["is_solved"]),
    }


def _link(topic: ForumTopic) -> dict[str, Any]:
    kind = registry.get(ForumTopic.KIND)
    return {"id": str(topic.pk), "title": topic.title, "url": kind.url(topic)}


def _unless_hidden(viewer: Viewer, people: Any, user_id: Any) -> dict[str, Any] | None:
    return None if user_id in viewer.hidden_ids else person(people, user_id)


def post_data(
    viewer: Viewer, topic: ForumTopic, posts: Sequence[ForumPost]
) -> list[dict[str, Any]]:
    """Posts of a topic, with placeholders for whom a block hides and for what was deleted."""
    hidden_ids, moderates = viewer.hidden_ids, is_moderator(viewer, topic)
    read = [
        entry
        for entry in posts
        if entry.author_id not in hidden_ids and (moderates or not entry.is_deleted)
    ]
    keys = [entry.pk for entry in read]
    people = people_by_id(entry.author_id for entry in read)
    pictures = photos.photos_of(ForumPost.KIND, keys)
    # Nobody votes for what they wrote.
    voted = [entry.pk for entry in read if not viewer.is_me(entry.author_id)]
    votes = votes_of(viewer, ForumPost.KIND, voted)
    attributions = attribution_of(
        ForumPost.KIND, {entry.pk: entry.version for entry in read if entry.author_id is None}
    )
    readable = set(keys)
    kind = registry.get(ForumPost.KIND)
    answers = []
    for entry in posts:
        entry.topic = topic
        shown = entry.pk in readable
        answers.append(
            {
                "id": str(entry.pk),
                "topic": str(entry.topic_id),
                "author": person(people, entry.author_id) if shown else None,
                "attribution": attribution_data(attributions.get(entry.pk)),
                "content": entry.content if shown else "",
                "content_html": entry.content_html if shown else "",
                **photos_data(pictures[entry.pk] if shown else ()),
                "reply_to_id": entry.reply_to_id,
                "is_solution": entry.is_solution,
                "helpful_count": entry.helpful_count,
                "my_vote": votes.get(entry.pk),
                "moderation_state": entry.moderation_state,
                "hidden": entry.author_id in hidden_ids,
                "deleted": entry.is_deleted,
                "deleted_at": entry.deleted_at,
                "url": kind.url(entry),
                "created_at": entry.created_at,
                "updated_at": entry.updated_at,
                "edited_at": entry.edited_at if shown else None,
                "version": entry.version,
                "available_actions": post_actions(viewer, entry) if shown else [],
            }
        )
    return answers


def version_data(versions: Sequence[ForumVersion]) -> list[dict[str, Any]]:
    people = people_by_id(entry.edited_by_id for entry in versions)
    return [
        {
            "version": entry.version,
            "title": entry.title,
            "text": entry.text,
            "written_at": entry.written_at,
            "edited_by": person(people, entry.edited_by_id),
        }
        for entry in versions
    ]
