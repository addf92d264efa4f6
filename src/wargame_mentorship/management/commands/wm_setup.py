"""Prepare an installation: the groups, who may enter the Wagtail admin, the first forums."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission  # noqa: TID251 - groups are Django's
from django.core.management.base import BaseCommand

from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.forums.services.founding import found_forums
from wargame_mentorship.moderation.models import Sanction, WatchedWord
from wargame_mentorship.taxonomy.models import Category, CategoryPrompt

MODERATORS = "Community moderators"
"""People in this group may enter the Wagtail admin; the grants on categories are separate."""

EDITORS = "Community editors"
"""People in this group may also edit the categories, their guided questions, and the watched words
that hold everywhere."""

STEWARDS = "Community stewards"
"""People in this group may also suspend people from taking part, wherever they misbehave."""


class Command(BaseCommand):
    help = "Create the groups and their permissions. Idempotent: run it after each upgrade."

    def handle(self, *args: Any, **options: Any) -> None:
        enter = Permission.objects.get(
            content_type__app_label="wagtailadmin", codename="access_admin"
        )
        edit = Permission.objects.filter(
            content_type__app_label=Category._meta.app_label,
            codename__in=[
                get_permission_codename(action, model._meta)
                for model in (Category, CategoryPrompt, ForumCategory, WatchedWord)
                for action in ("add", "change", "delete", "view")
            ],
        )
        suspend = Permission.objects.get(
            content_type__app_label=Sanction._meta.app_label, codename="suspend_people"
        )
        groups = (
            (MODERATORS, [enter]),
            (EDITORS, [enter, *edit]),
            (STEWARDS, [enter, suspend]),
        )
        for name, permissions in groups:
            group, created = Group.objects.get_or_create(name=name)
            group.permissions.add(*permissions)
            self.stdout.write(f"{name}: {'made' if created else 'there already'}.")
        made = found_forums()
        self.stdout.write(f"Forum categories: {made} made." if made else "Forums: there already.")
