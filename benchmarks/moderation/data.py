"""The forums with a moderation that has fallen behind: every tenth post is held, one thing of five
was reported, and a fifth of those reports waits.

Beside the forums' own people there is a moderator of two categories, the big one among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import F
from django.db.models.functions import Coalesce
from guardian.shortcuts import assign_perm

from benchmarks.forums import data as forums
from benchmarks.forums.data import is_counted
from benchmarks.making import BLOCKS
from benchmarks.rows import Row, Table, insert_all
from social.models import Block
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import EventCategory
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.moderation.models import (
    FULL_WEIGHT,
    CaseStatus,
    Flag,
    FlagCase,
    FlagReason,
    Measure,
    Sanction,
    SanctionStatus,
    Severity,
    StaffNote,
)
from wargame_mentorship.moderation.recounts import recount

MODERATOR = "moderator"
MODERATED = 2
"""So many categories are theirs; the big one is the first."""

FLAGS_PER_TOPIC = 4
HIDDEN = 0.05
"""Of what was in view, because somebody reported it."""
REPORTED = 0.16
"""Of the rest, with another outcome or none yet."""
WAITING = 0.27
KEPT = 0.1
"""Of what is reported and not hidden: put right by its author."""
SEVERAL = 0.5
"""Of those who could be another one to report the same."""
MANY_IN = 5_000
MOST_FLAGS = 40
"""One case of so many has so many flags."""
WEIGHTS = (FULL_WEIGHT, FULL_WEIGHT, FULL_WEIGHT, 80, 66, 40, 25)
"""Some have been wrong before."""
REASONS = (["watched_word"], ["links"], ["watched_word", "links"])

TOPICS_PER_NOTE = 25
TOPICS_PER_SANCTION = 50


class Reported(NamedTuple):
    """Something that was decided, to note and to warn of."""

    kind: str
    object_id: UUID
    author_id: UUID
    category_id: UUID
    decided_at: datetime


class Maker(forums.Maker):
    """Makes everything but the schema; `rows` is about the number of flags."""

    VERSION = 1
    HELD_POSTS = 0.1

    def __init__(self, rows: int) -> None:
        super().__init__(rows // FLAGS_PER_TOPIC)
        self.cases = Table(FlagCase)
        self.flags = Table(Flag)
        self.places = Table(EventCategory)
        self.notes = Table(StaffNote)
        self.sanctions = Table(Sanction)
        self.moderator: Any = None
        self.moderators: dict[UUID, list[UUID]] = {}
        """By category."""
        self.reported: list[Reported] = []

    def make(self, say: Callable[[str], None]) -> None:
        super().make(say)
        self._make_notes()
        self._make_sanctions()
        insert_all([self.notes, self.sanctions, self.events])

    def tables(self) -> tuple[Table, ...]:
        return (*super().tables(), self.cases, self.flags, self.places)

    # ------------------------------------------------------------------------------- people

    def make_people(self) -> None:
        super().make_people()
        self.moderator = get_user_model()._default_manager.create(
            id=self.key(self.joined),
            username=MODERATOR,
            email="moderator@example.org",
            password="!",
            date_joined=self.joined,
        )
        self.moderator.user_permissions.add(Permission.objects.get(codename="access_admin"))
        Block.objects.bulk_create(
            [Block(blocker_id=key, blocked=self.moderator) for key in self.people[1 : BLOCKS + 1]]
        )

    def _make_categories(self) -> None:
        super()._make_categories()
        for number, category in enumerate(self.categories, start=1):
            self.moderators[category.pk] = self.people[38 + number : 40 + number]
        for category in self.categories[:MODERATED]:
            assign_perm("wargame_mentorship.moderate_forumcategory", self.moderator, category)
            self.moderators[category.pk].append(self.moderator.pk)

    # ------------------------------------------------------------------- what is held, flagged

    def _make_topic(self, number: int, posts: int, *, is_giant: bool) -> None:
        super()._make_topic(number, posts, is_giant=is_giant)
        topic = self.topics.rows[-1]
        if topic.get("moderation_state") == ModerationState.HELD:
            self._hold("forum_topic", topic)
        elif is_counted(topic) and not is_giant and self.random.random() < REPORTED:
            self._report("forum_topic", topic, topic["created_by_id"], topic["category_id"])

    def _make_post(
        self, topic: Row, category: ForumCategory, moment: datetime, said: list[Row]
    ) -> Row:
        post = super()._make_post(topic, category, moment, said)
        match post.get("moderation_state"):
            case ModerationState.HELD:
                self._hold("forum_post", post)
            case ModerationState.HIDDEN:
                author = post["author_id"]
                self.record("forum_topic.replied", author, "forum_topic", topic["id"], moment)
                self._report("forum_post", post, author, category.pk, hidden_at=post["updated_at"])
            case _:
                if is_counted(post) and self.random.random() < REPORTED:
                    self._report("forum_post", post, post["author_id"], category.pk)
        return post

    def _befall(self, post: Row) -> None:
        super()._befall(post)
        if is_counted(post) and self.random.random() < HIDDEN:
            hidden_at = self._between(post["updated_at"], self.now)
            post |= {
                "moderation_state": ModerationState.HIDDEN.value,
                "visible_since": None,
                "moderation_reason": "Not here.",
                "updated_at": hidden_at,
                "version": post.get("version", 1) + 1,
            }

    def _hold(self, kind: str, entry: Row) -> None:
        held = self.record(f"{kind}.held", None, kind, entry["id"], entry["created_at"])
        held["data"] = {"reasons": self.random.choice(REASONS)}

    def _report(
        self,
        kind: str,
        entry: Row,
        author: UUID | None,
        category_id: UUID,
        *,
        hidden_at: datetime | None = None,
    ) -> None:
        """The case of something, with its flags and what was decided."""
        opened = self._between(entry["created_at"], hidden_at or self.now)
        outcome = self._outcome(category_id, opened, hidden_at)
        case = self.cases.add(
            id=self.key(opened),
            kind=kind,
            object_id=entry["id"],
            author_id=author,
            category_id=category_id,
            opened_at=opened,
            created_at=opened,
            **outcome,
        )
        is_open = outcome["status"] == CaseStatus.OPEN
        decided_at = outcome.get("decided_at")
        flaggers = sorted({self.person() for _ in range(self._count_of_flags())} - {author})
        # Somebody has reported it, whoever that was.
        flaggers = flaggers or [next(key for key in self.people if key != author)]
        self.random.shuffle(flaggers)
        moment, weight = opened, 0
        for flagger in flaggers:
            made = self.flags.add(
                id=self.key(moment),
                case_id=case["id"],
                flagger_id=flagger,
                reason=self.random.choice(FlagReason.values),
                note=self.texts.title() if self.random.random() < 0.2 else "",
                weight=self.random.choice(WEIGHTS),
                agreed=None if is_open else outcome["status"] == CaseStatus.UPHELD,
                decided_at=decided_at,
                created_at=moment,
                updated_at=decided_at or moment,
            )
            weight += made["weight"]
            flagged = self.record("flag_case.flagged", flagger, "flag_case", case["id"], moment)
            flagged["data"] = {"flag_id": str(made["id"])}
            moment = self._between(moment, decided_at or self.now)
        case |= {
            "flag_count": len(flaggers),
            "weight": weight if is_open else 0,
            "version": len(flaggers) + 1 + (not is_open),
            "updated_at": decided_at or moment,
        }
        if decided_at is None:
            return
        verb = f"flag_case.{outcome['status']}"
        decided = self.record(verb, outcome["decided_by_id"], "flag_case", case["id"], decided_at)
        decided |= {"reason": outcome["reason"], "by_moderator": True}
        self.places.add(
            id=self.key(decided_at),
            event_id=decided["id"],
            category_id=category_id,
            occurred_at=decided_at,
            waited=decided_at - opened,
        )
        if author is not None:
            self.reported.append(Reported(kind, entry["id"], author, category_id, decided_at))

    def _outcome(self, category_id: UUID, opened: datetime, hidden_at: datetime | None) -> Row:
        """The columns of a case that say what became of it."""
        chance = self.random.random()
        if hidden_at is None and chance < WAITING:
            if self.random.random() > 0.05:
                return {"status": CaseStatus.OPEN.value}
            # Some are looked at just now, and some were given up.
            until = self.now + timedelta(hours=self.random.uniform(-4, 2))
            return {
                "status": CaseStatus.OPEN.value,
                "claimed_by_id": self._moderator_of(category_id),
                "claimed_until": until,
            }
        decided_at = hidden_at or self._between(opened, self.now)
        upheld, measure = hidden_at is not None, Measure.HIDE.value
        if hidden_at is None and chance > 1 - KEPT:
            upheld, measure = True, Measure.KEEP.value
        return {
            "status": (CaseStatus.UPHELD if upheld else CaseStatus.DISMISSED).value,
            "decided_by_id": self._moderator_of(category_id),
            "decided_at": decided_at,
            "measure": measure if upheld else "",
            "reason": "Not here." if upheld else "",
        }

    def _count_of_flags(self) -> int:
        if self.random.randrange(MANY_IN) == 0:
            return MOST_FLAGS
        count = 1
        while self.random.random() < SEVERAL:
            count += 1
        return count

    def _moderator_of(self, category_id: UUID) -> UUID:
        return self.random.choice(self.moderators[category_id])

    def _between(self, earlier: datetime, later: datetime) -> datetime:
        """Some hours after that, as far as it goes."""
        hours = timedelta(hours=self.random.expovariate(1 / 12))
        return earlier + min(hours, (later - earlier) * self.random.random())

    # -------------------------------------------------------------- what is kept of people

    def _make_notes(self) -> None:
        for reported in self._some(TOPICS_PER_NOTE):
            moment = self._between(reported.decided_at, self.now)
            self.notes.add(
                id=self.key(moment),
                person_id=reported.author_id,
                given_by_id=self._moderator_of(reported.category_id),
                text=self.texts.title(),
                kind=reported.kind,
                object_id=reported.object_id,
                category_id=reported.category_id,
                created_at=moment,
                updated_at=moment,
            )

    def _make_sanctions(self) -> None:
        """Mostly warnings; some have been replied to, and those of the reader are none."""
        for reported in self._some(TOPICS_PER_SANCTION):
            author = reported.author_id
            if author == self.people[0]:
                continue
            moment = self._between(reported.decided_at, self.now)
            is_suspension = self.random.random() < 0.2
            severity = Severity.SUSPENSION if is_suspension else Severity.WARNING
            until = moment + timedelta(days=30) if is_suspension else None
            giver = self._moderator_of(reported.category_id)
            given = self.sanctions.add(
                id=self.key(moment),
                person_id=author,
                given_by_id=giver,
                severity=severity.value,
                reason="Not here.",
                until=until,
                kind=reported.kind,
                object_id=reported.object_id,
                category_id=reported.category_id,
                created_at=moment,
                updated_at=moment,
            )
            verb = "sanction.suspended" if is_suspension else "sanction.warned"
            self.record(verb, giver, "sanction", given["id"], moment)["reason"] = "Not here."
            if self.random.random() < 0.1:
                replied = self._between(moment, self.now)
                given |= {
                    "status": SanctionStatus.APPEALED.value,
                    "appeal": "That was meant as a joke.",
                    "appealed_at": replied,
                    "updated_at": replied,
                    "version": 2,
                }
                self.record("sanction.appealed", author, "sanction", given["id"], replied)

    def _some(self, topics_each: int) -> list[Reported]:
        count = min(len(self.reported), max(2, self.rows // topics_each))
        return self.random.sample(self.reported, k=count)


def size() -> str:
    posts = ForumPost.objects.filter(moderation_state=ModerationState.HELD)
    return (
        f"{forums.size()}, {posts.count():,} of which are held, {Flag.objects.count():,} flags in"
        f" {FlagCase.objects.count():,} cases,"
        f" {FlagCase.objects.filter(status=CaseStatus.OPEN).count():,} of which are open"
    )


@dataclass(frozen=True)
class Deciding:
    """What waits, which deciding changes."""

    reading: forums.Reading
    cases: dict[UUID, dict[str, Any]]
    held: frozenset[UUID]


def remember() -> Deciding:
    waiting = FlagCase.objects.filter(status=CaseStatus.OPEN).values()
    held = [
        key
        for model in (ForumPost, ForumTopic)
        for key in model._default_manager.filter(moderation_state=ModerationState.HELD).values_list(
            "pk", flat=True
        )
    ]
    return Deciding(
        forums.remember(), {case["id"]: dict(case) for case in waiting}, frozenset(held)
    )


def restore(before: Deciding, began: datetime) -> None:
    Flag.objects.filter(created_at__gte=began).delete()
    FlagCase.objects.filter(created_at__gte=began).delete()
    Flag.objects.filter(decided_at__gte=began).update(
        agreed=None, decided_at=None, updated_at=F("created_at")
    )
    for key in FlagCase.objects.filter(updated_at__gte=began).values_list("pk", flat=True):
        FlagCase.objects.filter(pk=key).update(**before.cases[key])
    for model in (ForumPost, ForumTopic):
        decided: Any = model._default_manager.filter(
            created_at__lt=began, updated_at__gte=began, version__gt=1
        )
        as_before = {
            "version": F("version") - 1,
            "updated_at": Coalesce("edited_at", "created_at"),
            "moderation_reason": "",
        }
        keys = frozenset(decided.values_list("pk", flat=True))
        held = {"moderation_state": ModerationState.HELD, "visible_since": None}
        visible = {
            "moderation_state": ModerationState.VISIBLE,
            "visible_since": F("created_at"),
        }
        decided.filter(pk__in=keys & before.held).update(**held, **as_before)
        decided.filter(pk__in=keys - before.held).update(**visible, **as_before)
    forums.restore(before.reading, began)
    recount(fix=True)
