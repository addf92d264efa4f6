"""Discourse forums that a test writes itself, as the public API gives them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wargame_mentorship.flows.imports.discourse import Forum
from wargame_mentorship.flows.imports.posts import Report, Source
from wargame_mentorship.flows.imports.rooms import ROOMS
from wargame_mentorship.flows.imports.run import import_archive

SITE = "forum.example.org"

Json = dict[str, Any]


def category(key: int, slug: str, **changes: Any) -> Json:
    return {
        "id": key,
        "name": slug.title(),
        "slug": slug,
        "color": "0088CC",
        "description_text": f"All about {slug}.",
        "read_restricted": False,
        "subcategory_ids": [],
        **changes,
    }


def post(topic: int, number: int, *, likes: int = 0, **changes: Any) -> Json:
    return {
        "id": topic * 100 + number,
        "topic_id": topic,
        "post_number": number,
        "post_type": 1,
        "user_id": 10,
        "username": "ada",
        "name": "Ada L.",
        "avatar_template": "/letter_avatar_proxy/v4/letter/a/b5e925/{size}.png",
        "created_at": f"2019-03-{number:02}T10:00:00.000Z",
        "updated_at": "2019-04-01T10:00:00.000Z",
        "version": 1,
        "cooked": f"<p>Post {number}.</p>",
        "reply_to_post_number": None,
        "actions_summary": [{"id": 2, "count": likes}] if likes else [],
        "hidden": False,
        "user_deleted": False,
        "deleted_at": None,
        **changes,
    }


def topic(key: int, posts: Iterable[Json], **changes: Any) -> Json:
    own = list(posts)
    return {
        "id": key,
        "title": f"Topic {key}",
        "slug": f"topic-{key}",
        "category_id": 5,
        "tags": [],
        "views": 7,
        "archetype": "regular",
        "pinned": False,
        "closed": False,
        "archived": False,
        "visible": True,
        "created_at": "2019-03-01T10:00:00.000Z",
        "post_stream": {"posts": own, "stream": [one.get("id") for one in own]},
        **changes,
    }


def write_forum(
    folder: Path, topics: Iterable[Json], *, categories: Iterable[Json] | None = None
) -> Path:
    """Write a forum into `folder/forum.example.org`."""
    home = folder / SITE
    (home / "t").mkdir(parents=True, exist_ok=True)
    listed = [category(5, "painting")] if categories is None else list(categories)
    write(home / "categories.json", {"category_list": {"categories": listed}})
    for entry in topics:
        write(home / "t" / f"{entry['id']}.json", entry)
    return home


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content))


def bring(home: Path, **options: Any) -> Report:
    """Import with the defaults of the command."""
    given = {name: options.pop(name) for name in ("place", "by_slug") if name in options}
    archive = Forum(home, licence="CC BY-SA 4.0")
    source = Source(name=archive.site, room=ROOMS["forums"], **{"place": None, **given})
    return import_archive(archive, source, **options)
