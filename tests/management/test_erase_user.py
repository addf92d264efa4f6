"""A canary: nothing that a person wrote or is leads back to them after an erasure."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.management import CommandError, call_command
from django.db import models

from tests.photos.pictures import upload
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, HelpResponseStep
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Photo
from wargame_mentorship.photos.services import attach_photos, upload_photo
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db

CANARY = "canary-8d1f"


def live_a_little(ada: AbstractBaseUser) -> HelpRequest:
    """Somebody asks, answers, votes, claims, deletes; each text carries the canary."""
    bruno = make_user("bruno")
    kept = make_help_request(ada, title=f"Public {CANARY} question")
    answered = make_response(kept, bruno)
    services.mark_helpful(actor=ada, response=answered)
    make_help_request(ada, title=f"Private {CANARY} question", is_public=False)
    deleted = make_help_request(ada, title=f"Deleted {CANARY} question")
    services.delete(actor=ada, help_request=deleted)
    other = make_help_request(bruno)
    services.claim(actor=ada, help_request=other)
    mine = make_response(
        other, ada, text=f"My {CANARY} answer", steps=[{"text": f"A {CANARY} step"}]
    )
    services.mark_helpful(actor=bruno, response=mine)
    photo = upload_photo(actor=bruno, file=upload())
    gone = make_response(other, ada, text=f"Deleted {CANARY} answer", steps=[{"text": "x"}])
    attach_photos(
        actor=bruno, kind="help_response_step", content_id=gone.steps.get().pk, photo_ids=[photo.pk]
    )
    services.delete_response(actor=ada, response=gone)
    services.accept(actor=ada, help_request=kept, response_id=answered.pk)
    services.tell_outcome(actor=ada, help_request=kept, text=f"A {CANARY} outcome", satisfaction=4)
    for event in Event.objects.all():
        events.dispatch(event)
    return kept


def references_to(user_id: Any) -> list[str]:
    """Every row of ours that still points at somebody."""
    found = []
    for model in apps.get_app_config("wargame_mentorship").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is not model:
                target = field.related_model
                if getattr(target, "USERNAME_FIELD", None) and (
                    model._default_manager.filter(**{field.name: user_id}).exists()
                ):
                    found.append(f"{model.__name__}.{field.name}")
    return found


def check_adds_up() -> None:
    call_command("wm_check", stdout=StringIO())


def test_an_erased_person_leaves_answers_and_no_trace() -> None:
    ada = make_user("ada")
    kept = live_a_little(ada)
    assert references_to(ada.pk)

    erase_user(ada)

    assert references_to(ada.pk) == []
    titles = set(HelpRequest.objects.values_list("title", flat=True))
    assert f"Public {CANARY} question" in titles
    assert not {title for title in titles if title.startswith(("Private", "Deleted"))}
    stayed = HelpResponse.objects.get(response_text=f"My {CANARY} answer")
    assert (stayed.responder_id, stayed.helpful_count) == (None, 1)
    assert [step.text for step in HelpResponseStep.objects.all()] == [f"A {CANARY} step"]
    assert HelpRequest.objects.get(pk=kept.pk).outcome_text == f"A {CANARY} outcome"
    assert stayed.help_request.status == "open"
    assert kept in HelpRequest.objects.visible_to(Viewer(None))
    assert not Photo.objects.exists()
    check_adds_up()


def test_a_host_that_deletes_the_account_breaks_nothing() -> None:
    ada = make_user("ada")
    kept = live_a_little(ada)

    ada.delete()

    assert kept in HelpRequest.objects.visible_to(Viewer(None))
    assert HelpResponse.objects.get(response_text=f"My {CANARY} answer").helpful_count == 1
    call_command("wm_check", "--fix", stdout=StringIO())
    check_adds_up()


def test_the_export_holds_everything_of_the_person_and_nobody_else() -> None:
    ada = make_user("ada")
    live_a_little(ada)

    exported = json.dumps(export_user_data(ada))

    assert exported.count(CANARY) == 7
    assert "Use less, and wick the pools away" not in exported


def test_the_commands_name_the_person() -> None:
    ada = make_user("ada")
    make_help_request(ada, title=f"A {CANARY} question")
    out = StringIO()

    call_command("wm_export_user", ada.get_username(), stdout=out)
    call_command("wm_erase_user", ada.get_username(), "--yes", stdout=out)

    assert CANARY in out.getvalue()
    assert references_to(ada.pk) == []
    with pytest.raises(CommandError):
        call_command("wm_erase_user", "nobody-of-this-name", "--yes")
    with pytest.raises(CommandError):
        call_command("wm_export_user", "nobody-of-this-name")
