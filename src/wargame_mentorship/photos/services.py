"""Every write to photos, and what other rooms ask of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.db import models, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wargame_mentorship.core import registry
from wargame_mentorship.core.cleaning import FieldErrors
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.tasks import enqueue_on_commit, task
from wargame_mentorship.core.text import clean_line
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.host.storage import photo_storage
from wargame_mentorship.photos.cleaning import CleanPicture, clean_picture
from wargame_mentorship.photos.files import PHOTOS, StoredFile, remove_file, stored_names
from wargame_mentorship.photos.models import (
    RENDITION_SPECS,
    URLS,
    Photo,
    PhotoRendition,
    Stage,
    new_url_key,
)
from wargame_mentorship.photos.rules import can_delete_photo, can_describe_photo
from wargame_mentorship.photos.serving import fetch_photo

logger = logging.getLogger("wargame_mentorship.photos")

MOST_PHOTOS = 8
"""How many photos one piece of content has, unless its room says otherwise."""

MOST_UNATTACHED = 50
"""How many photos of one person may wait to be attached."""

KEPT_UNATTACHED = dt.timedelta(hours=24)
"""How long a photo waits to be attached before it goes."""

needed_by: list[Callable[[Collection[UUID]], Collection[UUID]]] = []
"""Asked which of some photos that are not attached are still needed; filled by `apps.ready()`."""

_FRESH = dt.timedelta(hours=1)
"""Files younger than this may belong to a row that is being written."""


def upload_photo(
    *, actor: Actor, file: File[bytes], alt_text: str = "", stage: str = Stage.WIP
) -> Photo:
    """Clean a picture that somebody sent and keep it, theirs alone until it is attached.

    Takes up to a few seconds; call it outside a transaction.

    Raises:
        SignInRequired: nobody is signed in.
        Suspended: they take part in nothing for a while.
        Invalid: `file` (codes of `clean_picture`, and `too_many_waiting`), `alt_text`, `stage`.
        BackendUnavailable: the photo storage failed.
    """
    owner = Viewer.of(actor).require_part()
    errors = FieldErrors()
    alt = errors.attempt("alt_text", _clean_alt_text, alt_text)
    if stage not in Stage.values:
        errors.add("stage", _("Choose one of the stages."), "invalid_choice")
    errors.raise_if_any()
    if Photo.objects.unattached().filter(owner=owner.pk).count() >= MOST_UNATTACHED:
        message = _("You have uploaded many photos that you did not use. Try again tomorrow.")
        raise Invalid.field("file", message, "too_many_waiting")
    picture = clean_picture(file)
    stored = StoredFile(PHOTOS, picture.content, picture.extension)
    try:
        return _insert(owner=owner, stored=stored, picture=picture, alt_text=alt or "", stage=stage)
    except BaseException:
        stored.remove()
        raise


def _clean_alt_text(value: str) -> str:
    return clean_line(value, max_length=250) if value.strip() else ""


@write
def _insert(
    *, owner: AbstractBaseUser, stored: StoredFile, picture: CleanPicture, alt_text: str, stage: str
) -> Photo:
    photo: Photo = Photo.objects.create(
        owner_id=owner.pk,
        file=stored.name,
        width=picture.width,
        height=picture.height,
        file_size=len(picture.content),
        # A part of the key under which Wagtail caches renditions.
        file_hash=hashlib.sha1(picture.content, usedforsecurity=False).hexdigest(),
        alt_text=alt_text,
        stage=stage,
    )
    transaction.on_commit(stored.keep)
    return photo


def attach_photos(
    *,
    actor: Actor,
    kind: str,
    content_id: UUID,
    photo_ids: Sequence[UUID],
    most: int = MOST_PHOTOS,
) -> list[Photo]:
    """Attach photos of the actor's to content, behind those that it has; their order is kept.

    Whether the actor may write this content is for the caller to have asked.

    Raises:
        SignInRequired: nobody is signed in.
        Invalid: `photo_ids`: `duplicate`, `too_many`, or `unavailable` (one that is not there,
            not the actor's, or attached already).
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    # Most of what is written has none, and is not to wait for a savepoint around nothing.
    return _attach_behind(viewer, kind, content_id, photo_ids, most) if photo_ids else []


@write
def _attach_behind(
    viewer: Viewer, kind: str, content_id: UUID, photo_ids: Sequence[UUID], most: int
) -> list[Photo]:
    present = list(Photo.objects.attached_to(kind, [content_id]))
    _check_ids(photo_ids, most=most - len(present))
    first = present[-1].position + 1 if present else 0
    _attach(viewer, kind, content_id, photo_ids, range(first, first + len(photo_ids)))
    return _in_order(kind, content_id, photo_ids)


@write
def replace_photos(
    *,
    actor: Actor,
    kind: str,
    content_id: UUID,
    photo_ids: Sequence[UUID],
    most: int = MOST_PHOTOS,
    stage: str = "",
) -> list[Photo]:
    """Make these the photos of the content, in this order.

    Those that it has stay, whoever's they are; new ones must be the actor's; the others go, with
    their files. With a `stage` all of them are of that. Raises what `attach_photos` does.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    _check_ids(photo_ids, most=most)
    present = {photo.pk for photo in Photo.objects.attached_to(kind, [content_id])}
    _delete(Photo.objects.attached_to(kind, [content_id]).exclude(pk__in=photo_ids))
    positions = {pk: position for position, pk in enumerate(photo_ids)}
    kept = [pk for pk in photo_ids if pk in present]
    if kept:
        Photo.objects.attached_to(kind, [content_id]).order_by().filter(pk__in=kept).update(
            position=_positions(kept, [positions[pk] for pk in kept])
        )
    new = [pk for pk in photo_ids if pk not in present]
    _attach(viewer, kind, content_id, new, [positions[pk] for pk in new])
    if stage and photo_ids:
        Photo.objects.attached_to(kind, [content_id]).order_by().update(stage=stage)
    return _in_order(kind, content_id, photo_ids)


@write
def place_photos(
    *,
    actor: Actor,
    kind: str,
    content_ids: Collection[UUID],
    placed: Mapping[UUID, UUID],
) -> set[UUID]:
    """Give each of many things its one photo; returns the photos that could not be placed.

    Those are not there, not the actor's, or attached to something else; the caller says which
    they were, and rolls back.

    Args:
        content_ids: what may have photos now. Theirs stay, whoever's they are, where `placed`
            names them, and may change places; the others go, with their files.
        placed: photos by what they belong to; each once.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    wanted = set(placed.values())
    present = {photo.pk for photo in Photo.objects.attached_to(kind, content_ids)}
    if present - wanted:
        _delete(Photo.objects.attached_to(kind, content_ids).filter(pk__in=present - wanted))
    if not wanted:
        return set()
    places = Case(
        *(When(pk=photo_id, then=Value(pk)) for pk, photo_id in placed.items()),
        output_field=models.UUIDField(),
    )
    if kept := present & wanted:
        Photo.objects.filter(pk__in=kept).order_by().update(content_id=places, position=0)
    if new := wanted - present:
        _place_new(viewer, kind, new, places)
    there = Photo.objects.attached_to(kind, placed).filter(pk__in=wanted)
    return wanted - set(there.values_list("pk", flat=True))


def _place_new(viewer: Viewer, kind: str, photo_ids: set[UUID], places: Case) -> None:
    free = Photo.objects.unattached().filter(pk__in=photo_ids, owner=viewer.pk)
    free.update(content_type=kind, content_id=places, position=0)
    for photo_id in photo_ids:
        enqueue_on_commit(make_renditions, str(photo_id))


def _check_ids(photo_ids: Sequence[UUID], *, most: int) -> None:
    if len(photo_ids) > most:
        message = ngettext("Use at most %(most)d photo.", "Use at most %(most)d photos.", most)
        raise Invalid.field("photo_ids", message % {"most": most}, "too_many")
    if len(set(photo_ids)) != len(photo_ids):
        raise Invalid.field("photo_ids", _("One photo is there twice."), "duplicate")


def _attach(
    viewer: Viewer,
    kind: str,
    content_id: UUID,
    photo_ids: Sequence[UUID],
    positions: Iterable[int],
) -> None:
    if not photo_ids:
        return
    # One conditional UPDATE: of two requests that want the same photo one finds it taken.
    attached = (
        Photo.objects.unattached()
        .filter(pk__in=photo_ids, owner=viewer.pk)
        .update(
            content_type=kind,
            content_id=content_id,
            position=_positions(photo_ids, positions),
        )
    )
    if attached != len(photo_ids):
        message = _("One of these photos is not there any more. Please upload it again.")
        raise Invalid.field("photo_ids", message, "unavailable")
    for photo_id in photo_ids:
        enqueue_on_commit(make_renditions, str(photo_id))


def _positions(photo_ids: Sequence[UUID], positions: Iterable[int]) -> Case:
    cases = (When(pk=pk, then=Value(at)) for pk, at in zip(photo_ids, positions, strict=True))
    return Case(*cases, default=F("position"), output_field=models.PositiveSmallIntegerField())


def _in_order(kind: str, content_id: UUID, photo_ids: Sequence[UUID]) -> list[Photo]:
    photos = Photo.objects.attached_to(kind, [content_id]).filter(pk__in=photo_ids)
    return list(photos)


@write
def hand_over(*, kind: str, content_id: UUID, to_kind: str, to_id: UUID) -> None:
    """Make the photos of one thing those of another that has none, as when its kind changes.

    Who may see them follows from what they are attached to, and so changes at once.
    """
    Photo.objects.attached_to(kind, [content_id]).order_by().update(
        content_type=to_kind, content_id=to_id
    )


@write
def rotate_urls(*, kind: str, content_id: UUID) -> None:
    """Make the URLs of the content's photos void and give them new ones.

    For whoever narrows the content's visibility: what the old URLs showed may be in caches.
    """
    rotate_all_urls(kind=kind, content_ids=[content_id])


@write
def rotate_all_urls(*, kind: str, content_ids: Collection[UUID]) -> None:
    """As `rotate_urls`, for many things of one kind at once."""
    if content_ids:
        Photo.objects.attached_to(kind, content_ids).order_by().update(url_key=new_url_key())


def photos_of(kind: str, content_ids: Collection[UUID]) -> dict[UUID, list[Photo]]:
    """The photos of many things, in one query; things without photos have an empty list.

    The caller has asked whether the things themselves may be seen. URLs need no renditions.
    """
    return photos_of_kinds({kind: content_ids})


def photos_of_kinds(wanted: Mapping[str, Collection[UUID]]) -> dict[UUID, list[Photo]]:
    """As `photos_of`, for things of several kinds that share no key: still one query."""
    ids = [pk for keys in wanted.values() for pk in keys]
    found: dict[UUID, list[Photo]] = defaultdict(list, {pk: [] for pk in ids})
    if ids:
        template = URLS.template()
        for photo in Photo.objects.attached_to_any(wanted):
            photo.url_template = template
            found[photo.content_id].append(photo)
    return dict(found)


def unattached_photos(actor: Actor, photo_ids: Sequence[UUID]) -> list[Photo]:
    """Those of these photos that are the actor's and not attached, in the given order."""
    viewer = Viewer.of(actor)
    if viewer.user is None:
        return []
    found = Photo.objects.unattached().filter(owner=viewer.pk).in_bulk(set(photo_ids))
    return [found[pk] for pk in dict.fromkeys(photo_ids) if pk in found]


def named_in(drafts: models.QuerySet[Any], photo_ids: Collection[UUID]) -> set[UUID]:
    """Those of these photos that a draft names: their owner's, or one that nobody owns yet.

    Args:
        drafts: rows with an `owner` and, in `data`, the `photo_ids`.
    """
    owners = dict(Photo.objects.filter(pk__in=photo_ids).values_list("pk", "owner"))
    known = {owner for owner in owners.values() if owner is not None}
    named = drafts.filter(models.Q(owner__in=known) | models.Q(owner=None))
    return {
        key
        for owner, keys in named.values_list("owner", "data__photo_ids").iterator()
        for key in map(UUID, keys or ())
        if key in owners and owner in (None, owners[key])
    }


@write
def describe_photo(*, actor: Actor, photo: Photo, alt_text: str) -> Photo:
    """Say what a photo shows, for those who do not see it; blank: nobody has said.

    Raises:
        NotFound: not visible to the actor.
        NotAllowed: attached to what is not the actor's to edit.
        Invalid: `alt_text`.
    """
    viewer = Viewer.of(actor)
    current = fetch_photo(viewer, photo.pk)
    require(can_describe_photo, viewer, current)
    errors = FieldErrors()
    alt = errors.attempt("alt_text", _clean_alt_text, alt_text)
    errors.raise_if_any()
    had_text, current.alt_text = bool(current.alt_text), alt or ""
    Photo.objects.filter(pk=current.pk).update(alt_text=current.alt_text)
    if current.content_id is not None:
        kind = registry.get(current.content_type)
        content = kind.rows().get(pk=current.content_id)
        events.record_moderation(
            f"{registry.kind_of(content).name}.photo_described",
            actor=viewer,
            subject=content,
            before={"photo_id": str(current.pk), "has_alt_text": had_text},
            after={"photo_id": str(current.pk), "has_alt_text": bool(current.alt_text)},
            owner_ids=(kind.author_id(content),),
        )
    return current


@write
def delete_photo(*, actor: Actor, photo: Photo) -> None:
    """Delete a photo that is not attached; what is attached goes by `replace_photos`.

    Raises:
        NotAllowed: not the actor's, or attached.
    """
    require(can_delete_photo, Viewer.of(actor), photo)
    _delete(Photo.objects.unattached().filter(pk=photo.pk))


@write
def delete_photos_of(*, kind: str, content_id: UUID) -> None:
    """Delete what was attached to content that is gone for good."""
    _delete(Photo.objects.attached_to(kind, [content_id]))


def _delete(photos: models.QuerySet[Any]) -> int:
    """Delete rows, and their files once that is committed."""
    # Written first: whoever would attach one of them now waits for us, and then finds it gone.
    photos.order_by().update(url_key=new_url_key())
    rows = list(photos.order_by().values_list("pk", "file"))
    ids = [pk for pk, _name in rows]
    names = [name for _pk, name in rows]
    names += PhotoRendition.objects.filter(image__in=ids).values_list("file", flat=True)
    Photo.objects.filter(pk__in=ids).delete()
    for name in names:
        enqueue_on_commit(remove_stored_file, name)
    return len(ids)


@task()
def make_renditions(photo_id: str) -> None:
    """Make every size of a photo, so that no reader waits for it."""
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is not None:
        for size in RENDITION_SPECS:
            photo.file_of(size)


@task()
def remove_stored_file(name: str) -> None:
    remove_file(name)


def prune_unattached(now: dt.datetime) -> int:
    """Delete photos that nobody attached within a day, nor needs yet; returns how many went."""
    pruned = 0
    waiting = Photo.objects.unattached().filter(created_at__lt=now - KEPT_UNATTACHED)
    rows = waiting.order_by("pk").values_list("pk", flat=True)
    last: Any = None
    while ids := list((rows.filter(pk__gt=last) if last else rows)[:100]):
        last = ids[-1]
        needed = {pk for keys in needed_by for pk in keys(ids)}
        pruned += _prune([pk for pk in ids if pk not in needed])
    return pruned


@write
def _prune(ids: list[UUID]) -> int:
    return _delete(Photo.objects.unattached().filter(pk__in=ids))


def export_user_data(user: AbstractBaseUser) -> list[dict[str, Any]]:
    """What is known of a person's photos, JSON-able, oldest first; the files are at the URLs."""
    photos = Photo.objects.filter(owner=user.pk).order_by("created_at", "pk")
    return [
        {
            "id": str(photo.pk),
            "url": photo.full_url,
            "alt_text": photo.alt_text,
            "stage": photo.stage,
            "width": photo.width,
            "height": photo.height,
            "created_at": photo.created_at.isoformat(),
            "content_type": photo.content_type or None,
            "content_id": str(photo.content_id) if photo.content_id else None,
        }
        for photo in photos.iterator()
    ]


@write
def erase_user(user: AbstractBaseUser) -> None:
    """Delete every photo of a person, attached or not, with its files."""
    _delete(Photo.objects.filter(owner=user.pk))


def recount(*, fix: bool) -> list[str]:
    """Compare rows with the files in the storage; say, one line each, what does not fit.

    With `fix`, files that no row names are removed, and rows whose file is gone. The latter not
    when it is more than half of them: then the storage is more likely not the right one.
    """
    photos = dict(Photo.objects.values_list("file", "pk").iterator())
    renditions = dict(PhotoRendition.objects.values_list("file", "pk").iterator())
    lost_photos, lost_renditions = dict(photos), dict(renditions)
    report = []
    for name in stored_names():
        known = lost_photos.pop(name, None) or lost_renditions.pop(name, None)
        if known is None and _is_orphan(name):
            report.append(f"the file {name} belongs to no row")
            if fix:
                remove_file(name)
    storage = photo_storage()
    lost_photos = {n: pk for n, pk in lost_photos.items() if not storage.exists(n)}
    lost_renditions = {n: pk for n, pk in lost_renditions.items() if not storage.exists(n)}
    report += [f"photo {pk} has lost its file" for pk in lost_photos.values()]
    report += [f"rendition {pk} has lost its file" for pk in lost_renditions.values()]
    if not fix:
        return report
    if len(lost_photos) > max(10, len(photos) // 2):
        logger.error("Most photos have lost their files: is this the right storage?")
        report.append("most files are missing, nothing was deleted")
        return report
    _forget(list(lost_photos.values()), list(lost_renditions.values()))
    return report


def _is_orphan(name: str) -> bool:
    """Whether no row names a file that has been there for a while."""
    try:
        age = timezone.now() - photo_storage().get_modified_time(name)
    except FileNotFoundError:
        return False
    if age < _FRESH:
        return False
    return not (
        Photo.objects.filter(file=name).exists()
        or PhotoRendition.objects.filter(file=name).exists()
    )


@write
def _forget(photo_ids: list[UUID], rendition_ids: list[UUID]) -> None:
    PhotoRendition.objects.filter(pk__in=rendition_ids).delete()
    _delete(Photo.objects.filter(pk__in=photo_ids))
