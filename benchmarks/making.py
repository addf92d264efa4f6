"""Making a site: what those of all rooms have in common."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from benchmarks.databases import create_database, database_exists, drop_database
from benchmarks.rows import Row, Table, insert_all
from benchmarks.texts import Texts
from social.models import Block
from wargame_mentorship.models import Event, HelpfulVote, Photo, SearchDocument
from wargame_mentorship.photos.models import Stage

SEED = 20_240_229
READER = "reader"
"""Who is signed in: moderates nothing, has thirty blocks, has asked and answered some."""
BLOCKS = 30


class SiteMaker:
    """Makes everything but the schema; the subclasses say of what."""

    VERSION: ClassVar[int]
    """Of the content; a database that holds another one is made anew."""
    SPAN: ClassVar[timedelta]
    """How old the site is."""

    def __init__(self, rows: int, *, people: int) -> None:
        self.rows = rows
        self.random = random.Random(SEED)
        self.texts = Texts(SEED, paragraphs=min(6_000, max(100, rows)))
        self.now = timezone.now().replace(microsecond=0)
        self.joined = self.now - self.SPAN - timedelta(days=30)
        self.count_of_people = people
        self.people: list[UUID] = []
        self.host: UUID | None = None
        """Somebody active whom no block hides from the reader."""
        self.votes = Table(HelpfulVote)
        self.photos = Table(Photo)
        self.documents = Table(SearchDocument)
        self.events = Table(Event)

    def make(self, say: Callable[[str], None]) -> None:
        raise NotImplementedError

    def make_people(self) -> None:
        """People, and who has blocked whom."""
        users: Any = get_user_model()
        count = self.count_of_people
        people = Table(users)
        for number in range(count):
            person = people.add(
                id=self.key(self.joined),
                username=READER if number == 0 else f"painter-{number:06d}",
                email=f"painter-{number:06d}@example.org",
                display_name=f"Painter {number:06d}",
                password="!",
                date_joined=self.joined,
                is_active=number == 0 or self.random.random() > 0.01,
                avatar="" if self.random.random() < 0.4 else f"avatars/{number:06d}.jpg",
            )
            self.people.append(person["id"])
            if number > BLOCKS and person["is_active"] and self.host is None:
                self.host = person["id"]
        insert_all([people])
        half = BLOCKS // 2
        pairs = {(0, other) for other in range(1, half + 1)}
        pairs |= {(other, 0) for other in range(half + 1, BLOCKS + 1)}
        while len(pairs) < count // 4:
            pairs.add((self.random.randrange(1, count), self.random.randrange(1, count)))
        blocks = Table(Block)
        for one, other in sorted(pairs):
            if one != other:
                blocks.add(
                    blocker_id=self.people[one],
                    blocked_id=self.people[other],
                    created_at=self.now,
                )
        insert_all([blocks])

    def person(self) -> UUID:
        """Somebody; some write much more than others."""
        return self.people[int(len(self.people) * self.random.random() ** 2)]

    def vote(self, kind: str, content_id: UUID, author: UUID | None, moment: datetime) -> int:
        """Find something helpful; returns how many did."""
        voters = {self.person() for _ in range(int(self.random.expovariate(1)))}
        for voter in sorted(voters - {author}):
            self.votes.add(
                id=self.key(moment),
                content_type=kind,
                content_id=content_id,
                voter_id=voter,
                author_id=author,
                created_at=moment,
                updated_at=moment,
            )
        return len(voters - {author})

    def photo(
        self,
        kind: str,
        content_id: UUID,
        position: int,
        owner: UUID | None,
        moment: datetime,
        *,
        stage: str = Stage.WIP,
    ) -> None:
        key = self.key(moment)
        self.photos.add(
            id=key,
            owner_id=owner,
            file=f"photos/{key.hex[-2:]}/{key.hex}.jpg",
            width=2048,
            height=1536,
            file_size=600_000,
            file_hash=key.hex,
            alt_text=self.texts.title() if self.random.random() < 0.5 else "",
            content_type=kind,
            content_id=content_id,
            position=position,
            stage=stage,
            url_key=key.hex[-16:],
            created_at=moment,
        )

    def record(
        self, verb: str, actor_id: UUID | None, kind: str, subject: UUID, moment: datetime
    ) -> Row:
        return self.events.add(
            id=self.key(moment),
            verb=verb,
            actor_id=actor_id,
            subject_kind=kind,
            subject_id=subject,
            occurred_at=moment,
            dispatched_at=moment,
            attempts=1,
        )

    def key(self, moment: datetime) -> UUID:
        """A key as it would have been made at that moment (UUIDv7)."""
        milliseconds = int(moment.timestamp() * 1000)
        randomness = self.random.getrandbits(74)
        return UUID(
            int=milliseconds << 80
            | 7 << 76
            | (randomness >> 62) << 64
            | 2 << 62
            | (randomness & (1 << 62) - 1)
        )


def make_site(maker: type[Any], rows: int, counted: str, say: Callable[[str], None]) -> None:
    """Make the database with so many rows of what a room counts, unless it is there already."""
    # The group is made last, and so says that the rest is there.
    finished = f"Benchmark content {maker.VERSION}: {rows} {counted}"
    if database_exists():
        call_command("migrate", verbosity=0)
        if Group.objects.filter(name=finished).exists():
            return
        drop_database()
    create_database()
    say(f"Making {rows:,} {counted} on {connection.vendor}. This takes some minutes, once.")
    call_command("migrate", verbosity=0)
    # Millions of rows, none of which refers to itself: looking for such takes half of the time.
    gc.disable()
    maker(rows).make(say)
    gc.enable()
    Group.objects.create(name=finished)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
