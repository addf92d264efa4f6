from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from tests.api.http import MARKED_WORDS
from tests.help_requests.recounting import check_adds_up
from wargame_mentorship.core.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    Stale,
    WrongState,
)
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db

SCREENED = override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})


def queue_of(entry: HelpRequest) -> str:
    return HelpRequest.objects.get(pk=entry.pk).queue


def ask_back(entry: HelpRequest, actor: Any = None, question: str = "Which primer?") -> Any:
    return services.ask_for_info(
        actor=actor or make_user("helper"), help_request=entry, question=question
    )


def verbs() -> list[str]:
    return list(Event.objects.order_by("occurred_at", "pk").values_list("verb", flat=True))


def test_what_is_asked_back_is_a_part_of_the_conversation_and_the_asker_owes_an_answer() -> None:
    asker, bruno = make_user("asker"), make_user("bruno")
    entry = make_help_request(asker)

    question = ask_back(entry, bruno, "Which *primer*?")

    entry.refresh_from_db()
    assert (question.asks_back, question.responder_id) == (True, bruno.pk)
    assert "<em>primer</em>" in question.response_text_html
    assert queue_of(entry) == "needs_info"
    assert entry.needs_info_since == question.created_at
    assert (entry.response_count, entry.version) == (1, 1)
    assert verbs() == ["help_request.asked", "help_request.info_requested"]
    event = Event.objects.get(verb="help_request.info_requested")
    assert event.data == {"response_id": str(question.pk)}
    assert (event.actor_id, event.subject_id) == (bruno.pk, entry.pk)
    check_adds_up()


@pytest.mark.parametrize("how", ["answer", "edit"])
def test_the_askers_answer_or_edit_settles_it(how: str) -> None:
    asker = make_user("asker")
    entry = make_help_request(asker)
    ask_back(entry)
    make_response(entry, make_user("cleo"))
    assert queue_of(entry) == "needs_info"

    if how == "answer":
        make_response(entry, asker)
    else:
        services.edit(actor=asker, help_request=entry, changes={"description": "Grey primer."})

    assert queue_of(entry) != "needs_info"


def test_a_second_question_leaves_the_time_of_the_first() -> None:
    entry = make_help_request()
    first = ask_back(entry)
    ask_back(entry)

    entry.refresh_from_db()
    assert entry.needs_info_since == first.created_at


def test_it_cannot_be_accepted() -> None:
    asker = make_user("asker")
    entry = make_help_request(asker)
    question = ask_back(entry)

    with pytest.raises(Invalid) as raised:
        services.accept(actor=asker, help_request=entry, response_id=question.pk)

    assert raised.value.fields["response_id"][0][1] == "does_not_exist"


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_there_is_nothing_to_ask_about_what_is_settled(state: str) -> None:
    asker = make_user("asker")
    entry = make_help_request(asker)
    response = make_response(entry)
    if state == "resolved":
        services.accept(actor=asker, help_request=entry, response_id=response.pk)
    else:
        services.close(actor=asker, help_request=entry)

    with pytest.raises(WrongState):
        ask_back(entry)

    assert HelpResponse.objects.count() == 1


def test_whoever_would_help_may_ask_but_not_the_asker() -> None:
    asker = make_user("asker")
    entry = make_help_request(asker)
    assigned = make_user("assigned")
    services.assign(actor=asker, help_request=entry, helper_id=assigned.pk)

    for helper in (assigned, make_user("stranger"), make_moderator("painting")):
        ask_back(entry, helper)
    with pytest.raises(NotAllowed):
        ask_back(entry, asker)
    with pytest.raises(SignInRequired):
        ask_back(entry, Viewer(None))
    with pytest.raises(NotFound):
        ask_back(make_help_request(is_public=False))


def test_a_question_of_nobody_is_asked_nothing() -> None:
    asker = make_user("asker")
    entry = make_help_request(asker)
    ask_back(entry)

    erase_user(asker)

    assert queue_of(entry) != "needs_info"
    with pytest.raises(NotAllowed):
        ask_back(entry)


def test_a_blank_question_and_a_changed_request_are_refused() -> None:
    asker = make_user("asker")
    entry = make_help_request(asker)

    with pytest.raises(Invalid) as raised:
        ask_back(entry, question=" ")
    assert raised.value.fields["question"][0][1] == "blank"
    services.edit(actor=asker, help_request=entry, changes={"title": "Newer"})
    with pytest.raises(Stale):
        services.ask_for_info(
            actor=make_user(), help_request=entry, question="Which?", if_version=1
        )
    assert not HelpResponse.objects.exists()


@pytest.mark.parametrize("how", ["delete", "hide"])
def test_a_question_that_is_gone_is_owed_no_answer(how: str) -> None:
    bruno, moderator = make_user("bruno"), make_moderator("painting")
    entry = make_help_request()
    question, other = ask_back(entry, bruno), ask_back(entry)

    for asked in (question, other):
        assert queue_of(entry) == "needs_info"
        if how == "delete":
            services.delete_response(actor=moderator, response=asked)
        else:
            moderation.hide(actor=moderator, kind="help_response", object_id=asked.pk)

    assert queue_of(entry) == "new"
    check_adds_up()
    if how == "hide":
        moderation.restore(actor=moderator, kind="help_response", object_id=question.pk)
        assert queue_of(entry) == "needs_info"


@SCREENED
def test_a_held_question_is_asked_once_it_is_approved() -> None:
    moderator = make_moderator("painting")
    entry = make_help_request()

    question = ask_back(entry, question="hold-me")

    assert queue_of(entry) == "new"
    assert verbs() == ["help_request.asked", "help_response.held"]
    moderation.approve(actor=moderator, kind="help_response", object_id=question.pk)
    assert queue_of(entry) == "needs_info"
    assert "help_request.info_requested" in verbs()
    assert "help_request.answered" not in verbs()
    check_adds_up()


@SCREENED
@pytest.mark.parametrize("meanwhile", ["answered", "closed"])
def test_a_held_question_that_has_settled_itself_is_only_shown(meanwhile: str) -> None:
    asker, moderator = make_user("asker"), make_moderator("painting")
    entry = make_help_request(asker)
    question = ask_back(entry, question="hold-me")
    HelpResponse.objects.filter(pk=question.pk).update(
        created_at=timezone.now() - timedelta(hours=1)
    )
    if meanwhile == "answered":
        make_response(entry, asker)
    else:
        services.close(actor=asker, help_request=entry)

    moderation.approve(actor=moderator, kind="help_response", object_id=question.pk)

    entry.refresh_from_db()
    assert entry.needs_info_since is None
