"""The queries of forums, in the words of either database."""

from __future__ import annotations

from benchmarks.floor.sql import USER, photos, rows_in_one

CATEGORY = "wargame_mentorship_forumcategory"
TOPIC = "wargame_mentorship_forumtopic"
POST = "wargame_mentorship_forumpost"
TAG = "wargame_mentorship_forumtag"
TAGGED = "wargame_mentorship_forumtopictag"
TOPIC_READ = "wargame_mentorship_forumtopicread"

TOPIC_COLUMNS = f"""t.id, t.category_id, c.slug, t.title, t.description, t.description_html,
    t.language, u.id, u.display_name, u.username, u.avatar, t.is_pinned, t.is_locked,
    EXISTS (SELECT 1 FROM {POST} AS s WHERE s.accepted_for_id = t.id AND s.deleted_at IS NULL
        AND s.moderation_state = 'visible'),
    t.view_count, t.reply_count, t.helpful_count, t.last_reply_at,
    l.id, l.display_name, l.username, l.avatar,
    t.moderation_state, t.created_at, t.updated_at, t.edited_at, t.version"""
TOPIC_JOINS = f"""FROM {TOPIC} AS t JOIN {CATEGORY} AS c ON c.id = t.category_id
    LEFT JOIN {USER} AS u ON u.id = t.created_by_id
    LEFT JOIN {USER} AS l ON l.id = t.last_reply_by_id
    WHERE t.deleted_at IS NULL AND c.is_active AND t.moderation_state = 'visible'
    AND (t.created_by_id IS NULL OR u.is_active)"""
IN_CONVERSATION = """m.topic_id = %s AND m.moderation_state = 'visible'
    AND (m.author_id IS NULL OR u.is_active)"""


def _topic() -> str:
    tags = rows_in_one(
        ("g.name",),
        f"FROM {TAGGED} AS x JOIN {TAG} AS g ON g.id = x.tag_id WHERE x.content_object_id = t.id",
        "g.name",
    )
    return f"SELECT {TOPIC_COLUMNS}, {photos('forum_topic', 't.id')}, {tags} {TOPIC_JOINS}"


def topics(*, is_further: bool) -> str:
    """Parameters: the category, the place if any, how many."""
    further = "AND NOT t.is_pinned AND (t.last_activity_at, t.id) < (%s, %s)" if is_further else ""
    return f"""{_topic()} AND t.category_id = %s {further}
        ORDER BY t.is_pinned DESC, t.last_activity_at DESC, t.id DESC LIMIT %s"""


def latest() -> str:
    """Parameter: how many."""
    return f"{_topic()} ORDER BY t.last_activity_at DESC, t.id DESC LIMIT %s"


def posts(*, begins: str) -> str:
    """Parameters: the topic, the place if any, how many.

    Args:
        begins: "" for the first page, ">" behind a place, ">=" with it.
    """
    further = f"AND (m.created_at, m.id) {begins} (%s, %s)" if begins else ""
    return f"""SELECT m.id, m.topic_id, t.title, u.id, u.display_name, u.username, u.avatar,
            m.content, m.content_html, m.reply_to_id, m.accepted_for_id, m.helpful_count,
            m.moderation_state, m.deleted_at, m.created_at, m.updated_at, m.edited_at, m.version,
            {photos("forum_post", "m.id")}
        FROM {POST} AS m JOIN {TOPIC} AS t ON t.id = m.topic_id
        LEFT JOIN {USER} AS u ON u.id = m.author_id
        WHERE {IN_CONVERSATION} {further}
        ORDER BY m.created_at, m.id LIMIT %s"""


def mark() -> str:
    """Parameters: the moment, who, the topic."""
    return f"UPDATE {TOPIC_READ} SET read_until = %s WHERE user_id = %s AND topic_id = %s"
