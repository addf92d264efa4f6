"""Print what the package holds of a person, as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from wargame_mentorship.flows.privacy import export_user_data


class Command(BaseCommand):
    help = "Print all that the package holds of a person, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        people: Any = get_user_model()._default_manager
        user = people.filter(**{people.model.USERNAME_FIELD: options["username"]}).first()
        if user is None:
            raise CommandError("There is no such user.")
        self.stdout.write(json.dumps(export_user_data(user), indent=2, ensure_ascii=False))
