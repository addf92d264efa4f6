"""An account takes over what its person wrote elsewhere, and gives it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser

from tests.flows.dump_files import (
    answer,
    question,
    request_of,
    response_of,
    run,
    snapshot,
    write_dump,
)
from tests.flows.test_import_dump import everything_adds_up
from wargame_mentorship.core.errors import Conflict, Invalid, NotAllowed, SignInRequired
from wargame_mentorship.flows.imports.claims import Claimed, claim_author, unclaim_author
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import HelpfulVote, HelpRequest, HelpResponse
from wargame_mentorship.taxonomy.services import resolve_categories
from wargame_mentorship.testing.factories import (
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db

POSTS = [
    question(1, AcceptedAnswerId=2),
    answer(2, 1),
    answer(3, 1, OwnerUserId=10, CreationDate="2019-03-04T00:00:00.000"),
    question(4, OwnerUserId=20, Tags="<moss>"),
    answer(5, 4, OwnerUserId=10),
]
"""10 asks and answers, 20 answers and asks."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = write_dump(tmp_path, POSTS)
    run(folder)
    return folder


@pytest.fixture
def ada(home: Path) -> ImportedAuthor:
    return ImportedAuthor.objects.get(key="10")


@pytest.fixture
def bruno(home: Path) -> ImportedAuthor:
    return ImportedAuthor.objects.get(key="20")


def claim(author: ImportedAuthor, user: AbstractBaseUser, **options: Any) -> Claimed:
    return claim_author(**{"actor": None, "author": author, "user": user, **options})


def test_account_gets_everything_that_its_author_wrote(ada: ImportedAuthor) -> None:
    user = make_user("ada")

    done = claim(ada, user)

    assert done == Claimed(help_requests=1, help_responses=2, votes_removed=0)
    assert request_of(1).requester_id == user.pk
    assert {response_of(key).responder_id for key in (3, 5)} == {user.pk}
    assert (request_of(4).requester_id, response_of(2).responder_id) == (None, None)
    assert ada.claimed_by_id == user.pk
    assert ada.claimed_at is not None
    assert everything_adds_up()


def test_claimed_question_is_its_askers_to_move(ada: ImportedAuthor) -> None:
    user = make_user("ada")
    claim(ada, user)

    help_requests.unaccept(actor=user, help_request=request_of(1))

    assert request_of(1).status == "open"


def test_claim_raises_the_version_that_readers_hold(ada: ImportedAuthor) -> None:
    before = request_of(1).version, response_of(3).version

    claim(ada, make_user("ada"))

    assert (request_of(1).version, response_of(3).version) == (before[0] + 1, before[1] + 1)


def test_second_claim_of_the_same_account_changes_nothing(ada: ImportedAuthor) -> None:
    user = make_user("ada")
    claim(ada, user)
    before = snapshot()

    assert claim(ada, user) == Claimed()
    assert snapshot() == before


def test_author_is_claimed_by_one_account_only(ada: ImportedAuthor) -> None:
    claim(ada, make_user("ada"))

    with pytest.raises(Conflict) as raised:
        claim(ada, make_user("impostor"))

    assert raised.value.code == "taken"


def test_deactivated_account_cannot_claim(ada: ImportedAuthor) -> None:
    with pytest.raises(Invalid):
        claim(ada, make_user("gone", is_active=False))


def test_unclaim_gives_all_of_it_back(ada: ImportedAuthor) -> None:
    before = snapshot()
    claim(ada, make_user("ada"))

    done = unclaim_author(actor=None, author=ada)

    assert done == Claimed(help_requests=1, help_responses=2)
    assert (ada.claimed_by_id, ada.claimed_at) == (None, None)
    assert _without_versions(snapshot()) == _without_versions(before)
    assert unclaim_author(actor=None, author=ada) == Claimed()
    assert everything_adds_up()


def _without_versions(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in entry.items() if key != "version"}
        if isinstance(entry, dict)
        else entry
        for name, entry in found.items()
    }


def test_unclaim_leaves_what_the_account_wrote_here(ada: ImportedAuthor) -> None:
    user = make_user("ada")
    own = make_response(request_of(4), user)
    claim(ada, user)

    unclaim_author(actor=None, author=ada)

    assert HelpResponse.objects.get(pk=own.pk).responder_id == user.pk


def test_votes_on_what_is_now_ones_own_go(bruno: ImportedAuthor) -> None:
    user, other = make_user("bruno"), make_user("other")
    for voter in (user, other):
        help_requests.mark_helpful(actor=voter, response=response_of(2))
    help_requests.mark_helpful(actor=user, response=response_of(5))

    done = claim(bruno, user)

    assert done.votes_removed == 1
    assert response_of(2).helpful_count == request_of(1).helpful_count == 1
    assert HelpfulVote.objects.get(content_id=response_of(2).pk).author_id == user.pk
    assert response_of(5).helpful_count == 1
    assert everything_adds_up()
    with pytest.raises(NotAllowed):
        help_requests.mark_helpful(actor=user, response=response_of(2))


def test_vote_that_did_not_count_goes_without_a_trace(bruno: ImportedAuthor) -> None:
    user = make_user("bruno")
    help_requests.mark_helpful(actor=user, response=response_of(2), is_helpful=False)

    claim(bruno, user)

    assert response_of(2).helpful_count == 0
    assert not HelpfulVote.objects.exists()


def test_unclaim_forgets_for_whom_the_votes_were(bruno: ImportedAuthor) -> None:
    user = make_user("bruno")
    help_requests.mark_helpful(actor=make_user("other"), response=response_of(2))
    claim(bruno, user)

    unclaim_author(actor=None, author=bruno)

    assert HelpfulVote.objects.get().author_id is None
    help_requests.mark_helpful(actor=user, response=response_of(2))
    assert response_of(2).helpful_count == 2


def test_answer_given_here_turns_out_to_be_the_askers_own(ada: ImportedAuthor) -> None:
    user = make_user("ada")
    HelpResponse.objects.filter(pk=response_of(2).pk).update(moderation_state="hidden")
    make_response(request_of(1), user)
    assert request_of(1).first_response_at is not None

    claim(ada, user)

    entry = request_of(1)
    assert entry.first_response_at is None
    assert entry.asker_had_last_word


def test_helper_of_ones_own_question_steps_back(ada: ImportedAuthor, tmp_path: Path) -> None:
    run(write_dump(tmp_path, [*POSTS, question(6)]))
    user = make_user("ada")
    help_requests.claim(actor=user, help_request=request_of(6))

    claim(ada, user)

    entry = request_of(6)
    assert (entry.status, entry.assigned_helper_id, entry.claimed_until) == ("open", None, None)
    assert everything_adds_up()


def test_later_import_brings_to_the_account_what_is_new(
    ada: ImportedAuthor, tmp_path: Path
) -> None:
    user = make_user("ada")
    claim(ada, user)

    run(write_dump(tmp_path, [*POSTS, question(6), answer(7, 4, OwnerUserId=10)]))

    assert request_of(6).requester_id == user.pk
    assert response_of(7).responder_id == user.pk


def test_claimed_posts_still_follow_their_source(ada: ImportedAuthor, tmp_path: Path) -> None:
    claim(ada, make_user("ada"))

    report = run(write_dump(tmp_path, [question(1, AcceptedAnswerId=2, Title="New"), *POSTS[1:]]))

    assert report.updated == {HelpRequest.KIND: 1}
    assert request_of(1).title == "New"


def test_post_that_people_changed_stays_theirs_after_a_claim(
    ada: ImportedAuthor, tmp_path: Path
) -> None:
    moderator = make_moderator("general")
    help_requests.edit(actor=moderator, help_request=request_of(1), changes={"title": "Ours"})
    claim(ada, make_user("ada"))

    report = run(write_dump(tmp_path, [question(1, AcceptedAnswerId=2, Title="New"), *POSTS[1:]]))

    assert report.kept == {HelpRequest.KIND: 1}
    assert request_of(1).title == "Ours"


@pytest.mark.parametrize(
    ("who", "error"),
    [("nobody", SignInRequired), ("member", NotAllowed), ("elsewhere", NotAllowed)],
)
def test_claim_is_not_everybodys_to_decide(
    who: str, error: type[Exception], ada: ImportedAuthor
) -> None:
    user = make_user("ada")
    actor = {
        "nobody": lambda: Viewer(None),
        "member": lambda: Viewer(user),
        "elsewhere": lambda: Viewer(make_moderator("painting")),
    }[who]()

    with pytest.raises(error):
        claim(ada, user, actor=actor)
    with pytest.raises(error):
        unclaim_author(actor=actor, author=ada)


def test_moderator_of_all_the_authors_categories_may_decide(tmp_path: Path) -> None:
    moss = {"moss": resolve_categories(category="modeling", subcategory="basing")}
    run(write_dump(tmp_path, POSTS), by_tag=moss)
    ada = ImportedAuthor.objects.get(key="10")
    user = make_user("ada")

    with pytest.raises(NotAllowed):
        claim(ada, user, actor=make_moderator("general"))

    assert claim(ada, user, actor=make_moderator("general", "modeling")).help_requests == 1
    assert unclaim_author(actor=make_superuser(), author=ada).help_requests == 1


def test_person_takes_along_what_they_claimed(ada: ImportedAuthor) -> None:
    user = make_user("ada")
    claim(ada, user)

    found = export_user_data(user)

    assert [(one["source"], one["key"]) for one in found["imported_authors"]] == [
        ("minis.stackexchange.com", "10")
    ]
    assert [one["title"] for one in found["help_requests"]] == ["Title 1"]


def test_erased_person_leaves_posts_without_a_name_for_good(
    ada: ImportedAuthor, tmp_path: Path
) -> None:
    user = make_user("ada")
    claim(ada, user)
    help_requests.mark_helpful(actor=make_user("voter"), response=response_of(3))

    erase_user(user)
    run(write_dump(tmp_path, POSTS, users=[{"Id": 10, "DisplayName": "Ada Canary"}]))

    ada.refresh_from_db()
    assert (ada.claimed_by_id, ada.claimed_at, ada.display_name) == (None, None, "")
    assert request_of(1).requester_id is None
    assert request_of(1).status == "resolved"
    assert not ImportedAuthor.objects.filter(display_name__contains="Canary").exists()
    assert export_user_data(user)["imported_authors"] == []
    assert everything_adds_up()


def test_erased_person_takes_what_they_had_made_private(ada: ImportedAuthor) -> None:
    user = make_user("ada")
    HelpResponse.objects.filter(help_request=request_of(1)).delete()
    claim(ada, user)
    private = help_requests.edit(
        actor=user, help_request=request_of(1), changes={"is_public": False}
    )

    erase_user(user)

    assert not HelpRequest.objects.filter(pk=private.pk).exists()
    assert everything_adds_up()


def test_deleted_account_leaves_the_placeholder(ada: ImportedAuthor) -> None:
    user = make_user("ada")
    claim(ada, user)

    user.delete()

    ada.refresh_from_db()
    assert ada.claimed_by_id is None
    assert request_of(1).requester_id is None
    assert ImportedItem.objects.filter(author=ada).count() == 3
    assert everything_adds_up()
    assert claim(ada, make_user("again")).help_requests == 1
