"""The guided questions that every installation starts with."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from wargame_mentorship.taxonomy.seed import PROMPTS


def seed(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    categories = apps.get_model("wargame_mentorship", "Category").objects.using(using)
    prompts = apps.get_model("wargame_mentorship", "CategoryPrompt").objects.using(using)
    by_slug = {category.slug: category for category in categories.filter(parent=None)}
    for order, entry in enumerate(PROMPTS):
        # An editor may have given the category another slug since.
        if category := by_slug.get(entry.category):
            prompts.get_or_create(
                category=category,
                slug=entry.slug,
                defaults={
                    "label": entry.label,
                    "suggestions": "\n".join(entry.suggestions),
                    "sort_order": order,
                },
            )


class Migration(migrations.Migration):
    dependencies = [("wargame_mentorship", "0004_help_requests_lived_in")]

    operations = [
        # Backwards nothing: they go with their table.
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
