"""The full-text index under the search documents, for each database its own."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from wargame_mentorship.search import full_text


def install(apps: Any, schema_editor: Any) -> None:
    full_text.install(schema_editor)


def uninstall(apps: Any, schema_editor: Any) -> None:
    full_text.uninstall(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("wargame_mentorship", "0002_seed_categories")]

    operations = [
        # PostgreSQL and SQLite run the whole migration in a transaction, MariaDB cannot.
        migrations.RunPython(install, uninstall, atomic=False),
    ]
