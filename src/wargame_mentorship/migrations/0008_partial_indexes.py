import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wargame_mentorship", "0007_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="helprequest",
            name="wm_help_request_needs_info",
        ),
        migrations.AlterField(
            model_name="helprequest",
            name="assigned_helper",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="assigned_help_requests",
                to=settings.AUTH_USER_MODEL,
                verbose_name="helper",
            ),
        ),
        migrations.AddIndex(
            model_name="helprequest",
            index=models.Index(
                condition=models.Q(("assigned_helper__isnull", False)),
                fields=["assigned_helper"],
                name="wm_help_request_helper",
            ),
        ),
        migrations.AddIndex(
            model_name="helprequest",
            index=models.Index(
                condition=models.Q(("needs_info_since__isnull", False)),
                fields=["needs_info_since"],
                name="wm_help_request_needs_info",
            ),
        ),
    ]
