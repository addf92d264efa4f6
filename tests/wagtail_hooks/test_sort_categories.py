"""Categories sorted by hand in the Wagtail admin, those of help among their siblings."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.wagtail_hooks.admin import html_of, let_in, moderator, signed_in
from wargame_mentorship.core.ordering import move_to
from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.factories import make_forum_category, make_user

pytestmark = pytest.mark.django_db


def editor() -> Client:
    call_command("wm_setup", verbosity=0)
    person: Any = let_in(make_user("editor"))
    person.groups.add(Group.objects.get(name="Community editors"))
    return signed_in(person)


def address(model: Any, name: str, *keys: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name(name), args=keys)


def list_url(model: Any, query: str = "") -> str:
    return f"{address(model, 'list')}?{query}"


def reorder(client: Client, item: Any, position: object) -> Any:
    url = address(type(item), "reorder", item.pk)
    return client.post(f"{url}?position={position}")


def slugs(**narrowed: Any) -> list[str]:
    return list(Category.objects.filter(**narrowed).values_list("slug", flat=True))


def shown(client: Client, model: Any, query: str) -> list[str]:
    page = client.get(list_url(model, query))
    assert page.status_code == 200
    return [entry.slug for entry in page.context["object_list"]]


def test_categories_that_were_never_sorted_are_sorted() -> None:
    """All have the number 0, as whoever made them has left it."""
    client = editor()
    ForumCategory.objects.all().delete()
    made = [make_forum_category(slug=slug) for slug in ("a", "b", "c", "d")]

    assert reorder(client, made[3], 1).json() == {"success": True}
    assert list(ForumCategory.objects.values_list("slug", flat=True)) == ["a", "d", "b", "c"]
    reorder(client, made[0], 3)
    assert list(ForumCategory.objects.values_list("slug", flat=True)) == ["d", "b", "c", "a"]
    assert list(ForumCategory.objects.values_list("sort_order", flat=True)) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("position", "order"),
    [
        ("0", ["c", "a", "b"]),
        ("-5", ["c", "a", "b"]),
        ("99", ["a", "b", "c"]),
        ("x", ["a", "b", "c"]),
        ("", ["a", "b", "c"]),
        ("9" * 40, ["a", "b", "c"]),
    ],
)
def test_an_absurd_position_is_an_end(position: str, order: list[str]) -> None:
    client = editor()
    ForumCategory.objects.all().delete()
    made = [make_forum_category(slug=slug) for slug in ("a", "b", "c")]

    assert reorder(client, made[2], position).status_code == 200

    assert list(ForumCategory.objects.values_list("slug", flat=True)) == order


def test_the_list_of_forum_categories_is_sorted_by_hand() -> None:
    client = editor()

    page = html_of(client.get(list_url(ForumCategory, "ordering=sort_order")))

    # The key that the script of Wagtail puts in the place of the number.
    assert reverse("wagtailadmin_home") in page
    url = address(ForumCategory, "reorder", uuid4())
    assert f'data-w-orderable-url-value="{url[: url.rindex("/", 0, -1)]}/999999/"' in page
    assert "keydown.up" in page
    assert "w-orderable" not in html_of(client.get(list_url(ForumCategory, "")))


def test_parts_are_sorted_among_themselves() -> None:
    client = editor()
    painting = Category.objects.get(slug="painting")
    parts, tops = slugs(parent=painting), slugs(parent=None)
    others = slugs(parent__slug="modeling")

    reorder(client, Category.objects.get(slug=parts[-1]), 0)
    reorder(client, painting, len(tops))

    assert slugs(parent=painting) == [parts[-1], *parts[:-1]]
    assert slugs(parent=None) == [*tops[1:], "painting"]
    assert slugs(parent__slug="modeling") == others


def test_only_siblings_are_listed_to_be_sorted() -> None:
    client = editor()
    painting = Category.objects.get(slug="painting")

    assert shown(client, Category, "ordering=sort_order") == slugs(parent=None)
    narrowed = f"parent={painting.pk}&ordering=sort_order"
    assert shown(client, Category, narrowed) == slugs(parent=painting)
    assert shown(client, Category, "parent=x&ordering=sort_order") == slugs(parent=None)
    # Unsorted, parts stand among the others.
    assert set(shown(client, Category, "")) & set(slugs(parent=painting))
    for query in (
        f"parent={painting.pk}&is_active=true&ordering=sort_order",
        "q=wash&ordering=sort_order",
        "is_active=true&ordering=sort_order",
    ):
        assert "data-w-orderable-url" not in html_of(client.get(list_url(Category, query))), query
    page = html_of(client.get(list_url(Category, "ordering=sort_order")))
    assert f"parent={painting.pk}&amp;ordering=sort_order" in page


@pytest.mark.parametrize("who", ["nobody", "stranger", "idle", "moderator"])
def test_nobody_else_sorts(who: str) -> None:
    people: dict[str, Any] = {
        "stranger": lambda: make_user(),
        "idle": lambda: let_in(make_user()),
        "moderator": moderator,
    }
    client = signed_in(people[who]()) if who in people else Client()
    before = slugs()

    answer = reorder(client, Category.objects.get(slug="general"), 0)

    assert answer.status_code == 302
    assert slugs() == before


def test_nothing_is_sorted_by_a_link_or_for_what_is_not_there() -> None:
    client = editor()
    item = Category.objects.get(slug="general")
    url = address(Category, "reorder", item.pk)

    assert client.get(f"{url}?position=0").status_code == 405
    assert client.post(url.replace(str(item.pk), str(uuid4()))).status_code == 404
    assert not move_to(Category.objects.all(), pk=uuid4(), position=0)


def test_the_number_in_the_form_sorts_without_a_script() -> None:
    client = editor()
    item = make_forum_category(sort_order=99)
    url = address(ForumCategory, "edit", item.pk)

    answer = client.post(
        url, {"name": item.name, "slug": item.slug, "sort_order": "0", "is_active": "on"}
    )

    assert answer.status_code == 302
    item.refresh_from_db()
    assert item.sort_order == 0
