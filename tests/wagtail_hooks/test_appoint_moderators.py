"""Grants on categories, given and taken in the Wagtail admin, to people and to groups."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from tests.wagtail_hooks.admin import (
    forum,
    html_of,
    let_in,
    moderator,
    said,
    signed_in,
    text_of,
)
from wargame_mentorship.core.errors import NotAllowed
from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation.appointing import appoint, dismiss
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.factories import deactivate, make_superuser, make_user

pytestmark = pytest.mark.django_db

KINDS = ("help", "forum")


def category_of(kind: str) -> Any:
    return forum() if kind == "forum" else Category.objects.get(slug="painting")


def url_of(category: Any, name: str = "moderators") -> str:
    return reverse(category.snippet_viewset.get_url_name(name), args=[category.pk])


def editor() -> Any:
    call_command("wm_setup", verbosity=0)
    person: Any = let_in(make_user("editor"))
    person.groups.add(Group.objects.get(name="Community editors"))
    return person


def moderates(person: Any, category: Any) -> bool:
    return category.pk in Viewer(person).moderated_ids(type(category))


def appoint_person(client: Client, category: Any, name: str) -> Any:
    return client.post(url_of(category), {"action": "appoint_person", "person": name})


@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_appoints_and_dismisses_a_person(kind: str) -> None:
    category = category_of(kind)
    ada, client = make_user("ada"), signed_in(editor())

    answer = appoint_person(client, category, ada.get_username())

    assert f"{ada.get_username()} moderates here." in said(client, answer)
    assert moderates(ada, category)
    assert not any(
        moderates(ada, other) for other in type(category).objects.exclude(pk=category.pk)
    )
    again = appoint_person(client, category, f"@{ada.get_username().upper()}")
    assert "did already" in said(client, again)

    gone = client.post(url_of(category), {"action": "dismiss_person", "person": ada.pk})

    assert "no longer moderates here." in said(client, gone)
    assert not moderates(ada, category)
    late = client.post(url_of(category), {"action": "dismiss_person", "person": ada.pk})
    assert "This has changed since you opened it." in said(client, late)


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_is_appointed_with_all_who_are_in_it(kind: str) -> None:
    category = category_of(kind)
    group = Group.objects.create(name="Painters")
    ada: Any = make_user("ada")
    gone: Any = make_user("gone")
    for person in (ada, gone):
        person.groups.add(group)
    deactivate(gone)
    client = signed_in(editor())

    answer = client.post(url_of(category), {"action": "appoint_group", "group": group.pk})

    assert "Painters (1 person)" in said(client, answer)
    assert moderates(ada, category)
    assert not moderates(gone, category)
    client.post(url_of(category), {"action": "dismiss_group", "group": group.pk})
    assert not moderates(ada, category)


def test_the_api_shows_whom_the_admin_has_appointed() -> None:
    category = forum()
    group = Group.objects.create(name="Painters")
    ada, bruno = make_user("ada"), make_user("bruno")
    grouped: Any = make_user("grouped")
    grouped.groups.add(group)
    client = signed_in(editor())
    for person in (ada, bruno):
        appoint_person(client, category, person.get_username())
    client.post(url_of(category), {"action": "appoint_group", "group": group.pk})
    deactivate(bruno)

    categories = Client().get(reverse("wargame_mentorship_api:forum-categories")).json()
    rows = categories["results"] if isinstance(categories, dict) else categories
    [shown] = [row for row in rows if row["slug"] == category.slug]

    assert {str(key) for key in shown["moderator_ids"]} == {str(ada.pk), str(grouped.pk)}
    page = text_of(client.get(url_of(category)))
    assert "deactivated, moderates nothing" in page


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_logged_who_appointed_whom(kind: str) -> None:
    category, ada, person = category_of(kind), make_user("ada"), editor()
    group = Group.objects.create(name="Painters")
    client = signed_in(person)

    appoint_person(client, category, ada.get_username())
    appoint_person(client, category, ada.get_username())
    client.post(url_of(category), {"action": "appoint_group", "group": group.pk})
    client.post(url_of(category), {"action": "dismiss_person", "person": ada.pk})

    entries = ModelLogEntry.objects.for_instance(category).order_by("timestamp")
    assert [(entry.action, entry.user_id, entry.data) for entry in entries] == [
        ("wargame_mentorship.appoint", person.pk, {"person": str(ada.pk)}),
        ("wargame_mentorship.appoint", person.pk, {"group": str(group.pk)}),
        ("wargame_mentorship.dismiss", person.pk, {"person": str(ada.pk)}),
    ]
    history = text_of(client.get(url_of(category, "history")))
    for line in (
        f"Appointed {ada.get_username()} as a moderator",
        "Appointed Painters as a moderator",
        f"Dismissed {ada.get_username()} as a moderator",
    ):
        assert line in history
    group.delete()
    assert "somebody who is no longer there" in text_of(client.get(url_of(category, "history")))


def changing(model: str) -> Any:
    """In the admin, with the permission to change one kind of category and nothing else."""
    person: Any = let_in(make_user("changer"))
    person.user_permissions.add(Permission.objects.get(codename=f"change_{model}"))
    return person


WHO: dict[str, Any] = {
    "nobody": lambda: None,
    "stranger": lambda: make_user("stranger"),
    "without_access": lambda: editor_without_access(),
    "idle": lambda: let_in(make_user("idle")),
    "moderator": moderator,
    "of_the_other_kind": lambda: changing("category"),
    "deactivated": lambda: deactivated_editor(),
}


def editor_without_access() -> Any:
    person: Any = make_user("outside")
    person.user_permissions.add(Permission.objects.get(codename="change_forumcategory"))
    return person


def deactivated_editor() -> Any:
    person = editor()
    deactivate(person)
    return person


@pytest.mark.parametrize("who", sorted(WHO))
def test_nobody_else_sees_or_changes_who_moderates(who: str) -> None:
    """Of a forum category; a moderator of it appoints nobody either."""
    category, holder, other = forum(), make_user("holder"), make_user("other")
    group = Group.objects.create(name="Painters")
    boss = make_superuser()
    appoint(actor=boss, category=category, grantee=holder)
    person = WHO[who]()
    if who == "moderator":
        appoint(actor=boss, category=category, grantee=person)
    client = signed_in(person) if person else Client()
    url = url_of(category)

    answers = [
        client.get(url),
        client.post(url, {"action": "appoint_person", "person": other.get_username()}),
        client.post(url, {"action": "appoint_group", "group": group.pk}),
        client.post(url, {"action": "dismiss_person", "person": holder.pk}),
        client.get(url_of(category).replace(str(category.pk), str(uuid4()))),
    ]

    for answer in answers:
        assert answer.status_code == 302
        assert answer.headers["Location"].partition("?")[0] != url
    assert moderates(holder, category)
    assert not moderates(other, category)
    assert not ModelLogEntry.objects.for_instance(category).exists()


@pytest.mark.parametrize("service", [appoint, dismiss])
def test_the_services_ask_for_themselves(service: Any) -> None:
    category, ada = forum(), make_user("ada")
    for actor in (moderator(), changing("category"), deactivated_editor()):
        with pytest.raises(Exception) as refused:  # noqa: PT011 - either, as below
            service(actor=actor, category=category, grantee=ada)
        assert refused.value.code in {NotAllowed.code, "not_authenticated"}  # type: ignore[attr-defined]


def test_the_permission_to_change_one_kind_of_category_is_enough() -> None:
    category, ada = forum(), make_user("ada")
    client = signed_in(changing("forumcategory"))

    assert client.get(url_of(category)).status_code == 200
    appoint_person(client, category, ada.get_username())

    assert moderates(ada, category)


def test_editors_appoint_neither_themselves_nor_a_group_they_are_in() -> None:
    category, person = category_of("help"), editor()
    client = signed_in(person)
    group = Group.objects.get(name="Community editors")

    alone = appoint_person(client, category, person.get_username())
    together = client.post(url_of(category), {"action": "appoint_group", "group": group.pk})

    for page in (alone, together):
        assert "Somebody else has to appoint you." in text_of(page)
    assert not moderates(person, category)
    boss = make_superuser()
    assert appoint(actor=boss, category=category, grantee=boss)


@pytest.mark.parametrize("name", ["", "nobody", "x" * 300, "a\x00b", "<script>alert(1)</script>"])
def test_a_name_that_nobody_has_is_said_beside_its_field(name: str) -> None:
    category = category_of("help")

    page = appoint_person(signed_in(editor()), category, name)

    assert page.status_code == 200
    assert page.context["person_form"].errors["person"]
    assert "<script>alert(1)" not in html_of(page)


def test_somebody_deactivated_is_not_appointed() -> None:
    category, ada = category_of("help"), make_user("ada")
    deactivate(ada)

    page = appoint_person(signed_in(editor()), category, ada.get_username())

    assert "Nobody who is active has this user name." in text_of(page)
    assert not moderates(ada, category)


def test_the_row_of_those_not_signed_in_is_not_appointed(monkeypatch: Any) -> None:
    """That guardian keeps; it reads its settings once."""
    row = make_user("AnonymousUser")
    monkeypatch.setattr("guardian.conf.settings.ANONYMOUS_USER_NAME", row.get_username())

    page = appoint_person(signed_in(editor()), forum(), row.get_username())

    assert "Nobody who is active has this user name." in text_of(page)


@pytest.mark.parametrize("given", [{}, {"action": "x"}, {"action": "page"}])
def test_what_is_no_action_is_not_there(given: dict[str, str]) -> None:
    assert signed_in(editor()).post(url_of(forum()), given).status_code == 404


@pytest.mark.parametrize("key", ["", "x", "-1", "{}"])
@pytest.mark.parametrize("field", ["person", "group"])
def test_a_forged_key_dismisses_nobody(field: str, key: str) -> None:
    category, ada = forum(), make_user("ada")
    appoint(actor=make_superuser(), category=category, grantee=ada)

    answer = signed_in(editor()).post(url_of(category), {"action": f"dismiss_{field}", field: key})

    assert answer.status_code == 302
    assert moderates(ada, category)


def test_nothing_is_granted_without_the_token_of_a_form() -> None:
    category, ada = forum(), make_user("ada")
    client = signed_in(editor(), enforce_csrf_checks=True)

    assert appoint_person(client, category, ada.get_username()).status_code == 403
    assert not moderates(ada, category)


@pytest.mark.parametrize("kind", KINDS)
def test_list_and_form_lead_to_the_moderators(kind: str) -> None:
    category, client = category_of(kind), signed_in(editor())
    index = reverse(category.snippet_viewset.get_url_name("list"))

    for url in (f"{index}?q=painting", url_of(category, "edit")):
        page = client.get(url)
        assert page.status_code == 200
        assert url_of(category) in html_of(page)


def test_hostile_names_are_shown_as_names() -> None:
    script = "<script>alert(1)</script>"
    group = Group.objects.create(name=script)
    category = ForumCategory.objects.create(slug="hostile", name=f"{script}{{{{ 7*7 }}}}")
    appoint(actor=make_superuser(), category=category, grantee=group)

    client = signed_in(editor())
    client.post(url_of(category), {"action": "dismiss_group", "group": group.pk})
    appoint(actor=make_superuser(), category=category, grantee=group)

    for name in ("moderators", "history", "edit"):
        page = html_of(client.get(url_of(category, name)))
        assert script not in page
        assert not re.search(r"\b49\b", text_of(client.get(url_of(category, "moderators"))))
