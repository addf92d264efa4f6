"""The lists of the admin: what is in them, filters, search, order, cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.photos.pictures import upload
from tests.wagtail_hooks.admin import (
    HOLDING,
    html_of,
    index_url,
    make_subject,
    moderator,
    signed_in,
    text_of,
    url_of,
)
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_response,
    make_solved_help_request,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db

KINDS = ("help_request", "help_response")


@pytest.fixture(autouse=True)
def _holding() -> Any:
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP=HOLDING):
        yield


def listed(client: Any, kind: str = "help_request", query: str = "") -> list[Any]:
    page = client.get(f"{index_url(kind)}?{query}")
    assert page.status_code == 200
    return [entry.pk for entry in page.context["object_list"]]


def test_the_list_is_of_ones_own_categories_newest_first() -> None:
    entries = [make_subject("help_request", state) for state in ("visible", "held", "hidden")]
    private = make_help_request(is_public=False, subcategory="washing")
    make_help_request(category="gaming")
    deleted = make_help_request()
    HelpRequest.objects.filter(pk=deleted.pk).update(deleted_at=deleted.created_at)

    expected = [entry.pk for entry in (*entries, private)][::-1]

    assert listed(signed_in(moderator())) == expected
    assert listed(signed_in(moderator("washing"))) == [private.pk]
    assert len(listed(signed_in(make_superuser()))) == 5
    assert listed(signed_in(moderator("modeling"))) == []


def test_a_row_says_what_a_moderator_looks_for() -> None:
    ada = make_user("ada")
    photo = upload_photo(actor=ada, file=upload())
    entry = make_help_request(
        ada, subcategory="washing", photo_ids=[photo.pk], description="hold-me"
    )
    make_response(entry, moderator())

    page = signed_in(moderator()).get(index_url())

    for word in (entry.title, ada.get_username(), "Painting › Washing", "waiting", "just now"):
        assert word in text_of(page)
    assert photo.thumbnail_url in html_of(page)
    assert url_of("approve", entry) in html_of(page)
    assert url_of("restore", entry) not in html_of(page)


def test_answers_are_listed_by_how_they_begin() -> None:
    response = make_response(text="Thin it **twice** & wait.")

    page = signed_in(moderator()).get(index_url("help_response"))

    assert "Thin it twice & wait." in text_of(page)
    assert response.help_request.title in text_of(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("moderation_state=held", {"held"}),
        ("moderation_state=hidden", {"hidden"}),
        ("moderation_state=nonsense", set()),
        ("status=resolved", {"solved"}),
        ("status=open&moderation_state=visible", {"washing", "private"}),
        ("category=washing", {"washing"}),
        ("category=painting&status=resolved", {"solved"}),
        ("is_public=false", {"private"}),
        ("q=aubergine", {"private"}),
        ("q=auberg", {"private"}),
        ("q=aubergine&status=resolved", set()),
        ("q=%22", set()),
        ("q=%00", None),
        ("author=%00", None),
        ("ordering=nonsense", None),
        ("p=99", None),
        ("p=x", None),
    ],
)
def test_the_list_can_be_narrowed(query: str, found: set[str] | None) -> None:
    entries = {
        "held": make_subject("help_request", "held"),
        "hidden": make_subject("help_request", "hidden"),
        "solved": make_solved_help_request(),
        "washing": make_help_request(subcategory="washing"),
        "private": make_help_request(is_public=False, title="Aubergine varnish"),
    }
    make_help_request(category="gaming", title="Aubergine orcs")
    names = {entry.pk: name for name, entry in entries.items()}

    shown = [names[key] for key in listed(signed_in(moderator()), query=query)]

    if query == "moderation_state=nonsense":
        # What means nothing does not narrow; the form says so.
        found = set(entries)
    assert set(shown) == (set(entries) if found is None else found)


def test_everything_by_one_person_is_found_by_their_name() -> None:
    ada = make_user("ada")
    mine = [make_help_request(ada), make_help_request(ada)]
    make_help_request()
    answer = make_response(mine[0], ada)
    client = signed_in(moderator())
    query = f"author={ada.get_username().upper()}"

    assert set(listed(client, query=query)) == {entry.pk for entry in mine}
    assert listed(client, "help_response", query) == [answer.pk]
    assert listed(client, query="author=nobody") == []


def test_only_categories_of_ones_own_are_offered() -> None:
    Category.objects.filter(slug="washing").update(is_active=False)

    page = signed_in(moderator("painting", "tactics")).get(index_url())
    choices = page.context["filters"].form.fields["category"].choices
    offered = {slug for _group, entries in choices if _group for slug, _label in entries}

    assert {"painting", "drybrushing", "washing", "tactics"} <= offered
    assert not offered & {"gaming", "rules", "modeling", "basing"}


def test_a_foreign_category_in_the_address_finds_nothing_new() -> None:
    make_help_request(category="gaming")
    mine = make_help_request()

    # No choice of theirs, so no filter: the list is what it was.
    assert listed(signed_in(moderator()), query="category=gaming") == [mine.pk]


def test_answers_are_found_by_their_words_and_those_of_their_question() -> None:
    entry = make_help_request(title="Aubergine varnish")
    thin = make_response(entry, text="Thin it.")
    thick = make_response(text="Thicker, 100% sure.")
    client = signed_in(moderator())

    assert listed(client, "help_response", "q=aubergine") == [thin.pk]
    assert listed(client, "help_response", "q=aubergine+thin") == [thin.pk]
    assert listed(client, "help_response", "q=aubergine+thicker") == []
    assert listed(client, "help_response", "q=100%25") == [thick.pk]
    assert listed(client, "help_response", "q=_") == []


def test_the_list_can_be_ordered_and_search_ranks_by_itself() -> None:
    body = make_help_request(description="Aubergine, and much else besides it.")
    title = make_help_request(title="Aubergine aubergine")
    make_response(body)
    client = signed_in(moderator())

    assert listed(client, query="ordering=created_at") == [body.pk, title.pk]
    assert listed(client, query="ordering=-response_count") == [body.pk, title.pk]
    assert listed(client, query="q=aubergine") == [title.pk, body.pk]
    assert listed(client, query="q=aubergine&ordering=created_at") == [body.pk, title.pk]


@pytest.mark.parametrize("query", ["", "q=wash"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_long_list_costs_as_many_queries_as_a_short_one(
    kind: str, query: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(moderator())

    def make(count: int) -> None:
        for _ in range(count):
            person = make_user()
            photo = upload_photo(actor=person, file=upload())
            entry = make_help_request(person, subcategory="washing", photo_ids=[photo.pk])
            make_response(entry, text="A wash, held: hold-me")

    make(2)
    url = f"{index_url(kind)}?{query}"
    client.get(url)
    with django_assert_max_num_queries(100) as short:
        assert len(client.get(url).context["object_list"]) == 2
    make(18)
    with django_assert_num_queries(len(short)):
        assert len(client.get(url).context["object_list"]) == 20


def test_an_export_holds_nothing_foreign() -> None:
    make_help_request(category="gaming", title="Secret orcs")

    answer: Any = signed_in(moderator()).get(f"{index_url()}?export=csv")

    assert b"orcs" not in b"".join(answer.streaming_content)
