"""Put the club's front page in the place of Wagtail's welcome page."""

from typing import Any

from django.db import migrations

LEAD = "Ask at the painting desk. Somebody has fixed the same brush stroke before."
BODY = (
    "<p>We are a small club of miniature painters and players. Show a photo of where you are "
    "stuck, say what you tried, and people who have been there will help you along.</p>"
)


def create_front_page(apps: Any, schema_editor: Any) -> None:
    content_type_model = apps.get_model("contenttypes.ContentType")
    page_model = apps.get_model("wagtailcore.Page")
    site_model = apps.get_model("wagtailcore.Site")
    home_page_model = apps.get_model("home.HomePage")

    locale = page_model.objects.get(depth=1).locale
    page_model.objects.filter(slug="home", depth=2).delete()
    content_type, _created = content_type_model.objects.get_or_create(
        model="homepage", app_label="home"
    )
    page = home_page_model.objects.create(
        title="The Painting Desk",
        draft_title="The Painting Desk",
        slug="home",
        content_type=content_type,
        locale=locale,
        path="00010001",
        depth=2,
        numchild=0,
        url_path="/home/",
        lead=LEAD,
        body=BODY,
        search_description="A club of miniature painters who help each other along.",
    )
    site_model.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": "localhost",
            "site_name": "The Painting Desk",
            "root_page_id": page.pk,
        },
    )


def remove_front_page(apps: Any, schema_editor: Any) -> None:
    apps.get_model("home.HomePage").objects.filter(slug="home", depth=2).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(create_front_page, remove_front_page)]
