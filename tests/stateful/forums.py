"""People in two forums, in whichever order: what they may not do is refused, the rest adds up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from tests.stateful.oracle import DECISIONS
from tests.stateful.society import (
    CAST,
    MODERATOR,
    Draw,
    Nothing,
    Society,
    always,
    anybody,
    chance,
    choice,
    deed,
    leaver,
)
from wargame_mentorship.core.errors import DomainError
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import (
    ForumCategory,
    ForumCategoryRead,
    ForumPost,
    ForumTopic,
    ForumTopicRead,
)
from wargame_mentorship.forums.unread import began_reading, unread_counts, unread_topics
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.notifications.models import Delivery, Mute, Watch
from wargame_mentorship.notifications.verbs import WATCHED_CATEGORY, WATCHED_TOPIC
from wargame_mentorship.reputation.models import HelpfulVote
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_forum_moderator,
    make_user,
)

HERE, THERE = 0, 1
"""The categories; the second in the cast moderates only the first."""

NEARBY = 0.4
"""So often what happens next happens to what something has happened to."""

UNREAD_EVERY = 4

WORD = "verdigris"
"""In every title and text, so that a search for it finds all that may be seen."""

MOST_TOPICS = 7
"""So many are there at once, so that what happens to one may happen to another with it."""


def _one_of(rows: Callable[[Forums], Sequence[Any]]) -> Draw:
    """The number of one of these topics or posts; often of one that was in question just now."""

    def draw(machine: Forums) -> int:
        found = rows(machine)
        near = [row for row in found if {*_place_of(row)} & {*machine.latest}]
        row = machine.one_of(near if near and machine.dice.random() < NEARBY else found)
        machine.latest.extend(_place_of(row))
        return machine.number(row.pk)

    return draw


def _place_of(row: Any) -> tuple[UUID, ...]:
    return (row.pk, row.topic_id) if isinstance(row, ForumPost) else (row.pk,)


def _mostly(likely: Draw, other: Draw, of: float = 0.1) -> Draw:
    return lambda machine: (other if machine.dice.random() < of else likely)(machine)


ALIVE = _one_of(lambda machine: [row for row in machine.topics if row.deleted_at is None])
TOPIC = _mostly(ALIVE, _one_of(lambda machine: machine.topics))
GONE = _one_of(lambda machine: [row for row in machine.topics if row.deleted_at])
MERGED = _mostly(
    # What can be taken apart: its opening post is there.
    _one_of(
        lambda machine: [
            machine.topics_by_key[post.pk]
            for post in machine.posts
            if post.pk in machine.merged and post.deleted_at is None
        ]
    ),
    _one_of(lambda machine: [row for row in machine.topics if row.pk in machine.merged]),
)
POST = _mostly(
    _one_of(lambda machine: [row for row in machine.posts if row.deleted_at is None]),
    _one_of(lambda machine: machine.posts),
)
GONE_POST = _one_of(lambda machine: [row for row in machine.posts if row.deleted_at])
MODERATING = choice(*[MODERATOR] * 9, 1, 1, 2)
"""Of those who are mostly refused, few."""
OPENING = _mostly(
    POST,
    _one_of(lambda machine: [row for row in machine.posts if row.pk in machine.merged]),
    of=0.4,
)
"""Often one that opens a merged topic: what others hang on."""
CATEGORY = choice(HERE, THERE)
HELD = chance(0.25)


def wishes_about(viewer: Viewer, topic_id: UUID) -> str:
    wishes = notifications.wishes_about(viewer, ForumTopic(pk=topic_id))
    return "watched" * wishes.is_watched + "muted" * wishes.is_muted


def _two(machine: Forums) -> tuple[int, int]:
    """Topics that may be merged."""
    found = [topic for topic in machine.topics if topic.is_counted]
    if len(found) < 2:
        raise Nothing
    one, other = machine.dice.sample(found, 2)
    machine.latest.extend([one.pk, other.pk])
    return machine.number(one.pk), machine.number(other.pk)


def _decidable(machine: Forums) -> tuple[int, str]:
    """Something, mostly of what is not in view, and what may become of it."""
    rows: Sequence[Any] = machine.dice.choice([machine.topics, machine.posts, machine.posts])
    waiting = [row for row in rows if row.moderation_state != ModerationState.VISIBLE]
    if waiting and machine.dice.random() < 0.6:
        rows = waiting
    row = machine.one_of(rows)
    possible = [name for name, (state, _) in DECISIONS.items() if state == row.moderation_state]
    return machine.number(row.pk), machine.dice.choice(possible)


class Forums(Society):
    """Topics and posts are meant by their numbers, as they appeared.

    A topic and the post that it becomes in a merge have one key, and so one number.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.keys: list[UUID] = []
        self.latest: deque[UUID] = deque(maxlen=4)
        self.topics: list[ForumTopic] = []
        self.posts: list[ForumPost] = []
        self.posts_of: dict[UUID, list[ForumPost]] = {}
        self.topics_by_key: dict[UUID, ForumTopic] = {}
        self.merged: set[UUID] = set()
        self.categories = [make_forum_category(), make_forum_category()]
        self.people = [
            make_forum_moderator(*self.categories),
            make_forum_moderator(self.categories[HERE]),
            *(make_user() for _ in range(CAST - 2)),
        ]
        self.have_a_lively_evening()

    def have_a_lively_evening(self) -> None:
        """Where a short run begins, so that it does not spend itself on getting there.

        One topic was merged into a second, and that into a third; then a reply of the first and one
        of the third were approved, when others had come after them. One more waits.
        """
        for author, where in ((2, THERE), (3, HERE), (4, HERE), (2, HERE)):
            self.start(author, where, held=False)
        self.look()
        home, other, source, between = range(4)
        for author, topic, held in (
            *((3, home, False), (4, home, True), (1, home, False)),
            *((2, other, False), (4, other, False), (3, source, True), (1, between, False)),
            (3, home, True),
        ):
            self.reply(author, topic, held)
        self.look()
        early, late, _, _, _, later, *_ = (self.number(post.pk) for post in self.posts)
        self.vote(4, early, is_helpful=True)
        self.accept(2, early)
        self.merge(MODERATOR, (source, between))
        self.merge(MODERATOR, (between, home))
        for post in (late, later):
            self.decide(MODERATOR, (post, "approve"))
        self.look()

    def look(self) -> None:
        """See what there is now."""
        self.topics = list(ForumTopic.objects.order_by("created_at", "pk"))
        self.posts = list(ForumPost.objects.order_by("created_at", "pk"))
        self.posts_of = {topic.pk: [] for topic in self.topics}
        for post in self.posts:
            self.posts_of[post.topic_id].append(post)
        self.topics_by_key = {topic.pk: topic for topic in self.topics}
        self.merged = {topic.pk for topic in self.topics if topic.merged_into_id}
        for row in (*self.topics, *self.posts):
            self.number(row.pk)

    def number(self, key: UUID) -> int:
        if key not in self.keys:
            self.keys.append(key)
        return self.keys.index(key)

    def topic(self, number: int) -> ForumTopic:
        return ForumTopic(pk=self.keys[number])

    def post(self, number: int) -> ForumPost:
        return ForumPost(pk=self.keys[number])

    def attempt(self, call: Callable[[], Any]) -> Any:
        """What comes of it; None if it is refused, and then it must leave nothing."""
        before = Event.objects.count()
        try:
            return call()
        except DomainError:
            assert Event.objects.count() == before
            return None

    def actor(self, number: int) -> Any:
        return self.people[self.somebody(number)]

    def the_author_or(self, number: int, author_id: Any) -> Any:
        """Mostly who wrote it, for of the others only moderators may."""
        author = self.number_of(author_id)
        return self.actor(number if number <= 1 or author is None else author)

    def author_of(self, rows: QuerySet[Any], column: str, number: int) -> Any:
        return rows.filter(pk=self.keys[number]).values_list(column, flat=True).first()

    def a_text(self, *, held: bool) -> str:
        return f"{'hold-me' if held else 'Thin the'} {WORD} {timezone.now().isoformat()}"

    # ------------------------------------------------------------------ what people do

    @deed(3, number=anybody, where=CATEGORY, held=HELD)
    def start(self, number: int, where: int, held: bool) -> None:
        if sum(topic.deleted_at is None for topic in self.topics) < MOST_TOPICS:
            self.attempt(
                lambda: services.start_topic(
                    actor=self.actor(number),
                    category=self.categories[where],
                    title=f"How do I paint {WORD}?",
                    description=self.a_text(held=held),
                    tags=["bronze", f"tag {number}"],
                )
            )

    @deed(6, number=anybody, topic=TOPIC, held=HELD)
    def reply(self, number: int, topic: int, held: bool) -> None:
        self._reply(number, self.topic(topic), held, None)

    @deed(5, number=anybody, post=POST, held=HELD)
    def answer(self, number: int, post: int, held: bool) -> None:
        topic_id = self.author_of(ForumPost.objects.all(), "topic", post)
        self._reply(number, ForumTopic(pk=topic_id), held, self.keys[post])

    @deed(1, number=anybody, topic=TOPIC, post=POST)
    def answer_elsewhere(self, number: int, topic: int, post: int) -> None:
        self._reply(number, self.topic(topic), False, self.keys[post])

    def _reply(self, number: int, topic: ForumTopic, held: bool, reply_to: UUID | None) -> None:
        self.attempt(
            lambda: services.reply(
                actor=self.actor(number),
                topic=topic,
                content=self.a_text(held=held),
                reply_to_id=reply_to,
            )
        )

    @deed(2, number=anybody, topic=TOPIC, held=HELD, what=choice("text", "text", "title", "tags"))
    def edit_topic(self, number: int, topic: int, held: bool, what: str) -> None:
        word = f"{'hold-me' if held else 'tag'} {number}"
        changes: dict[str, dict[str, Any]] = {
            "text": {"description": self.a_text(held=held), "language": "de"},
            "title": {"title": f"{word} {WORD}", "description": ""},
            "tags": {"tags": [word]},
        }
        author = self.author_of(ForumTopic.objects.all(), "created_by", topic)
        self.attempt(
            lambda: services.edit_topic(
                actor=self.the_author_or(number, author),
                topic=self.topic(topic),
                changes=changes[what],
            )
        )

    @deed(2, number=anybody, post=POST, held=HELD)
    def edit_post(self, number: int, post: int, held: bool) -> None:
        author = self.author_of(ForumPost.objects.all(), "author", post)
        self.attempt(
            lambda: services.edit_post(
                actor=self.the_author_or(number, author),
                post=self.post(post),
                content=self.a_text(held=held),
            )
        )

    @deed(5, number=anybody, post=POST, is_helpful=choice(True, True, False))
    def vote(self, number: int, post: int, is_helpful: bool) -> None:
        self.attempt(
            lambda: services.mark_helpful(
                actor=self.actor(number), post=self.post(post), is_helpful=is_helpful
            )
        )

    @deed(2, number=anybody, post=POST)
    def withdraw_vote(self, number: int, post: int) -> None:
        self.attempt(lambda: services.withdraw_vote(actor=self.actor(number), post=self.post(post)))

    @deed(5, number=anybody, post=POST)
    def accept(self, number: int, post: int) -> None:
        topic = ForumTopic.objects.filter(posts=self.keys[post]).first()
        if topic is not None:
            actor = self.the_author_or(number, topic.created_by_id)
            self.attempt(lambda: services.accept(actor=actor, topic=topic, post_id=self.keys[post]))

    @deed(1, number=MODERATING, topic=TOPIC, post=POST)
    def accept_whatever(self, number: int, topic: int, post: int) -> None:
        self.attempt(
            lambda: services.accept(
                actor=self.actor(number), topic=self.topic(topic), post_id=self.keys[post]
            )
        )

    @deed(
        3,
        number=MODERATING,
        topic=TOPIC,
        action=choice("unaccept", "pin", "unpin", "lock", "unlock", "unmark_duplicate"),
    )
    def steer(self, number: int, topic: int, action: str) -> None:
        self.attempt(
            lambda: getattr(services, action)(actor=self.actor(number), topic=self.topic(topic))
        )

    @deed(
        2,
        number=MODERATING,
        several=lambda machine: [TOPIC(machine) for _ in range(3)],
        action=choice("lock", "unlock", "move", "delete", "restore"),
        where=CATEGORY,
    )
    def steer_all(self, number: int, several: list[int], action: str, where: int) -> None:
        self.attempt(
            lambda: services.steer_all(
                actor=self.actor(number),
                action=action,
                subjects=[moderation.Named(ForumTopic.KIND, self.keys[key]) for key in several],
                category_id=self.categories[where].pk if action == "move" else None,
            )
        )

    @deed(3, number=MODERATING, topic=TOPIC, where=CATEGORY)
    def move(self, number: int, topic: int, where: int) -> None:
        self.attempt(
            lambda: services.move(
                actor=self.actor(number),
                topic=self.topic(topic),
                category_id=self.categories[where].pk,
            )
        )

    @deed(9, number=MODERATING, ends=_two)
    def merge(self, number: int, ends: tuple[int, int]) -> None:
        self._merge(number, *ends)

    @deed(1, number=anybody, topic=TOPIC, into=TOPIC)
    def merge_whatever(self, number: int, topic: int, into: int) -> None:
        self._merge(number, topic, into)

    def _merge(self, number: int, topic: int, into: int) -> None:
        """What a reader had on both holds for the whole, and nothing unread is hidden."""
        self.look()
        source, home = self.keys[topic], self.keys[into]
        # One after the other, as below.
        viewer = Viewer(self.people[self.steps % CAST])
        own, carried = (wishes_about(viewer, key) for key in (home, source))
        news = self._news_in(viewer, source, home)
        made = self.attempt(
            lambda: services.merge(
                actor=self.actor(number),
                topic=self.topic(topic),
                into_id=self.keys[into],
                reason="Both.",
            )
        )
        if made and viewer.is_authenticated:
            self.look()
            assert wishes_about(viewer, home) == (own or carried)
            marks = self.marks_of(viewer)
            read = news - self.news_to(viewer, self.topics_by_key[home], marks)
            # But what they have marked as read, all of the category in which it is now.
            category = marks.get(made.category_id, began_reading(viewer))
            for post in self.posts_of[home]:
                if self.in_view(post) and (post.created_at, post.pk) in read:
                    assert post.visible_since is not None
                    assert post.visible_since <= category

    def _news_in(self, viewer: Viewer, *keys: UUID) -> set[tuple[datetime, UUID]]:
        if not viewer.is_authenticated:
            return set()
        marks = self.marks_of(viewer)
        found = [self.topics_by_key[key] for key in keys if key in self.topics_by_key]
        return set[tuple[datetime, UUID]]().union(
            *(self.news_to(viewer, topic, marks) for topic in found)
        )

    @deed(7, number=MODERATING, topic=MERGED)
    def take_apart(self, number: int, topic: int) -> None:
        home = services.where_merged(ForumTopic.objects.get(pk=self.keys[topic]))
        if self._restore_topic(number, topic):
            self.check_is_dated(self.keys[topic], home.pk)

    @deed(3, number=MODERATING, topic=GONE)
    def restore_topic(self, number: int, topic: int) -> None:
        self._restore_topic(number, topic)

    def _restore_topic(self, number: int, topic: int) -> Any:
        return self.attempt(
            lambda: services.restore_topic(actor=self.actor(number), topic=self.topic(topic))
        )

    @deed(
        9,
        number=MODERATING,
        post=OPENING,
        along=choice(0, 0, 0, *range(8)),
        where=choice("beside", HERE, THERE),
    )
    def split(self, number: int, post: int, along: int, where: Any) -> None:
        """A post, and of the others in its topic those that the bits of `along` name."""
        found = ForumPost.objects.filter(pk=self.keys[post], topic__deleted_at=None).first()
        if found is None:
            return
        others = ForumPost.objects.filter(topic=found.topic_id, deleted_at=None)
        in_order = others.order_by("created_at", "pk")
        chosen = [other.pk for n, other in enumerate(in_order) if along >> n % 3 & 1]
        made = self.attempt(
            lambda: services.split(
                actor=self.actor(number),
                topic=ForumTopic(pk=found.topic_id),
                post_ids=list({found.pk, *chosen}),
                title=f"And how {WORD}?",
                category_id=None if where == "beside" else self.categories[where].pk,
            )
        )
        if made:
            self.check_is_dated(made.pk, found.topic_id)

    @deed(3, number=MODERATING, topic=TOPIC, original=TOPIC)
    def mark_duplicate(self, number: int, topic: int, original: int) -> None:
        self.attempt(
            lambda: services.mark_duplicate(
                actor=self.actor(number),
                topic=self.topic(topic),
                topic_id=self.keys[original],
            )
        )

    @deed(4, number=anybody, topic=TOPIC)
    def delete_topic(self, number: int, topic: int) -> None:
        actor = self.actor(number)
        self.attempt(lambda: services.delete_topic(actor=actor, topic=self.topic(topic)))

    @deed(6, number=anybody, post=OPENING)
    def delete_post(self, number: int, post: int) -> None:
        author = self.author_of(ForumPost.objects.all(), "author", post)
        actor = self.the_author_or(number, author)
        self.attempt(lambda: services.delete_post(actor=actor, post=self.post(post)))

    @deed(5, number=MODERATING, post=GONE_POST)
    def restore_post(self, number: int, post: int) -> None:
        self.attempt(lambda: services.restore_post(actor=self.actor(number), post=self.post(post)))

    @deed(13, number=MODERATING, decision=_decidable)
    def decide(self, number: int, decision: tuple[int, str]) -> None:
        of, action = decision
        key = self.keys[of]
        kind = ForumPost if ForumPost.objects.filter(pk=key).exists() else ForumTopic
        self.attempt(
            lambda: getattr(moderation, action)(
                actor=self.actor(number), kind=kind.KIND, object_id=key
            )
        )

    @deed(1, number=choice(*range(2, CAST)))
    def close_or_open_an_account(self, number: int) -> None:
        person: Any = self.people[number]
        if person.is_active:
            deactivate(person)
        else:
            person.is_active = True
            person.save(update_fields=["is_active"])

    @deed(4, number=leaver)
    def erase(self, number: int) -> None:
        """What others wrote stays, unless it answers in a topic that its author took back."""
        key = self.people[number].pk
        others = [post for post in self.posts if post.author_id != key]
        openings = self.merged
        holding = {post.topic_id for post in others if post.pk in openings}
        taken_back = {t.pk for t in self.topics if t.created_by_id == key and t.deleted_at}
        stay = {post.pk for post in others if post.topic_id not in taken_back - holding}
        super().erase(number)
        left = {*ForumPost.objects.values_list("pk", flat=True)}
        assert stay <= left
        # What was merged still leads to its opening post, and is gone with it.
        found = ForumTopic.objects.filter(pk__in=openings).values_list("pk", "merged_into")
        assert {key for key, into in found if into} == openings & left == {key for key, _ in found}

    # ------------------------------------------------------------------ what they have read

    @deed(3, number=anybody, topic=TOPIC)
    def read_all_of(self, number: int, topic: int) -> None:
        actor = self.actor(number)
        if self.attempt(lambda: services.mark_read(actor=actor, topic=self.topic(topic))):
            assert self.keys[topic] not in self.unread_by(Viewer(actor))

    @deed(3, number=anybody, post=POST)
    def read_up_to(self, number: int, post: int) -> None:
        viewer = Viewer(self.actor(number))
        last = next((row for row in self.posts if row.pk == self.keys[post]), None)
        if last is None or not viewer.is_authenticated:
            return
        topic = next(row for row in self.topics if row.pk == last.topic_id)
        news = self.news_to(viewer, topic, self.marks_of(viewer))
        self.attempt(lambda: services.mark_read(actor=viewer, topic=topic, up_to=last.pk))
        # The opening post stands above all others, also above older ones that a merge brought.
        below = {entry for entry in news if entry[1] != topic.pk}
        after = {entry for entry in below if entry > (last.created_at, last.pk)}
        assert after <= self.news_to(viewer, topic, self.marks_of(viewer)) <= news

    @deed(1, number=anybody, where=choice(HERE, THERE, "everywhere"))
    def read_a_category(self, number: int, where: Any) -> None:
        viewer = Viewer(self.actor(number))
        if not viewer.is_authenticated:
            return
        if where == "everywhere":
            services.mark_all_read(actor=viewer)
            assert unread_counts(viewer) == {}
        else:
            services.mark_category_read(actor=viewer, category=self.categories[where])
            assert self.categories[where].pk not in unread_counts(viewer)

    @deed(
        4, number=anybody, topic=TOPIC, action=choice("watch", "watch", "unwatch", "mute", "unmute")
    )
    def attend(self, number: int, topic: int, action: str) -> None:
        self._attend(number, self.topic(topic), action)

    @deed(2, number=anybody, where=CATEGORY, action=choice("watch", "unwatch", "mute", "unmute"))
    def attend_to_all(self, number: int, where: int, action: str) -> None:
        self._attend(number, self.categories[where], action)

    def _attend(self, number: int, subject: Any, action: str) -> None:
        actor = self.actor(number)
        self.attempt(lambda: getattr(notifications, action)(actor=actor, subject=subject))

    @deed(3)
    def dispatch(self) -> None:
        """Nobody hears of what was said before they watched."""
        before = [*Delivery.objects.values_list("pk", flat=True)]
        super().dispatch()
        told = Delivery.objects.exclude(pk__in=before).select_related("event")
        for delivery in told.filter(verb__in=[WATCHED_TOPIC, WATCHED_CATEGORY]):
            by_topic = delivery.verb == WATCHED_TOPIC
            rows: Any = ForumTopic.objects.filter(posts=delivery.target_id)
            if not by_topic:
                rows = ForumCategory.objects.filter(topics=delivery.target_id)
            assert Watch.objects.filter(
                user=delivery.recipient_id,
                kind=(ForumTopic if by_topic else ForumCategory).KIND,
                object_id__in=rows.values("pk"),
                created_at__lte=delivery.event.occurred_at,
            ).exists()

    def in_view(self, post: ForumPost) -> bool:
        active = {person.pk for person in self.people if Viewer(person).is_authenticated}
        return post.is_counted and post.author_id in {*active, None}

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
        hidden = {viewer.pk, *viewer.hidden_user_ids}
        counted = [post for post in self.posts_of[topic.pk] if self.in_view(post)]
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
        visible = {*ForumTopic.objects.visible_to(viewer).values_list("pk", flat=True)}
        return {
            topic.pk
            for topic in self.topics
            if topic.pk in visible
            and self.news_to(viewer, topic, marks)
            and topic.pk not in muted
            and (topic.category_id not in muted or topic.pk in watched)
        }

    # ------------------------------------------------------------------ what must hold

    @always
    def everything_is_counted(self) -> None:
        """In plain Python: the recounts share what they count by with what they check."""
        votes = HelpfulVote.objects.filter(content_type=ForumPost.KIND, is_helpful=True)
        voted = [*votes.values_list("content_id", flat=True)]
        for post in self.posts:
            assert post.helpful_count == voted.count(post.pk)
        for topic in self.topics:
            counted = [post for post in self.posts_of[topic.pk] if post.is_counted]
            last = counted[-1] if counted else None
            assert topic.reply_count == len(counted)
            assert topic.helpful_count == sum(post.helpful_count for post in counted)
            assert topic.last_reply_at == (last.created_at if last else None)
            assert topic.last_reply_by_id == (last.author_id if last else None)
        for category in ForumCategory.objects.filter(pk__in=[c.pk for c in self.categories]):
            inside = [t for t in self.topics if t.is_counted and t.category_id == category.pk]
            replied = [topic.last_reply_at for topic in inside if topic.last_reply_at]
            assert category.topic_count == len(inside)
            assert category.post_count == sum(topic.reply_count for topic in inside)
            assert category.last_reply_at == max(replied, default=None)

    @always
    def topics_and_posts_hang_together(self) -> None:
        topics = self.topics_by_key
        posts = {post.pk: post for post in self.posts}
        for post in self.posts:
            assert post.accepted_for_id in (None, post.topic_id)
            assert not (post.is_solution and post.deleted_at)
            assert post.reply_to_id is None or posts[post.reply_to_id].topic_id == post.topic_id
            # Of a topic and the post that opened it only one is there.
            assert post.pk not in topics or topics[post.pk].merged_into_id
        for topic in self.topics:
            if topic.duplicate_of_id:
                original = topics[topic.duplicate_of_id]
                assert original is not topic
                assert original.duplicate_of_id is None
                assert original.merged_into_id is None
            if topic.merged_into_id:
                assert topic.deleted_at
                assert not self.posts_of[topic.pk]
                # It leads to where its opening post is.
                end = topic
                while end.merged_into_id:
                    end = topics[end.merged_into_id]
                assert posts[topic.pk].topic_id == end.pk

    @always
    def nothing_leads_back_to_the_erased(self) -> None:
        erased = {self.people[number].pk for number in self.erased}
        assert erased.isdisjoint(self._named())

    def _named(self) -> Iterator[Any]:
        for topic in self.topics:
            yield from (topic.created_by_id, topic.last_reply_by_id, topic.deleted_by_id)
        for post in self.posts:
            yield from (post.author_id, post.deleted_by_id)

    @always
    def nothing_is_younger_than_the_last_activity(self) -> None:
        for topic in self.topics:
            if topic.merged_into_id is None:
                assert topic.last_activity_at >= self.latest_in(topic)

    def latest_in(self, topic: ForumTopic) -> datetime:
        counted = [post for post in self.posts_of[topic.pk] if post.is_counted]
        moments = [topic.created_at, topic.visible_since]
        moments += [moment for p in counted for moment in (p.created_at, p.visible_since)]
        return max(filter(None, moments))

    def check_is_dated(self, *keys: UUID) -> None:
        """After posts have moved: by what is there now."""
        self.look()
        for topic in self.topics:
            assert topic.pk not in keys or topic.last_activity_at == self.latest_in(topic)

    @always
    def what_may_be_seen_is_found(self) -> None:
        if self.is_time(every=10):
            for viewer in (Viewer(None), Viewer(self.people[MODERATOR])):
                topics = ForumTopic.objects.visible_to(viewer)
                posts = ForumPost.objects.visible_to(viewer)
                assert {*search.find(topics, WORD)} == {*topics}
                assert {*search.find(posts, WORD)} == {*posts}

    @always
    def everybody_is_told_what_is_new_to_them(self) -> None:
        """One after the other; what they have not read stays so for a while."""
        number = self.steps // UNREAD_EVERY % CAST
        viewer = Viewer(self.people[number])
        if viewer.is_authenticated and self.is_time(every=UNREAD_EVERY):
            unread = unread_topics(viewer, ForumTopic.objects.visible_to(viewer))
            told = {*unread.values_list("pk", flat=True)}
            assert told == self.unread_by(viewer), f"person {number}"
            assert sum(unread_counts(viewer).values()) == len(told)
