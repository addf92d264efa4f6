"""Following categories: by whom, which, twice, and what is left of it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from wargame_mentorship.core.errors import NotFound, SignInRequired
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Category, CategoryFollow
from wargame_mentorship.taxonomy.follows import (
    follow_category,
    followed_categories,
    unfollow_category,
)
from wargame_mentorship.testing.factories import deactivate, make_user

pytestmark = pytest.mark.django_db


def followed_by(user: object) -> list[str]:
    return [category.slug for category in followed_categories(Viewer(user))]  # type: ignore[arg-type] # whoever


def test_somebody_follows_categories_and_parts_in_the_order_of_the_site() -> None:
    bruno = make_user("bruno")

    for slug in ("gaming", "drybrushing", "painting"):
        follow_category(actor=bruno, slug=slug)

    assert followed_by(bruno) == ["painting", "gaming", "drybrushing"]
    assert followed_by(make_user("stranger")) == []


def test_following_twice_is_following_once() -> None:
    bruno = make_user("bruno")

    for _ in range(2):
        follow_category(actor=bruno, slug="painting")

    assert CategoryFollow.objects.count() == 1


def test_leaving_ends_it_for_oneself_and_may_be_repeated() -> None:
    bruno, cleo = make_user("bruno"), make_user("cleo")
    for person in (bruno, cleo):
        follow_category(actor=person, slug="painting")

    for _ in range(2):
        unfollow_category(actor=bruno, slug="painting")

    assert followed_by(bruno) == []
    assert followed_by(cleo) == ["painting"]


def test_what_is_out_of_use_can_be_left_and_not_followed() -> None:
    bruno = make_user("bruno")
    follow_category(actor=bruno, slug="painting")
    Category.objects.filter(slug="painting").update(is_active=False)

    assert followed_by(bruno) == ["painting"]
    with pytest.raises(NotFound):
        follow_category(actor=make_user(), slug="painting")
    unfollow_category(actor=bruno, slug="painting")

    assert followed_by(bruno) == []


@pytest.mark.parametrize("slug", ["", "knitting", "Painting", "x" * 500, "../painting"])
def test_what_is_no_category_is_not_there(slug: str) -> None:
    for service in (follow_category, unfollow_category):
        with pytest.raises(NotFound):
            service(actor=make_user(), slug=slug)


def test_nobody_follows_nothing() -> None:
    gone = make_user("gone")
    follow_category(actor=gone, slug="painting")
    deactivate(gone)

    for nobody in (AnonymousUser(), gone):
        for service in (follow_category, unfollow_category):
            with pytest.raises(SignInRequired):
                service(actor=nobody, slug="gaming")
        assert followed_by(nobody) == []


def test_it_is_exported_and_erased() -> None:
    bruno, cleo = make_user("bruno"), make_user("cleo")
    for person in (bruno, cleo):
        follow_category(actor=person, slug="painting")

    [exported] = export_user_data(bruno)["followed_categories"]
    erase_user(bruno)

    assert exported["category"] == "painting"
    assert followed_by(bruno) == []
    assert followed_by(cleo) == ["painting"]


def test_it_goes_with_the_account() -> None:
    bruno = make_user("bruno")
    follow_category(actor=bruno, slug="painting")

    bruno.delete()

    assert not CategoryFollow.objects.exists()
