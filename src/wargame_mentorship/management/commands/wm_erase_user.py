"""Remove a person from the package's data."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from wargame_mentorship.flows.privacy import erase_user


class Command(BaseCommand):
    help = (
        "Remove a person from the package's data: answers stay, unattributed; photos go. The "
        "account itself is not touched. Asks first, unless told --yes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        people: Any = get_user_model()._default_manager
        user = people.filter(**{people.model.USERNAME_FIELD: options["username"]}).first()
        if user is None:
            raise CommandError("There is no such user.")
        if not options["yes"] and input("This cannot be undone. Erase? [y/N] ").lower() != "y":
            raise CommandError("Nothing was erased.")
        erase_user(user)
        self.stdout.write("Erased.")
