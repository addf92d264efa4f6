"""Forums of five years: twenty categories, one of them with most of the topics, and in it a topic
that never ends; votes, photos, tags, edits, what was deleted or held, and who has read what.

Rows are in the state that the services leave behind: `wm_check` finds nothing but photos without
files. The same seed makes the same forums; only their last day is today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models.functions import Coalesce
from guardian.shortcuts import assign_perm

from benchmarks.making import READER, SiteMaker
from benchmarks.rows import Row, Table, insert_all
from benchmarks.texts import html_of, text_of, words_of
from wargame_mentorship.conf import app_settings
from wargame_mentorship.forums.models import (
    ForumCategory,
    ForumCategoryRead,
    ForumPost,
    ForumTag,
    ForumTopic,
    ForumTopicRead,
    ForumTopicTag,
    ForumVersion,
)
from wargame_mentorship.forums.recounts import recount
from wargame_mentorship.notifications.models import Mute, Watch
from wargame_mentorship.search.full_text import install, uninstall
from wargame_mentorship.search.models import SearchDocument
from wargame_mentorship.search.words import lexemes

CATEGORIES = 20
BIG = "forum-01"
"""The slug of the category with three of five topics, one of which has every fiftieth post."""

POSTS_PER_TOPIC = 10
GIANT_TITLE = "What is on your desk today?"
CHUNK = 2_500

MARKS = 120
"""On topics, of somebody who reads; on average."""
MOST_MARKS = 400
READER_WATCHES = 40


class Maker(SiteMaker):
    """Makes everything but the schema; `rows` is the number of topics."""

    VERSION = 1
    SPAN = timedelta(days=5 * 365)
    HELD_POSTS = 0.005
    """So many of them wait for a moderator."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows, people=max(60, rows * 2 // 5))
        self.topics = Table(ForumTopic)
        self.tagged = Table(ForumTopicTag)
        self.posts = Table(ForumPost)
        self.versions = Table(ForumVersion)
        self.watches = Table(Watch)
        self.watched_by_reader: list[Row] = []
        self.categories: list[ForumCategory] = []
        self.tags: list[ForumTag] = []
        self.recent: list[Row] = []
        """What somebody may not have read yet."""
        self.oldest_unread = self.now - timedelta(days=app_settings.UNREAD_DAYS)

    def make(self, say: Callable[[str], None]) -> None:
        self.make_people()
        self._make_categories()
        giant = self.rows // 2
        counts = self._counts_of_posts(giant)
        tables = self.tables()
        # Document by document, the index of so many would take several times as long.
        with connection.schema_editor() as editor:
            uninstall(editor)
        for number in range(self.rows):
            self._make_topic(number, counts[number], is_giant=number == giant)
            if (number + 1) % CHUNK == 0:
                insert_all(tables)
                say(f"  {number + 1:,} of {self.rows:,}")
        few = min(READER_WATCHES, len(self.watched_by_reader))
        for topic in self.random.sample(self.watched_by_reader, k=few):
            self._watch_one(self.people[0], topic)
        insert_all(tables)
        for category in self.categories:
            category.save()
        self._make_marks()
        self._make_mutes()
        say("  making the index for search")
        with connection.schema_editor() as editor:
            install(editor)

    def tables(self) -> tuple[Table, ...]:
        """In the order in which they refer to each other."""
        return (
            *(self.topics, self.posts, self.tagged, self.versions, self.votes),
            *(self.photos, self.documents, self.events, self.watches),
        )

    # --------------------------------------------------------------------------- categories

    def _make_categories(self) -> None:
        for number in range(1, CATEGORIES + 1):
            category = ForumCategory.objects.create(
                slug=f"forum-{number:02d}",
                name=f"Forum {number:02d}",
                description=self.texts.title(),
                sort_order=number,
            )
            self.categories.append(category)
            for key in self.people[38 + number : 40 + number]:
                moderator = get_user_model()(pk=key)
                assign_perm("wargame_mentorship.moderate_forumcategory", moderator, category)
        names = [f"tag-{number:02d}" for number in range(60)]
        self.tags = ForumTag.objects.bulk_create([ForumTag(name=name, slug=name) for name in names])

    def _counts_of_posts(self, giant: int) -> list[int]:
        """How many posts each topic has: few have many, and all together there are so many."""
        counts = [int(self.random.expovariate(1 / POSTS_PER_TOPIC)) for _ in range(self.rows)]
        counts[giant] = max(3, self.rows // 5)
        missing = POSTS_PER_TOPIC * self.rows - sum(counts)
        while missing:
            at = self.random.randrange(self.rows)
            step = 1 if missing > 0 else -1
            if at != giant and counts[at] + step >= 0:
                counts[at] += step
                missing -= step
        return counts

    # ------------------------------------------------------------------------------- topics

    def _make_topic(self, number: int, posts: int, *, is_giant: bool) -> None:
        chance = self.random.random
        # Of late there are more than there once were.
        age = (1 - (number + 1) / self.rows) ** 1.5
        started = self.now - self.SPAN * age - timedelta(minutes=30 + 30 * chance())
        category = self.categories[0]
        if not is_giant and chance() >= 0.6:
            category = self.random.choice(self.categories[1:])
        author = self.person() if chance() > 0.01 else None
        if is_giant:
            author = self.host
        texts = self.texts.paragraphs(1, 3)
        title = GIANT_TITLE if is_giant else self.texts.title()[:200]
        topic = self.topics.add(
            id=self.key(started),
            category_id=category.pk,
            title=title,
            description=text_of(texts),
            description_html=html_of(texts),
            language="en" if is_giant or chance() < 0.9 else "de",
            created_by_id=author,
            is_pinned=not is_giant and number % max(2, self.rows // 10) == 1,
            is_locked=not is_giant and chance() < 0.01,
            view_count=int(self.random.paretovariate(1.1) * 8) % 100_000,
            reply_count=0,
            helpful_count=0,
            created_at=started,
            updated_at=started,
            last_activity_at=started,
            visible_since=started,
        )
        fate = 1 if is_giant else chance()
        if fate < 0.005:
            topic |= {"moderation_state": "held", "visible_since": None}
        elif fate < 0.01:
            topic |= {"deleted_at": self.now, "deleted_reason": "Twice the same"}
        self.record(
            "forum_topic.started", topic["created_by_id"], "forum_topic", topic["id"], started
        )
        tags = [] if is_giant else self.random.sample(self.tags, k=self.random.randint(0, 3))
        for tag in tags:
            self.tagged.add(tag_id=tag.pk, content_object_id=topic["id"])
        if chance() < 0.2:
            for position in range(self.random.randint(1, 3)):
                self.photo("forum_topic", topic["id"], position, topic["created_by_id"], started)
        said = self._make_posts(topic, category, posts)
        self._watch(topic, [topic["created_by_id"], *(post["author_id"] for post in said)])
        if said and chance() < 0.4:
            self._accept(topic, said)
        if topic["last_activity_at"] > self.oldest_unread:
            self.recent.append(topic)
        self._count(category, topic)
        if "deleted_at" not in topic:
            names = lexemes(" ".join(sorted(tag.name for tag in tags)), topic["language"]).strip()
            words = words_of(texts, topic["language"])
            self.documents.add(
                kind="forum_topic",
                object_id=topic["id"],
                title=title,
                title_words=lexemes(title, topic["language"]),
                body_words=f"{words}{names} " if names else words,
                language=topic["language"],
                category_id=category.pk,
                created_at=started,
            )

    def _count(self, category: ForumCategory, topic: Row) -> None:
        if not is_counted(topic):
            return
        category.topic_count += 1
        category.post_count += topic["reply_count"]
        last = [moment for moment in (category.last_reply_at, topic.get("last_reply_at")) if moment]
        category.last_reply_at = max(last, default=None)

    def _watch(self, topic: Row, people: list[UUID | None]) -> None:
        for key in dict.fromkeys(people):
            if key == self.people[0]:
                # Who writes more than anybody would watch more than anybody does.
                self.watched_by_reader.append(topic)
            elif key is not None and self.random.random() < 0.9:
                self._watch_one(key, topic)

    def _watch_one(self, key: UUID, topic: Row) -> None:
        self.watches.add(
            id=self.key(topic["created_at"]),
            user_id=key,
            kind="forum_topic",
            object_id=topic["id"],
            created_at=topic["created_at"],
            updated_at=topic["created_at"],
        )

    def _accept(self, topic: Row, said: list[Row]) -> None:
        post = self.random.choice(said)
        if is_counted(post):
            post["accepted_for_id"] = topic["id"]

    # -------------------------------------------------------------------------------- posts

    def _make_posts(self, topic: Row, category: ForumCategory, count: int) -> list[Row]:
        said: list[Row] = []
        moment = topic["created_at"]
        is_giant = topic["title"] == GIANT_TITLE
        for left in range(count, 0, -1):
            # Somebody digs an old topic up now and then.
            days = 300.0 if self.random.random() < 0.01 else 0.4
            pause = timedelta(days=self.random.expovariate(1 / days))
            most = (self.now - moment) * (1 / (left + 1) if is_giant else 0.5)
            moment += most if is_giant else min(pause, most * self.random.random())
            said.append(self._make_post(topic, category, moment, said))
        return said

    def _make_post(
        self, topic: Row, category: ForumCategory, moment: datetime, said: list[Row]
    ) -> Row:
        chance = self.random.random
        texts = self.texts.paragraphs(1, 2)
        post = self.posts.add(
            id=self.key(moment),
            topic_id=topic["id"],
            author_id=self.person() if chance() > 0.005 else None,
            content=text_of(texts),
            content_html=html_of(texts),
            reply_to_id=self.random.choice(said)["id"] if said and chance() < 0.2 else None,
            helpful_count=0,
            created_at=moment,
            updated_at=moment,
            visible_since=moment,
        )
        self._befall(post)
        if chance() < 0.05:
            self.photo("forum_post", post["id"], 0, post["author_id"], moment)
        post["helpful_count"] = self.vote("forum_post", post["id"], post["author_id"], moment)
        if is_counted(post):
            topic["reply_count"] += 1
            topic["helpful_count"] += post["helpful_count"]
            topic["last_reply_at"] = topic["last_activity_at"] = moment
            topic["last_reply_by_id"] = post["author_id"]
            self.record(
                "forum_topic.replied", post["author_id"], "forum_topic", topic["id"], moment
            )
        if "deleted_at" not in post:
            self.documents.add(
                kind="forum_post",
                object_id=post["id"],
                title="",
                title_words="",
                body_words=words_of(texts, topic["language"]),
                language=topic["language"],
                category_id=category.pk,
                created_at=moment,
            )
        return post

    def _befall(self, post: Row) -> None:
        """What becomes of a post: some are held, deleted or edited."""
        fate = self.random.random() - self.HELD_POSTS
        if fate < 0:
            post |= {"moderation_state": "held", "visible_since": None}
        elif fate < 0.01:
            post["deleted_at"] = post["created_at"]
        elif fate < 0.04:
            self._edit(post)

    def _edit(self, post: Row) -> None:
        [before] = self.texts.paragraphs(1, 1)
        edited = post["created_at"] + timedelta(minutes=3)
        self.versions.add(
            id=self.key(edited),
            post_id=post["id"],
            version=1,
            text=before.text,
            written_at=post["created_at"],
            edited_by_id=post["author_id"],
        )
        post |= {"edited_at": edited, "updated_at": edited, "version": 2}

    # ------------------------------------------------------------------------------ readers

    def _make_marks(self) -> None:
        """Who reads has marks on recent topics, and has marked some categories as read."""
        marks, whole = Table(ForumTopicRead), Table(ForumCategoryRead)
        topics = [topic for topic in self.recent if is_counted(topic)]
        for number, key in enumerate(self.people):
            if number and self.random.random() > 0.6:
                continue
            wanted = 300 if number == 0 else int(self.random.expovariate(1 / MARKS))
            count = min(wanted, MOST_MARKS, len(topics) // 2)
            for topic in self.random.sample(topics, k=count):
                # Most have read it to its end, as far as it went when they were last here.
                span = topic["last_activity_at"] - topic["created_at"]
                part = 1.0 if self.random.random() < 0.7 else self.random.random()
                until = max(topic["created_at"] + span * part, self.oldest_unread)
                marks.add(id=self.key(until), user_id=key, topic_id=topic["id"], read_until=until)
            for category in self.random.sample(self.categories, k=10 if number == 0 else 2):
                until = self.now - timedelta(days=self.random.uniform(0, 30))
                whole.add(
                    id=self.key(until), user_id=key, category_id=category.pk, read_until=until
                )
            if len(marks.rows) > 100_000:
                insert_all([marks, whole])
        insert_all([marks, whole])

    def _make_mutes(self) -> None:
        mutes = Table(Mute)
        for number, key in enumerate(self.people):
            if number and self.random.random() > 0.2:
                continue
            wanted = [
                ("forum_topic", topic["id"]) for topic in self.random.sample(self.recent, k=2)
            ]
            if self.random.random() < 0.3 or number == 0:
                wanted.append(("forum_category", self.categories[-1].pk))
            for kind, subject in wanted:
                mutes.add(
                    id=self.key(self.now),
                    user_id=key,
                    kind=kind,
                    object_id=subject,
                    created_at=self.now,
                    updated_at=self.now,
                )
        insert_all([mutes])


def is_counted(row: Row) -> bool:
    return "deleted_at" not in row and row.get("moderation_state", "visible") == "visible"


def size() -> str:
    people = get_user_model()._default_manager.count()
    return (
        f"{ForumCategory.objects.count()} categories, {people:,} users,"
        f" {ForumTopic.objects.count():,} topics, {ForumPost.objects.count():,} posts"
    )


@dataclass(frozen=True)
class Reading:
    """How far the reader has read, which reading changes."""

    topics: list[dict[str, Any]]
    categories: list[dict[str, Any]]


def _of_reader(model: Any) -> Any:
    return model.objects.filter(user__username=READER)


def remember() -> Reading:
    return Reading(
        list(_of_reader(ForumTopicRead).values()), list(_of_reader(ForumCategoryRead).values())
    )


def restore(before: Reading, began: datetime) -> None:
    posts = ForumPost.objects.filter(created_at__gte=began)
    topics = ForumTopic.objects.filter(created_at__gte=began)
    keys = [*posts.values_list("pk", flat=True), *topics.values_list("pk", flat=True)]
    for start in range(0, len(keys), 500):
        SearchDocument.objects.filter(object_id__in=keys[start : start + 500]).delete()
    Watch.objects.filter(created_at__gte=began).delete()
    posts.delete()
    topics.delete()
    with transaction.atomic():
        _put_back(ForumTopicRead, before.topics)
        _put_back(ForumCategoryRead, before.categories)
    recount(fix=True)
    ForumTopic.objects.filter(last_activity_at__gte=began).update(
        last_activity_at=Coalesce("last_reply_at", "created_at")
    )


def _put_back(model: Any, rows: list[dict[str, Any]]) -> None:
    _of_reader(model).delete()
    model._default_manager.bulk_create([model(**row) for row in rows])
