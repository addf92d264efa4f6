"""The forms of the pages; the services check everything again and have the last word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf.locale import LANG_INFO
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import get_languages

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.host import Viewer, users
from wargame_mentorship.photos import services as photos
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.taxonomy.models import Category

Choices = list[tuple[Any, Any]]


def category_choices(*, to_find: bool = False) -> Choices:
    """Categories by slug, their parts grouped below them; one select serves for both levels.

    The first level means all of it to those who look for something, and what fits none of the
    parts to those who ask.
    """
    label = _("All of %(category)s") if to_find else _("%(category)s in general")
    choices: Choices = []
    for category in Category.objects.in_use().with_parts():
        general = label % {"category": category.display_name}
        entries: Choices = [(category.slug, general)]
        entries += [(part.slug, part.display_name) for part in category.parts]
        choices.append((category.display_name, entries))
    return choices


def language_choices(*, also: str = "") -> Choices:
    """The languages of the host, and one more if given, by their own names."""
    languages = {**({also: also} if also else {}), **get_languages()}
    named = [
        (code, LANG_INFO.get(code, {}).get("name_local", name)) for code, name in languages.items()
    ]
    return sorted(named, key=lambda entry: str(entry[1]).casefold())


def default_language(viewer: Viewer) -> str:
    wanted = users().language(viewer.user) if viewer.user else (get_language() or "en")
    known = get_languages()
    for code in (wanted, wanted.partition("-")[0], "en"):
        if code in known:
            return code
    return next(iter(known), "en")


class RespondForm(forms.Form):
    response_text = forms.CharField(
        label=_("Your answer"),
        help_text=_("Step by step helps most. Markdown works: *emphasis*, lists, links."),
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Write your answer first.")},
        strip=False,
    )


def add_errors(form: forms.Form, error: Invalid) -> None:
    """Put a service's errors beside the fields they belong to.

    A form in which some have another name knows it: `field_names`.
    """
    form.is_valid()
    placed = False
    names: Mapping[str, str] = getattr(form, "field_names", {})
    for name, messages in error.fields.items():
        field = names.get(name, name)
        for message, _code in messages:
            form.add_error(field if field in form.fields else None, str(message))
            placed = True
    if not placed:
        form.add_error(None, str(error.message))


@dataclass
class PhotoRow:
    """One place for a photo in a form, with what was typed beside it."""

    index: int
    number: int
    alt_text: str = ""
    error: str = ""

    @property
    def input_id(self) -> str:
        return f"id_photo_{self.index}"


@dataclass
class PickedPhoto:
    """A photo that is there, with what is said of it and what was wrong with that."""

    photo: Any
    number: int
    alt_text: str
    error: str

    @property
    def input_id(self) -> str:
        return f"id_alt_{self.photo.pk}"


class PhotoPicker:
    """The photos of a form: those already uploaded, kept by their ids, and places for more.

    A browser cannot fill a file input again. So a photo is uploaded as soon as the form arrives,
    even if something else in it is wrong, and the form comes back with its id. The same goes for
    what is said of a photo. Their order is that of the ids.

    Args:
        movable: the form takes `move`, a button that puts a photo one place to the front.
    """

    def __init__(self, viewer: Viewer, *, most: int, shown: int, movable: bool = False) -> None:
        self.viewer = viewer
        self.most = most
        self.shown = shown
        self.movable = movable
        self.kept: list[Any] = []
        self._rows: list[PhotoRow] = []
        self._wrong: dict[UUID, tuple[str, str]] = {}

    def read(self, request: HttpRequest, *, of: tuple[str, UUID] | None = None) -> bool:
        """Take the photos from a POST; returns whether nothing was wrong with them.

        `of` names the content that is edited: its own photos may stay, whoever's they are.
        """
        dropped = set(request.POST.getlist("drop_photo"))
        ids = [value for value in request.POST.getlist("photo_ids") if value not in dropped]
        wanted = _as_uuids(ids)
        mine = Photo.objects.unattached().filter(owner=self.viewer.pk).in_bulk(wanted)
        if of is not None:
            mine |= Photo.objects.attached_to(of[0], [of[1]]).in_bulk(wanted)
        self.kept = [mine[key] for key in dict.fromkeys(wanted) if key in mine][: self.most]
        for photo in self.kept:
            self._describe(photo, request.POST.get(f"alt_{photo.pk}"))
        self._move(request.POST.get("move", ""))
        for index in range(self.most):
            self._read_row(request, index)
        # What was uploaded needs its place no more; the others move up.
        for index, row in enumerate(self._rows):
            row.index = index
            row.number = len(self.kept) + index + 1
        return not self.errors

    def describe(self, sent: QueryDict) -> None:
        """Keep only what is said of the photos, while the form is still being written."""
        self.kept = photos.unattached_photos(self.viewer, _as_uuids(sent.getlist("photo_ids")))
        for photo in self.kept:
            self._describe(photo, sent.get(f"alt_{photo.pk}"))

    def _describe(self, photo: Any, alt_text: str | None) -> None:
        if alt_text is None or alt_text.strip() == photo.alt_text:
            return
        try:
            said = photos.describe_photo(actor=self.viewer, photo=photo, alt_text=alt_text)
        except Invalid as error:
            self._wrong[photo.pk] = (alt_text, first_message(error))
        else:
            photo.alt_text = said.alt_text

    def _move(self, key: str) -> None:
        places = [index for index, photo in enumerate(self.kept) if str(photo.pk) == key]
        for index in places:
            if index:
                self.kept.insert(index - 1, self.kept.pop(index))

    def _read_row(self, request: HttpRequest, index: int) -> None:
        alt_text = request.POST.get(f"alt_{index}", "")
        upload = request.FILES.get(f"photo_{index}")
        if upload is None:
            if alt_text:
                self._rows.append(PhotoRow(index, index + 1, alt_text))
            return
        if len(self.kept) >= self.most:
            message = _("You can add %(most)d photos at most.") % {"most": self.most}
            self._rows.append(PhotoRow(index, index + 1, alt_text, str(message)))
            return
        try:
            photo = photos.upload_photo(actor=self.viewer, file=upload, alt_text=alt_text)
        except Invalid as error:
            self._rows.append(PhotoRow(index, index + 1, alt_text, first_message(error)))
        else:
            self.kept.append(photo)

    @property
    def ids(self) -> list[UUID]:
        return [photo.pk for photo in self.kept]

    @property
    def picked(self) -> list[PickedPhoto]:
        return [
            PickedPhoto(photo, number, *self._wrong.get(photo.pk, (photo.alt_text, "")))
            for number, photo in enumerate(self.kept, start=1)
        ]

    @property
    def first_rows(self) -> list[PhotoRow]:
        """The places that are shown at once, those with words or an error first."""
        shown = 1 if self.kept else self.shown
        wanted = max(min(shown, self._free), len(self._rows))
        return self._rows + [self._row(index) for index in range(len(self._rows), wanted)]

    @property
    def further_rows(self) -> list[PhotoRow]:
        return [self._row(index) for index in range(len(self.first_rows), self._free)]

    @property
    def errors(self) -> list[PickedPhoto | PhotoRow]:
        rows: list[PickedPhoto | PhotoRow] = [*self.picked, *self._rows]
        return [row for row in rows if row.error]

    @property
    def _free(self) -> int:
        return self.most - len(self.kept)

    def _row(self, index: int) -> PhotoRow:
        return PhotoRow(index, len(self.kept) + index + 1)


def first_message(error: Invalid) -> str:
    for messages in error.fields.values():
        for message, _code in messages:
            return str(message)
    return str(error.message)


def as_uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _as_uuids(values: Iterable[str]) -> list[UUID]:
    return [key for value in values if (key := as_uuid(value)) is not None]


def canonical(data: QueryDict) -> str:
    """A form's fields in a fixed order, to tell one filled form from another."""
    names = sorted(set(data) - {"csrfmiddlewaretoken"})
    return "\n".join(f"{name}={data.getlist(name)!r}" for name in names)
