"""Loads the demo content as people would have made it: through the package's services.

Every piece has a key and is loaded once, in one transaction; what somebody changes afterwards
stays changed. Only the dates are set by hand, so that the club has a past.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from guardian.shortcuts import assign_perm
from notifications.models import Notification

from demo import forums, moderation
from demo.models import LoadedContent
from demo.pictures import AVATAR, Picture, draw_all
from people.models import User
from social.models import FeedItem, Follow
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.documents import document_of
from wargame_mentorship.models import Category, Delivery, Event, HelpRequest, HelpResponse
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search

CONTENT = Path(__file__).parent / "content"
Entry = Mapping[str, Any]

GROUPS = {
    "dmitri": ("Community moderators",),
    "edith": ("Editors", "Community editors"),
}
FOLLOWS = (
    ("ada", "bruno"),
    ("ada", "cleo"),
    ("bruno", "ada"),
    ("bruno", "cleo"),
    ("cleo", "bruno"),
    ("dmitri", "ada"),
    ("dmitri", "bruno"),
    ("edith", "dmitri"),
    ("edith", "ada"),
)
LONGEST_MEMBERSHIP = timedelta(days=900)


def load_demo(*, say: Callable[[str], None] = lambda _line: None) -> int:
    """Load what is not there yet; returns how many help requests that were."""
    people = _read("people.json")
    requests = _read("help_requests.json")
    known = set(LoadedContent.objects.values_list("key", flat=True))
    categories = _read("forum_categories.json")
    topics = _read("forums.json")
    new_people = [entry for entry in people if f"person:{entry['username']}" not in known]
    new_requests = [entry for entry in requests if f"help:{entry['key']}" not in known]
    new_topics = [entry for entry in topics if f"forum:{entry['key']}" not in known]
    new_reports = [
        entry for entry in _read("reports.json") if not moderation.is_loaded(entry, known)
    ]
    if not new_people and not new_requests and not new_topics and not new_reports:
        return 0
    began = time.monotonic()
    folder = settings.VAR / "pictures"
    drawn = draw_all(_pictures(new_people, new_requests, people), folder)
    if drawn:
        say(f"{drawn} pictures drawn in {time.monotonic() - began:.0f} s.")
    call_command("wm_setup", verbosity=0, stdout=_Silence())
    for position, entry in enumerate(categories):
        if f"forum-category:{entry['slug']}" not in known:
            forums.open_category(entry, position)
    password = make_password(settings.DEMO_PASSWORD)
    for entry in new_people:
        _load_person(entry, people.index(entry), password, folder)
    if "follows" not in known:
        _load_follows()
    # In the order in which they were asked, as the log of events would have it.
    # The past has been told: nobody gets letters of what happened before the club opened.
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        for entry in sorted(new_requests, key=lambda entry: -entry["hours_ago"]):
            _load_request(entry, folder)
        for entry in sorted(new_topics, key=lambda entry: -entry["hours_ago"]):
            forums.load_topic(entry, Past())
        forums.count_the_past()
        for entry in new_reports:
            moderation.load_report(entry, Past())
    _give_addresses(people)
    say(f"Content loaded in {time.monotonic() - began:.0f} s.")
    return len(new_requests)


class _Silence:
    def write(self, _text: str) -> None:
        """The command's words are for people who run it themselves."""


def _read(name: str) -> list[Entry]:
    entries: list[Entry] = json.loads((CONTENT / name).read_text(encoding="utf-8"))
    return entries


def _pictures(people: list[Entry], requests: list[Entry], everybody: list[Entry]) -> list[Picture]:
    found = [_avatar(entry, everybody.index(entry)) for entry in people]
    for entry in requests:
        holders = [entry, *entry["responses"], *filter(None, [entry.get("outcome")])]
        found += [_photo(photo) for holder in holders for photo in holder["photos"]]
        steps = [step for response in entry["responses"] for step in response.get("steps", ())]
        found += [_photo(step["photo"]) for step in steps if step["photo"]]
    return found


def _avatar(entry: Entry, position: int) -> Picture:
    return Picture.of(AVATAR, {"seed": position, "palette": entry["palette"]})


def _photo(entry: Entry) -> Picture:
    names = ("subject", "stage", "palette", "fault", "seed")
    return Picture.of("miniature", {name: entry[name] for name in names})


@transaction.atomic
def _load_person(entry: Entry, position: int, password: str, folder: Path) -> None:
    username = entry["username"]
    person = User(
        username=username,
        display_name=entry["display_name"],
        bio=entry["bio"],
        password=password,
        is_superuser=username == "admin",
        is_staff=username == "admin",
        date_joined=timezone.now() - LONGEST_MEMBERSHIP + timedelta(days=23 * position),
    )
    avatar = _avatar(entry, position)
    content = ContentFile((folder / avatar.file_name).read_bytes())
    person.avatar.save(f"{username}.png", content, save=False)
    person.save()
    for name in GROUPS.get(username, ()):
        person.groups.add(Group.objects.get(name=name))
    if username == "dmitri":
        painting = Category.objects.get(slug="painting")
        assign_perm("wargame_mentorship.moderate_category", person, painting)
        forums.appoint(person)
    LoadedContent.objects.create(key=f"person:{username}", object_id=str(person.pk))


def _give_addresses(people: list[Entry]) -> None:
    """Last of all: to write letters of the past, which nobody gets, takes a sixth of the time."""
    for entry in people:
        username = entry["username"]
        without = User.objects.filter(username=username, email="")
        without.update(email=f"{username}@example.org")


@transaction.atomic
def _load_follows() -> None:
    people = {person.username: person for person in User.objects.all()}
    for follower, followed in FOLLOWS:
        Follow.objects.get_or_create(follower=people[follower], followed=people[followed])
    LoadedContent.objects.create(key="follows", object_id="")


class Past:
    """Gives what the services have just written the time at which it is said to have happened."""

    def __init__(self) -> None:
        self.began = timezone.now()
        self._event_ids: list[UUID] = []

    def ago(self, hours: float) -> datetime:
        return self.began - timedelta(hours=hours)

    def set_events(self, moment: datetime) -> None:
        """Date the events since the last call; those of earlier calls lie in the past already."""
        new = list(Event.objects.filter(occurred_at__gte=self.began).values_list("pk", flat=True))
        # Past what the log allows: only here is the past made.
        Event._base_manager.filter(pk__in=new).update(occurred_at=moment)
        self._event_ids += new

    def set_what_was_told(self) -> None:
        """Date notifications and feed as their events; they are made after the commit."""
        for event in Event.objects.filter(pk__in=self._event_ids):
            deliveries = Delivery.objects.filter(event=event.pk)
            told = list(deliveries.values_list("notification_id", flat=True))
            deliveries.update(created_at=event.occurred_at, updated_at=event.occurred_at)
            # Old news has been read.
            is_old = self.began - event.occurred_at > timedelta(days=4)
            Notification.objects.filter(pk__in=told).update(
                timestamp=event.occurred_at, **({"unread": False} if is_old else {})
            )
            FeedItem.objects.filter(event_id=event.pk).update(created_at=event.occurred_at)


def _load_request(entry: Entry, folder: Path) -> None:
    past = Past()
    people = {person.username: person for person in User.objects.all()}
    author = people[entry["author"]]
    asked_at = past.ago(entry["hours_ago"])
    # Nothing is published half: an interrupted start leaves the whole request for the next one.
    with transaction.atomic():
        help_request = services.ask(
            actor=author,
            title=entry["title"],
            description=entry["description"],
            category=entry["category"],
            subcategory=entry["subcategory"],
            difficulty_level=entry["difficulty_level"] or "",
            urgency=entry["urgency"],
            is_public=entry["is_public"],
            language=entry["language"],
            photo_ids=_upload(author, entry["photos"], folder),
            facets=entry.get("facets", {}),
        )
        past.set_events(asked_at)
        if entry["assigned_helper"]:
            helper = people[entry["assigned_helper"]]
            services.assign(actor=author, help_request=help_request, helper_id=helper.pk)
            past.set_events(asked_at + timedelta(minutes=20))
        responses = _load_responses(entry, help_request, people, past, folder)
        last_at = _end(entry, help_request, author, responses, past, folder)
        _set_dates(entry, help_request, responses, past, last_at)
        LoadedContent.objects.create(key=f"help:{entry['key']}", object_id=str(help_request.pk))
    past.set_what_was_told()


def _upload(owner: User, entries: list[Entry], folder: Path) -> list[UUID]:
    ids = []
    for entry in entries:
        name = _photo(entry).file_name
        file = SimpleUploadedFile(name, (folder / name).read_bytes(), "image/jpeg")
        ids.append(photos.upload_photo(actor=owner, file=file, alt_text=entry["alt_text"]).pk)
    return ids


def _steps(owner: User, entries: Sequence[Entry], folder: Path) -> list[services.StepInput]:
    return [
        {
            "text": entry["text"],
            "photo_id": _upload(owner, [entry["photo"]], folder)[0] if entry["photo"] else None,
        }
        for entry in entries
    ]


def _load_responses(
    entry: Entry,
    help_request: HelpRequest,
    people: Mapping[str, User],
    past: Past,
    folder: Path,
) -> list[HelpResponse]:
    responses = []
    for written in entry["responses"]:
        responder = people[written["author"]]
        if written.get("asks_back"):
            response = services.ask_for_info(
                actor=responder, help_request=help_request, question=written["text"]
            )
        else:
            response = services.respond(
                actor=responder,
                help_request=help_request,
                text=written["text"],
                photo_ids=_upload(responder, written["photos"], folder),
                steps=_steps(responder, written.get("steps", ()), folder),
            )
        moment = past.ago(written["hours_ago"])
        HelpResponse.objects.filter(pk=response.pk).update(
            created_at=moment, updated_at=moment, **_in_view(response, moment)
        )
        if response.asks_back:
            HelpRequest.objects.filter(pk=help_request.pk).update(needs_info_since=moment)
        past.set_events(moment)
        for voter in written["helpful_by"]:
            services.mark_helpful(actor=people[voter], response=response)
        past.set_events(moment + timedelta(minutes=40))
        responses.append(response)
    return responses


def _end(
    entry: Entry,
    help_request: HelpRequest,
    author: User,
    responses: list[HelpResponse],
    past: Past,
    folder: Path,
) -> datetime:
    """Accept, tell the outcome, close as the entry says; returns when the last thing happened."""
    hours = [entry["hours_ago"], *(written["hours_ago"] for written in entry["responses"])]
    last_at = past.ago(min(hours))
    if entry["accepted"] is not None:
        solved_at = past.ago(entry["responses"][entry["accepted"]]["hours_ago"] - 1.5)
        services.accept(
            actor=author,
            help_request=help_request,
            response_id=responses[entry["accepted"]].pk,
        )
        past.set_events(solved_at)
        HelpRequest.objects.filter(pk=help_request.pk).update(resolved_at=solved_at)
        last_at = max(last_at, solved_at)
    if outcome := entry.get("outcome"):
        services.tell_outcome(
            actor=author,
            help_request=help_request,
            text=outcome["text"],
            photo_ids=_upload(author, outcome["photos"], folder),
            satisfaction=outcome["satisfaction"],
        )
        told_at = past.ago(outcome["hours_ago"])
        past.set_events(told_at)
        HelpRequest.objects.filter(pk=help_request.pk).update(outcome_at=told_at)
        last_at = max(last_at, told_at)
    if entry["status"] == "closed":
        services.close(actor=author, help_request=help_request)
        last_at += timedelta(hours=30)
        past.set_events(last_at)
        HelpRequest.objects.filter(pk=help_request.pk).update(closed_at=last_at)
    return last_at


def _set_dates(
    entry: Entry,
    help_request: HelpRequest,
    responses: list[HelpResponse],
    past: Past,
    last_at: datetime,
) -> None:
    asked_at = past.ago(entry["hours_ago"])
    # What is held counts for nothing yet.
    seen = [
        written
        for written, response in zip(entry["responses"], responses, strict=True)
        if response.visible_since
    ]
    hours = [written["hours_ago"] for written in seen]
    by_others = [written["hours_ago"] for written in seen if written["author"] != entry["author"]]
    help_request.refresh_from_db()
    HelpRequest.objects.filter(pk=help_request.pk).update(
        created_at=asked_at,
        updated_at=last_at,
        **_in_view(help_request, asked_at),
        last_activity_at=past.ago(min(hours, default=entry["hours_ago"])),
        first_response_at=past.ago(max(by_others)) if by_others else None,
        last_response_at=past.ago(min(hours)) if hours else None,
        view_count=_readers(entry, help_request.helpful_count),
    )
    search.index(document_of(help_request))


def _in_view(content: HelpRequest | HelpResponse, since: datetime) -> dict[str, datetime]:
    """The column that says since when it is seen, unless it waits for a moderator."""
    return {"visible_since": since} if content.visible_since else {}


def _readers(entry: Entry, helpful_count: int) -> int:
    """How often it may have been read by now: more, the older and the more helpful."""
    hours: float = entry["hours_ago"]
    return 3 + int(hours**0.6) + 9 * helpful_count
