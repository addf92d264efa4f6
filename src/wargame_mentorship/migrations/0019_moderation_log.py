import django.db.models.deletion
import wargame_mentorship.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wargame_mentorship", "0018_watched_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EventCategory",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=wargame_mentorship.core.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("category_id", models.UUIDField(verbose_name="category")),
                ("occurred_at", models.DateTimeField(help_text="As the event's, to be found by.")),
                (
                    "waited",
                    models.DurationField(
                        help_text="How long it had waited for this, where it was a decision.",
                        null=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "category of an event",
                "verbose_name_plural": "categories of events",
            },
        ),
        migrations.AddField(
            model_name="event",
            name="by_moderator",
            field=models.BooleanField(
                help_text="Whether a moderator did it to what is not their own.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("by_moderator", True)),
                fields=["by_moderator", "occurred_at", "id"],
                name="wm_event_by_moderator",
            ),
        ),
        migrations.AddField(
            model_name="eventcategory",
            name="event",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="categories",
                to="wargame_mentorship.event",
            ),
        ),
        migrations.AddIndex(
            model_name="eventcategory",
            index=models.Index(
                fields=["category_id", "occurred_at"], name="wm_event_category_newest"
            ),
        ),
        migrations.AddConstraint(
            model_name="eventcategory",
            constraint=models.UniqueConstraint(
                fields=("event", "category_id"), name="wm_event_category_once"
            ),
        ),
    ]
