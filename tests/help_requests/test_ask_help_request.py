from __future__ import annotations

import pytest
from django.test import override_settings

from wargame_mentorship.core.errors import BackendUnavailable, Invalid, SignInRequired
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Category
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import make_help_request, make_moderator, make_user

pytestmark = pytest.mark.django_db

SCREENED = override_settings(
    WARGAME_MENTORSHIP={
        "MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}
    }
)


def test_beginner_asks_for_help() -> None:
    ada = make_user("ada")

    asked = services.ask(
        actor=ada,
        title="  Why is my   varnish white? ",
        description="It *frosted* over night.",
        category="painting",
        subcategory="varnishing",
        difficulty_level="beginner",
        urgency="high",
        language="en",
    )

    stored = HelpRequest.objects.get(pk=asked.pk)
    assert stored.title == "Why is my varnish white?"
    assert stored.description_html.strip() == "<p>It <em>frosted</em> over night.</p>"
    assert (stored.category.slug, stored.subcategory and stored.subcategory.slug) == (
        "painting",
        "varnishing",
    )
    assert (stored.status, stored.version, stored.requester_id) == ("open", 1, ada.pk)
    assert stored.visible_since is not None
    event = Event.objects.get(subject_id=asked.pk)
    assert (event.verb, event.actor_id) == ("help_request.asked", ada.pk)


def test_nobody_asks_without_signing_in() -> None:
    with pytest.raises(SignInRequired):
        services.ask(actor=Viewer(None), title="x", description="y", category="painting")
    assert not HelpRequest.objects.exists()


def test_a_deactivated_account_asks_nothing() -> None:
    with pytest.raises(SignInRequired):
        make_help_request(make_user("gone", is_active=False))


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as raised:
        services.ask(
            actor=make_user("ada"),
            title="\u200b ",
            description="x" * 10_001,
            category="cooking",
            difficulty_level="godlike",
            urgency="yesterday",
            language="tlh-piqd",
        )

    assert {
        name: [code for _message, code in errors] for name, errors in raised.value.fields.items()
    } == {
        "title": ["blank"],
        "description": ["too_long"],
        "category": ["invalid_choice"],
        "difficulty_level": ["invalid_choice"],
        "urgency": ["invalid_choice"],
        "language": ["invalid_choice"],
    }


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "a\x07b"])
def test_characters_that_no_text_has_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as raised:
        services.ask(actor=make_user("ada"), title=text, description=text, category="painting")
    assert set(raised.value.fields) == {"title", "description"}


def test_a_subcategory_belongs_to_its_category() -> None:
    with pytest.raises(Invalid) as raised:
        make_help_request(category="painting", subcategory="terrain")
    assert set(raised.value.fields) == {"subcategory"}


def test_a_category_out_of_use_is_offered_no_more() -> None:
    Category.objects.filter(slug="gaming").update(is_active=False)
    with pytest.raises(Invalid) as raised:
        make_help_request(category="gaming")
    assert set(raised.value.fields) == {"category"}


@SCREENED
def test_a_held_request_is_seen_by_its_author_and_moderators_only() -> None:
    ada = make_user("ada")

    held = make_help_request(ada, description="hold-me, please")

    def seen_by(person: object) -> bool:
        return HelpRequest.objects.visible_to(Viewer(person)).filter(pk=held.pk).exists()  # type: ignore[arg-type] # any person

    assert held.is_held
    assert seen_by(ada)
    assert seen_by(make_moderator("painting"))
    assert not seen_by(make_moderator("gaming"))
    assert not seen_by(make_user("stranger"))
    assert not seen_by(None)
    everybody = HelpRequest.objects.visible_to(Viewer(None))
    assert not search.find(everybody, "hold-me").exists()


@SCREENED
def test_a_rejected_request_is_not_written() -> None:
    with pytest.raises(Invalid):
        make_help_request(description="reject-me")
    assert not HelpRequest.objects.exists()
    assert not Event.objects.exists()


@SCREENED
def test_when_moderation_is_down_nothing_is_published() -> None:
    with pytest.raises(BackendUnavailable):
        make_help_request(description="break-me")
    assert not HelpRequest.objects.exists()
