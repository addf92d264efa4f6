"""What must come of it: the rules of the house once more, in plain Python and without a database.

People are numbers; `MODERATOR` is one of them. An action returns the code of the error that it
must end in, or None, and then it has happened here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.stateful.society import MODERATOR

VISIBLE, HELD, HIDDEN = "visible", "held", "hidden"

DECISIONS = {
    "approve": (HELD, VISIBLE),
    "reject": (HELD, HIDDEN),
    "hide": (VISIBLE, HIDDEN),
    "restore": (HIDDEN, VISIBLE),
}


@dataclass(eq=False)
class Reply:
    pk: UUID
    question: Question
    author: int | None
    state: str = VISIBLE
    votes: dict[object, bool] = field(default_factory=dict)
    """By voter; of somebody who was erased by nobody in particular."""
    deleted: bool = False

    @property
    def helpful(self) -> int:
        return sum(self.votes.values())


@dataclass(eq=False)
class Question:
    pk: UUID
    asker: int | None
    is_public: bool = True
    state: str = VISIBLE
    status: str = "open"
    helper: int | None = None
    claim_runs: bool = False
    solution: Reply | None = None
    deleted: bool = False
    gone: bool = False
    """With its row, and with everything that hung on it."""
    replies: list[Reply] = field(default_factory=list)

    @property
    def counted(self) -> list[Reply]:
        return [reply for reply in self.replies if reply.state == VISIBLE and not reply.deleted]

    @property
    def answered(self) -> bool:
        """By somebody else, for everybody to see."""
        return any(reply.author != self.asker for reply in self.counted)

    @property
    def helpful(self) -> int:
        return sum(reply.helpful for reply in self.counted)


class Oracle:
    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.blocks: set[frozenset[int]] = set()

    # ------------------------------------------------------------------ who sees what

    def hides(self, person: int | None, other: int | None) -> bool:
        return person is not None and frozenset({person, other}) in self.blocks

    def sees(self, person: int | None, question: Question) -> bool:
        if question.gone or question.deleted or self.hides(person, question.asker):
            return False
        is_visible = question.state == VISIBLE
        if question.is_public and is_visible:
            return True
        return person is not None and (
            person in (question.asker, MODERATOR) or (person == question.helper and is_visible)
        )

    def sees_reply(self, person: int | None, reply: Reply) -> bool:
        return (
            self.sees(person, reply.question)
            and not reply.deleted
            and not self.hides(person, reply.author)
            and (reply.state == VISIBLE or (person is not None and person in (reply.author, 0)))
        )

    def seen_by(self, person: int | None) -> tuple[set[UUID], set[UUID]]:
        """Keys of the questions and of the replies that somebody sees; None is not signed in."""
        questions = {question.pk for question in self.questions if self.sees(person, question)}
        replies = {reply.pk for reply in self.replies() if self.sees_reply(person, reply)}
        return questions, replies

    def replies(self) -> Iterator[Reply]:
        for question in self.questions:
            if not question.gone:
                yield from question.replies

    # ------------------------------------------------------------------ what they do

    def ask(self, asker: int, question: Question) -> None:
        self.questions.append(question)

    def answer(self, person: int, question: Question, reply: Reply) -> str | None:
        if not self.sees(person, question):
            return "not_found"
        if question.status == "closed":
            return "closed"
        question.replies.append(reply)
        if reply.state == VISIBLE:
            self._spoke(reply)
        return None

    def _spoke(self, reply: Reply) -> None:
        """A helper who has spoken keeps the question."""
        if reply.author is not None and reply.question.helper == reply.author:
            reply.question.claim_runs = False

    def vote(self, person: int, reply: Reply, is_helpful: bool | None) -> str | None:
        """`is_helpful` None: the vote is taken back."""
        if not self.sees_reply(person, reply):
            return "not_found"
        if reply.author == person:
            return "permission_denied"
        reply.votes.pop(person, None)
        if is_helpful is not None:
            reply.votes[person] = is_helpful
        return None

    def accept(self, person: int, question: Question, reply: Reply) -> str | None:
        if error := self._is_theirs(person, question):
            return error
        if (
            reply.question is not question
            or reply.state != VISIBLE
            or not self.sees_reply(person, reply)
        ):
            return "invalid"
        if question.status == "closed":
            return "wrong_state"
        question.status, question.solution = "resolved", reply
        return None

    def unaccept(self, person: int, question: Question) -> str | None:
        if error := self._is_theirs(person, question):
            return error
        if question.status != "resolved":
            return "wrong_state"
        question.status = "open" if question.helper is None else "in_progress"
        question.solution = None
        return None

    def claim(self, person: int, question: Question) -> str | None:
        if not self.sees(person, question):
            return "not_found"
        if question.status == "in_progress" and question.helper == person:
            return None
        if person == question.asker:
            return "permission_denied"
        if question.status not in ("open", "in_progress"):
            return "wrong_state"
        if question.helper is not None:
            return "taken"
        question.status, question.helper, question.claim_runs = "in_progress", person, True
        return None

    def assign(self, person: int, question: Question, helper: int) -> str | None:
        if error := self._is_theirs(person, question):
            return error
        apart = any(self.hides(helper, other) for other in (person, question.asker))
        if helper == question.asker or apart:
            return "invalid"
        if question.status == "in_progress" and question.helper == helper:
            return None
        if question.status not in ("open", "in_progress"):
            return "wrong_state"
        question.status, question.helper, question.claim_runs = "in_progress", helper, False
        return None

    def release(self, person: int, question: Question) -> str | None:
        if not self.sees(person, question):
            return "not_found"
        if person not in (question.helper, question.asker, MODERATOR):
            return "permission_denied"
        if question.status != "in_progress":
            return "wrong_state"
        question.status, question.helper, question.claim_runs = "open", None, False
        return None

    def close(self, person: int, question: Question) -> str | None:
        if error := self._is_theirs(person, question):
            return error
        if question.status == "closed":
            return "wrong_state"
        question.status, question.claim_runs = "closed", False
        return None

    def reopen(self, person: int, question: Question) -> str | None:
        if error := self._is_theirs(person, question):
            return error
        if question.status not in ("resolved", "closed"):
            return "wrong_state"
        question.status, question.helper, question.claim_runs = "open", None, False
        return None

    def turn(self, person: int, question: Question, *, is_public: bool) -> str | None:
        if error := self._is_theirs(person, question):
            return error
        question.is_public = is_public
        return None

    def rewrite(self, person: int, question: Question, *, held: bool) -> str | None:
        if error := self._is_theirs(person, question):
            return error
        if held and person == question.asker:
            question.state = HELD
        return None

    def rewrite_reply(self, person: int, reply: Reply, *, held: bool) -> str | None:
        if error := self._is_theirs_to_change(person, reply):
            return error
        if held and person == reply.author and reply.state == VISIBLE:
            reply.state = HELD
        return None

    def delete_reply(self, person: int, reply: Reply) -> str | None:
        if error := self._is_theirs_to_change(person, reply):
            return error
        question = reply.question
        if question.solution is reply:
            if person != MODERATOR and question.status in ("resolved", "closed"):
                return "accepted"
            if question.status == "resolved":
                question.status = "open" if question.helper is None else "in_progress"
            question.solution = None
        reply.deleted = True
        return None

    def _is_theirs_to_change(self, person: int, reply: Reply) -> str | None:
        if not self.sees_reply(person, reply):
            return "not_found"
        return None if person in (reply.author, MODERATOR) else "permission_denied"

    def delete(self, person: int, question: Question) -> str | None:
        if error := self._is_theirs(person, question):
            return error
        if person != MODERATOR and question.answered:
            return "answered"
        question.deleted = True
        return None

    def decide(self, person: int, subject: Question | Reply, action: str) -> str | None:
        question = subject.question if isinstance(subject, Reply) else subject
        # Whoever blocks their moderator is moderated all the same.
        gone = question.gone or question.deleted or (subject is not question and subject.deleted)
        reached = person == MODERATOR and not gone
        seen = (
            self.sees_reply(person, subject)
            if isinstance(subject, Reply)
            else self.sees(person, subject)
        )
        if not reached:
            return "permission_denied" if seen else "not_found"
        source, target = DECISIONS[action]
        if subject.state != source:
            return "wrong_state"
        subject.state = target
        if isinstance(subject, Reply) and target == VISIBLE:
            self._spoke(subject)
        return None

    def let_claims_run_out(self) -> None:
        for question in self.questions:
            if question.claim_runs and question.status == "in_progress" and not question.gone:
                question.status, question.helper, question.claim_runs = "open", None, False

    def erase(self, person: int) -> None:
        for question in self.questions:
            if question.asker == person:
                alone = all(reply.author == person for reply in question.replies)
                question.gone |= question.deleted or (alone and not question.is_public)
                question.asker = None
            if question.helper == person:
                question.helper = None
                if question.status == "in_progress":
                    question.status, question.claim_runs = "open", False
            for reply in question.replies:
                if reply.author == person:
                    reply.author = None
                if person in reply.votes:
                    reply.votes[object()] = reply.votes.pop(person)

    def _is_theirs(self, person: int, question: Question) -> str | None:
        if not self.sees(person, question):
            return "not_found"
        return None if person in (question.asker, MODERATOR) else "permission_denied"

    def facts(self) -> dict[UUID, tuple[Any, ...]]:
        """What is stored of each question."""
        return {
            question.pk: (
                question.status,
                question.helper,
                question.state,
                question.is_public,
                question.deleted,
                question.solution.pk if question.solution else None,
                len(question.counted),
                question.helpful,
            )
            for question in self.questions
            if not question.gone
        }
