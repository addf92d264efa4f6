"""The categories that every installation starts with."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from wargame_mentorship.taxonomy.seed import SEEDS


def seed(apps: Any, schema_editor: Any) -> None:
    category = apps.get_model("wargame_mentorship", "Category")
    using = schema_editor.connection.alias
    for order, entry in enumerate(SEEDS):
        top, _ = category.objects.using(using).get_or_create(
            slug=entry.slug,
            defaults={"name": entry.name, "icon": entry.icon, "sort_order": order},
        )
        for part_order, (slug, name) in enumerate(entry.parts):
            category.objects.using(using).get_or_create(
                slug=slug,
                defaults={"name": name, "parent": top, "sort_order": part_order},
            )


class Migration(migrations.Migration):
    dependencies = [("wargame_mentorship", "0001_initial")]

    operations = [
        # Backwards nothing: what is filed under the categories goes with their table.
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
