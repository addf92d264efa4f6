"""Makes people and content through the services, as the product does.

Every factory takes what the test is about and invents the rest. They work with any user model.
"""

from __future__ import annotations

import itertools
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from guardian.shortcuts import assign_perm

from wargame_mentorship.forums import services as forums
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.moderation.models import WatchedWord, WordAction
from wargame_mentorship.moderation.words import add_word
from wargame_mentorship.taxonomy.models import Category

_numbers = itertools.count(1)


def make_user(name: str = "", **fields: Any) -> AbstractBaseUser:
    """A person who can sign in with the password `miniature`; names are made unique."""
    number = next(_numbers)
    username = f"{name or 'person'}-{number}"
    manager: Any = get_user_model()._default_manager
    user: AbstractBaseUser = manager.create_user(
        username, f"{username}@example.org", "miniature", **fields
    )
    return user


def deactivate(user: AbstractBaseUser) -> None:
    """Do to an account what an administrator does who closes it."""
    account: Any = user
    account.is_active = False
    account.save(update_fields=["is_active"])


def make_superuser(name: str = "root") -> AbstractBaseUser:
    return make_user(name, is_staff=True, is_superuser=True)


def make_moderator(*slugs: str, name: str = "moderator") -> AbstractBaseUser:
    """Somebody with the grant on the categories that the slugs name, and nothing else."""
    user = make_user(name)
    for slug in slugs or ("painting",):
        assign_perm("wargame_mentorship.moderate_category", user, Category.objects.get(slug=slug))
    return user


def make_steward(name: str = "steward") -> AbstractBaseUser:
    """Somebody who may suspend people, and nothing else."""
    user = make_user(name)
    assign_perm("wargame_mentorship.suspend_people", user)
    return user


def make_help_request(requester: AbstractBaseUser | None = None, **fields: Any) -> HelpRequest:
    """A public, open request in `painting`, asked through the service."""
    number = next(_numbers)
    given = {
        "title": f"Why does my wash dry with rings? ({number})",
        "description": "The recesses look fine, the flat parts have tide marks.",
        "category": "painting",
        **fields,
    }
    return help_requests.ask(actor=requester or make_user("asker"), **given)


def make_response(
    help_request: HelpRequest | None = None,
    responder: AbstractBaseUser | None = None,
    **fields: Any,
) -> HelpResponse:
    given = {"text": "Use less, and wick the pools away with a damp brush.", **fields}
    return help_requests.respond(
        actor=responder or make_user("helper"),
        help_request=help_request or make_help_request(),
        **given,
    )


def make_solved_help_request(
    requester: AbstractBaseUser | None = None, responder: AbstractBaseUser | None = None
) -> HelpRequest:
    asker = requester or make_user("asker")
    response = make_response(make_help_request(asker), responder)
    return help_requests.accept(
        actor=asker, help_request=response.help_request, response_id=response.pk
    )


def make_forum_category(name: str = "", **fields: Any) -> ForumCategory:
    number = next(_numbers)
    given = {"name": f"{name or 'Brushes'} ({number})", "slug": f"forum-{number}", **fields}
    return ForumCategory.objects.create(**given)


def make_forum_moderator(
    *categories: ForumCategory, name: str = "forum-moderator"
) -> AbstractBaseUser:
    """Somebody with the grant on these forum categories, and nothing else."""
    user = make_user(name)
    for category in categories:
        assign_perm("wargame_mentorship.moderate_forumcategory", user, category)
    return user


def make_topic(
    created_by: AbstractBaseUser | None = None,
    category: ForumCategory | None = None,
    **fields: Any,
) -> ForumTopic:
    """A visible, open topic, started through the service."""
    given = {
        "title": f"Which brush for eyes? ({next(_numbers)})",
        "description": "Mine splits after a week.",
        **fields,
    }
    return forums.start_topic(
        actor=created_by or make_user("asker"),
        category=category or make_forum_category(),
        **given,
    )


def make_post(
    topic: ForumTopic | None = None, author: AbstractBaseUser | None = None, **fields: Any
) -> ForumPost:
    given = {"content": "A size 1 with a good point, never a size 000.", **fields}
    return forums.reply(actor=author or make_user("expert"), topic=topic or make_topic(), **given)


def make_watched_word(
    phrase: str = "casino",
    action: str = WordAction.BLOCK,
    *,
    place: Category | ForumCategory | None = None,
    actor: AbstractBaseUser | None = None,
    **fields: Any,
) -> WatchedWord:
    """A word that is watched in some category; without one, everywhere."""
    return add_word(
        actor=actor or make_superuser(), phrase=phrase, action=action, place=place, **fields
    )
