"""What an answer says, in one text and in steps: cleaned, bounded, written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wargame_mentorship.core.cleaning import FieldErrors, clean_markdown
from wargame_mentorship.core.text import MAX_MENTIONS, TextError, find_mentions
from wargame_mentorship.help_requests.models import HelpResponse, HelpResponseStep
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation.holding import Screened, reworded
from wargame_mentorship.moderation.words import Text
from wargame_mentorship.photos import services as photos

MOST_STEPS = 20
"""Of one answer."""

LONGEST_STEP = 2_000
"""In characters."""


FIELD = "response_text"


class StepInput(TypedDict):
    """One step as somebody gives it."""

    text: str
    photo_id: NotRequired[UUID | None]


@dataclass(frozen=True)
class Step:
    """One step, cleaned."""

    text: str
    text_html: str
    photo_id: UUID | None


@dataclass(frozen=True)
class Answer:
    """What somebody answers, cleaned; None is what they leave as it is."""

    text: str | None
    text_html: str | None
    steps: tuple[Step, ...] | None

    @property
    def columns(self) -> dict[str, Any]:
        """What it sets in its own row."""
        if self.text is None:
            return {}
        return {"response_text": self.text, "response_text_html": self.text_html}

    @property
    def photo_count(self) -> int:
        """How many of its steps have one."""
        return sum(step.photo_id is not None for step in self.steps or ())

    def parts(self, before: HelpResponse | None = None) -> list[str]:
        """All of its texts, for whoever judges them; what it leaves out is as it was."""
        text, steps = self.text, self.steps
        if text is None:
            text = before.response_text if before else ""
        if steps is not None:
            return [text, *(step.text for step in steps)]
        return [text, *(step.text for step in (before.steps.all() if before else ()))]

    def texts(self, before: HelpResponse | None = None, *, field: str = FIELD) -> list[Text]:
        """The same, each with the field that its errors belong to.

        Args:
            field: that of the text; steps have their own.
        """
        text, *steps = self.parts(before)
        return [
            Text(field, text),
            *(
                Text(f"steps.{index}.text", step, most=LONGEST_STEP)
                for index, step in enumerate(steps)
            ),
        ]

    def reworded(self, screened: Screened) -> Answer:
        """The same with what a screening made of its texts.

        Of those that it leaves as they are nothing is made: who wrote them has submitted others.

        Raises: Invalid: one is too long now.
        """
        text, *steps = screened.texts
        source, html = self.text, self.text_html
        if source is not None and html is not None:
            source, html = reworded((source, html), text)
        if self.steps is None:
            return Answer(source, html, None)
        return Answer(
            source,
            html,
            tuple(
                Step(*reworded((step.text, step.text_html), new), step.photo_id)
                for step, new in zip(self.steps, steps, strict=True)
            ),
        )


def clean_answer(
    *,
    text: str | None,
    steps: Sequence[StepInput] | None,
    photo_ids: Sequence[UUID] | None,
    before: HelpResponse | None = None,
) -> Answer:
    """Check what somebody wrote, and render it; with `before`, None keeps what that says.

    Raises:
        Invalid: `response_text`, `steps` (`too_many`, or `too_many_mentions` in all of it),
            `steps.<n>.text`, `steps.<n>.photo_id` (`duplicate`).
    """
    errors = FieldErrors()
    body = errors.attempt(FIELD, clean_markdown, text) if text is not None else None
    cleaned = _clean_steps(errors, steps, photo_ids or ()) if steps is not None else None
    errors.raise_if_any()
    source, html = body or (None, None)
    answer = Answer(source, html, cleaned)
    errors.attempt("steps", _check_mentions, answer.parts(before))
    errors.raise_if_any()
    return answer


def _clean_steps(
    errors: FieldErrors, steps: Sequence[StepInput], photo_ids: Sequence[UUID]
) -> tuple[Step, ...]:
    if len(steps) > MOST_STEPS:
        message = ngettext("Use at most %(most)d step.", "Use at most %(most)d steps.", MOST_STEPS)
        errors.add("steps", message % {"most": MOST_STEPS}, "too_many")
        return ()
    taken = set(photo_ids)
    found = []
    for index, step in enumerate(steps):
        cleaned = errors.attempt(
            f"steps.{index}.text", clean_markdown, step["text"], max_length=LONGEST_STEP
        )
        photo_id = step.get("photo_id")
        if photo_id is not None and photo_id in taken:
            errors.add(f"steps.{index}.photo_id", _("One photo is there twice."), "duplicate")
        elif photo_id is not None:
            taken.add(photo_id)
        if cleaned is not None:
            found.append(Step(*cleaned, photo_id))
    return tuple(found)


def _check_mentions(parts: Sequence[str]) -> None:
    """One answer calls no more people than one text may, however many steps it has."""
    if len({name for part in parts for name in find_mentions(part)}) > MAX_MENTIONS:
        raise TextError("too_many_mentions", limit=MAX_MENTIONS)


def steps_of(response_ids: Collection[UUID]) -> dict[UUID, list[HelpResponseStep]]:
    """The steps of many answers, in one query and in their order."""
    found: dict[UUID, list[HelpResponseStep]] = defaultdict(list, {pk: [] for pk in response_ids})
    if response_ids:
        for step in HelpResponseStep.objects.filter(response__in=response_ids):
            found[step.response_id].append(step)
    return dict(found)


def write_steps(viewer: Viewer, response: HelpResponse, steps: Sequence[Step]) -> None:
    """Make these the steps of an answer, in place of those that it has; in a transaction.

    Photos that stay keep their place beside the text that they were sent with.

    Raises:
        Invalid: `steps.<n>.photo_id`, `unavailable`.
    """
    before = list(response.steps.values_list("pk", flat=True))
    HelpResponseStep.objects.filter(pk__in=before).delete()
    made = HelpResponseStep.objects.bulk_create(
        HelpResponseStep(
            response=response, position=position, text=step.text, text_html=step.text_html
        )
        for position, step in enumerate(steps, start=1)
    )
    placed = {
        row.pk: step.photo_id
        for row, step in zip(made, steps, strict=True)
        if step.photo_id is not None
    }
    missing = photos.place_photos(
        actor=viewer, kind=HelpResponseStep.KIND, content_ids=before, placed=placed
    )
    errors = FieldErrors()
    for index, step in enumerate(steps):
        if step.photo_id in missing:
            message = _("This photo is not there any more. Please upload it again.")
            errors.add(f"steps.{index}.photo_id", message, "unavailable")
    errors.raise_if_any()
