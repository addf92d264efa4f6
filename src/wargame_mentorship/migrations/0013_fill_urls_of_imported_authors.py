"""All authors that were imported before there was more than one kind of source."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Concat


def fill(apps: Any, schema_editor: Any) -> None:
    authors = apps.get_model("wargame_mentorship", "ImportedAuthor").objects
    nameable = authors.using(schema_editor.connection.alias).filter(url="", is_withheld=False)
    nameable.update(url=Concat(Value("https://"), F("source"), Value("/users/"), F("key")))


class Migration(migrations.Migration):
    dependencies = [("wargame_mentorship", "0012_find_imports_by_key")]

    operations = [
        # Backwards nothing: the column goes with the migration before.
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
