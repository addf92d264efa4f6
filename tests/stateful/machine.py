"""The product and the oracle side by side: whatever people do, in whichever order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from tests.stateful.oracle import DECISIONS, Oracle, Question, Reply
from tests.stateful.society import (
    CAST,
    MODERATOR,
    Draw,
    Society,
    always,
    anybody,
    chance,
    choice,
    deed,
)
from wargame_mentorship.core.errors import DomainError
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import make_moderator, make_user

WORD = "verdigris"
"""In every title, so that a search for it finds all that may be seen."""


MOST_QUESTIONS = 6
"""So many are there at once, so that what happens to one may happen to another with it."""


def _one_of(rows: Callable[[HelpRequests], Sequence[Any]]) -> Draw:
    def draw(machine: HelpRequests) -> Any:
        return machine.one_of(rows(machine))

    return draw


def _mostly_there(rows: Callable[[HelpRequests], Iterable[Any]]) -> Draw:
    """Also what was deleted, and what went with its row."""
    there = _one_of(lambda machine: [row for row in rows(machine) if not row.deleted])
    any_of_them = _one_of(lambda machine: [*rows(machine)])
    return lambda machine: (any_of_them if machine.dice.random() < 0.1 else there)(machine)


QUESTION = _mostly_there(lambda machine: machine.oracle.questions)
REPLY = _mostly_there(
    lambda machine: (reply for entry in machine.oracle.questions for reply in entry.replies)
)
HELD = chance(0.25)


class HelpRequests(Society):
    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.oracle: Oracle = Oracle()
        self.people = [make_moderator("painting"), *(make_user() for _ in range(CAST - 1))]
        self.have_a_lively_evening()

    def expect(self, error: str | None, call: Callable[[], Any]) -> Any:
        """Make the call, which must end as the oracle says, and leave nothing if it is refused."""
        before = Event.objects.count()
        made, refused = None, None
        try:
            made = call()
        except DomainError as raised:
            refused = raised.code
        assert refused == error
        assert error is None or Event.objects.count() == before
        return made

    # ------------------------------------------------------------------ what people do

    def have_a_lively_evening(self) -> None:
        """Where a short run begins, so that it does not spend itself on getting there.

        Of two people who have blocked each other, one asked, and all others found the answer of a
        third helpful that its author has since spoilt.
        """
        self.ask(1, is_public=True, held=False)
        [question] = self.oracle.questions
        self.block(1, 4)
        self.answer(2, question, held=False)
        [first] = question.replies
        for voter in (MODERATOR, 1, 3):
            self.vote(voter, first, is_helpful=True)
        self.answer(3, question, held=False)
        self.rewrite_reply(2, first, held=True)

    @deed(3, number=anybody, is_public=chance(0.6), held=HELD)
    def ask(self, number: int, is_public: bool, held: bool) -> None:
        there = [entry for entry in self.oracle.questions if not (entry.gone or entry.deleted)]
        if len(there) >= MOST_QUESTIONS:
            return
        asker = self.somebody(number)
        entry = services.ask(
            actor=self.people[asker],
            title=f"How do I paint {WORD}?",
            description="hold-me" if held else "On bronze.",
            category="painting",
            is_public=is_public,
        )
        question = Question(entry.pk, asker, is_public, "held" if held else "visible")
        self.oracle.ask(asker, question)

    @deed(8, number=anybody, question=QUESTION, held=HELD)
    def answer(self, number: int, question: Question, held: bool) -> None:
        author = self.somebody(number)
        reply = Reply(UUID(int=0), question, author, "held" if held else "visible")
        error = self.oracle.answer(author, question, reply)
        made = self.expect(
            error,
            lambda: services.respond(
                actor=self.people[author],
                help_request=HelpRequest(pk=question.pk),
                text="hold-me" if held else "Thin it.",
            ),
        )
        if made is not None:
            reply.pk = made.pk

    @deed(6, number=anybody, reply=REPLY, is_helpful=choice(True, True, False, None))
    def vote(self, number: int, reply: Reply, is_helpful: bool | None) -> None:
        voter = self.somebody(number)
        response = HelpResponse(pk=reply.pk)
        actor = self.people[voter]
        self.expect(
            self.oracle.vote(voter, reply, is_helpful),
            (lambda: services.withdraw_vote(actor=actor, response=response))
            if is_helpful is None
            else lambda: services.mark_helpful(
                actor=actor, response=response, is_helpful=is_helpful
            ),
        )

    @deed(6, number=anybody, reply=REPLY)
    def accept(self, number: int, reply: Reply) -> None:
        self._accept(number, reply.question, reply)

    @deed(1, number=anybody, question=QUESTION, reply=REPLY)
    def accept_an_answer_to_whatever(self, number: int, question: Question, reply: Reply) -> None:
        self._accept(number, question, reply)

    def _accept(self, number: int, question: Question, reply: Reply) -> None:
        actor = self.somebody(number)
        self.expect(
            self.oracle.accept(actor, question, reply),
            lambda: services.accept(
                actor=self.people[actor],
                help_request=HelpRequest(pk=question.pk),
                response_id=reply.pk,
            ),
        )

    @deed(
        12,
        number=anybody,
        question=QUESTION,
        action=choice("unaccept", "claim", "release", "close", "reopen", "delete"),
    )
    def move(self, number: int, question: Question, action: str) -> None:
        actor = self.somebody(number)
        self.expect(
            getattr(self.oracle, action)(actor, question),
            lambda: getattr(services, action)(
                actor=self.people[actor], help_request=HelpRequest(pk=question.pk)
            ),
        )

    @deed(3, number=anybody, question=QUESTION, helper=anybody)
    def assign(self, number: int, question: Question, helper: int) -> None:
        actor, helper = self.somebody(number), self.somebody(helper)
        self.expect(
            self.oracle.assign(actor, question, helper),
            lambda: services.assign(
                actor=self.people[actor],
                help_request=HelpRequest(pk=question.pk),
                helper_id=self.people[helper].pk,
            ),
        )

    @deed(3, number=anybody, question=QUESTION, is_public=chance(0.5))
    def turn(self, number: int, question: Question, is_public: bool) -> None:
        actor = self.somebody(number)
        self.expect(
            self.oracle.turn(actor, question, is_public=is_public),
            lambda: self._edit(actor, question, is_public=is_public),
        )

    @deed(3, number=anybody, question=QUESTION, held=HELD, words=choice(*range(100)))
    def rewrite(self, number: int, question: Question, held: bool, words: int) -> None:
        actor = self.somebody(number)
        text = f"{'hold-me' if held else 'Mended'} {words} {timezone.now().isoformat()}"
        self.expect(
            self.oracle.rewrite(actor, question, held=held),
            lambda: self._edit(actor, question, description=text),
        )

    @deed(4, number=anybody, reply=REPLY, held=HELD)
    def rewrite_reply(self, number: int, reply: Reply, held: bool) -> None:
        # Mostly its author, for of the others only the moderator may.
        actor = self.somebody(number) if number == 1 or reply.author is None else reply.author
        text = f"{'hold-me' if held else 'Mended'} {timezone.now().isoformat()}"
        self.expect(
            self.oracle.rewrite_reply(actor, reply, held=held),
            lambda: services.edit_response(
                actor=self.people[actor], response=HelpResponse(pk=reply.pk), text=text
            ),
        )

    @deed(4, number=anybody, reply=REPLY)
    def delete_reply(self, number: int, reply: Reply) -> None:
        actor = self.somebody(number)
        self.expect(
            self.oracle.delete_reply(actor, reply),
            lambda: services.delete_response(
                actor=self.people[actor], response=HelpResponse(pk=reply.pk)
            ),
        )

    def _edit(self, actor: int, question: Question, **changes: Any) -> Any:
        return services.edit(
            actor=self.people[actor], help_request=HelpRequest(pk=question.pk), changes=changes
        )

    @deed(5, number=anybody, question=QUESTION, action=choice(*DECISIONS))
    def decide_on_a_question(self, number: int, question: Question, action: str) -> None:
        self._decide(number, question, HelpRequest.KIND, action)

    @deed(6, number=anybody, reply=REPLY, action=choice(*DECISIONS))
    def decide_on_a_reply(self, number: int, reply: Reply, action: str) -> None:
        self._decide(number, reply, HelpResponse.KIND, action)

    def _decide(self, number: int, subject: Question | Reply, kind: str, action: str) -> None:
        # Mostly the moderator, for the others are always refused.
        actor = self.somebody(number) if number == 1 else MODERATOR
        self.expect(
            self.oracle.decide(actor, subject, action),
            lambda: getattr(moderation, action)(
                actor=self.people[actor], kind=kind, object_id=subject.pk
            ),
        )

    def has_blocked(self, one: int, other: int) -> None:
        self.oracle.blocks.add(frozenset({one, other}))

    def has_forgiven(self) -> None:
        self.oracle.blocks.clear()

    def has_erased(self, number: int) -> None:
        self.oracle.erase(number)

    @deed(3)
    def let_claims_run_out(self) -> None:
        past = timezone.now() - timedelta(minutes=1)
        HelpRequest.objects.exclude(claimed_until=None).update(claimed_until=past)
        services.release_expired_claims()
        self.oracle.let_claims_run_out()

    # ------------------------------------------------------------------ what must hold

    @always
    def everything_is_as_it_was_foretold(self) -> None:
        rows = HelpRequest.objects.select_related("solution")
        stored = {
            row.pk: (
                row.status,
                self.number_of(row.assigned_helper_id),
                row.moderation_state,
                row.is_public,
                row.deleted_at is not None,
                row.solution.pk if hasattr(row, "solution") else None,
                row.response_count,
                row.helpful_count,
            )
            for row in rows
        }
        assert stored == self.oracle.facts()

    @always
    def everybody_sees_what_is_theirs_to_see(self) -> None:
        """One after the other, who is not signed in among them; it is so for some steps."""
        number = (None, *range(CAST))[self.steps % (CAST + 1)]
        viewer = Viewer(None if number is None else self.people[number])
        visible = HelpRequest.objects.visible_to(viewer)
        replies = HelpResponse.objects.visible_to(viewer)
        seen = (
            {*visible.values_list("pk", flat=True)},
            {*replies.values_list("pk", flat=True)},
        )
        assert seen == self.oracle.seen_by(number), f"person {number}"
        assert {entry.pk for entry in search.find(visible, WORD)} == seen[0]

    @always
    def nobody_reads_news_of_what_they_may_not_see(self) -> None:
        number = self.steps % CAST
        person = self.people[number]
        mine = list(notifications.deliveries_of(person).select_related("event"))
        seen = set[UUID]().union(*self.oracle.seen_by(number))
        for delivery, shown in zip(mine, notifications.show(person, mine), strict=True):
            assert not self.oracle.hides(number, self.number_of(delivery.event.actor_id))
            assert shown.url is None or shown.subject_id in seen
