"""What the doors can show of where imported content comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.flows.dump_files import (
    MINIS,
    answer,
    question,
    request_of,
    response_of,
    run,
    write_dump,
)
from wargame_mentorship.flows.imports.attribution import (
    Attribution,
    attribution_of,
    licence_url,
    placeholder_names,
)
from wargame_mentorship.flows.imports.claims import claim_author
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.models import HelpRequest, HelpResponse
from wargame_mentorship.testing.factories import make_help_request, make_moderator, make_user


def keys(kind: str) -> list[UUID]:
    return list(ImportedItem.objects.filter(kind=kind).values_list("object_id", flat=True))


@pytest.mark.django_db
def test_question_names_author_original_and_licence() -> None:
    run(MINIS)
    entry = request_of(1)

    assert attribution_of(HelpRequest.KIND, [entry.pk]) == {
        entry.pk: Attribution(
            author_name="Ada Lovelace",
            author_url="https://minis.stackexchange.com/users/10",
            source="minis.stackexchange.com",
            source_url="https://minis.stackexchange.com/q/1",
            licence="CC BY-SA 4.0",
            licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
            was_changed=False,
        )
    }


@pytest.mark.django_db
def test_post_without_an_account_there_has_a_name_or_none() -> None:
    run(MINIS)
    pks = [response_of(key).pk for key in (3, 8)]

    found = attribution_of(HelpResponse.KIND, pks)

    assert [(found[pk].author_name, found[pk].author_url) for pk in pks] == [
        ("user99", None),
        ("Community", None),
    ]
    nobody = request_of(7).pk
    assert attribution_of(HelpRequest.KIND, [nobody])[nobody].author_name == ""
    assert placeholder_names(HelpRequest.KIND, [nobody]) == {}


@pytest.mark.django_db
def test_content_of_our_own_needs_no_attribution() -> None:
    own = make_help_request()

    assert attribution_of(HelpRequest.KIND, [own.pk]) == {}
    assert placeholder_names(HelpRequest.KIND, [own.pk]) == {}


@pytest.mark.django_db
def test_licence_asks_to_say_that_something_was_changed(tmp_path: Path) -> None:
    run(write_dump(tmp_path, [question(1, Body="<p>long</p>" * 5_000), question(2), question(3)]))
    edited = request_of(2)
    help_requests.edit(
        actor=make_moderator("general"), help_request=edited, changes={"title": "Ours"}
    )

    found = attribution_of(HelpRequest.KIND, keys(HelpRequest.KIND))

    changed = {key: found[request_of(key).pk].was_changed for key in (1, 2, 3)}
    assert changed == {1: True, 2: True, 3: False}


@pytest.mark.django_db
def test_placeholder_makes_way_for_the_account_that_claims(tmp_path: Path) -> None:
    run(write_dump(tmp_path, [question(1), answer(2, 1)]))
    ada = ImportedAuthor.objects.get(key="10")
    pk = request_of(1).pk
    assert placeholder_names(HelpRequest.KIND, [pk]) == {pk: "user10"}
    user = make_user("ada")

    claim_author(actor=None, author=ada, user=user)

    assert placeholder_names(HelpRequest.KIND, [pk]) == {}
    assert attribution_of(HelpRequest.KIND, [pk])[pk].author_name == "user10"
    answered = response_of(2).pk
    assert placeholder_names(HelpResponse.KIND, [answered]) == {answered: "user20"}
    erase_user(user)
    assert placeholder_names(HelpRequest.KIND, [pk]) == {}
    withheld = attribution_of(HelpRequest.KIND, [pk])[pk]
    assert (withheld.author_name, withheld.author_url) == ("", None)
    assert withheld.source_url == "https://minis.stackexchange.com/q/1"


@pytest.mark.django_db
def test_a_page_costs_two_queries_however_long(
    tmp_path: Path, django_assert_num_queries: Any
) -> None:
    run(write_dump(tmp_path, [question(key, OwnerUserId=key) for key in range(1, 21)]))
    pks = keys(HelpRequest.KIND)

    for number in (2, 20):
        with django_assert_num_queries(2):
            assert len(attribution_of(HelpRequest.KIND, pks[:number])) == number
        with django_assert_num_queries(1):
            assert len(placeholder_names(HelpRequest.KIND, pks[:number])) == number


@pytest.mark.parametrize(
    ("licence", "url"),
    [
        ("CC BY-SA 2.5", "https://creativecommons.org/licenses/by-sa/2.5/"),
        ("MIT", None),
        ("", None),
    ],
)
def test_creative_commons_licences_have_a_deed(licence: str, url: str | None) -> None:
    assert licence_url(licence) == url
