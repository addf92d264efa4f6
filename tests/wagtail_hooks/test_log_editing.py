"""What editors do to categories and guided questions is in the log of moderators."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.wagtail_hooks.admin import let_in, signed_in
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.moderation import labels
from wargame_mentorship.taxonomy.models import Category, CategoryPrompt
from wargame_mentorship.testing.factories import make_forum_category, make_topic, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    call_command("wm_setup", verbosity=0)
    person: Any = let_in(make_user("editor"))
    person.groups.add(Group.objects.get(name="Community editors"))
    return signed_in(person)


def send(client: Client, model: Any, view: str, fields: dict[str, Any], *keys: Any) -> None:
    url = reverse(model.snippet_viewset.get_url_name(view), args=keys)
    answer = client.post(url, fields)
    assert answer.status_code == 302, answer.content.decode()[-3000:]


def logged() -> Event:
    [event] = Event.objects.of_moderators()
    assert event.verb in labels.EVENTS
    return event


def places(event: Event) -> set[Any]:
    return set(event.categories.values_list("category_id", flat=True))


FIELDS = {"name": "Glue", "slug": "glue", "description": "", "icon": "", "sort_order": 3}


@pytest.mark.parametrize("model", [Category, ForumCategory])
def test_a_category_is_created_edited_and_deleted(editor: Client, model: Any) -> None:
    send(editor, model, "add", {**FIELDS, "is_active": "on"})
    made = model.objects.get(slug="glue")
    created = logged()
    send(editor, model, "edit", FIELDS, made.pk)
    [edited] = Event.objects.of_moderators().filter(verb=f"{made.KIND}.edited")
    send(editor, model, "delete", {}, made.pk)
    [deleted] = Event.objects.of_moderators().filter(verb=f"{made.KIND}.deleted")

    assert (created.verb, created.data["before"]) == (f"{made.KIND}.created", {})
    assert created.data["after"]["slug"] == "glue"
    assert (edited.data["before"]["is_active"], edited.data["after"]["is_active"]) == (True, False)
    assert (deleted.data["before"]["slug"], deleted.data["after"]) == ("glue", {})
    for event in (created, edited, deleted):
        assert event.subject_id == made.pk
        assert places(event) == {made.pk}
    assert "Glue" not in str([event.data for event in Event.objects.all()])


def test_a_category_is_sorted(editor: Client) -> None:
    ForumCategory.objects.all().delete()
    made = [make_forum_category(slug=slug) for slug in ("a", "b", "c")]
    url = reverse(ForumCategory.snippet_viewset.get_url_name("reorder"), args=[made[2].pk])  # type: ignore[attr-defined] # Wagtail sets it

    editor.post(f"{url}?position=1")
    editor.post(f"{url}?position=1")

    event = logged()
    assert event.verb == "forum_category.sorted"
    assert event.data["before"]["sort_order"] != event.data["after"]["sort_order"]


def test_a_guided_question_is_changed_in_the_name_of_its_category(editor: Client) -> None:
    painting = Category.objects.get(slug="painting")
    fields = {
        "category": painting.pk,
        "label": "Which glue?",
        "help_text": "",
        "suggestions": "",
        "slug": "which-glue",
        "sort_order": 9,
    }
    send(editor, CategoryPrompt, "add", fields)
    prompt = CategoryPrompt.objects.get(slug="which-glue")
    send(editor, CategoryPrompt, "edit", {**fields, "is_active": "on"}, prompt.pk)
    send(editor, CategoryPrompt, "delete", {}, prompt.pk)

    events = Event.objects.of_moderators().order_by("occurred_at", "pk")
    verbs = [f"category.prompt_{verb}" for verb in ("created", "edited", "deleted")]
    assert [event.verb for event in events] == verbs
    for event in events:
        assert (event.subject_id, event.data["prompt_id"]) == (painting.pk, str(prompt.pk))
        assert places(event) == {painting.pk}


def test_what_is_deleted_together_is_logged_and_what_stays_is_not(editor: Client) -> None:
    empty, used = make_forum_category(), make_forum_category()
    make_topic(category=used)
    url = reverse("wagtail_bulk_action", args=["wargame_mentorship", "forumcategory", "delete"])

    editor.post(f"{url}?id={empty.pk}&id={used.pk}&next=/")
    assert not Event.objects.of_moderators().exists()
    editor.post(f"{url}?id={empty.pk}&next=/")

    assert logged().subject_id == empty.pk
    assert not ForumCategory.objects.filter(pk=empty.pk).exists()


def test_whoever_may_not_edit_leaves_no_line() -> None:
    category = make_forum_category()
    client = signed_in(let_in(make_user()))
    url = reverse(ForumCategory.snippet_viewset.get_url_name("edit"), args=[category.pk])  # type: ignore[attr-defined] # Wagtail sets it

    client.post(url, FIELDS)

    assert not Event.objects.of_moderators().exists()
