"""A canary: a request with unmistakable words and a picture that has become private, held,
hidden or deleted. Whoever may not see it reads everything there is to read, and must read what
they would read if it had never been asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client

from tests.api.http import MARKED_WORDS, MEMORY_SOCIAL
from tests.photos.pictures import upload
from tests.privacy.surfaces import (
    ALIKE,
    READ,
    World,
    addresses,
    admin_addresses,
    crawl,
    endpoint,
    page,
    readable_routes,
)
from tests.story import hear_of_nothing_similar
from tests.thorough import THOROUGH
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.models import Photo
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db

WORD, ANSWER = "quillwortish", "snarkleaf"
TITLE = f"Gilding {WORD} edges without brush strokes"


@pytest.fixture(autouse=True)
def _host(settings: Any) -> None:
    """A host with blocks, and a moderation that holds what says so."""
    MemorySocial.forget()
    settings.WARGAME_MENTORSHIP = {
        **settings.WARGAME_MENTORSHIP,
        "SOCIAL": MEMORY_SOCIAL,
        "MODERATION": MARKED_WORDS,
    }


class Canary:
    """The request, with all that may hang on one."""

    def __init__(self, world: World, committed: Callable[[], Any]) -> None:
        self.asker, self.helper = world.people["asker"], world.people["helper"]
        self.committed = committed
        pictures = [upload_photo(actor=self.asker, file=upload(), alt_text=f"A {WORD} edge")]
        with committed():
            self.entry = make_help_request(
                self.asker,
                title=TITLE,
                description=f"The {WORD} gold will not cover, whatever I do.",
                subcategory="drybrushing",
                urgency="high",
                difficulty_level="advanced",
                photo_ids=[photo.pk for photo in pictures],
            )
            self.assign(world.people["former"])
        with committed():
            self.answer(world.people["former"])
            services.release(actor=self.asker, help_request=self.entry)
            self.assign(self.helper)
        with committed():
            self.response = self.answer(self.helper)
        with committed():
            services.mark_helpful(actor=world.people["former"], response=self.response)
            services.accept(actor=self.asker, help_request=self.entry, response_id=self.response.pk)

    def assign(self, helper: Any) -> None:
        services.assign(actor=self.asker, help_request=self.entry, helper_id=helper.pk)

    def answer(self, helper: Any) -> HelpResponse:
        picture = upload_photo(actor=helper, file=upload(), alt_text=f"With {ANSWER}")
        return make_response(
            self.entry, helper, text=f"Try {ANSWER} under the {WORD}.", photo_ids=[picture.pk]
        )

    @property
    def photo_urls(self) -> list[str]:
        owners = [self.entry.pk, *self.entry.responses.values_list("pk", flat=True)]
        photos = Photo.objects.filter(content_id__in=owners)
        return [each for one in photos for each in (one.url, one.thumbnail_url, one.full_url)]

    @property
    def tokens(self) -> list[str]:
        """What would betray it, wherever it stands."""
        answers = self.entry.responses.values_list("pk", flat=True)
        return [WORD, ANSWER, str(self.entry.pk), *map(str, answers), *self.photo_urls]

    def edit(self, **changes: Any) -> None:
        self.entry.refresh_from_db()
        with self.committed():
            services.edit(actor=self.asker, help_request=self.entry, changes=changes)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def world(committed: Callable[[], Any]) -> World:
    """Neighbours of the canary: of the same people, in the same category, in like words."""
    people = {
        "asker": make_user("asker"),
        "helper": make_user("helper"),
        "former": make_user("former"),
        "stranger": make_user("stranger"),
        "blocked": make_user("blocked"),
        "foreign": make_moderator("gaming"),
        "moderator": make_moderator("painting"),
        "superuser": make_superuser(),
    }
    asker, helper, stranger = people["asker"], people["helper"], people["stranger"]
    hear_of_nothing_similar(stranger)
    with committed():
        entries = [
            make_help_request(asker, title="Gilding raised edges on armour"),
            make_help_request(stranger, title="Brush strokes in gold", urgency="high"),
            make_help_request(asker, title="Edges without strokes", subcategory="drybrushing"),
            make_help_request(helper, title="Which gold covers?", category="gaming"),
        ]
        answers = [make_response(entry, helper) for entry in entries[:3]]
        services.accept(actor=asker, help_request=entries[0], response_id=answers[0].pk)
        services.mark_helpful(actor=stranger, response=answers[2])
        services.assign(actor=stranger, help_request=entries[1], helper_id=helper.pk)
    MemorySocial.block(people["blocked"], asker)
    return World(
        people,
        entries,
        words=(WORD, "gilding", "gold cover", ANSWER),
        titles=(TITLE, "Gilding quill", "Edges without brush strokes"),
    )


def client_of(person: Any) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


BLIND = ("anonymous", "stranger", "blocked", "foreign")
"""Who sees nothing of it once it is private, and never had a part in it."""


def reading(world: World, persona: str) -> Callable[[], dict[str, Any]]:
    if not THOROUGH and persona in {"blocked", "foreign"}:
        return glance(world, persona)
    client = client_of(world.people.get(persona))
    for entry in world.entries:
        # Whoever reads is counted, once.
        client.get(page("help-request", entry.pk))
    # Each time the same addresses: those of the beginning.
    where = addresses(world, thorough=THOROUGH)
    return lambda: crawl(client, where)


def assert_same(persona: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    for address, answer in before.items():
        assert after[address] == answer, (persona, address)


def betrayed(answers: dict[str, Any], tokens: list[str]) -> list[tuple[str, str]]:
    """Where a token stands that whoever asked did not bring along."""
    return [
        (address, token)
        for address, answer in answers.items()
        for token in tokens
        if token in answer.body + answer.location and token not in address
    ]


def test_every_route_that_can_be_read_is_read() -> None:
    assert readable_routes() == set(READ) | ALIKE
    assert not set(READ) & ALIKE


@pytest.mark.parametrize("persona", BLIND)
def test_what_turned_private_was_never_there(
    world: World, committed: Callable[[], Any], persona: str
) -> None:
    read = reading(world, persona)
    before = read()

    canary = Canary(world, committed)
    public = read()
    old_urls = canary.photo_urls
    canary.edit(is_public=False)

    if persona != "blocked":
        # The test itself: what is to be missed afterwards is there to be found.
        assert {WORD, str(canary.entry.pk)} <= {
            token for _, token in betrayed(public, canary.tokens)
        }
    assert_same(persona, before, read())
    client = client_of(world.people.get(persona))
    for address in (
        *old_urls,
        *canary.photo_urls,
        page("help-request", canary.entry.pk),
        endpoint("help-request", canary.entry.pk),
        page("edit-help-request", canary.entry.pk),
    ):
        assert client.get(address).status_code == 404, address


MOVES: dict[str, tuple[Callable[[Canary, Any], Any], Callable[[Canary, Any], Any] | None]] = {
    "private": (
        lambda canary, moderator: canary.edit(is_public=False),
        lambda canary, moderator: canary.edit(is_public=True),
    ),
    "held": (
        lambda canary, moderator: canary.edit(description=f"{WORD} hold-me"),
        lambda canary, moderator: moderate(canary, moderator, "approve"),
    ),
    "hidden": (
        lambda canary, moderator: moderate(canary, moderator, "hide"),
        lambda canary, moderator: moderate(canary, moderator, "restore"),
    ),
    "deleted": (
        lambda canary, moderator: services.delete(actor=moderator, help_request=canary.entry),
        None,
    ),
}


def moderate(canary: Canary, moderator: Any, action: str) -> None:
    with canary.committed():
        getattr(moderation, action)(
            actor=moderator, kind=HelpRequest.KIND, object_id=canary.entry.pk
        )


def glance(world: World, persona: str) -> Callable[[], dict[str, Any]]:
    """The places where somebody would notice first."""
    client = client_of(world.people.get(persona))
    where = [
        page("help-requests"),
        page("help-requests", search=WORD),
        endpoint("help-requests", page_size=100),
        endpoint("help-requests", search="gold cover"),
        endpoint("similar", title=TITLE),
        *([endpoint("notifications"), page("notifications")] if persona != "anonymous" else []),
    ]
    return lambda: crawl(client, where)


@pytest.mark.parametrize("state", MOVES)
def test_what_goes_out_of_view_goes_at_once_and_comes_back_at_once(
    world: World, committed: Callable[[], Any], state: str
) -> None:
    leave, come_back = MOVES[state]
    moderator = world.people["moderator"]
    readers = {persona: glance(world, persona) for persona in ("anonymous", "stranger")}
    before = {persona: read() for persona, read in readers.items()}
    canary = Canary(world, committed)
    old_urls = canary.photo_urls

    leave(canary, moderator)

    for persona, read in readers.items():
        assert_same(persona, before[persona], read())
    nobody, asker = Client(), client_of(canary.asker)
    new_urls = canary.photo_urls
    assert not set(old_urls) & set(new_urls)
    assert {nobody.get(each).status_code for each in (*old_urls, *new_urls)} == {404}
    # Void for those too who see the picture: at the old address a cache may have kept it.
    assert {asker.get(each).status_code for each in old_urls} == {404}
    if state != "deleted":
        kept = [asker.get(each) for each in new_urls]
        assert {(answer.status_code, answer["Cache-Control"]) for answer in kept} == {
            (200, "private, no-store")
        }
    if come_back is None:
        return
    come_back(canary, moderator)

    for read in readers.values():
        assert {WORD, str(canary.entry.pk)} <= {
            token for _, token in betrayed(read(), canary.tokens)
        }
    assert {nobody.get(each).status_code for each in canary.photo_urls} == {200}


def test_whoever_had_a_part_in_it_sees_nothing_of_it_any_more(
    world: World, committed: Callable[[], Any]
) -> None:
    """They were asked to help, answered, voted; and were told."""
    former = world.people["former"]
    read = glance(world, "former")
    before = read()
    canary = Canary(world, committed)
    told = client_of(former).get(endpoint("notifications")).json()
    assert [line["target"]["title"] for line in told["results"]] == [TITLE]

    canary.edit(is_public=False)

    after = read()
    assert betrayed(after, canary.tokens) == []
    # On the pages stands how many notifications they have not read.
    lists = {each: before[each] for each in before if each.startswith(endpoint("help-requests"))}
    assert_same("former", lists, after)
    [line] = client_of(former).get(endpoint("notifications")).json()["results"]
    assert (line["target"], line["url"], line["actor"]) == (None, None, None)
    asker_name = canary.asker.get_username()
    assert asker_name not in after[page("notifications")].body
    assert asker_name not in line["text"]
    canary.edit(is_public=True)
    [line] = client_of(former).get(endpoint("notifications")).json()["results"]
    assert line["target"]["title"] == TITLE


@pytest.mark.parametrize("persona", ["asker", "helper", "moderator", "superuser"])
def test_what_is_private_is_kept_by_no_cache(
    world: World, committed: Callable[[], Any], persona: str
) -> None:
    """Those who see it are told so in each answer that shows it."""
    canary = Canary(world, committed)
    canary.edit(is_public=False)
    client = client_of(world.people[persona])

    shown = 0
    for address in (
        page("help-requests"),
        page("help-requests", search=WORD),
        page("help-request", canary.entry.pk),
        endpoint("help-requests"),
        endpoint("help-request", canary.entry.pk),
        endpoint("similar", title=TITLE),
        *canary.photo_urls,
    ):
        answer: Any = client.get(address)
        directives = answer.headers["Cache-Control"].replace(" ", "").split(",")
        assert answer.status_code == 200, address
        assert "private" in directives, address
        assert "public" not in directives
        if address.startswith(endpoint("help-requests")) or answer.streaming:
            assert "no-store" in directives, address
        shown += answer.streaming or WORD in answer.content.decode()
    assert shown == 6 + len(canary.photo_urls)


def test_pages_of_nobody_are_kept_apart_from_those_of_somebody(world: World) -> None:
    """A host's cache that keeps pages by their address must look at the session too."""
    for address in (page("help-requests"), page("help-request", world.entries[0].pk)):
        answer = Client().get(address)
        assert "cookie" in answer.headers["Vary"].lower()


def test_the_admin_shows_a_moderator_nothing_of_another_category(
    world: World, committed: Callable[[], Any]
) -> None:
    canary = Canary(world, committed)
    canary.edit(is_public=False)
    call_command("wm_setup", verbosity=0)
    foreign: Any = world.people["foreign"]
    foreign.groups.add(Group.objects.get(name="Community moderators"))

    answers = admin_addresses(client_of(foreign))

    assert [answer.status for answer in answers.values()].count(200) > 5
    assert max(answer.status for answer in answers.values()) < 500
    assert betrayed(answers, canary.tokens) == []


def test_a_crawl_notices_what_it_is_there_to_notice(
    world: World, committed: Callable[[], Any]
) -> None:
    """The test of the tests: without the rule, the canary sings."""
    read = glance(world, "stranger")
    before = read()
    canary = Canary(world, committed)

    with pytest.raises(AssertionError):
        assert_same("stranger", before, read())
    assert betrayed(read(), canary.tokens)
