"""Why somebody is told and what it leads to, e-mails that wait, and what people want to hear."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
import django.utils.timezone
import uuid
import wargame_mentorship.core.ids
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def say_why(apps: Any, schema_editor: Any) -> None:
    """Of what people were told before: the event's own verb and subject."""
    using = schema_editor.connection.alias
    told = apps.get_model("wargame_mentorship", "Delivery").objects.using(using)
    event = apps.get_model("wargame_mentorship", "Event").objects.filter(pk=OuterRef("event"))
    told.update(
        verb=Subquery(event.values("verb")),
        target_kind=Subquery(event.values("subject_kind")),
        target_id=Subquery(event.values("subject_id")),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("wargame_mentorship", "0005_seed_prompts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mute",
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
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="updated"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("object_id", models.UUIDField()),
            ],
            options={
                "verbose_name": "muted thing",
                "verbose_name_plural": "muted things",
            },
        ),
        migrations.CreateModel(
            name="NotificationPreference",
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
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="updated"
                    ),
                ),
                ("verb", models.CharField(max_length=60)),
                (
                    "channel",
                    models.CharField(
                        choices=[("in_site", "On the site"), ("email", "By e-mail")], max_length=10
                    ),
                ),
                ("is_on", models.BooleanField()),
            ],
            options={
                "verbose_name": "notification preference",
                "verbose_name_plural": "notification preferences",
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="email_after",
            field=models.DateTimeField(
                help_text="Nobody tries before; whoever does moves it ahead and so claims it.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="email_attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="delivery",
            name="email_state",
            field=models.CharField(
                choices=[
                    ("none", "none wanted"),
                    ("waiting", "waiting to be sent"),
                    ("sent", "sent"),
                    ("dropped", "no longer to be sent"),
                    ("failed", "given up"),
                ],
                default="none",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="emailed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="names_recipient",
            field=models.BooleanField(
                default=False,
                help_text="The target's text mentions them; an edit need not tell again.",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="target_id",
            field=models.UUIDField(
                default=uuid.UUID(int=0),
                help_text="The event's subject, or a part of it, such as the answer that was given.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="delivery",
            name="target_kind",
            field=models.CharField(default="", help_text="Of what it leads to.", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="delivery",
            name="verb",
            field=models.CharField(
                default="",
                help_text="Why this person is told; one of `notifications.verbs`.",
                max_length=60,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="delivery",
            name="notification_id",
            field=models.PositiveBigIntegerField(
                help_text="The row that they see on the site, if they want to.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["email_state", "email_after"], name="wm_delivery_waiting"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["target_kind", "target_id", "recipient"], name="wm_delivery_target"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("email_after__isnull", False),
                        ("email_state", "waiting"),
                        ("emailed_at", None),
                    ),
                    models.Q(
                        ("email_after", None),
                        ("email_state__in", ["none", "dropped", "failed"]),
                        ("emailed_at", None),
                    ),
                    models.Q(
                        ("email_after", None),
                        ("email_state", "sent"),
                        ("emailed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="wm_delivery_email",
            ),
        ),
        migrations.AddField(
            model_name="mute",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notificationpreference",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="mute",
            index=models.Index(fields=["kind", "object_id"], name="wm_mute_object"),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.UniqueConstraint(
                fields=("user", "kind", "object_id"), name="wm_mute_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationpreference",
            constraint=models.UniqueConstraint(
                fields=("user", "verb", "channel"), name="wm_notification_preference_once"
            ),
        ),
        # Last, for PostgreSQL alters no table of which rows wait to be checked.
        migrations.RunPython(say_why, migrations.RunPython.noop),
    ]
