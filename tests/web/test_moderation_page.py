"""What waits for moderators and what they have hidden, on a page of the site, without script."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings
from guardian.shortcuts import assign_perm, remove_perm

from tests.photos.pictures import upload
from tests.web.pages import asker_of, html_of, signed_in, text_of, url
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.moderation import flagging, sanctions
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.counts import waiting
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.factories import (
    deactivate,
    make_help_request,
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)
from wargame_mentorship.web.moderation import PAGE_SIZE

pytestmark = pytest.mark.django_db

HOLDING = {"MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}}


@pytest.fixture(autouse=True)
def _holding() -> Any:
    with override_settings(WARGAME_MENTORSHIP=HOLDING):
        yield


def held_request(**fields: Any) -> HelpRequest:
    return make_help_request(description="hold-me *please*", **fields)


def held_response() -> HelpResponse:
    return make_response(text="hold-me, I know *varnish*")


def queue(client: Client, query: str = "") -> Any:
    return client.get(f"{url('moderation')}?{query}")


def decide(client: Client, query: str = "", **fields: Any) -> Any:
    return client.post(f"{url('moderation')}?{query}", fields)


def listed(page: Any) -> list[Any]:
    return [row.entry.pk for row in page.context["wm"]["rows"]]


def value_of(subject: Any) -> str:
    return f"{subject.pk}:{subject.version}"


def states_of(*subjects: Any) -> list[str]:
    for subject in subjects:
        subject.refresh_from_db()
    return [subject.moderation_state for subject in subjects]


def test_a_moderator_reads_what_waits_longest_first_and_why() -> None:
    ada = make_user("ada")
    photo = upload_photo(actor=ada, file=upload())
    entries = [held_request(), held_request(requester=ada, photo_ids=[photo.pk])]
    held_request(category="gaming", title="Secret orcs")
    make_help_request(title="Not held")

    page = queue(signed_in(make_moderator()))

    assert listed(page) == [entry.pk for entry in entries]
    for word in (entries[0].title, ada.get_username(), "Held for marked.", "please"):
        assert word in text_of(page)
    assert "<em>please</em>" in html_of(page)
    assert photo.full_url in html_of(page)
    assert "orcs" not in html_of(page)
    assert "Not held" not in html_of(page)
    assert "noindex" in html_of(page)


def test_the_kind_of_which_something_waits_is_shown_first() -> None:
    response = held_response()
    client = signed_in(make_moderator())

    page = queue(client)

    assert listed(page) == [response.pk]
    assert "I know varnish" in text_of(page)
    assert response.help_request.title in text_of(page)
    assert listed(queue(client, "kind=help_request")) == []
    assert "Nothing waits for you here" in text_of(queue(client, "kind=help_request"))
    assert listed(queue(client, "kind=spell")) == [response.pk]


@pytest.mark.parametrize(("action", "state"), [("approve", "visible"), ("reject", "hidden")])
def test_one_thing_is_decided_by_the_button_beside_it(action: str, state: str) -> None:
    entry, other = held_request(), held_request()
    client = signed_in(make_moderator())

    answer = decide(client, **{action: value_of(entry), "reason": "Seen.", "action": ""})

    assert answer.status_code == 302
    assert "1 is done." in text_of(client.get(answer.headers["Location"]))
    assert states_of(entry, other) == [state, "held"]
    assert entry.moderation_reason == "Seen."


def test_what_is_chosen_is_decided_together() -> None:
    entries = [held_request() for _ in range(3)]
    client = signed_in(make_moderator())

    answer = decide(
        client, action="reject", item=[value_of(entry) for entry in entries[:2]], reason="Adverts"
    )

    assert "2 are done." in text_of(client.get(answer.headers["Location"]))
    assert states_of(*entries) == ["hidden", "hidden", "held"]
    assert {entry.moderation_reason for entry in entries[:2]} == {"Adverts"}
    assert Event.objects.filter(verb="help_request.rejected").count() == 2


def test_what_is_hidden_is_shown_again() -> None:
    entry, foreign = make_help_request(), make_help_request(category="gaming")
    root = make_superuser()
    for subject in (entry, foreign):
        moderation.hide(
            actor=root, kind="help_request", object_id=subject.pk, reason="<b>Advert</b>"
        )
    states_of(entry, foreign)
    client = signed_in(make_moderator())

    page = queue(client, "kind=help_request&state=hidden")
    assert listed(page) == [entry.pk]
    assert "&lt;b&gt;Advert&lt;/b&gt;" in html_of(page)
    assert 'name="approve"' not in html_of(page)

    decide(client, "kind=help_request&state=hidden", restore=value_of(entry))
    assert states_of(entry, foreign) == ["visible", "hidden"]


def test_what_went_wrong_is_said_and_what_was_typed_is_kept() -> None:
    entry, gone = held_request(), held_request()
    value = value_of(gone)
    moderation.approve(actor=make_superuser(), kind="help_request", object_id=gone.pk)
    client = signed_in(make_moderator())

    page = decide(client, action="reject", item=[value_of(entry), value], reason="Adverts")
    again = decide(client, action="reject", item=[value], reason="Adverts")

    assert page.status_code == 200
    assert "1 is done, and not everything." in text_of(page)
    assert "This has changed since you opened it." in text_of(page)
    assert states_of(entry, gone) == ["hidden", "visible"]
    assert again.status_code == 409
    assert "Nothing has been done." in text_of(again)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"action": ""}, "Choose what to do."),
        ({"action": "vanish"}, "Choose what to do."),
        ({"action": "restore"}, "Choose what to do."),
        ({"action": "approve", "item": []}, "Choose at least one."),
        ({"action": "approve", "reason": "x" * 201}, ""),
    ],
)
def test_an_unfinished_form_decides_nothing_and_loses_nothing(fields: Any, message: str) -> None:
    entry = held_request()

    page = decide(
        signed_in(make_moderator()),
        **{"item": [value_of(entry)], "reason": "Adverts", **fields},
    )

    assert page.status_code == 400
    assert message in text_of(page)
    assert states_of(entry) == ["held"]
    if "item" not in fields:
        assert page.context["wm"]["rows"][0].is_chosen
    if "reason" not in fields:
        assert 'value="Adverts"' in html_of(page)


def test_the_first_button_of_the_form_asks_before_it_does_anything() -> None:
    """The Enter key presses it, wherever in the form one is."""
    held_request()

    html = html_of(queue(signed_in(make_moderator())))
    form = html[html.index("wm-together") :]

    assert form.index("Do it") < form.index('name="approve"')


def test_what_was_edited_meanwhile_is_not_approved_unread() -> None:
    entry = held_request()
    value = value_of(entry)
    help_requests.edit(
        actor=asker_of(entry), help_request=entry, changes={"description": "hold-me: buy now"}
    )

    page = decide(signed_in(make_moderator()), approve=value)

    assert page.status_code == 409
    assert "This has changed since you opened it." in text_of(page)
    assert states_of(entry) == ["held"]


def test_a_foreign_moderator_decides_nothing_here() -> None:
    entry, response = held_request(), held_response()
    client = signed_in(make_moderator("gaming"))

    for query, subject in (("kind=help_request", entry), ("kind=help_response", response)):
        assert listed(queue(client, query)) == []
        assert decide(client, query, approve=value_of(subject)).status_code == 409
    assert states_of(entry, response) == ["held", "held"]


@pytest.mark.parametrize("who", ["nobody", "stranger", "dismissed", "deactivated"])
def test_who_moderates_nothing_is_turned_away(who: str) -> None:
    entry = held_request(title="Aubergine varnish")
    client = Client()
    if who != "nobody":
        person = make_user() if who == "stranger" else make_moderator()
        client = signed_in(person)
        if who == "deactivated":
            deactivate(person)
        if who == "dismissed":
            painting = Category.objects.get(slug="painting")
            remove_perm("wargame_mentorship.moderate_category", person, painting)

    answers = [queue(client), decide(client, approve=value_of(entry))]

    status = 302 if who in {"nobody", "deactivated"} else 403
    for answer in answers:
        assert answer.status_code == status
        assert "ubergine" not in html_of(answer)
    assert states_of(entry) == ["held"]


def test_nothing_is_done_without_the_token_of_the_form() -> None:
    entry = held_request()
    client = Client(enforce_csrf_checks=True)
    person: Any = make_moderator()
    client.force_login(person)

    assert decide(client, approve=value_of(entry)).status_code == 403
    assert states_of(entry) == ["held"]


@pytest.mark.parametrize("value", ["", "x", "x:1", ":", "1"])
def test_a_value_that_no_form_has_is_not_found(value: str) -> None:
    assert decide(signed_in(make_moderator()), approve=value).status_code == 404


def test_what_is_not_there_is_said() -> None:
    page = decide(signed_in(make_moderator()), approve=f"{uuid4()}:1")

    assert page.status_code == 409
    assert "This does not exist, or you may not see it." in text_of(page)


def test_all_on_the_page_are_chosen_by_a_link() -> None:
    for _ in range(2):
        held_request()
    client = signed_in(make_moderator())
    page = queue(client)
    assert not any(row.is_chosen for row in page.context["wm"]["rows"])

    page = client.get(page.context["wm"]["all_url"])

    assert all(row.is_chosen for row in page.context["wm"]["rows"])
    assert html_of(page).count(" checked") == 2


def test_a_long_queue_has_pages_that_lead_on_and_back() -> None:
    entries = [held_request().pk for _ in range(PAGE_SIZE + 2)]
    client = signed_in(make_moderator())

    first = queue(client)
    second = client.get(first.context["wm"]["older_url"])
    back = client.get(second.context["wm"]["newer_url"])

    assert listed(first) == entries[:PAGE_SIZE]
    assert listed(second) == entries[PAGE_SIZE:]
    assert listed(back) == listed(first)
    assert second.context["wm"]["older_url"] is None


@pytest.mark.parametrize("cursor", ["x", "%00", "x" * 5000])
def test_a_cursor_that_is_none_leads_to_the_first_page(cursor: str) -> None:
    held_request()
    client = signed_in(make_moderator())

    answer = queue(client, f"cursor={cursor}")

    assert answer.status_code == 302
    assert len(listed(client.get(answer.headers["Location"]))) == 1


@pytest.mark.parametrize("done", ["-1", "1e9", "99999", "<script>", "²"])
def test_an_address_does_not_make_the_page_say_anything(done: str) -> None:
    page = queue(signed_in(make_moderator()), f"done={done}")

    assert "done." not in text_of(page)
    assert "<script>" not in html_of(page)


@pytest.mark.parametrize("kind", ["help_request", "help_response"])
def test_a_long_queue_costs_as_many_queries_as_a_short_one(
    kind: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    def make(count: int) -> None:
        for _ in range(count):
            held_request() if kind == "help_request" else held_response()

    client = signed_in(make_moderator())
    make(2)
    queue(client, f"kind={kind}")
    with django_assert_max_num_queries(100) as short:
        assert len(listed(queue(client, f"kind={kind}"))) == 2
    make(18)
    with django_assert_num_queries(len(short)):
        assert len(listed(queue(client, f"kind={kind}"))) == 20


def test_what_waits_is_counted_once_for_tabs_and_navigation(
    django_assert_max_num_queries: Any,
) -> None:
    held_request()
    held_response()
    client = signed_in(make_moderator())
    queue(client)

    # Four are the host's: session, user, and two of its bar for editors; two are for the bundles.
    with django_assert_max_num_queries(13):
        page = queue(client)
    assert [count for _label, count, *_rest in page.context["wm"]["kinds"] if count] == ["1", "1"]


def test_what_waits_is_counted_anew_once_some_of_it_is_decided() -> None:
    mine, other = held_request(), held_request()
    moderation.approve(actor=make_superuser(), kind=other.KIND, object_id=other.pk)
    client = signed_in(make_moderator())

    page = decide(client, action="approve", item=[str(mine.pk), str(other.pk)])

    assert page.status_code == 200
    assert page.context["wm"]["done"] == 1
    assert [count for _label, count, *_rest in page.context["wm"]["kinds"] if count] == []


def test_hostile_words_are_shown_as_words() -> None:
    script = "<script>alert(1)</script>"
    held_request(title=f"Why {script}")
    make_response(text=f"hold-me {script}")
    client = signed_in(make_moderator())

    for kind in ("help_request", "help_response"):
        assert script not in html_of(queue(client, f"kind={kind}"))
    page = decide(client, action="", reason=f'"{script}')
    assert script not in html_of(page)


def test_a_host_shows_in_its_navigation_how_much_waits() -> None:
    held_request()
    held_response()
    template = Template(
        "{% load wargame_mentorship_tags %}{% wm_waiting_count as count %}{{ count }}"
    )

    def shown(person: Any) -> str:
        request = RequestFactory().get("/")
        request.user = person or AnonymousUser()
        return template.render(Context({"request": request}))

    assert shown(make_moderator()) == "2"
    assert shown(make_moderator("gaming")) == "0"
    assert shown(make_user()) == "None"
    assert shown(None) == "None"
    assert template.render(Context()) == "None"


def test_what_is_reported_and_replied_waits_too() -> None:
    entry, moderator = make_help_request(), make_moderator()
    author = asker_of(entry)
    warned = sanctions.warn(
        actor=moderator,
        kind=entry.KIND,
        object_id=entry.pk,
        person_id=author.pk,
        reason="Stay friendly.",
    )
    sanctions.appeal(actor=author, sanction=warned, text="I was.")
    for _ in range(2):
        reported = make_help_request()
        flagging.flag(actor=make_user(), kind=reported.KIND, object_id=reported.pk, reason="spam")

    def numbers(person: Any) -> list[Any]:
        shown = queue(signed_in(person)).context["wm"]
        return [shown["case_count"], shown["appeal_count"]]

    assert numbers(moderator) == ["2", "1"]
    assert sum(waiting(moderator).values()) == 3
    assert numbers(make_moderator("gaming")) == ["", ""]
    # Who was warned decides no reply of their own.
    assign_perm("wargame_mentorship.moderate_category", author, entry.category)
    assert numbers(author) == ["2", ""]
