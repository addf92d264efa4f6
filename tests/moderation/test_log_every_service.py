"""Whatever a moderator does to what is not their own is in the log, with before and after.

The services are found, not listed: one that is in neither table fails.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import override_settings
from django.utils import timezone
from guardian.shortcuts import assign_perm

from tests.api.http import MARKED_WORDS
from tests.photos.pictures import upload
from wargame_mentorship.events.models import Event, EventCategory
from wargame_mentorship.flows.imports import claims
from wargame_mentorship.flows.imports.models import ImportedAuthor
from wargame_mentorship.forums import services as forums
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import (
    appointing,
    bundles,
    cases,
    flagging,
    labels,
    people,
    sanctions,
    services,
    words,
)
from wargame_mentorship.photos import services as photos
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_help_request,
    make_moderator,
    make_post,
    make_response,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

MODULES: dict[str, ModuleType] = {
    "help_requests": help_requests,
    "forums": forums,
    "services": services,
    "cases": cases,
    "appointing": appointing,
    "flagging": flagging,
    "sanctions": sanctions,
    "people": people,
    "words": words,
    "bundles": bundles,
    "photos": photos,
    "claims": claims,
}


class Scene:
    """A moderator of two categories of help and of two forums, and what others wrote there."""

    def __init__(self) -> None:
        self.here, self.there = make_forum_category("Here"), make_forum_category("There")
        self.actor = make_moderator("painting", "gaming")
        self.painting = Category.objects.get(slug="painting")
        self.gaming = Category.objects.get(slug="gaming")
        for category in (self.here, self.there):
            assign_perm("wargame_mentorship.moderate_forumcategory", self.actor, category)

    def request(self, **fields: Any) -> Any:
        return make_help_request(**fields)

    def solved(self) -> Any:
        response = make_response()
        request = response.help_request
        asker = request.requester
        return help_requests.accept(
            actor=Viewer(asker), help_request=request, response_id=response.pk
        )

    def told(self) -> Any:
        request = self.solved()
        asker = request.requester
        return help_requests.tell_outcome(actor=asker, help_request=request, text="It shines.")

    def taken(self) -> Any:
        return help_requests.claim(actor=make_user("helper"), help_request=self.request())

    def topic(self, **fields: Any) -> Any:
        return make_topic(**{"category": self.here, **fields})

    def post(self, **fields: Any) -> Any:
        return make_post(self.topic(), **fields)

    def by_me(self, service: Callable[..., Any], subject: Any, **fields: Any) -> Any:
        """What the moderator did before, so that it can be taken back."""
        name = "post" if subject.KIND == "forum_post" else "topic"
        result = service(actor=self.actor, **{name: subject}, **fields)
        self.forget()
        return result

    def case(self) -> Any:
        topic = self.topic()
        made = flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")
        return made.case

    def decided(self) -> Any:
        case = cases.dismiss(actor=self.actor, case=self.case())
        self.forget()
        return case

    def appointed(self) -> Any:
        person = make_user("new")
        assign_perm("wargame_mentorship.moderate_forumcategory", person, self.here)
        return person

    def may(self, codename: str) -> Any:
        account: Any = self.actor
        account.user_permissions.add(Permission.objects.get(codename=codename))
        # Anew: permissions are kept with whom they were asked of.
        return get_user_model()._default_manager.get(pk=account.pk)

    def warned(self) -> Any:
        topic = self.topic()
        given = sanctions.warn(
            actor=self.actor,
            kind=topic.KIND,
            object_id=topic.pk,
            person_id=topic.created_by_id,
            reason="No adverts.",
        )
        self.forget()
        return given

    def word(self, **fields: Any) -> Any:
        given = {"phrase": "glue", "action": "hold", "place": self.here, **fields}
        made = words.add_word(actor=self.actor, **given)
        self.forget()
        return made

    def bundled(self) -> Any:
        author = make_user("spammer")
        for _number in range(3):
            self.topic(created_by=author, description="Please hold-me.")
        return author

    def photo(self) -> Any:
        asker = make_user("asker")
        photo = photos.upload_photo(actor=asker, file=upload())
        self.topic(created_by=asker, photo_ids=[photo.pk])
        return photo

    def forget(self) -> None:
        EventCategory._base_manager.all().delete()
        Event._base_manager.all().delete()


def held(scene: Scene, kind: str) -> dict[str, Any]:
    text = "Please hold-me."
    makers: dict[str, Callable[[], Any]] = {
        "help_request": lambda: scene.request(description=text),
        "help_response": lambda: make_response(text=text),
        "forum_topic": lambda: scene.topic(description=text),
        "forum_post": lambda: scene.post(content=text),
    }
    return {"kind": kind, "object_id": makers[kind]().pk}


def hidden(scene: Scene) -> dict[str, Any]:
    given = {"kind": "forum_topic", "object_id": scene.topic().pk}
    services.hide(actor=scene.actor, **given)
    scene.forget()
    return given


def accepted(scene: Scene) -> Any:
    post = scene.post()
    return forums.accept(actor=post.topic.created_by, topic=post.topic, post_id=post.pk)


def claimed_by_other(scene: Scene) -> Any:
    author = ImportedAuthor.objects.create(source="old", key="1")
    claims.claim_author(actor=None, author=author, user=make_user("ada"))
    return author


Given = Callable[[Scene], dict[str, Any]]
LOGGED: dict[str, Given] = {
    "help_requests.edit": lambda s: {"help_request": s.request(), "changes": {"urgency": "low"}},
    "help_requests.delete": lambda s: {"help_request": s.request()},
    "help_requests.accept": lambda s: {
        "help_request": (response := make_response()).help_request,
        "response_id": response.pk,
    },
    "help_requests.unaccept": lambda s: {"help_request": s.solved()},
    "help_requests.assign": lambda s: {
        "help_request": s.request(),
        "helper_id": make_user("helper").pk,
    },
    "help_requests.release": lambda s: {"help_request": s.taken()},
    "help_requests.close": lambda s: {"help_request": s.request()},
    "help_requests.reopen": lambda s: {"help_request": s.solved()},
    "help_requests.withdraw_outcome": lambda s: {"help_request": s.told()},
    "help_requests.edit_response": lambda s: {"response": make_response(), "text": "Thin it."},
    "help_requests.delete_response": lambda s: {"response": make_response()},
    "forums.edit_topic": lambda s: {"topic": s.topic(), "changes": {"title": "Which brush?"}},
    "forums.edit_post": lambda s: {"post": s.post(), "content": "A good one."},
    "forums.delete_topic": lambda s: {"topic": s.topic()},
    "forums.delete_post": lambda s: {"post": s.post()},
    "forums.restore_topic": lambda s: {"topic": s.by_me(forums.delete_topic, s.topic())},
    "forums.restore_post": lambda s: {"post": s.by_me(forums.delete_post, s.post())},
    "forums.accept": lambda s: {"topic": (post := s.post()).topic, "post_id": post.pk},
    "forums.unaccept": lambda s: {"topic": accepted(s)},
    "forums.pin": lambda s: {"topic": s.topic()},
    "forums.unpin": lambda s: {"topic": s.by_me(forums.pin, s.topic())},
    "forums.lock": lambda s: {"topic": s.topic()},
    "forums.unlock": lambda s: {"topic": s.by_me(forums.lock, s.topic())},
    "forums.move": lambda s: {"topic": s.topic(), "category_id": s.there.pk},
    "forums.merge": lambda s: {
        "topic": s.topic(),
        "into_id": s.topic(category=s.there).pk,
    },
    "forums.split": lambda s: {
        "topic": (post := s.post()).topic,
        "post_ids": [post.pk],
        "title": "Another question",
        "category_id": s.there.pk,
    },
    "forums.mark_duplicate": lambda s: {
        "topic": s.topic(),
        "topic_id": s.topic(category=s.there).pk,
    },
    "forums.unmark_duplicate": lambda s: {
        "topic": s.by_me(forums.mark_duplicate, s.topic(), topic_id=s.topic().pk)
    },
    "forums.steer_all": lambda s: {
        "action": "lock",
        "subjects": [services.Named("forum_topic", s.topic().pk)],
    },
    "services.approve": lambda s: held(s, "help_request"),
    "services.reject": lambda s: held(s, "forum_post"),
    "services.hide": lambda s: {"kind": "forum_topic", "object_id": s.topic().pk},
    "services.restore": hidden,
    "services.decide_all": lambda s: {
        "action": "hide",
        "subjects": [services.Named("forum_topic", s.topic().pk)],
    },
    "cases.claim": lambda s: {"case": s.case()},
    "cases.release": lambda s: {"case": cases.claim(actor=s.actor, case=s.case())},
    "cases.uphold": lambda s: {"case": s.case()},
    "cases.dismiss": lambda s: {"case": s.case()},
    "cases.reopen": lambda s: {"case": s.decided()},
    "cases.act": lambda s: {"name": "keep", "case": s.case()},
    "appointing.appoint": lambda s: {
        "actor": s.may("change_forumcategory"),
        "category": s.here,
        "grantee": make_user("new"),
    },
    "appointing.dismiss": lambda s: {
        "actor": s.may("change_forumcategory"),
        "category": s.here,
        "grantee": s.appointed(),
    },
    "sanctions.warn": lambda s: {
        "kind": "forum_topic",
        "object_id": (topic := s.topic()).pk,
        "person_id": topic.created_by_id,
        "reason": "No adverts.",
    },
    "sanctions.suspend": lambda s: {
        "actor": s.may("suspend_people"),
        "kind": "forum_topic",
        "object_id": (topic := s.topic()).pk,
        "person": topic.created_by,
        "until": timezone.now() + timedelta(days=2),
        "reason": "No adverts.",
    },
    "sanctions.confirm": lambda s: {
        "sanction": sanctions.appeal(
            actor=(given := s.warned()).person, sanction=given, text="It was none."
        )
    },
    "sanctions.withdraw": lambda s: {"sanction": s.warned()},
    "people.add_note": lambda s: {
        "kind": "forum_topic",
        "object_id": (topic := s.topic()).pk,
        "person": topic.created_by,
        "text": "They sell glue.",
    },
    "words.add_word": lambda s: {"phrase": "glue", "action": "hold", "place": s.here},
    "words.change_word": lambda s: {
        "word": s.word(),
        "phrase": "glue",
        "action": "block",
        "place": s.there,
    },
    "words.delete_word": lambda s: {"word": s.word()},
    "bundles.decide_bundle": lambda s: {"author_id": s.bundled().pk, "action": "reject"},
    "photos.describe_photo": lambda s: {"photo": s.photo(), "alt_text": "A knight"},
    "claims.claim_author": lambda s: {
        "author": ImportedAuthor.objects.create(source="old", key="1"),
        "user": make_user("ada"),
    },
    "claims.unclaim_author": lambda s: {"author": claimed_by_other(s)},
}
TWO_PLACES = {
    *("forums.move", "forums.merge", "forums.split", "forums.mark_duplicate"),
    "words.change_word",
}
NOWHERE = {"claims.claim_author", "claims.unclaim_author"}
"""Of an author who has written nothing, anywhere."""
EVERYBODYS = {
    # What anybody does: to ask, to answer, to vote, to read, to keep a draft, to report.
    *("help_requests.ask", "help_requests.respond", "help_requests.ask_for_info"),
    *("help_requests.claim", "help_requests.deflect", "help_requests.tell_outcome"),
    *("help_requests.keep_draft", "help_requests.claim_draft", "help_requests.discard_draft"),
    *("help_requests.count_view", "help_requests.mark_helpful", "help_requests.withdraw_vote"),
    *("forums.start_topic", "forums.reply", "forums.keep_draft", "forums.discard_draft"),
    *("forums.mark_read", "forums.mark_category_read", "forums.mark_all_read"),
    *("forums.count_view", "forums.mark_helpful", "forums.withdraw_vote"),
    *("flagging.flag", "sanctions.appeal"),
    # In the name of a host that decides in an inbox of its own; it acts by the others.
    "cases.apply_decision",
    # Parts of services that record themselves, and one's own uploads.
    "services.attempt",
    *("photos.upload_photo", "photos.attach_photos", "photos.replace_photos"),
    *("photos.place_photos", "photos.delete_photo"),
}


def found() -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, module in MODULES.items():
        for key, service in vars(module).items():
            if key.startswith("_") or not inspect.isfunction(service):
                continue
            actor = inspect.signature(service).parameters.get("actor")
            if actor is not None and actor.kind is inspect.Parameter.KEYWORD_ONLY:
                yield f"{name}.{key}", service


SERVICES = dict(found())


@pytest.fixture(autouse=True)
def _holding() -> Iterator[None]:
    with override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS}):
        yield


def test_every_service_is_a_moderators_or_everybodys() -> None:
    assert set(SERVICES) == set(LOGGED) | EVERYBODYS
    assert set(LOGGED).isdisjoint(EVERYBODYS)


@pytest.mark.parametrize("name", LOGGED)
def test_what_a_moderator_does_is_logged_with_before_and_after(name: str) -> None:
    scene = Scene()
    given = LOGGED[name](scene)
    already = set(Event.objects.filter(actor=scene.actor.pk).values_list("pk", flat=True))

    SERVICES[name](**{"actor": scene.actor, **given})

    done = Event.objects.filter(actor=scene.actor.pk).exclude(pk__in=already)
    assert done
    for event in done:
        assert event.by_moderator, event.verb
        assert event.data["before"] != event.data["after"], event.verb
        assert event.verb in labels.EVENTS
        assert event.categories.exists() is (name not in NOWHERE)
        times = set(event.categories.values_list("occurred_at", flat=True))
        assert times <= {event.occurred_at}
    if name in TWO_PLACES:
        told = done.order_by("-occurred_at", "-pk")[0]
        places = set(told.categories.values_list("category_id", flat=True))
        assert places == {scene.here.pk, scene.there.pk}


@pytest.mark.parametrize(
    "name", sorted(name for name in LOGGED if name.startswith(("help_requests", "photos")))
)
def test_the_same_by_its_author_is_no_moderators_action(name: str) -> None:
    scene = Scene()
    given = LOGGED[name](scene)
    subject = next(given[key] for key in ("help_request", "response", "photo") if key in given)
    columns = ("requester", "responder", "owner")
    author = next(getattr(subject, key) for key in columns if hasattr(subject, key))

    SERVICES[name](**{"actor": author, **given})

    assert Event.objects.filter(actor=author.pk)
    assert not Event.objects.of_moderators().exists()
    assert not EventCategory.objects.exists()


def test_steering_ones_own_topic_is_logged_and_editing_it_is_not() -> None:
    """What only moderators can do they do as moderators, whoever wrote it."""
    scene = Scene()
    topic = scene.topic(created_by=scene.actor)

    forums.edit_topic(actor=scene.actor, topic=topic, changes={"title": "Which brush?"})
    forums.pin(actor=scene.actor, topic=topic)

    verbs = set(Event.objects.of_moderators().values_list("verb", flat=True))
    assert verbs == {"forum_topic.pinned"}


def test_a_helper_who_lets_go_of_what_they_took_on_does_not_moderate() -> None:
    scene = Scene()
    request = help_requests.claim(actor=scene.actor, help_request=scene.request())

    help_requests.release(actor=scene.actor, help_request=request)

    assert not Event.objects.of_moderators().exists()


def test_a_reason_in_the_log_is_a_moderators_and_no_authors() -> None:
    scene = Scene()
    topic, other = scene.topic(), scene.topic()

    forums.delete_topic(actor=topic.created_by, topic=topic, reason="I live in Main Street.")
    forums.delete_topic(actor=scene.actor, topic=other, reason="Adverts")

    assert set(Event.objects.exclude(reason="").values_list("reason", flat=True)) == {"Adverts"}


def test_what_changes_nothing_is_not_logged() -> None:
    scene = Scene()
    topic, case = scene.topic(), scene.case()
    person: Any = scene.may("change_forumcategory")

    forums.unpin(actor=scene.actor, topic=topic)
    cases.release(actor=scene.actor, case=case)
    appointing.dismiss(actor=person, category=scene.here, grantee=make_user())

    assert not Event.objects.of_moderators().exists()


def test_a_request_that_is_moved_is_logged_in_all_its_categories() -> None:
    scene = Scene()
    request = make_help_request(category="painting", subcategory="drybrushing")

    help_requests.edit(actor=scene.actor, help_request=request, changes={"category": "gaming"})

    [event] = Event.objects.of_moderators()
    part = Category.objects.get(slug="drybrushing")
    places = set(event.categories.values_list("category_id", flat=True))
    assert places == {scene.painting.pk, part.pk, scene.gaming.pk}
    assert event.data["before"]["category_ids"] == [str(scene.painting.pk), str(part.pk)]
    assert event.data["after"]["category_ids"] == [str(scene.gaming.pk)]


def test_how_long_it_waited_is_kept_with_a_decision() -> None:
    scene = Scene()
    given = held(scene, "forum_topic")

    services.approve(actor=scene.actor, **given)
    services.hide(actor=scene.actor, **given)
    cases.dismiss(actor=scene.actor, case=scene.case())

    waited = dict(EventCategory.objects.values_list("event__verb", "waited"))
    assert waited["forum_topic.hidden"] is None
    for verb in ("forum_topic.approved", "flag_case.dismissed"):
        assert waited[verb] is not None
