"""What a viewer could do with a topic or a post now; the API and the buttons ask here."""

from __future__ import annotations

from wargame_mentorship.forums import rules
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.host import Viewer


def topic_actions(viewer: Viewer, topic: ForumTopic, *, has_solution: bool) -> list[str]:
    is_moderator = rules.is_moderator(viewer, topic)
    actions = []
    if rules.can_reply_topic(viewer, topic) and (is_moderator or not topic.is_locked):
        actions.append("reply")
    if rules.can_edit_topic(viewer, topic):
        actions.append("edit")
    if rules.can_accept_post(viewer, topic):
        actions += ["accept", "unaccept"] if has_solution else ["accept"]
    if is_moderator:
        actions.append("unpin" if topic.is_pinned else "pin")
        actions.append("unlock" if topic.is_locked else "lock")
        actions.append("move")
        if topic.is_counted:
            actions.append("merge")
        if topic.reply_count:
            actions.append("split")
        actions.append("duplicate_of")
    if rules.can_delete_topic(viewer, topic) and (is_moderator or not topic.reply_count):
        actions.append("delete")
    return actions


def post_actions(viewer: Viewer, post: ForumPost) -> list[str]:
    """For a post with its topic; a deleted one can only be restored."""
    if post.is_deleted:
        return ["restore"] if rules.is_moderator(viewer, post.topic) else []
    actions = []
    if rules.can_vote_post(viewer, post):
        actions.append("vote")
    if rules.can_edit_post(viewer, post):
        actions.append("edit")
    if rules.can_delete_post(viewer, post) and not rules.must_keep_post(viewer, post):
        actions.append("delete")
    return actions
