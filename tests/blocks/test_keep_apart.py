"""What a block does, whoever of the two made it: they are not there for each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from tests.api.http import Api
from tests.api.http import signed_in as api_of
from tests.blocks.conftest import Block
from tests.photos.pictures import upload
from tests.privacy.surfaces import World, addresses, crawl, endpoint, page
from tests.story import hear_of_nothing_similar
from tests.web.pages import signed_in, text_of
from wargame_mentorship.core.errors import Invalid, NotFound
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Delivery, HelpfulVote, Photo
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db

DIRECTIONS = pytest.mark.parametrize("ada_blocks", [True, False], ids=["ada blocks", "is blocked"])


@dataclass
class Club:
    """Ada and Bruno each asked something, and both take part in what Cleo asked."""

    ada: AbstractBaseUser
    bruno: AbstractBaseUser
    cleo: AbstractBaseUser
    hers: HelpRequest
    his: HelpRequest
    shared: HelpRequest
    her_answer: HelpResponse
    his_answer: HelpResponse

    def tokens(self, of: AbstractBaseUser) -> list[str]:
        """What would betray one of the two to the other."""
        entry, answer = (
            (self.hers, self.her_answer) if of == self.ada else (self.his, self.his_answer)
        )
        word = "adamantine" if of == self.ada else "brunswick"
        photos = Photo.objects.filter(content_id__in=[entry.pk, answer.pk])
        return [
            word,
            of.get_username(),
            str(entry.pk),
            *(address for one in photos for address in (one.url, one.thumbnail_url, one.full_url)),
        ]


@pytest.fixture
def club(committed: Callable[[], Any]) -> Club:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")

    def ask(asker: AbstractBaseUser, title: str) -> HelpRequest:
        photo = upload_photo(actor=asker, file=upload())
        return make_help_request(asker, title=title, photo_ids=[photo.pk])

    def answer(entry: HelpRequest, helper: AbstractBaseUser, text: str) -> HelpResponse:
        photo = upload_photo(actor=helper, file=upload())
        return make_response(entry, helper, text=text, photo_ids=[photo.pk])

    for person in (ada, bruno):
        hear_of_nothing_similar(person)
    with committed():
        hers = ask(ada, "Gilding an adamantine shield")
        his = ask(bruno, "Gilding a brunswick shield")
        shared = ask(cleo, "Gilding a round shield")
        her_answer = answer(shared, ada, "Try adamantine.")
        his_answer = answer(shared, bruno, "Try brunswick.")
        services.accept(actor=cleo, help_request=shared, response_id=his_answer.pk)
    return Club(ada, bruno, cleo, hers, his, shared, her_answer, his_answer)


def keep_apart(club: Club, block: Block, ada_blocks: bool) -> None:
    block(*((club.ada, club.bruno) if ada_blocks else (club.bruno, club.ada)))


@DIRECTIONS
def test_neither_meets_the_other_anywhere(club: Club, block: Block, ada_blocks: bool) -> None:
    keep_apart(club, block, ada_blocks)
    people = {"asker": club.cleo, "helper": club.cleo, "stranger": club.cleo}
    world = World(
        people,
        [club.shared],
        words=("gilding", "shield", "round gilding"),
        titles=("Gilding a shield", club.his.title, club.hers.title),
    )
    for me, other in ((club.ada, club.bruno), (club.bruno, club.ada)):
        everything = crawl(signed_in(me), addresses(world, thorough=False))

        found = [
            (address, token)
            for address, answer in everything.items()
            for token in club.tokens(other)
            if token in answer.body + answer.location
            and token not in address
            # Feeds are everybody's: they show what nobody in particular sees.
            and not address.partition("?")[0].endswith("/feed/")
        ]
        assert found == []
        assert everything[page("help-request", club.shared.pk)].status == 200


def test_everybody_else_still_meets_both(club: Club, block: Block) -> None:
    keep_apart(club, block, True)

    for client in (Client(), signed_in(club.cleo), signed_in(make_user())):
        said = text_of(client.get(page("help-requests")))
        assert club.hers.title in said
        assert club.his.title in said
        conversation = text_of(client.get(page("help-request", club.shared.pk)))
        assert "adamantine" in conversation
        assert "brunswick" in conversation


@DIRECTIONS
def test_in_what_both_take_part_in_a_placeholder_stands(
    club: Club, block: Block, ada_blocks: bool
) -> None:
    keep_apart(club, block, ada_blocks)

    shown = api_of(club.ada).ask("GET", "help-request", club.shared.pk).json()
    placeholder = next(one for one in shown["responses"] if one["id"] == str(club.his_answer.pk))

    assert (placeholder["hidden"], placeholder["responder"]) == (True, None)
    assert (placeholder["response_text"], placeholder["photos"]) == ("", [])
    # That there is a solution is no secret; what it says is.
    assert shown["solution"] == placeholder
    said = text_of(signed_in(club.ada).get(page("help-request", club.shared.pk)))
    assert "adamantine" in said
    assert "brunswick" not in said


def refusals(me: Api, other: AbstractBaseUser, entry: HelpRequest, answer: HelpResponse) -> Any:
    """What becomes of everything that one of the two might do to the other's."""
    return {
        "read": me.ask("GET", "help-request", entry.pk).status_code,
        "answer": me.ask(
            "POST", "respond", entry.pk, body={"response_text": "Thin it."}
        ).status_code,
        "claim": me.ask("PUT", "assign", entry.pk).status_code,
        "vote": me.ask("POST", "helpful", answer.pk, body={}).status_code,
        "unvote": me.ask("DELETE", "helpful", answer.pk).status_code,
        "list": [
            len(me.ask("GET", "help-requests", query={name: other.pk}).json()["results"])
            for name in ("requester", "assigned_helper")
        ],
    }


@DIRECTIONS
def test_neither_can_do_anything_to_the_other(club: Club, block: Block, ada_blocks: bool) -> None:
    open_question = make_help_request(club.ada)
    for helper in (club.ada, club.bruno):
        services.claim(actor=helper, help_request=make_help_request(club.cleo))
    keep_apart(club, block, ada_blocks)
    nothing = {
        "read": 404,
        "answer": 404,
        "claim": 404,
        "vote": 404,
        "unvote": 404,
        "list": [0, 0],
    }

    assert refusals(api_of(club.ada), club.bruno, club.his, club.his_answer) == nothing
    assert refusals(api_of(club.bruno), club.ada, club.hers, club.her_answer) == nothing
    # Nor does a third person bring them together.
    for actor in (club.ada, make_moderator()):
        with pytest.raises(Invalid):
            services.assign(actor=actor, help_request=open_question, helper_id=club.bruno.pk)
    assert not HelpfulVote.objects.exists()
    assert not HelpResponse.objects.filter(help_request__in=[club.hers, club.his]).exists()


@DIRECTIONS
def test_what_one_did_for_the_other_before_stays_without_a_name(
    club: Club, block: Block, ada_blocks: bool
) -> None:
    """Bruno is helping Ada, has answered, and then it is over between them."""
    services.assign(actor=club.ada, help_request=club.hers, helper_id=club.bruno.pk)
    answer = make_response(club.hers, club.bruno, text="Try brunswick green.")
    keep_apart(club, block, ada_blocks)

    shown = api_of(club.ada).ask("GET", "help-request", club.hers.pk).json()
    assert (shown["status"], shown["assigned_helper"]) == ("in_progress", None)
    assert [one["hidden"] for one in shown["responses"]] == [True]
    with pytest.raises(Invalid):
        services.accept(actor=club.ada, help_request=club.hers, response_id=answer.pk)
    with pytest.raises(NotFound):
        services.release(actor=club.bruno, help_request=club.hers)
    # She is free to let somebody else help.
    services.release(actor=club.ada, help_request=club.hers)
    services.assign(actor=club.ada, help_request=club.hers, helper_id=club.cleo.pk)


@DIRECTIONS
def test_a_private_request_leaves_the_sight_of_a_helper_who_is_kept_apart(
    club: Club, block: Block, ada_blocks: bool
) -> None:
    private = make_help_request(club.ada, is_public=False)
    services.assign(actor=club.ada, help_request=private, helper_id=club.bruno.pk)
    keep_apart(club, block, ada_blocks)

    assert not HelpRequest.objects.visible_to(club.bruno).filter(pk=private.pk).exists()


def dispatch_all() -> None:
    for event in Event.objects.filter(dispatched_at=None):
        events.dispatch(event)


def told(person: AbstractBaseUser) -> list[str]:
    mine = notifications.deliveries_of(person).select_related("event")
    return [entry.text({}) for entry in notifications.show(person, list(mine))]


@DIRECTIONS
def test_no_news_passes_between_them(club: Club, block: Block, ada_blocks: bool) -> None:
    """Neither what waits to be told, nor what was told already."""
    dispatch_all()
    by_others = told(club.ada), told(club.bruno)
    make_response(club.hers, club.bruno)
    dispatch_all()
    assert len(told(club.ada)) == len(by_others[0]) + 1
    make_response(club.hers, club.bruno)
    make_response(club.his, club.ada)
    services.assign(actor=club.ada, help_request=club.hers, helper_id=club.bruno.pk)
    keep_apart(club, block, ada_blocks)

    dispatch_all()

    assert (told(club.ada), told(club.bruno)) == by_others
    assert notifications.unread_count(club.ada) == len(by_others[0])
    by_each_other = Delivery.objects.filter(event__actor__in=[club.ada.pk, club.bruno.pk])
    assert by_each_other.filter(recipient__in=[club.ada.pk, club.bruno.pk]).count() == 1
    assert "bruno" not in text_of(signed_in(club.ada).get(page("notifications")))
    assert api_of(club.ada).get(endpoint("notifications")).json()["results"] == []


def test_nobody_gets_out_of_reach_by_blocking_the_moderators(club: Club, block: Block) -> None:
    dmitri = make_moderator("painting")
    HelpRequest.objects.filter(pk=club.his.pk).update(moderation_state="held")
    HelpResponse.objects.filter(pk=club.his_answer.pk).update(moderation_state="held")
    block(club.bruno, dmitri)
    api = api_of(dmitri)

    for kind, subject in ((HelpRequest, club.his), (HelpResponse, club.his_answer)):
        waiting = api.ask("GET", "held", query={"content_type": kind.KIND}).json()["results"]
        assert [one["object_id"] for one in waiting] == [str(subject.pk)]
        assert api.ask("POST", "approve", subject.pk).status_code == 200
        body = {"content_type": kind.KIND, "object_id": str(subject.pk)}
        assert api.ask("POST", "hide", body=body).status_code == 200
    # Of another category they are no moderator, and there a block counts.
    stranger = make_moderator("gaming")
    block(club.bruno, stranger)
    with pytest.raises(NotFound):
        moderation.hide(actor=stranger, kind=HelpRequest.KIND, object_id=club.his.pk)


def test_a_block_that_ends_is_over_at_once(club: Club, block: Block, settings: Any) -> None:
    keep_apart(club, block, True)
    assert club.his not in HelpRequest.objects.visible_to(Viewer(club.ada))

    settings.WARGAME_MENTORSHIP = {
        **settings.WARGAME_MENTORSHIP,
        "SOCIAL": {"BACKEND": "wargame_mentorship.host.social.NoSocial"},
    }

    assert club.his in HelpRequest.objects.visible_to(Viewer(club.ada))
