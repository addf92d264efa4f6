import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wargame_mentorship", "0010_forum_reading"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="reason",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Of a moderator, for whom it concerns.",
                max_length=200,
                verbose_name="reason",
            ),
        ),
        migrations.AddField(
            model_name="forumtopic",
            name="duplicate_of",
            field=models.ForeignKey(
                editable=False,
                help_text="What was asked before; never itself a duplicate.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="duplicates",
                to="wargame_mentorship.forumtopic",
            ),
        ),
        migrations.AddField(
            model_name="forumtopic",
            name="merged_into",
            field=models.ForeignKey(
                editable=False,
                help_text="Where its posts went; what is left here only leads there.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="merged",
                to="wargame_mentorship.forumtopic",
            ),
        ),
        migrations.AddConstraint(
            model_name="forumtopic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None), ("deleted_at__isnull", False), _connector="OR"
                ),
                name="wm_forum_topic_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="forumtopic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("duplicate_of", None),
                    models.Q(("duplicate_of", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="wm_forum_topic_duplicate",
            ),
        ),
    ]
