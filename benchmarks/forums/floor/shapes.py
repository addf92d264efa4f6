"""From a row of `queries` to what the API answers of forums."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.text import slugify

from benchmarks.floor.answering import Data, key, person, pictures, reader, time


def _url(pk: Any, title: str) -> str:
    slug = slugify(title)[:80].strip("-") or "topic"
    return f"/community/forums/topics/{pk}/{slug}/"


def topic(row: Sequence[Any]) -> Data:
    photos = pictures(row[27])
    pk = key(row[0])
    return {
        "id": pk,
        "category_id": key(row[1]),
        "category": row[2],
        "title": row[3],
        "description": row[4],
        "description_html": row[5],
        "tags": [name for (name,) in json.loads(row[28] or "[]")],
        "language": row[6],
        "created_by": person(row[7:11]),
        "attribution": None,
        "photos": photos,
        "image_urls": [photo["url"] for photo in photos],
        "is_pinned": bool(row[11]),
        "is_locked": bool(row[12]),
        "is_solved": bool(row[13]),
        "is_unread": False,
        "is_watched": False,
        "is_muted": False,
        "view_count": row[14],
        "reply_count": row[15],
        "helpful_count": row[16],
        "last_reply_at": time(row[17]),
        "last_reply_by": person(row[18:22]),
        "moderation_state": row[22],
        "url": _url(pk, row[3]),
        "created_at": time(row[23]),
        "updated_at": time(row[24]),
        "edited_at": time(row[25]),
        "version": row[26],
    }


def post(row: Sequence[Any]) -> Data:
    is_gone = row[13] is not None
    photos = [] if is_gone else pictures(row[18])
    pk, topic_id = key(row[0]), key(row[1])
    return {
        "id": pk,
        "topic": topic_id,
        "author": None if is_gone else person(row[3:7]),
        "attribution": None,
        "content": "" if is_gone else row[7],
        "content_html": "" if is_gone else row[8],
        "photos": photos,
        "image_urls": [photo["url"] for photo in photos],
        "reply_to_id": key(row[9]),
        "is_solution": row[10] is not None,
        "helpful_count": row[11],
        "my_vote": None,
        "moderation_state": row[12],
        "hidden": False,
        "deleted": is_gone,
        "deleted_at": time(row[13]),
        "url": f"{_url(topic_id, row[2])}?post={pk}#post-{pk}",
        "created_at": time(row[14]),
        "updated_at": time(row[15]),
        "edited_at": None if is_gone else time(row[16]),
        "version": row[17],
        "available_actions": [],
    }


def fresh_post(row: Data) -> Data:
    """What the API answers to a reply."""
    pk, topic_id, at = str(row["id"]), str(row["topic_id"]), time(row["created_at"])
    return {
        "id": pk,
        "topic": topic_id,
        "author": reader(row["author_id"]),
        "attribution": None,
        "content": row["content"],
        "content_html": row["content_html"],
        "photos": [],
        "image_urls": [],
        "reply_to_id": None,
        "is_solution": False,
        "helpful_count": 0,
        "my_vote": None,
        "moderation_state": "visible",
        "hidden": False,
        "deleted": False,
        "deleted_at": None,
        "url": f"{_url(topic_id, 'What is on your desk today?')}?post={pk}#post-{pk}",
        "created_at": at,
        "updated_at": at,
        "edited_at": None,
        "version": 1,
        "available_actions": ["edit", "delete"],
    }
