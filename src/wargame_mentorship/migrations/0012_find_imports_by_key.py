from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wargame_mentorship", "0011_forum_steering")]

    operations = [
        migrations.AddField(
            model_name="importedauthor",
            name="url",
            field=models.CharField(
                blank=True, default="", max_length=300, verbose_name="profile at the source"
            ),
        ),
        migrations.AddIndex(
            model_name="importeditem",
            index=models.Index(fields=["key"], name="wm_imported_item_any_source"),
        ),
    ]
