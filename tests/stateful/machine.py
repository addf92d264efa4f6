"""The product and the oracle side by side: whatever people do, in whichever order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, multiple, rule

from tests.stateful.oracle import DECISIONS, Oracle, Question, Reply
from tests.stateful.society import CAST, MODERATOR, PEOPLE, Society
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


class HelpRequests(Society):
    questions = Bundle("questions")
    replies = Bundle("replies")

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.people = [make_moderator("painting"), *(make_user() for _ in range(CAST - 1))]

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

    @initialize(target=replies)
    def a_lively_evening(self) -> Any:
        """Where a short run begins, so that it does not spend itself on getting there.

        Of two people who have blocked each other, one asked, and all others found the answer of a
        third helpful that its author has since spoilt.
        """
        question = self.ask(1, is_public=True, held=False)
        self.block(1, 4)
        first = self.answer(2, question, held=False)
        for voter in (MODERATOR, 1, 3):
            self.vote(voter, first, is_helpful=True)
        second = self.answer(3, question, held=False)
        self.rewrite_reply(2, first, held=True)
        return multiple(first, second)

    @rule(target=questions, number=PEOPLE, is_public=st.booleans(), held=st.booleans())
    def ask(self, number: int, is_public: bool, held: bool) -> Question:
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
        return question

    @rule(target=replies, number=PEOPLE, question=questions, held=st.booleans())
    def answer(self, number: int, question: Question, held: bool) -> Any:
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
        if made is None:
            return multiple()
        reply.pk = made.pk
        return reply

    @rule(number=PEOPLE, reply=replies, is_helpful=st.sampled_from([True, False, None]))
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

    @rule(number=PEOPLE, reply=replies)
    def accept(self, number: int, reply: Reply) -> None:
        self._accept(number, reply.question, reply)

    @rule(number=PEOPLE, question=questions, reply=replies)
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

    @rule(
        number=PEOPLE,
        question=questions,
        action=st.sampled_from(["unaccept", "claim", "release", "close", "reopen", "delete"]),
    )
    def move(self, number: int, question: Question, action: str) -> None:
        actor = self.somebody(number)
        self.expect(
            getattr(self.oracle, action)(actor, question),
            lambda: getattr(services, action)(
                actor=self.people[actor], help_request=HelpRequest(pk=question.pk)
            ),
        )

    @rule(number=PEOPLE, question=questions, helper=PEOPLE)
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

    @rule(number=PEOPLE, question=questions, is_public=st.booleans())
    def turn(self, number: int, question: Question, is_public: bool) -> None:
        actor = self.somebody(number)
        self.expect(
            self.oracle.turn(actor, question, is_public=is_public),
            lambda: self._edit(actor, question, is_public=is_public),
        )

    @rule(number=PEOPLE, question=questions, held=st.booleans(), words=st.integers(0, 10_000))
    def rewrite(self, number: int, question: Question, held: bool, words: int) -> None:
        actor = self.somebody(number)
        text = f"{'hold-me' if held else 'Mended'} {words} {timezone.now().isoformat()}"
        self.expect(
            self.oracle.rewrite(actor, question, held=held),
            lambda: self._edit(actor, question, description=text),
        )

    @rule(number=PEOPLE, reply=replies, held=st.booleans())
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

    @rule(number=PEOPLE, reply=replies)
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

    @rule(number=PEOPLE, question=questions, action=st.sampled_from([*DECISIONS]))
    def decide_on_a_question(self, number: int, question: Question, action: str) -> None:
        self._decide(number, question, HelpRequest.KIND, action)

    @rule(number=PEOPLE, reply=replies, action=st.sampled_from([*DECISIONS]))
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

    @rule()
    def let_claims_run_out(self) -> None:
        past = timezone.now() - timedelta(minutes=1)
        HelpRequest.objects.exclude(claimed_until=None).update(claimed_until=past)
        services.release_expired_claims()
        self.oracle.let_claims_run_out()

    # ------------------------------------------------------------------ what must hold

    @invariant()
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

    @invariant()
    def everybody_sees_what_is_theirs_to_see(self) -> None:
        for number in (None, *range(CAST)):
            viewer = Viewer(None if number is None else self.people[number])
            visible = HelpRequest.objects.visible_to(viewer)
            replies = HelpResponse.objects.visible_to(viewer)
            seen = (
                {*visible.values_list("pk", flat=True)},
                {*replies.values_list("pk", flat=True)},
            )
            assert seen == self.oracle.seen_by(number), f"person {number}"
            assert {entry.pk for entry in search.find(visible, WORD)} == seen[0]

    @invariant()
    def nobody_reads_news_of_what_they_may_not_see(self) -> None:
        for number, person in enumerate(self.people):
            mine = list(notifications.deliveries_of(person).select_related("event"))
            seen = set[UUID]().union(*self.oracle.seen_by(number))
            for delivery, shown in zip(mine, notifications.show(person, mine), strict=True):
                assert not self.oracle.hides(number, self.number_of(delivery.event.actor_id))
                assert shown.url is None or shown.subject_id in seen
