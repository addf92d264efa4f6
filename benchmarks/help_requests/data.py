"""A site of some years: people, questions, answers, votes, photos, and the search documents.

Rows are in the state that the services leave behind: `wm_check` finds nothing but photos without
files. The same seed makes the same site; only its last day is today, so that queues which depend
on the clock are as full as they would be.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection
from guardian.shortcuts import assign_perm
from notifications.models import Notification

from benchmarks.making import SiteMaker
from benchmarks.rows import Row, Table, insert_all
from benchmarks.texts import Paragraph, html_of, text_of, words_of
from wargame_mentorship.flows.imports.models import ImportedItem
from wargame_mentorship.models import (
    Category,
    CategoryFollow,
    CategoryPrompt,
    Delivery,
    HelpRequest,
    HelpRequestFacet,
    HelpResponse,
    HelpResponseStep,
    SearchDocument,
)
from wargame_mentorship.photos import services as photos
from wargame_mentorship.photos.models import Stage
from wargame_mentorship.search.words import lexemes

FULL_CONVERSATION = 50
EVERY = 400
"""Every 400th request has so many answers, and everybody may read it."""

CHUNK = 5_000


class Maker(SiteMaker):
    """Makes everything but the schema; `rows` is the number of help requests."""

    VERSION = 3
    SPAN = timedelta(days=3 * 365)

    def __init__(self, rows: int) -> None:
        super().__init__(rows, people=max(60, rows // 5))
        self.every = min(EVERY, max(2, rows // 10))
        self.tops = list(Category.objects.filter(parent=None).order_by("sort_order", "slug"))
        self.parts = {
            top.pk: list(Category.objects.filter(parent=top).order_by("sort_order", "slug"))
            for top in self.tops
        }
        self.prompts = {
            top.pk: list(CategoryPrompt.objects.filter(category=top).order_by("sort_order", "slug"))
            for top in self.tops
        }
        self.requests = Table(HelpRequest)
        self.responses = Table(HelpResponse)
        self.steps = Table(HelpResponseStep)
        self.facets = Table(HelpRequestFacet)
        self.imported = Table(ImportedItem)
        self.deliveries = Table(Delivery)
        self.notifications = Table(Notification, with_numbers=True)
        self.notified = 0
        self.type_of_users = ContentType.objects.get_for_model(get_user_model()).pk
        self.type_of_requests = ContentType.objects.get_for_model(HelpRequest).pk

    def make(self, say: Callable[[str], None]) -> None:
        self.make_people()
        self._make_followers()
        # In the order in which they refer to each other.
        tables = (
            *(self.requests, self.responses, self.steps, self.facets, self.votes),
            *(self.photos, self.documents, self.imported, self.events),
            *(self.notifications, self.deliveries),
        )
        for number in range(self.rows):
            self._make_conversation(number)
            if (number + 1) % CHUNK == 0:
                insert_all(tables)
                say(f"  {number + 1:,} of {self.rows:,}")
        insert_all(tables)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [Notification]):
                cursor.execute(statement)

    # ------------------------------------------------------------------------------ people

    def _make_followers(self) -> None:
        follows = Table(CategoryFollow)
        for number, key in enumerate(self.people):
            if number == 0 or self.random.random() < 0.1:
                for top in self.random.sample(self.tops, k=2):
                    follows.add(
                        id=self.key(self.joined),
                        follower_id=key,
                        category_id=top.pk,
                        created_at=self.joined,
                        updated_at=self.joined,
                    )
        insert_all([follows])
        for number, top in enumerate(self.tops):
            for key in self.people[40 + 4 * number : 44 + 4 * number]:
                moderator = get_user_model()(pk=key)
                assign_perm("wargame_mentorship.moderate_category", moderator, top)

    # -------------------------------------------------------------------------- questions

    def _make_conversation(self, number: int) -> None:
        chance = self.random.random
        asked = self.now - self.SPAN * (1 - (number + 1) / self.rows) - timedelta(minutes=5)
        texts = self.texts.paragraphs(1, 4)
        top = self.random.choice(self.tops)
        part = self.random.choice(self.parts[top.pk]) if chance() < 0.7 else None
        is_full = number % self.every == self.every // 2
        entry = self.requests.add(
            id=self.key(asked),
            title=self.texts.title()[:200],
            description=text_of(texts),
            description_html=html_of(texts),
            category_id=top.pk,
            subcategory_id=part.pk if part else None,
            difficulty_level=self.random.choice(
                ("", "beginner", "beginner", "intermediate", "advanced")
            ),
            urgency=self.random.choices(("low", "normal", "high"), weights=(2, 7, 1))[0],
            status="open",
            language="de" if chance() < 0.1 else "en",
            is_public=is_full or chance() > 0.04,
            requester_id=None if chance() < 0.01 else self.person(),
            view_count=int(self.random.paretovariate(1.1) * 5) % 100_000,
            helpful_count=0,
            response_count=0,
            created_at=asked,
            updated_at=asked,
            last_activity_at=asked,
            visible_since=asked,
        )
        if not is_full and chance() < 0.01:
            entry |= {"moderation_state": "held", "visible_since": None}
        self.record(
            "help_request.asked", entry["requester_id"], HelpRequest.KIND, entry["id"], asked
        )
        if entry["requester_id"] is None:
            self._import(entry)
        if chance() < 0.65:
            for position in range(self.random.randint(1, 3)):
                self.photo(
                    "help_request",
                    entry["id"],
                    position,
                    entry["requester_id"],
                    entry["created_at"],
                )
        values = []
        for prompt in self.prompts[top.pk]:
            if chance() < 0.6:
                values.append(self.texts.label())
                self.facets.add(
                    id=self.key(asked),
                    help_request_id=entry["id"],
                    prompt_id=prompt.pk,
                    value=values[-1].text,
                    value_key=values[-1].text.casefold(),
                )
        values.sort(key=lambda value: value.text)
        solution = self._end(entry, self._make_answers(entry, is_full))
        self.documents.add(
            kind="help_request",
            object_id=entry["id"],
            title=entry["title"],
            title_words=lexemes(entry["title"], entry["language"]),
            body_words=words_of([*texts, *solution, *values], entry["language"]),
            language=entry["language"],
            category_id=top.pk,
            created_at=asked,
        )

    def _import(self, entry: Row) -> None:
        self.imported.add(
            id=self.key(entry["created_at"]),
            source="minis.stackexchange.com",
            kind="help_request",
            key=entry["id"].hex,
            object_id=entry["id"],
            digest="0" * 64,
            author_name="somebody elsewhere",
            source_url="https://minis.stackexchange.com/q/1",
            licence="CC BY-SA 4.0",
            created_at=entry["created_at"],
            updated_at=entry["created_at"],
        )

    # ---------------------------------------------------------------------------- answers

    def _make_answers(self, entry: Row, is_full: bool) -> list[tuple[Row, list[Paragraph]]]:
        count = FULL_CONVERSATION if is_full else int(self.random.expovariate(1 / 3.5))
        answers = []
        moment = entry["created_at"]
        for _ in range(count):
            pause = timedelta(seconds=int(self.random.expovariate(1 / 20_000)))
            moment = min(moment + pause, self.now)
            texts = self.texts.paragraphs(1, 3)
            by_asker = self.random.random() < 0.15
            answer = self.responses.add(
                id=self.key(moment),
                help_request_id=entry["id"],
                responder_id=entry["requester_id"] if by_asker else self.person(),
                response_text=text_of(texts),
                response_text_html=html_of(texts),
                helpful_count=0,
                created_at=moment,
                updated_at=moment,
                visible_since=moment,
            )
            self._count(entry, answer)
            self._vote(entry, answer)
            self._tell(entry, answer)
            if self.random.random() < 0.12:
                self.photo(
                    "help_response", answer["id"], 0, answer["responder_id"], answer["created_at"]
                )
            if self.random.random() < 0.1:
                texts += self._add_steps(answer)
            if self.random.random() < 0.08:
                edited = min(moment + timedelta(minutes=5), self.now)
                answer |= {"edited_at": edited, "updated_at": edited, "version": 2}
            answers.append((answer, texts))
        return answers

    def _add_steps(self, answer: Row) -> list[Paragraph]:
        texts = self.texts.paragraphs(2, 4)
        for position, text in enumerate(texts, start=1):
            step = self.steps.add(
                id=self.key(answer["created_at"]),
                response_id=answer["id"],
                position=position,
                text=text.text,
                text_html=text.html,
            )
            if self.random.random() < 0.5:
                self.photo(
                    HelpResponseStep.KIND,
                    step["id"],
                    0,
                    answer["responder_id"],
                    answer["created_at"],
                )
        return texts

    def _count(self, entry: Row, answer: Row) -> None:
        by_asker = answer["responder_id"] is not None and (
            answer["responder_id"] == entry["requester_id"]
        )
        entry["response_count"] += 1
        entry["asker_had_last_word"] = by_asker
        entry["last_response_at"] = entry["last_activity_at"] = answer["created_at"]
        if not by_asker:
            entry.setdefault("first_response_at", answer["created_at"])

    def _vote(self, entry: Row, answer: Row) -> None:
        made = self.vote(
            HelpResponse.KIND, answer["id"], answer["responder_id"], answer["created_at"]
        )
        answer["helpful_count"] += made
        entry["helpful_count"] += made

    def _end(self, entry: Row, answers: list[tuple[Row, list[Paragraph]]]) -> list[Paragraph]:
        """Decide how far it has come; returns the text of its solution."""
        fate = self.random.random()
        if answers and fate < 0.6:
            answer, texts = self.random.choice(answers)
            answer["accepted_for_id"] = entry["id"]
            entry |= {"status": "resolved", "resolved_at": answer["created_at"]}
            if fate < 0.2:
                [text] = self.texts.paragraphs(1, 1)
                entry |= {
                    "outcome_text": text.text,
                    "outcome_text_html": text.html,
                    "outcome_at": answer["created_at"],
                    "satisfaction": self.random.choice((None, 3, 4, 5, 5)),
                }
                for position in range(self.random.randint(0, 2)):
                    self.photo(
                        HelpRequest.OUTCOME_KIND,
                        entry["id"],
                        position,
                        entry["requester_id"],
                        entry["created_at"],
                        stage=Stage.AFTER,
                    )
            return texts
        helper = self.person()
        if fate > 0.93:
            entry |= {"status": "closed", "closed_at": entry["last_activity_at"]}
        elif fate > 0.85 and helper != entry["requester_id"]:
            entry |= {"status": "in_progress", "assigned_helper_id": helper}
            if self.random.random() < 0.3:
                entry["claimed_until"] = self.now + timedelta(hours=self.random.randint(1, 48))
        if answers and fate < 0.93 and not entry["asker_had_last_word"]:
            last, _texts = answers[-1]
            if self.random.random() < 0.1:
                last["asks_back"] = True
                entry["needs_info_since"] = last["created_at"]
        return []

    # ------------------------------------------------------------------------------- parts

    def _tell(self, entry: Row, answer: Row) -> None:
        """Tell the asker, if somebody else has answered; of late they have not looked yet."""
        moment, actor, asker = answer["created_at"], answer["responder_id"], entry["requester_id"]
        event = self.record("help_request.answered", actor, HelpRequest.KIND, entry["id"], moment)
        if asker is None or actor == asker:
            return
        self.notified += 1
        self.notifications.add(
            id=self.notified,
            recipient_id=asker,
            unread=moment > self.now - timedelta(days=60),
            actor_content_type_id=self.type_of_users,
            actor_object_id=str(actor),
            verb="help_request.answered",
            target_content_type_id=self.type_of_requests,
            target_object_id=str(entry["id"]),
            timestamp=moment,
        )
        self.deliveries.add(
            id=self.key(moment),
            recipient_id=asker,
            event_id=event["id"],
            verb="help_request.answered",
            target_kind=HelpResponse.KIND,
            target_id=answer["id"],
            notification_id=self.notified,
            created_at=moment,
            updated_at=moment,
        )


def size() -> str:
    return ""


def remember() -> None:
    """Nothing here changes but by what is new."""


def restore(before: None, began: datetime) -> None:
    asked = HelpRequest.objects.filter(created_at__gte=began)
    keys = list(asked.values_list("pk", flat=True))
    SearchDocument.objects.filter(object_id__in=keys).delete()
    for key in keys:
        photos.delete_photos_of(kind=HelpRequest.KIND, content_id=key)
    HelpResponse.objects.filter(created_at__gte=began).delete()
    asked.delete()
