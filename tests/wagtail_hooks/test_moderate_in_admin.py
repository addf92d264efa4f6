"""What moderators do in the Wagtail admin, and what comes of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from wagtail.admin.admin_url_finder import AdminURLFinder

from tests.wagtail_hooks.admin import (
    HOLDING,
    bulk_url,
    html_of,
    index_url,
    let_in,
    make_subject,
    moderator,
    said,
    signed_in,
    text_of,
    url_of,
)
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.counts import MOST_COUNTED
from wargame_mentorship.moderation.services import MOST_AT_ONCE
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_response,
    make_superuser,
    make_user,
)
from wargame_mentorship.wagtail_hooks.base import ModeratorPolicy

pytestmark = pytest.mark.django_db

KINDS = ("help_request", "help_response")


@pytest.fixture(autouse=True)
def _holding() -> Any:
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP=HOLDING):
        yield


def state_of(*subjects: Any) -> list[str]:
    for subject in subjects:
        subject.refresh_from_db()
    return [subject.moderation_state for subject in subjects]


# One by one


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_a_held_thing_says_why_and_offers_the_moves(kind: str) -> None:
    subject = make_subject(kind, "held")

    page = signed_in(moderator()).get(url_of("inspect", subject))

    assert "Held for marked." in text_of(page)
    moves = ("approve", "reject", "hide", "restore")
    found = [name for name in moves if url_of(name, subject) in html_of(page)]
    assert found == ["approve", "reject"]


def test_a_decision_is_about_what_was_shown() -> None:
    subject = make_subject("help_request", "held")
    client = signed_in(moderator())
    shown = client.get(url_of("approve", subject))
    assert "hold-me, please." in text_of(shown)
    version = shown.context["form"]["version"].value()
    help_requests.edit(
        actor=subject.requester, help_request=subject, changes={"description": "hold-me. Buy now!"}
    )

    answer = client.post(url_of("approve", subject), {"version": version})

    assert "This has changed since you opened it." in said(client, answer)
    assert state_of(subject) == ["held"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_comes_too_late_is_told(method: str) -> None:
    subject = make_subject("help_response", "held")
    client = signed_in(moderator())
    moderation.reject(actor=make_superuser(), kind="help_response", object_id=subject.pk)

    send = client.get if method == "get" else client.post

    assert "Somebody was faster" in said(client, send(url_of("approve", subject)))
    assert state_of(subject) == ["hidden"]


@pytest.mark.parametrize("reason", ["x" * 201, "bell\x07"])
def test_a_reason_that_no_line_holds_is_refused_beside_its_field(reason: str) -> None:
    subject = make_subject("help_request")

    page = signed_in(moderator()).post(url_of("hide", subject), {"reason": reason})

    assert page.status_code == 200
    assert page.context["form"].errors["reason"]
    assert state_of(subject) == ["visible"]


def test_one_comes_back_to_the_list_and_to_no_other_site() -> None:
    client = signed_in(moderator())
    list_url = f"{index_url()}?moderation_state=held"

    for given, leads_to in (
        (list_url, list_url),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("", None),
    ):
        subject = make_subject("help_request", "held")
        answer = client.post(url_of("approve", subject), {"next": given})
        assert answer.headers["Location"] == (leads_to or url_of("inspect", subject))


# Everything that follows


def test_an_approved_question_is_seen_found_and_in_the_feed(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        entry = make_subject("help_request", "held", title="Aubergine varnish")
    site = reverse("wargame_mentorship:help-requests")
    page_url = reverse("wargame_mentorship:help-request", args=[entry.pk])
    assert entry.title not in text_of(Client().get(f"{site}?search=aubergine"))
    assert MemorySocial.published == []

    with django_capture_on_commit_callbacks(execute=True):
        signed_in(moderator()).post(url_of("approve", entry), {"reason": "Fine."})

    assert entry.title in text_of(Client().get(f"{site}?search=aubergine"))
    assert Client().get(page_url).status_code == 200
    [published] = MemorySocial.published
    assert (published.verb, published.actor_id) == ("help_request.asked", entry.requester_id)


def test_an_approved_answer_is_counted_and_its_asker_is_told(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = make_subject("help_response", "held")
    asker = signed_in(response.help_request.requester)
    notifications = reverse("wargame_mentorship:notifications")
    assert response.help_request.title not in text_of(asker.get(notifications))

    with django_capture_on_commit_callbacks(execute=True):
        signed_in(moderator()).post(bulk_url("approve", "help_response", response.pk))

    assert HelpRequest.objects.get().response_count == 1
    assert response.help_request.title in text_of(asker.get(notifications))


def test_a_question_that_an_edit_holds_is_released_again() -> None:
    entry = make_subject("help_request")
    client = signed_in(moderator())
    page_url = reverse("wargame_mentorship:help-request", args=[entry.pk])
    help_requests.edit(
        actor=entry.requester, help_request=entry, changes={"description": "hold-me now"}
    )
    assert Client().get(page_url).status_code == 404
    assert entry.title in text_of(client.get(f"{index_url()}?moderation_state=held"))

    client.post(url_of("approve", entry))

    assert "hold-me now" in text_of(Client().get(page_url))
    history = text_of(client.get(url_of("history", entry)))
    for line in ("asked", "edited it", "held for a moderator (marked)", "approved it"):
        assert line in history


# Together


def test_a_selection_is_decided_with_one_reason_and_what_is_foreign_is_left_alone() -> None:
    mine = [make_subject("help_request", "held") for _ in range(2)]
    done = make_subject("help_request")
    foreign = make_subject("help_request", "held", category="gaming", title="Secret orcs")
    keys = [entry.pk for entry in (*mine, done, foreign)]
    client = signed_in(moderator())

    shown = client.get(bulk_url("reject", "help_request", *keys))
    answer = client.post(bulk_url("reject", "help_request", *keys), {"reason": "Adverts"})

    assert "1 more is not yours to decide." in text_of(shown)
    assert "Secret orcs" not in html_of(shown)
    assert text_of(shown).count("(stays as it is)") == 1
    text = said(client, answer)
    assert "2 are done." in text
    assert "1 is left as it was: Somebody was faster" in text
    assert "1 is left as it was: This does not exist, or you may not see it." in text
    assert state_of(*mine, done, foreign) == ["hidden", "hidden", "visible", "held"]
    assert {entry.moderation_reason for entry in mine} == {"Adverts"}


def test_a_selection_is_decided_as_it_was_shown() -> None:
    entry = make_subject("help_request", "held")
    url = bulk_url("approve", "help_request", entry.pk)
    client = signed_in(moderator())
    assert f"{entry.pk}:{entry.version}" in html_of(client.get(url))
    help_requests.edit(actor=entry.requester, help_request=entry, changes={"title": "Buy now"})

    answer = client.post(url, {"seen": f"{entry.pk}:1"})

    assert "This has changed since you opened it." in said(client, answer)
    assert state_of(entry) == ["held"]


@pytest.mark.parametrize("ids", [[], ["x"], ["all"], [uuid4()], ["0"]])
def test_a_selection_of_nothing_is_not_there(ids: list[Any]) -> None:
    make_subject("help_request", "held")

    url = bulk_url("approve", "help_request", *ids)

    for client in (signed_in(moderator()), signed_in(make_superuser())):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404
    assert HelpRequest.objects.get().moderation_state == "held"


def test_a_selection_has_its_limit() -> None:
    entry = make_subject("help_request", "held")
    keys = [entry.pk, *(uuid4() for _ in range(MOST_AT_ONCE))]

    page = signed_in(moderator()).post(bulk_url("approve", "help_request", *keys))

    assert page.status_code == 200
    assert f"{MOST_AT_ONCE} at once, and no more." in text_of(page)
    assert state_of(entry) == ["held"]


@pytest.mark.parametrize("seen", ["x", "x:1", ":", "{pk}:", "{pk}:-1", "{pk}:99999999999999"])
def test_a_forged_version_is_none(seen: str) -> None:
    entry = make_subject("help_request", "held")

    url = bulk_url("approve", "help_request", entry.pk)
    signed_in(moderator()).post(url, {"seen": seen.replace("{pk}", str(entry.pk))})

    assert state_of(entry) == ["visible"]


# Who gets in, and how far


def test_nothing_is_done_without_the_token_of_a_form() -> None:
    entry, response = make_subject("help_request", "held"), make_subject("help_response", "held")
    client = signed_in(moderator(), enforce_csrf_checks=True)

    for url in (
        *(url_of(name, entry) for name in ("approve", "reject", "edit", "delete")),
        url_of("approve", response),
        bulk_url("approve", "help_request", entry.pk),
    ):
        assert client.post(url).status_code == 403
    assert state_of(entry, response) == ["held", "held"]
    assert entry.deleted_at is None


def test_a_block_takes_nobody_out_of_a_moderators_reach() -> None:
    subject = make_subject("help_request", "held")
    person = moderator()
    MemorySocial.block(person, subject.requester)
    client = signed_in(person)

    assert subject.title in text_of(client.get(index_url()))
    assert client.get(url_of("inspect", subject)).status_code == 200


def test_the_policy_says_the_same_to_the_rest_of_wagtail() -> None:
    entry, foreign = make_help_request(), make_help_request(category="gaming")
    policy = ModeratorPolicy(HelpRequest)
    dmitri, nobody = moderator(), let_in(make_user())

    assert policy.user_has_any_permission(dmitri, ["add", "view"])
    assert not policy.user_has_permission(dmitri, "add")
    assert not policy.user_has_any_permission(nobody, ["view", "change", "delete"])
    for action in ("view", "change", "delete"):
        assert policy.user_has_permission_for_instance(dmitri, action, entry)
        assert not policy.user_has_permission_for_instance(dmitri, action, foreign)
    assert not policy.user_has_permission_for_instance(dmitri, "add", entry)
    assert list(policy.instances_user_has_permission_for(dmitri, "view")) == [entry]
    assert list(policy.instances_user_has_permission_for(dmitri, "add")) == []
    assert list(policy.instances_user_has_permission_for(nobody, "view")) == []
    finder = AdminURLFinder(dmitri)
    assert finder.get_edit_url(entry) == url_of("inspect", entry)
    assert finder.get_edit_url(foreign) is None


def test_only_moderators_find_the_menu_and_the_panel() -> None:
    home = reverse("wagtailadmin_home")
    for person, is_shown in (
        (moderator(), True),
        (moderator("gaming"), True),
        (make_superuser(), True),
        (let_in(make_user()), False),
    ):
        page = signed_in(person).get(home)
        assert (index_url() in html_of(page)) is is_shown
        assert ("Waiting for you" in text_of(page)) is is_shown


def test_groups_are_offered_no_permission_that_would_mean_nothing() -> None:
    page = signed_in(make_superuser()).get(reverse("wagtailusers_groups:add"))

    assert page.status_code == 200
    assert "category" in text_of(page)
    assert "help request" not in text_of(page).lower()


# The front page


def test_the_panel_counts_what_waits_and_leads_to_it() -> None:
    entry = make_subject("help_request", "held", title="Aubergine varnish")
    make_subject("help_request", "held", category="gaming", title="Secret orcs")
    answers = [make_subject("help_response", "held") for _ in range(6)]
    client = signed_in(moderator())

    page = client.get(reverse("wagtailadmin_home"))

    assert "Help requests: 1" in text_of(page)
    assert "Responses: 6" in text_of(page)
    assert "Secret orcs" not in html_of(page)
    assert url_of("inspect", entry) in html_of(page)
    # The five that have waited longest.
    shown = [answer for answer in answers if url_of("inspect", answer) in html_of(page)]
    assert shown == answers[:5]
    link = f"{index_url()}?moderation_state=held"
    assert link in html_of(page)
    assert entry.title in text_of(client.get(link))


def test_the_panel_says_that_nothing_waits() -> None:
    page = signed_in(moderator("gaming")).get(reverse("wagtailadmin_home"))

    assert "Nothing waits for you." in text_of(page)


def test_the_panel_does_not_count_for_ever(django_assert_max_num_queries: Any) -> None:
    entry = make_subject("help_request", "held")
    row = HelpRequest.objects.filter(pk=entry.pk).values().get()
    HelpRequest.objects.bulk_create(
        HelpRequest(**{**row, "id": uuid4()}) for _ in range(MOST_COUNTED)
    )

    page = signed_in(moderator()).get(reverse("wagtailadmin_home"))

    assert f"Help requests: {MOST_COUNTED}+" in text_of(page)


def test_a_part_of_the_hosts_site_that_does_not_answer_is_said_and_breaks_nothing() -> None:
    subject = make_subject("help_request", "held")
    client = signed_in(moderator())
    broken = {"BACKEND": "wargame_mentorship.testing.backends.BrokenSocial"}

    with override_settings(WARGAME_MENTORSHIP={**HOLDING, "SOCIAL": broken}):
        home = client.get(reverse("wagtailadmin_home"))
        answers = [client.get(index_url()), client.get(url_of("inspect", subject))]
        decided = client.post(url_of("approve", subject))

    # Whom a block hides is nothing that a decision asks.
    assert decided.status_code == 302
    subject.refresh_from_db()
    assert subject.moderation_state == "visible"
    assert home.status_code == 200
    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
        assert "does not answer at the moment" in text_of(answer)


# History


def test_nobody_reads_whose_vote_it_was() -> None:
    response = make_response()
    voter = make_user("voter")
    help_requests.mark_helpful(actor=voter, response=response)
    assert Event.objects.filter(verb="help_response.found_helpful").exists()
    client = signed_in(make_superuser())

    for name in ("inspect", "history"):
        for subject in (response, response.help_request):
            assert voter.get_username() not in html_of(client.get(url_of(name, subject)))


def test_an_answers_history_is_its_own() -> None:
    response = make_response()
    other = make_response(response.help_request)
    help_requests.accept(
        actor=response.help_request.requester,  # type: ignore[arg-type] # the factory's
        help_request=response.help_request,
        response_id=response.pk,
    )
    client = signed_in(moderator())

    assert [line.text for line in client.get(url_of("history", response)).context["lines"]] == [
        "accepted an answer",
        "answered",
    ]
    assert [line.text for line in client.get(url_of("history", other)).context["lines"]] == [
        "answered"
    ]


def test_a_long_history_has_a_page_of_its_own(django_assert_num_queries: Any) -> None:
    entry = make_help_request()
    for number in range(60):
        help_requests.edit(
            actor=entry.requester,  # type: ignore[arg-type] # the factory's
            help_request=entry,
            changes={"title": f"Title {number}"},
        )
    client = signed_in(moderator())

    inspect = client.get(url_of("inspect", entry))
    first = client.get(url_of("history", entry))
    second = client.get(f"{url_of('history', entry)}?p=2")

    assert text_of(inspect).count("edited it") == 10
    assert url_of("history", entry) in html_of(inspect)
    assert text_of(first).count("edited it") == 50
    assert text_of(second).count("edited it") == 10
    assert HelpResponse.objects.count() == 0
