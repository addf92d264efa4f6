from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from wargame_mentorship.models import Category, CategoryPrompt
from wargame_mentorship.taxonomy.seed import SEEDS
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db


def setup() -> str:
    out = StringIO()
    call_command("wm_setup", stdout=out)
    return out.getvalue()


def member_of(group: str) -> Client:
    client = Client()
    person: Any = make_user()
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    return client


def test_setting_up_twice_changes_nothing() -> None:
    first = setup()
    groups = {group.name: group.permissions.count() for group in Group.objects.all()}

    second = setup()

    assert "made" in first
    assert "made" not in second
    assert {group.name: group.permissions.count() for group in Group.objects.all()} == groups


def test_the_categories_are_there_from_the_first_migration() -> None:
    top = Category.objects.top_level().values_list("slug", flat=True)
    assert set(top) == {seed.slug for seed in SEEDS}
    assert Category.objects.get(slug="drybrushing").parent == Category.objects.get(slug="painting")


def test_editors_edit_categories_and_moderators_do_not() -> None:
    setup()
    painting = Category.objects.get(slug="painting")
    url = reverse("wagtailsnippets_wargame_mentorship_category:edit", args=[str(painting.pk)])

    assert member_of("Community editors").get(url).status_code == 200
    assert member_of("Community moderators").get(url).status_code == 302


def test_an_editor_renames_a_category_in_the_admin() -> None:
    setup()
    painting = Category.objects.get(slug="painting")
    url = reverse("wagtailsnippets_wargame_mentorship_category:edit", args=[str(painting.pk)])

    answer = member_of("Community editors").post(
        url,
        {
            "name": "Brushes & pigments",
            "slug": "painting",
            "parent": "",
            "description": "",
            "icon": "brush",
            "sort_order": "0",
            "is_active": "on",
        },
    )

    assert answer.status_code == 302
    painting.refresh_from_db()
    assert painting.display_name == "Brushes & pigments"


PROMPTS = "wagtailsnippets_wargame_mentorship_categoryprompt"


def filled(**fields: str) -> dict[str, str]:
    painting = Category.objects.get(slug="painting")
    return {
        "category": str(painting.pk),
        "label": "Which brush?",
        "help_text": "",
        "suggestions": "Size 0\nSize 1",
        "slug": "brush",
        "sort_order": "9",
        "is_active": "on",
        **fields,
    }


def test_editors_edit_guided_questions_and_moderators_do_not() -> None:
    setup()
    editor, moderator = member_of("Community editors"), member_of("Community moderators")

    assert "Which primer?" in editor.get(reverse(f"{PROMPTS}:list")).content.decode()
    assert moderator.get(reverse(f"{PROMPTS}:list")).status_code == 302
    for address in (f"{PROMPTS}:add",):
        assert moderator.post(reverse(address), filled()).status_code == 302
    assert not CategoryPrompt.objects.filter(slug="brush").exists()

    assert editor.post(reverse(f"{PROMPTS}:add"), filled()).status_code == 302
    added = CategoryPrompt.objects.get(slug="brush")
    assert (str(added.category), added.suggested) == ("Painting", ["Size 0", "Size 1"])


def test_an_editor_rewords_and_retires_a_guided_question() -> None:
    setup()
    primer = CategoryPrompt.objects.get(slug="primer")
    address = reverse(f"{PROMPTS}:edit", args=[str(primer.pk)])
    fields = filled(slug="primer", label="What lies under the paint?")
    del fields["is_active"]

    assert member_of("Community editors").post(address, fields).status_code == 302

    primer.refresh_from_db()
    assert (primer.display_label, primer.is_active) == ("What lies under the paint?", False)


def test_two_guided_questions_of_a_category_do_not_share_a_slug() -> None:
    setup()

    page = member_of("Community editors").post(reverse(f"{PROMPTS}:add"), filled(slug="paint"))

    assert page.status_code == 200
    assert CategoryPrompt.objects.filter(slug="paint").count() == 1


def test_what_has_been_answered_is_not_deleted() -> None:
    setup()
    make_help_request(facets={"primer": "Grey"})
    editor = member_of("Community editors")
    used, unused = (CategoryPrompt.objects.get(slug=slug) for slug in ("primer", "glue"))

    for prompt in (used, unused):
        answer = editor.post(reverse(f"{PROMPTS}:delete", args=[str(prompt.pk)]))
        assert answer.headers["Location"] == reverse(f"{PROMPTS}:list")

    assert "Take it out of use" in editor.get(reverse(f"{PROMPTS}:list")).content.decode()
    assert set(CategoryPrompt.objects.filter(pk__in=[used.pk, unused.pk])) == {used}


@pytest.mark.parametrize("model", [Category, CategoryPrompt])
def test_nor_is_it_deleted_in_bulk(model: Any) -> None:
    setup()
    make_help_request(facets={"primer": "Grey"})
    used = model.objects.get(slug="painting" if model is Category else "primer")
    name = model._meta.model_name
    address = reverse("wagtail_bulk_action", args=["wargame_mentorship", name, "delete"])
    before = model.objects.count()

    answer = member_of("Community editors").post(f"{address}?id={used.pk}")

    assert answer.status_code == 302
    assert model.objects.count() == before
