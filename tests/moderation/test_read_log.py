"""The log of what moderators did: who reads which lines of it, and that nothing changes one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm
from wagtail.admin.viewsets import viewsets
from wagtail.snippets.models import get_snippet_models

from tests.api.http import anonymous, blocks, code_of, fields_of, signed_in
from wargame_mentorship.api import urls
from wargame_mentorship.core.errors import NotAllowed, SignInRequired
from wargame_mentorship.events.models import Event, EventCategory
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.forums import services as forums
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.moderation import cases, flagging, people, sanctions
from wargame_mentorship.moderation.log import log
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_forum_moderator,
    make_help_request,
    make_moderator,
    make_post,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def read(person: Any, **query: Any) -> list[dict[str, Any]]:
    answer = signed_in(person).ask("GET", "moderation-log", query=query)
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_a_line_says_who_did_what_to_what_and_why() -> None:
    category = make_forum_category()
    ada = make_forum_moderator(category, name="ada")
    topic = make_topic(category=category, title="Adverts for glue")
    forums.lock(actor=ada, topic=topic, reason="Buy elsewhere.")

    [line] = read(ada)

    assert line["actor"]["display_name"].startswith("ada")
    assert (line["action"], line["text"]) == ("forum_topic.locked", "locked it")
    assert (line["content_type"], line["object_id"]) == ("forum_topic", str(topic.pk))
    assert line["title"] == "Adverts for glue"
    assert topic.slug in line["url"]
    assert line["categories"] == [{"id": str(category.pk), "name": category.name}]
    assert line["reason"] == "Buy elsewhere."
    assert (line["before"], line["after"]) == ({"is_locked": False}, {"is_locked": True})


def test_nobody_reads_what_happened_where_they_do_not_moderate() -> None:
    here, there = make_forum_category(), make_forum_category()
    both = make_forum_moderator(here, there)
    painter = make_moderator("painting")
    forums.lock(actor=both, topic=make_topic(category=here))
    forums.move(actor=both, topic=make_topic(category=here), category_id=there.pk)
    help_requests.close(actor=painter, help_request=make_help_request())

    def verbs(person: Any) -> list[str]:
        return sorted(line["action"] for line in read(person))

    assert verbs(make_forum_moderator(here)) == ["forum_topic.locked", "forum_topic.moved"]
    assert verbs(make_forum_moderator(there)) == ["forum_topic.moved"]
    assert verbs(both) == ["forum_topic.locked", "forum_topic.moved"]
    assert verbs(painter) == ["help_request.closed"]
    assert verbs(make_moderator("gaming")) == []
    assert len(verbs(make_superuser())) == 3
    assert code_of(signed_in(make_user()).ask("GET", "moderation-log"))[0] == 403
    assert anonymous().ask("GET", "moderation-log").status_code == 401


def test_a_part_has_moderators_of_its_own_and_the_whole_has_all() -> None:
    part = make_moderator("drybrushing")
    asked = make_help_request(category="painting", subcategory="drybrushing")
    help_requests.close(actor=part, help_request=asked)
    help_requests.close(actor=make_moderator("painting"), help_request=make_help_request())

    assert len(read(part)) == 1
    assert len(read(make_moderator("painting"))) == 2


def test_losing_the_grant_or_the_account_counts_at_once() -> None:
    category = make_forum_category()
    ada = make_forum_moderator(category)
    client = signed_in(ada)
    assert client.ask("GET", "moderation-log").status_code == 200

    remove_perm("wargame_mentorship.moderate_forumcategory", ada, category)
    assert client.ask("GET", "moderation-log").status_code == 403

    assign_perm("wargame_mentorship.moderate_forumcategory", ada, category)
    deactivate(ada)
    with pytest.raises(SignInRequired):
        log(ada)
    with pytest.raises(NotAllowed):
        log(make_user())


def test_what_was_moved_away_or_deleted_leaves_its_line_without_title() -> None:
    here, there = make_forum_category(), make_forum_category()
    both, ada = make_forum_moderator(here, there), make_forum_moderator(here)
    moved, deleted = make_topic(category=here), make_topic(category=here)
    private = make_help_request(is_public=False)
    painter = make_moderator("painting")
    forums.move(actor=both, topic=moved, category_id=there.pk)
    forums.delete_topic(actor=both, topic=deleted)
    help_requests.edit(
        actor=make_moderator("painting", "gaming"),
        help_request=private,
        changes={"category": "gaming"},
    )

    titles = {line["action"]: line["title"] for line in read(ada)}
    # Everybody sees where it went.
    assert titles == {"forum_topic.moved": moved.title, "forum_topic.deleted": None}
    [line] = read(painter)
    assert (line["title"], line["url"]) == (None, None)


def test_a_block_hides_a_name_and_no_line() -> None:
    category = make_forum_category()
    ada, bruno = make_forum_moderator(category), make_forum_moderator(category)
    with blocks():
        author = make_user("author")
        topic = make_topic(author, category)
        forums.lock(actor=bruno, topic=topic)
        MemorySocial.block(bruno, ada)
        MemorySocial.block(author, ada)

        [line] = read(ada)
        named = read(ada, actor=bruno.pk)

    assert line["actor"] is None
    assert line["title"] == topic.title
    assert named == []


def test_an_erased_moderator_leaves_the_lines_and_no_name() -> None:
    category = make_forum_category()
    ada, bruno = make_forum_moderator(category), make_forum_moderator(category)
    forums.lock(actor=bruno, topic=make_topic(category=category))
    forums.lock(actor=ada, topic=make_topic(category=category))

    erase_user(bruno)
    ada.delete()

    lines = read(make_superuser())
    assert [line["actor"] for line in lines] == [None, None]


def test_the_log_is_narrowed_by_everything_it_says() -> None:
    here, there = make_forum_category(), make_forum_category()
    ada, bruno = make_forum_moderator(here, there), make_forum_moderator(here, there)
    topic = make_topic(category=here)
    post = make_post(topic)
    forums.lock(actor=ada, topic=topic)
    forums.delete_post(actor=bruno, post=post)
    forums.pin(actor=bruno, topic=make_topic(category=there))
    flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")
    case = cases.queue(ada).get()
    cases.dismiss(actor=ada, case=case)

    def verbs(**query: Any) -> set[str]:
        return {line["action"] for line in read(ada, **query)}

    assert verbs(content_type="forum_post") == {"forum_post.deleted"}
    about_topic = {"forum_topic.locked", "flag_case.dismissed"}
    assert verbs(content_type="forum_topic", object_id=topic.pk) == about_topic
    assert verbs(content_type="forum_topic") == {*about_topic, "forum_topic.pinned"}
    assert verbs(object_id=post.pk) == {"forum_post.deleted"}
    assert verbs(actor="me") == about_topic
    assert verbs(actor=bruno.pk) == {"forum_post.deleted", "forum_topic.pinned"}
    assert verbs(action="forum_topic.pinned") == {"forum_topic.pinned"}
    assert verbs(category=there.pk) == {"forum_topic.pinned"}
    assert verbs(category=uuid4()) == set()
    [line] = read(ada, action="flag_case.dismissed")
    # Of what was reported, not of the case.
    assert (line["content_type"], line["title"]) == ("forum_topic", topic.title)


def test_what_the_log_does_not_know_is_refused() -> None:
    client = signed_in(make_moderator())

    for name, value in (
        ("content_type", "flag_case"),
        ("content_type", "x" * 500),
        ("object_id", "1"),
        ("actor", "nobody"),
        ("actor", "9" * 400),
        ("action", "forum_topic.burnt"),
        ("category", "painting"),
        ("cursor", "nonsense"),
        ("verb", "forum_topic.pinned"),
    ):
        assert name in fields_of(client.ask("GET", "moderation-log", query={name: value})), name
    for name in ("content_type", "object_id", "actor", "action", "category"):
        hostile = client.ask("GET", "moderation-log", query={name: "a\0b"})
        assert hostile.status_code == 400, name


def test_pages_lead_through_the_whole_log_newest_first() -> None:
    category = make_forum_category()
    ada = make_forum_moderator(category)
    topics = [make_topic(category=category) for _ in range(5)]
    for topic in topics:
        forums.lock(actor=ada, topic=topic)
    client, seen = signed_in(ada), []

    answer = client.ask("GET", "moderation-log", query={"page_size": 2}).json()
    while True:
        seen += [line["object_id"] for line in answer["results"]]
        if not answer["next"]:
            break
        answer = client.get(answer["next"]).json()

    assert seen == [str(topic.pk) for topic in reversed(topics)]


def test_a_page_costs_the_same_however_long() -> None:
    here, there = make_forum_category(), make_forum_category()
    ada = make_forum_moderator(here, there)
    client, asked = signed_in(ada), []
    for more in (1, 9):
        for _ in range(more):
            topic = make_topic(category=here)
            forums.delete_post(actor=ada, post=make_post(topic))
            forums.lock(actor=ada, topic=topic)
        client.ask("GET", "moderation-log")
        with CaptureQueriesContext(connection) as captured:
            answer = client.ask("GET", "moderation-log", query={"page_size": 100})
        asked.append(len(captured))

    assert len(answer.json()["results"]) == 20
    # One of them asks a social app whom somebody blocks; a host without one asks nothing.
    assert asked == [13 if apps.is_installed("social") else 12] * 2


def logged() -> Event:
    category = make_forum_category()
    forums.lock(actor=make_forum_moderator(category), topic=make_topic(category=category))
    return Event.objects.of_moderators().get()


REFUSED: dict[str, Callable[[Event], Any]] = {
    "save": lambda event: event.save(),
    "delete": lambda event: event.delete(),
    "update": lambda event: Event.objects.update(reason="Kindness"),
    "update of the actor": lambda event: Event.objects.update(actor=make_user().pk),
    "update through an iterator": lambda event: (
        Event.objects.filter(pk=event.pk)
        .order_by("pk")
        .update(verb="forum_topic.pinned", dispatched_at=None)
    ),
    "delete many": lambda event: Event.objects.filter(pk=event.pk).delete(),
    "bulk_update": lambda event: Event.objects.bulk_update([event], ["reason"]),
    "bulk_create over it": lambda event: Event.objects.bulk_create(
        [event], update_conflicts=True, update_fields=["reason"], unique_fields=["id"]
    ),
    "update_or_create": lambda event: Event.objects.update_or_create(
        pk=event.pk, defaults={"reason": "Kindness"}
    ),
    "its categories": lambda event: event.categories.update(category_id=uuid4()),
    "its categories, deleted": lambda event: event.categories.all().delete(),
    "one of its categories": lambda event: event.categories.get().delete(),
    "saving one of its categories": lambda event: event.categories.get().save(),
    "through the category": lambda event: EventCategory.objects.update(occurred_at=timezone.now()),
}


@pytest.mark.parametrize("way", REFUSED)
def test_no_way_changes_or_deletes_what_is_written(way: str) -> None:
    event = logged()
    before = Event.objects.filter(pk=event.pk).values().get()
    places = list(EventCategory.objects.values())

    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        REFUSED[way](event)

    assert Event.objects.filter(pk=event.pk).values().get() == before
    assert list(EventCategory.objects.values()) == places


def test_no_door_leads_to_an_event_but_the_one_that_reads() -> None:
    ours = set(apps.get_app_config("wargame_mentorship").get_models())
    assert {Event, EventCategory} <= ours
    assert not {Event, EventCategory} & {*get_snippet_models()}
    assert not {Event, EventCategory} & {
        getattr(entry, "model", None) for entry in viewsets.viewsets
    }
    assert find_spec("wargame_mentorship.admin") is None
    [pattern] = [one for one in urls.urlpatterns if one.name == "moderation-log"]
    assert isinstance(pattern, URLPattern)
    client = signed_in(make_superuser())
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.ask(method, "moderation-log").status_code == 405
    assert client.delete(f"{pattern.name}/{uuid4()}").status_code == 404


def test_categories_outlive_nothing_but_are_read_by_superusers_when_gone() -> None:
    event = logged()
    place = event.categories.get().category_id
    person: Any = make_moderator()
    assign_perm("wargame_mentorship.moderate_category", person, Category.objects.get(slug="gaming"))

    from wargame_mentorship.forums.models import ForumCategory, ForumTopic

    ForumTopic.objects.all().delete()
    ForumCategory.objects.filter(pk=place).delete()

    assert read(person) == []
    [line] = read(make_superuser())
    assert (line["title"], line["categories"]) == (None, [])


def test_warnings_lead_to_what_they_are_about_and_notes_to_nobody() -> None:
    category, author = make_forum_category(), make_user("author")
    ada = make_forum_moderator(category)
    topic = make_topic(author, category)
    given: dict[str, Any] = {"actor": ada, "kind": topic.KIND, "object_id": topic.pk}
    sanctions.warn(**given, person_id=author.pk, reason="No adverts.")
    people.add_note(**given, person=author, text="They sell glue.")

    warned, noted = sorted(read(ada), key=lambda line: str(line["action"]))

    assert (warned["title"], warned["reason"]) == (topic.title, "No adverts.")
    assert warned["after"]["user_id"] == str(author.pk)
    assert read(ada, content_type=topic.KIND, object_id=topic.pk) == [warned]
    assert (noted["title"], noted["reason"]) == (None, "")
    assert (noted["before"], noted["after"].keys()) == ({"note_id": None}, {"note_id"})
    assert noted["url"] is None
    for said in (author.get_username(), f'"{author.pk}"', str(topic.pk)):
        assert said not in json.dumps(noted)
    assert read(make_moderator()) == []


def test_what_is_in_no_category_superusers_read() -> None:
    root, author = make_superuser(), make_user("author")
    until = timezone.now() + timedelta(days=2)
    sanctions.suspend(actor=root, person=author, until=until, reason="No adverts.")

    [line] = read(root)

    assert (line["action"], line["title"], line["url"]) == ("sanction.suspended", None, None)
    assert read(make_moderator()) == []
    assert signed_in(author).ask("GET", "moderation-log").status_code == 403
