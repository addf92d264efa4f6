"""Who may do what to a topic or a post; asked for everybody, superusers included.

Whether somebody may *see* it is `visible_to`'s business and has been asked before.
"""

from __future__ import annotations

from wargame_mentorship.core.permissions import taking_part
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.host import Viewer


def moderates_category(viewer: Viewer, category: ForumCategory) -> bool:
    return category.pk in viewer.moderated_ids(ForumCategory)


def moderates_any_category(viewer: Viewer, _subject: object = None) -> bool:
    return bool(viewer.moderated_ids(ForumCategory))


def is_moderator(viewer: Viewer, topic: ForumTopic) -> bool:
    return topic.category_id in viewer.moderated_ids(ForumCategory)


def is_asker(viewer: Viewer, topic: ForumTopic) -> bool:
    return viewer.is_me(topic.created_by_id)


@taking_part
def can_start_topic(viewer: Viewer, category: ForumCategory) -> bool:
    """Anybody who takes part."""
    return True


@taking_part
def can_edit_topic(viewer: Viewer, topic: ForumTopic) -> bool:
    """Its author, unless it is locked; the moderators of its category."""
    return is_moderator(viewer, topic) or (is_asker(viewer, topic) and not topic.is_locked)


@taking_part
def can_delete_topic(viewer: Viewer, topic: ForumTopic) -> bool:
    return is_asker(viewer, topic) or is_moderator(viewer, topic)


@taking_part
def can_reply_topic(viewer: Viewer, topic: ForumTopic) -> bool:
    """Whether the topic is locked is another question (409): a moderator may write there."""
    return True


@taking_part
def can_accept_post(viewer: Viewer, topic: ForumTopic) -> bool:
    return is_asker(viewer, topic) or is_moderator(viewer, topic)


@taking_part
def can_edit_post(viewer: Viewer, post: ForumPost) -> bool:
    is_own = viewer.is_me(post.author_id) and not post.topic.is_locked
    return is_own or is_moderator(viewer, post.topic)


@taking_part
def can_delete_post(viewer: Viewer, post: ForumPost) -> bool:
    return viewer.is_me(post.author_id) or is_moderator(viewer, post.topic)


def must_keep_post(viewer: Viewer, post: ForumPost) -> bool:
    """The solution is not its author's alone any more; only moderators may pull it away."""
    return post.is_solution and not is_moderator(viewer, post.topic)


@taking_part
def can_vote_post(viewer: Viewer, post: ForumPost) -> bool:
    """Never on one's own, and nobody votes for somebody else, whatever their rank."""
    return not viewer.is_me(post.author_id)


def can_read_topic_versions(viewer: Viewer, topic: ForumTopic) -> bool:
    return is_asker(viewer, topic) or is_moderator(viewer, topic)


def can_read_post_versions(viewer: Viewer, post: ForumPost) -> bool:
    return viewer.is_me(post.author_id) or is_moderator(viewer, post.topic)
