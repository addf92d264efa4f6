"""The steps of an answer in a form: rows of a text, a photo and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpResponse, HelpResponseStep
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.web.forms import as_uuid, first_message

SHOWN = 2
"""So many rows are ready for whoever answers in steps."""

SPARE = 6
"""So many more stand behind a summary; whoever needs further ones edits the answer."""

TEXT_FIELDS = tuple(f"step_text_{index}" for index in range(services.MOST_STEPS))


@dataclass
class StepRow:
    """One place for a step, with what was typed into it."""

    index: int
    text: str = ""
    alt_text: str = ""
    photo: Any | None = None
    text_error: str = ""
    photo_error: str = ""

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def text_id(self) -> str:
        return f"id_step_text_{self.index}"

    @property
    def photo_id(self) -> str:
        return f"id_step_photo_{self.index}"

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong, each with the id of its field."""
        found = ((self.text_id, self.text_error), (self.photo_id, self.photo_error))
        return [(field_id, message) for field_id, message in found if message]


class StepPicker:
    """The steps that somebody has written, and empty rows for more.

    As with other photos, one of a step is kept as soon as the form arrives. Empty rows are left
    out, so a step between two others is written below and given its number.

    Args:
        numbered: rows have a field for their number, by which they are put in order.
    """

    most = services.MOST_STEPS

    def __init__(self, viewer: Viewer, *, numbered: bool = False) -> None:
        self.viewer = viewer
        self.numbered = numbered
        self.rows: list[StepRow] = []
        self.errors: list[StepRow] = []
        self.error = ""
        """About all of them, such as too many people mentioned."""

    def fill(self, response: HelpResponse) -> None:
        """Take the steps that an answer has."""
        steps = list(response.steps.all())
        pictures = photos.photos_of(HelpResponseStep.KIND, [step.pk for step in steps])
        self.rows = [
            StepRow(index, step.text, photo=next(iter(pictures[step.pk]), None))
            for index, step in enumerate(steps)
        ]

    def read(self, request: HttpRequest, *, of: HelpResponse | None = None) -> bool:
        """Take the steps from a POST; returns whether nothing was wrong with them.

        `of` is the answer that is edited: photos of its steps may stay, whoever's they are.
        """
        mine = self._photos(request, of)
        found = []
        for index in range(self.most):
            row = self._read_row(request, index, mine)
            if request.POST.get(f"step_remove_{index}"):
                continue
            if row.text.strip() or row.photo or row.problems or row.alt_text.strip():
                found.append((_number(request, index), row))
        self.rows = [row for _place, row in sorted(found, key=lambda entry: entry[0])]
        for index, row in enumerate(self.rows):
            row.index = index
            if not row.text.strip():
                row.text_error = _("Say what to do in this step.")
        self._note_errors()
        return not self.errors

    def _photos(self, request: HttpRequest, of: HelpResponse | None) -> dict[UUID, Any]:
        names = [f"step_photo_id_{index}" for index in range(self.most)]
        wanted = [key for name in names if (key := as_uuid(request.POST.get(name, "")))]
        if not wanted:
            return {}
        mine: dict[UUID, Any] = {
            photo.pk: photo for photo in photos.unattached_photos(self.viewer, wanted)
        }
        if of is not None:
            steps = list(of.steps.values_list("pk", flat=True))
            mine |= Photo.objects.attached_to(HelpResponseStep.KIND, steps).in_bulk(wanted)
        return mine

    def _read_row(self, request: HttpRequest, index: int, mine: dict[UUID, Any]) -> StepRow:
        row = StepRow(
            index,
            text=request.POST.get(f"step_text_{index}", ""),
            alt_text=request.POST.get(f"step_alt_{index}", ""),
        )
        key = as_uuid(request.POST.get(f"step_photo_id_{index}", ""))
        if key is not None and not request.POST.get(f"step_drop_{index}"):
            # Each once: whoever copies a field of the form still has one photo.
            row.photo = mine.pop(key, None)
        upload = request.FILES.get(f"step_photo_{index}")
        if upload is not None:
            try:
                row.photo = photos.upload_photo(
                    actor=self.viewer, file=upload, alt_text=row.alt_text
                )
            except Invalid as error:
                row.photo_error = first_message(error)
        if row.photo is not None:
            row.alt_text = ""
        return row

    def place_error(self, name: str, message: str) -> bool:
        """Put a service's error beside its row; returns whether it is about steps at all."""
        first, _dot, rest = name.partition(".")
        if first != "steps":
            return False
        number, _dot, field = rest.partition(".")
        if not number.isdecimal() or int(number) >= len(self.rows):
            self.error = message
        elif field == "photo_id":
            self.rows[int(number)].photo_error = message
        else:
            self.rows[int(number)].text_error = message
        self._note_errors()
        return True

    def _note_errors(self) -> None:
        self.errors = [row for row in self.rows if row.problems]

    @property
    def steps(self) -> list[services.StepInput]:
        """As `respond` takes them."""
        return [
            {"text": row.text, "photo_id": row.photo.pk if row.photo else None} for row in self.rows
        ]

    @property
    def is_used(self) -> bool:
        return bool(self.rows)

    @property
    def first_rows(self) -> list[StepRow]:
        """Those that are written, and at least one to write into."""
        wanted = max(SHOWN, min(len(self.rows) + 1, self.most))
        return self.rows + [StepRow(index) for index in range(len(self.rows), wanted)]

    @property
    def further_rows(self) -> list[StepRow]:
        begin = len(self.first_rows)
        return [StepRow(index) for index in range(begin, min(begin + SPARE, self.most))]


def _number(request: HttpRequest, index: int) -> float:
    """The place that somebody gave a row; in front of what is there already, behind its number."""
    given = request.POST.get(f"step_number_{index}", "").strip()
    if not (given.isascii() and given.isdigit() and len(given) < 4):
        return index + 1
    # A row that was given another number than its own goes before the one that has it.
    return int(given) - (0.5 if int(given) <= index else -0.5 if int(given) > index + 1 else 0)
