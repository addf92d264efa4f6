"""People in two forums, in whichever order: what they may not do is refused, the rest adds up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, multiple, rule

from tests.stateful.oracle import DECISIONS
from tests.stateful.society import CAST, MODERATOR, PEOPLE, Society
from wargame_mentorship.core.errors import DomainError
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import (
    ForumCategoryRead,
    ForumPost,
    ForumTopic,
    ForumTopicRead,
)
from wargame_mentorship.forums.unread import began_reading, unread_counts, unread_topics
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.notifications.models import Mute, Watch
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_forum_moderator,
    make_user,
)

HERE, THERE = 0, 1
"""The categories; the second in the cast moderates only the first."""

ANY = st.integers(0, 11)
"""Which of several, as far as there are so many."""

WORD = "verdigris"
"""In every title and text, so that a search for it finds all that may be seen."""


class Forums(Society):
    """Topics and posts go by their keys: a topic that is merged has the key of a post."""

    topics = Bundle("topics")
    posts = Bundle("posts")

    def __init__(self) -> None:
        super().__init__()
        self.categories = [make_forum_category(), make_forum_category()]
        self.people = [
            make_forum_moderator(*self.categories),
            make_forum_moderator(self.categories[HERE]),
            *(make_user() for _ in range(CAST - 2)),
        ]
        self.have_a_lively_evening()

    def have_a_lively_evening(self) -> None:
        """Where a short run begins, so that it does not spend itself on getting there.

        A reply was approved when others had come after it, and another waits; one topic was
        merged into a second, and that into a third.
        """
        first, second = self.start(2, THERE, held=False), self.start(3, HERE, held=False)
        self.first_topics: list[Any] = [first, second]
        self.first_posts: list[Any] = [
            self.reply(author, topic, held, None)
            for author, topic, held in (
                (3, first, False),
                (4, first, True),
                (1, first, False),
                (2, second, False),
                (4, second, False),
            )
        ]
        self.vote(4, self.first_posts[0], is_helpful=True)
        self.accept(2, self.first_posts[0])
        self._decide(MODERATOR, ForumPost.objects.filter(pk=self.first_posts[1]), 0, "approve")
        self.reply(3, first, held=True, reply_to=None)
        steps: list[Any] = [self.start(author, HERE, held=False) for author in (4, 2)]
        for topic, into in zip(steps, (steps[1], first), strict=True):
            services.merge(actor=self.people[MODERATOR], topic=ForumTopic(pk=topic), into_id=into)
        self.first_topics += steps
        self.first_posts += steps

    @initialize(target=topics)
    def its_topics(self) -> Any:
        return multiple(*self.first_topics)

    @initialize(target=posts)
    def its_posts(self) -> Any:
        return multiple(*self.first_posts)

    def attempt(self, call: Callable[[], Any]) -> Any:
        """What comes of it; None if it is refused, and then it must leave nothing."""
        before = Event.objects.count()
        try:
            return call()
        except DomainError:
            assert Event.objects.count() == before
            return None

    def a_moderator(self, number: int) -> Any:
        """Mostly the one of both categories, for the others are mostly refused."""
        return self.people[self.somebody(number) if number in (1, 2) else MODERATOR]

    @staticmethod
    def one_of(rows: QuerySet[Any], number: int) -> Any:
        """One of those that a move is about, so that a run is not spent on refusals; or None."""
        found = rows.order_by("created_at", "pk")
        return found[number % len(found)] if found else None

    def a_text(self, *, held: bool) -> str:
        return f"{'hold-me' if held else 'Thin the'} {WORD} {timezone.now().isoformat()}"

    # ------------------------------------------------------------------ what people do

    @rule(target=topics, number=PEOPLE, where=st.sampled_from([HERE, THERE]), held=st.booleans())
    def start(self, number: int, where: int, held: bool) -> Any:
        made = self.attempt(
            lambda: services.start_topic(
                actor=self.people[self.somebody(number)],
                category=self.categories[where],
                title=f"How do I paint {WORD}?",
                description=self.a_text(held=held),
                tags=["bronze", f"tag {number}"],
            )
        )
        return made.pk if made else multiple()

    @rule(
        target=posts,
        number=PEOPLE,
        topic=topics,
        held=st.booleans(),
        reply_to=st.one_of(st.none(), posts),
    )
    def reply(self, number: int, topic: UUID, held: bool, reply_to: UUID | None) -> Any:
        made = self.attempt(
            lambda: services.reply(
                actor=self.people[self.somebody(number)],
                topic=ForumTopic(pk=topic),
                content=self.a_text(held=held),
                reply_to_id=reply_to,
            )
        )
        return made.pk if made else multiple()

    @rule(target=posts, number=PEOPLE, post=posts, held=st.booleans())
    def answer(self, number: int, post: UUID, held: bool) -> Any:
        topic = ForumPost.objects.filter(pk=post).values_list("topic", flat=True).first()
        return self.reply(number, topic, held, post) if topic else multiple()

    @rule(number=PEOPLE, topic=topics, held=st.booleans(), what=st.sampled_from(["text", "tags"]))
    def edit_topic(self, number: int, topic: UUID, held: bool, what: str) -> None:
        author = ForumTopic.objects.filter(pk=topic).values_list("created_by", flat=True).first()
        changes: dict[str, Any] = {"description": self.a_text(held=held), "language": "de"}
        if what == "tags":
            changes = {"tags": [f"{'hold-me' if held else 'tag'} {number}"]}
        self.attempt(
            lambda: services.edit_topic(
                actor=self.the_author_or(number, author),
                topic=ForumTopic(pk=topic),
                changes=changes,
            )
        )

    @rule(number=PEOPLE, post=posts, held=st.booleans())
    def edit_post(self, number: int, post: UUID, held: bool) -> None:
        author = ForumPost.objects.filter(pk=post).values_list("author", flat=True).first()
        self.attempt(
            lambda: services.edit_post(
                actor=self.the_author_or(number, author),
                post=ForumPost(pk=post),
                content=self.a_text(held=held),
            )
        )

    def the_author_or(self, number: int, author_id: Any) -> Any:
        """Mostly who wrote it, for of the others only moderators may."""
        author = self.number_of(author_id)
        return self.people[self.somebody(number) if number <= 1 or author is None else author]

    @rule(number=PEOPLE, post=posts, is_helpful=st.sampled_from([True, True, False, None]))
    def vote(self, number: int, post: UUID, is_helpful: bool | None) -> None:
        actor, entry = self.people[self.somebody(number)], ForumPost(pk=post)
        self.attempt(
            (lambda: services.withdraw_vote(actor=actor, post=entry))
            if is_helpful is None
            else lambda: services.mark_helpful(actor=actor, post=entry, is_helpful=is_helpful)
        )

    @rule(number=PEOPLE, post=posts)
    def accept(self, number: int, post: UUID) -> None:
        topic = ForumTopic.objects.filter(posts=post).first()
        if topic is not None:
            self.attempt(
                lambda: services.accept(
                    actor=self.the_author_or(number, topic.created_by_id),
                    topic=topic,
                    post_id=post,
                )
            )

    @rule(number=PEOPLE, topic=topics, post=posts)
    def accept_whatever(self, number: int, topic: UUID, post: UUID) -> None:
        actor = self.a_moderator(number)
        self.attempt(lambda: services.accept(actor=actor, topic=ForumTopic(pk=topic), post_id=post))

    @rule(
        number=PEOPLE,
        topic=topics,
        action=st.sampled_from(
            ["unaccept", "pin", "unpin", "lock", "unlock", "unmark_duplicate", "delete_topic"]
        ),
    )
    def steer(self, number: int, topic: UUID, action: str) -> None:
        self.attempt(
            lambda: getattr(services, action)(
                actor=self.a_moderator(number), topic=ForumTopic(pk=topic)
            )
        )

    @rule(
        number=PEOPLE,
        several=st.lists(topics, min_size=1, max_size=3),
        action=st.sampled_from(["lock", "unlock", "move", "delete", "restore"]),
        where=st.sampled_from([HERE, THERE]),
    )
    def steer_all(self, number: int, several: list[UUID], action: str, where: int) -> None:
        self.attempt(
            lambda: services.steer_all(
                actor=self.a_moderator(number),
                action=action,
                subjects=[moderation.Named(ForumTopic.KIND, key) for key in several],
                category_id=self.categories[where].pk if action == "move" else None,
            )
        )

    @rule(number=PEOPLE, topic=topics, where=st.sampled_from([HERE, THERE]))
    def move(self, number: int, topic: UUID, where: int) -> None:
        self.attempt(
            lambda: services.move(
                actor=self.a_moderator(number),
                topic=ForumTopic(pk=topic),
                category_id=self.categories[where].pk,
            )
        )

    @rule(target=posts, number=PEOPLE, one=ANY, into=ANY)
    def merge(self, number: int, one: int, into: int) -> Any:
        alive = ForumTopic.objects.filter(deleted_at=None)
        topic, home = self.one_of(alive, one), self.one_of(alive, into)
        made = topic and self.attempt(
            lambda: services.merge(
                actor=self.a_moderator(number), topic=topic, into_id=home.pk, reason="Both."
            )
        )
        return topic.pk if made else multiple()

    @rule(number=PEOPLE, one=ANY)
    def restore_topic(self, number: int, one: int) -> None:
        """Also what was merged, which is taken apart by that."""
        topic = self.one_of(ForumTopic.objects.exclude(deleted_at=None), one)
        if topic is not None:
            self.attempt(
                lambda: services.restore_topic(actor=self.a_moderator(number), topic=topic)
            )

    @rule(
        target=topics,
        number=PEOPLE,
        one=ANY,
        along=st.integers(0, 7),
        where=st.sampled_from([None, HERE, THERE]),
    )
    def split(self, number: int, one: int, along: int, where: int | None) -> Any:
        """A post, and of the others in its topic those that the bits of `along` name."""
        alive = ForumPost.objects.filter(deleted_at=None, topic__deleted_at=None)
        post = self.one_of(alive, one)
        if post is None:
            return multiple()
        others = alive.filter(topic=post.topic_id).order_by("created_at", "pk")
        chosen = [other.pk for n, other in enumerate(others) if along >> n % 3 & 1]
        made = self.attempt(
            lambda: services.split(
                actor=self.a_moderator(number),
                topic=post.topic,
                post_ids=[post.pk, *chosen],
                title=f"And how {WORD}?",
                category_id=None if where is None else self.categories[where].pk,
            )
        )
        return made.pk if made else multiple()

    @rule(number=PEOPLE, topic=topics, original=topics)
    def mark_duplicate(self, number: int, topic: UUID, original: UUID) -> None:
        self.attempt(
            lambda: services.mark_duplicate(
                actor=self.a_moderator(number), topic=ForumTopic(pk=topic), topic_id=original
            )
        )

    @rule(number=PEOPLE, topic=topics)
    def delete_topic(self, number: int, topic: UUID) -> None:
        actor = self.people[self.somebody(number)]
        self.attempt(lambda: services.delete_topic(actor=actor, topic=ForumTopic(pk=topic)))

    @rule(number=PEOPLE, post=posts)
    def delete_post(self, number: int, post: UUID) -> None:
        author = ForumPost.objects.filter(pk=post).values_list("author", flat=True).first()
        actor = self.the_author_or(number, author)
        self.attempt(lambda: services.delete_post(actor=actor, post=ForumPost(pk=post)))

    @rule(number=PEOPLE, one=ANY)
    def restore_post(self, number: int, one: int) -> None:
        post = self.one_of(ForumPost.objects.exclude(deleted_at=None), one)
        if post is not None:
            self.attempt(lambda: services.restore_post(actor=self.a_moderator(number), post=post))

    @rule(number=PEOPLE, one=ANY, action=st.sampled_from([*DECISIONS]))
    def decide_on_a_topic(self, number: int, one: int, action: str) -> None:
        self._decide(number, ForumTopic.objects.all(), one, action)

    @rule(number=PEOPLE, one=ANY, action=st.sampled_from([*DECISIONS]))
    def decide_on_a_post(self, number: int, one: int, action: str) -> None:
        self._decide(number, ForumPost.objects.all(), one, action)

    def _decide(self, number: int, rows: QuerySet[Any], one: int, action: str) -> None:
        source, _target = DECISIONS[action]
        subject = self.one_of(rows.filter(moderation_state=source), one)
        if subject is not None:
            self.attempt(
                lambda: getattr(moderation, action)(
                    actor=self.a_moderator(number), kind=subject.KIND, object_id=subject.pk
                )
            )

    @rule(number=st.integers(2, CAST - 1))
    def close_or_open_an_account(self, number: int) -> None:
        person: Any = self.people[number]
        if person.is_active:
            deactivate(person)
        else:
            person.is_active = True
            person.save(update_fields=["is_active"])

    # ------------------------------------------------------------------ what they have read

    @rule(number=PEOPLE, topic=topics)
    def read_all_of(self, number: int, topic: UUID) -> None:
        actor = self.people[self.somebody(number)]
        if self.attempt(lambda: services.mark_read(actor=actor, topic=ForumTopic(pk=topic))):
            assert topic not in self.unread_by(Viewer(actor))

    @rule(number=PEOPLE, post=posts)
    def read_up_to(self, number: int, post: UUID) -> None:
        viewer = Viewer(self.people[self.somebody(number)])
        last = ForumPost.objects.select_related("topic").filter(pk=post).first()
        if last is None or not viewer.is_authenticated:
            return
        news = self.news_to(viewer, last.topic, self.marks_of(viewer))
        self.attempt(lambda: services.mark_read(actor=viewer, topic=last.topic, up_to=post))
        after = {
            entry for entry in news if (entry[0], str(entry[1])) > (last.created_at, str(post))
        }
        assert after <= self.news_to(viewer, last.topic, self.marks_of(viewer)) <= news

    @rule(number=PEOPLE, where=st.sampled_from([HERE, THERE, None]))
    def read_a_category(self, number: int, where: int | None) -> None:
        viewer = Viewer(self.people[self.somebody(number)])
        if not viewer.is_authenticated:
            return
        if where is None:
            services.mark_all_read(actor=viewer)
            assert unread_counts(viewer) == {}
        else:
            services.mark_category_read(actor=viewer, category=self.categories[where])
            assert self.categories[where].pk not in unread_counts(viewer)

    @rule(
        number=PEOPLE,
        topic=st.one_of(topics, st.sampled_from([HERE, THERE])),
        action=st.sampled_from(["watch", "unwatch", "mute", "unmute"]),
    )
    def attend(self, number: int, topic: UUID | int, action: str) -> None:
        subject = self.categories[topic] if isinstance(topic, int) else ForumTopic(pk=topic)
        actor = self.people[self.somebody(number)]
        self.attempt(lambda: getattr(notifications, action)(actor=actor, subject=subject))

    @staticmethod
    def marks_of(viewer: Viewer) -> dict[UUID, datetime]:
        """Up to when somebody has read topics and categories, by their keys."""
        topics = ForumTopicRead.objects.filter(user=viewer.pk).values_list("topic", "read_until")
        whole = ForumCategoryRead.objects.filter(user=viewer.pk)
        return {**dict(topics), **dict(whole.values_list("category", "read_until"))}

    def news_to(
        self, viewer: Viewer, topic: ForumTopic, marks: dict[UUID, datetime]
    ) -> set[tuple[datetime, UUID]]:
        """What in a topic came into view since, but for what one wrote oneself, or whom one hides;
        of its own key the opening post."""
        active = {person.pk for person in self.people if Viewer(person).is_authenticated}
        hidden = {viewer.pk, *viewer.hidden_user_ids}
        counted = [
            post
            for post in topic.posts.all()
            if post.deleted_at is None
            and post.moderation_state == ModerationState.VISIBLE
            and post.author_id in {*active, None}
        ]
        said = [
            (topic.created_at, topic.pk, topic.created_by_id, topic.visible_since),
            *((post.created_at, post.pk, post.author_id, post.visible_since) for post in counted),
        ]
        began = began_reading(viewer)
        since = max(began, *(marks.get(key, began) for key in (topic.pk, topic.category_id)))
        return {
            (written, key)
            for written, key, author, visible in said
            if visible and visible > since and (author is None or author not in hidden)
        }

    def unread_by(self, viewer: Viewer) -> set[UUID]:
        wishes: list[set[UUID]] = [
            set(model._default_manager.filter(user=viewer.pk).values_list("object_id", flat=True))
            for model in (Mute, Watch)
        ]
        muted, watched = wishes
        marks = self.marks_of(viewer)
        return {
            topic.pk
            for topic in ForumTopic.objects.visible_to(viewer).prefetch_related("posts")
            if self.news_to(viewer, topic, marks)
            and topic.pk not in muted
            and (topic.category_id not in muted or topic.pk in watched)
        }

    # ------------------------------------------------------------------ what must hold

    @invariant()
    def topics_and_posts_hang_together(self) -> None:
        topics, posts = ForumTopic.objects.all(), ForumPost.objects.all()
        duplicates = topics.exclude(duplicate_of=None)
        merged = topics.exclude(merged_into=None)
        assert not posts.exclude(accepted_for=None).exclude(accepted_for=F("topic")).exists()
        assert not posts.exclude(accepted_for=None).exclude(deleted_at=None).exists()
        assert not posts.exclude(reply_to=None).exclude(reply_to__topic=F("topic")).exists()
        assert not duplicates.filter(duplicate_of=F("pk")).exists()
        assert not duplicates.exclude(duplicate_of__duplicate_of=None).exists()
        assert not duplicates.exclude(duplicate_of__merged_into=None).exists()
        assert not merged.filter(deleted_at=None).exists()
        assert not posts.filter(topic__in=merged).exists()
        for topic in merged:
            assert services.where_merged(topic).merged_into is None
        # Of a topic and the post that opened it only one is there.
        assert not topics.filter(deleted_at=None, pk__in=posts.values("pk")).exists()
        assert not posts.filter(pk__in=topics.filter(merged_into=None).values("pk")).exists()

    @invariant()
    def nothing_is_younger_than_the_last_activity(self) -> None:
        for topic in ForumTopic.objects.filter(merged_into=None).prefetch_related("posts"):
            counted = [post for post in topic.posts.all() if post.is_counted]
            moments = [topic.created_at, topic.visible_since]
            moments += [moment for p in counted for moment in (p.created_at, p.visible_since)]
            assert topic.last_activity_at >= max(filter(None, moments))

    @invariant()
    def what_may_be_seen_is_found(self) -> None:
        for viewer in (Viewer(None), Viewer(self.people[MODERATOR])):
            topics = ForumTopic.objects.visible_to(viewer)
            posts = ForumPost.objects.visible_to(viewer)
            assert {*search.find(topics, WORD)} == {*topics}
            assert {*search.find(posts, WORD)} == {*posts}

    @invariant()
    def everybody_is_told_what_is_new_to_them(self) -> None:
        for number, person in enumerate(self.people):
            viewer = Viewer(person)
            if not viewer.is_authenticated:
                continue
            unread = unread_topics(viewer, ForumTopic.objects.visible_to(viewer))
            told = {*unread.values_list("pk", flat=True)}
            assert told == self.unread_by(viewer), f"person {number}"
            assert sum(unread_counts(viewer).values()) == len(told)
