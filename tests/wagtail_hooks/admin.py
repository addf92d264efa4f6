"""Ways into the Wagtail admin, wherever the host has put it, and what its pages say."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from guardian.shortcuts import assign_perm

from wargame_mentorship.forums import services as forums
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.factories import (
    make_forum_moderator,
    make_help_request,
    make_moderator,
    make_post,
    make_response,
    make_superuser,
    make_topic,
    make_user,
)
from wargame_mentorship.wagtail_hooks.forums import POSTS, TOPICS
from wargame_mentorship.wagtail_hooks.help_requests import REQUESTS, RESPONSES

NAMESPACES = {
    "help_request": REQUESTS,
    "help_response": RESPONSES,
    "forum_topic": TOPICS,
    "forum_post": POSTS,
}
FORUM_KINDS = ("forum_topic", "forum_post")
HOLDING = {
    "MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"},
    "SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"},
}

Subject = HelpRequest | HelpResponse | ForumTopic | ForumPost


def let_in(person: Any) -> Any:
    """Into the admin, as `wm_setup`'s group does."""
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return person


def moderator(*slugs: str) -> Any:
    return let_in(make_moderator(*(slugs or ("painting",))))


def moderator_by_group(slug: str = "painting") -> Any:
    group = Group.objects.create(name="Painters")
    assign_perm("wargame_mentorship.moderate_category", group, Category.objects.get(slug=slug))
    person: Any = let_in(make_user("grouped"))
    person.groups.add(group)
    return person


def forum(slug: str = "painting") -> ForumCategory:
    """The forum category of this slug; it says so itself."""
    found, _created = ForumCategory.objects.get_or_create(slug=slug, defaults={"name": slug})
    return found


def forum_moderator(*slugs: str) -> Any:
    return let_in(make_forum_moderator(*map(forum, slugs or ("painting",))))


def forum_moderator_by_group(*slugs: str) -> Any:
    group = Group.objects.create(name="Painters of the forum")
    for slug in slugs or ("painting",):
        assign_perm("wargame_mentorship.moderate_forumcategory", group, forum(slug))
    person: Any = let_in(make_user("grouped"))
    person.groups.add(group)
    return person


def signed_in(person: Any, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(person)
    return client


def index_url(kind: str = "help_request", name: str = "index") -> str:
    return reverse(f"{NAMESPACES[kind]}:{name}")


def url_of(name: str, subject: Subject) -> str:
    return reverse(f"{NAMESPACES[subject.KIND]}:{name}", args=[subject.pk])


def bulk_url(action: str, kind: str, *keys: UUID | str) -> str:
    model = kind.replace("_", "")
    url = reverse("wagtail_bulk_action", args=["wargame_mentorship", model, action])
    query = "&".join([*(f"id={key}" for key in keys), f"next={index_url(kind)}"])
    return f"{url}?{query}"


def make_subject(kind: str, state: str = "visible", **fields: Any) -> Any:
    """Content in painting in some state of moderation, or deleted; for `HOLDING`.

    `fields` are those of the whole: of the request, of the topic.
    """
    text = "hold-me, please." if state == "held" else "Thin it."
    if kind in FORUM_KINDS:
        fields = {**fields, "category": forum(fields.get("category", "painting"))}
    subject: Any
    if kind == "help_request":
        subject = make_help_request(**{"description": text, **fields})
    elif kind == "help_response":
        subject = make_response(make_help_request(**fields), text=text)
    elif kind == "forum_topic":
        subject = make_topic(**{"description": text, **fields})
    else:
        subject = make_post(make_topic(**fields), content=text)
    if state == "deleted":
        delete = forums.delete_topic if kind == "forum_topic" else forums.delete_post
        named = {"topic" if kind == "forum_topic" else "post": subject}
        deleted: Any = delete(actor=make_superuser(), reason="Adverts", **named)
        return deleted
    if state == "hidden":
        type(subject).objects.filter(pk=subject.pk).update(
            moderation_state="hidden", visible_since=None
        )
        subject.refresh_from_db()
    assert subject.moderation_state == state
    return subject


def edit_form(entry: Any, **fields: Any) -> dict[str, Any]:
    """The filled form, as a browser sends it; None leaves a field out."""
    given: dict[str, Any] = {"version": entry.version}
    if isinstance(entry, HelpRequest):
        given |= {
            "title": entry.title,
            "description": entry.description,
            "category": (entry.subcategory or entry.category).slug,
            "difficulty_level": entry.difficulty_level,
            "urgency": entry.urgency,
            "language": entry.language,
            "is_public": "on" if entry.is_public else None,
        }
    elif isinstance(entry, ForumTopic):
        given |= {
            "title": entry.title,
            "description": entry.description,
            "tags": ", ".join(entry.tag_names),
            "language": entry.language,
        }
    elif isinstance(entry, ForumPost):
        given["content"] = entry.content
    else:
        given["response_text"] = entry.response_text
        given |= {f"step_{step.pk}": step.text for step in entry.steps.all()}
    given |= fields
    return {name: value for name, value in given.items() if value is not None}


def html_of(response: Any) -> str:
    return str(response.content.decode())


def text_of(response: Any) -> str:
    """What a page says, without markup and with single blanks."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", html_of(response), flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def said(client: Client, response: Any) -> str:
    """What the admin says on the page to which an answer leads."""
    assert response.status_code == 302, response.status_code
    return text_of(client.get(response.headers["Location"]))
