"""Loads the club's forums: topics and posts through the package's services, with a past."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from guardian.shortcuts import assign_perm

from demo.models import LoadedContent
from people.models import User
from wargame_mentorship.forums import services
from wargame_mentorship.forums.documents import post_documents, topic_documents
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.forums.recounts import recount
from wargame_mentorship.forums.seed import SEEDS
from wargame_mentorship.search import services as search

if TYPE_CHECKING:
    from demo.loading import Past

STEERS = {"painting": "dmitri"}
"""Who pins and locks in a category that has a moderator of its own; elsewhere the office does."""


@transaction.atomic
def open_category(entry: Mapping[str, Any], position: int) -> None:
    """A forum of the club's own, below those that the package starts with."""
    there, _ = ForumCategory.objects.get_or_create(
        slug=entry["slug"], defaults={**entry, "sort_order": len(SEEDS) + position}
    )
    LoadedContent.objects.create(key=f"forum-category:{entry['slug']}", object_id=str(there.pk))


def load_topic(entry: Mapping[str, Any], past: Past) -> None:
    people = {person.username: person for person in User.objects.all()}
    # Nothing is published half: an interrupted start leaves the whole topic for the next one.
    with transaction.atomic():
        started_at = past.ago(entry["hours_ago"])
        topic = services.start_topic(
            actor=people[entry["author"]],
            category=ForumCategory.objects.get(slug=entry["category"]),
            title=entry["title"],
            description=entry["description"],
            tags=entry["tags"],
            language=entry["language"],
        )
        past.set_events(started_at)
        last_at, votes = started_at, 0
        for position, written in enumerate(entry["posts"]):
            post = services.reply(
                actor=people[written["author"]], topic=topic, content=written["content"]
            )
            last_at = past.ago(written["hours_ago"])
            past.set_events(last_at)
            for voter in written["helpful_by"]:
                services.mark_helpful(actor=people[voter], post=post)
                votes += 1
            if entry["accepted"] == position:
                asker = people[entry["author"]]
                services.accept(actor=asker, topic=topic, post_id=post.pk)
            past.set_events(last_at + timedelta(minutes=40))
            ForumPost.objects.filter(pk=post.pk).update(
                created_at=last_at, updated_at=last_at, visible_since=last_at
            )
        for name in ("pinned", "locked"):
            if entry[name]:
                service = {"pinned": services.pin, "locked": services.lock}[name]
                service(actor=people[STEERS.get(entry["category"], "admin")], topic=topic)
        past.set_events(last_at)
        ForumTopic.objects.filter(pk=topic.pk).update(
            created_at=started_at,
            updated_at=last_at,
            visible_since=started_at,
            last_activity_at=last_at,
            view_count=5 + int(entry["hours_ago"] ** 0.7) + 7 * votes,
        )
        LoadedContent.objects.create(key=f"forum:{entry['key']}", object_id=str(topic.pk))
    past.set_what_was_told()


def count_the_past() -> None:
    """Make what is counted and searched of the past true, once its dates are set."""
    recount(fix=True)
    search.index_all(topic_documents(ForumTopic.objects.all()))
    search.index_all(post_documents(ForumPost.objects.all()))


def appoint(person: User) -> None:
    """The moderator of one forum, besides what they moderate of the help."""
    painting = ForumCategory.objects.get(slug="painting")
    assign_perm("wargame_mentorship.moderate_forumcategory", person, painting)
