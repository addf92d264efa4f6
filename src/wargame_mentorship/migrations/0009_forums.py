import django.db.models.deletion
import django.utils.timezone
import taggit.managers
import wargame_mentorship.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wargame_mentorship", "0008_partial_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ForumCategory",
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
                ("slug", models.SlugField(unique=True, verbose_name="slug")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "icon",
                    models.CharField(
                        blank=True,
                        help_text="Name of a symbol of the icon sprite.",
                        max_length=50,
                        verbose_name="icon",
                    ),
                ),
                ("sort_order", models.PositiveIntegerField(default=0, verbose_name="order")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Off: hidden, with all that is in it.",
                        verbose_name="in use",
                    ),
                ),
                ("topic_count", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "post_count",
                    models.PositiveIntegerField(
                        default=0,
                        editable=False,
                        help_text="Replies; the opening posts are its topics.",
                    ),
                ),
                ("last_reply_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "forum category",
                "verbose_name_plural": "forum categories",
                "ordering": ["sort_order", "slug"],
                "permissions": [
                    ("moderate_forumcategory", "Can moderate what is in this forum category")
                ],
            },
        ),
        migrations.CreateModel(
            name="ForumTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, max_length=100, unique=True, verbose_name="slug"
                    ),
                ),
            ],
            options={
                "verbose_name": "forum tag",
                "verbose_name_plural": "forum tags",
            },
        ),
        migrations.CreateModel(
            name="ForumTopic",
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "moderation_state",
                    models.CharField(
                        choices=[
                            ("visible", "visible"),
                            ("held", "waiting for a moderator"),
                            ("hidden", "hidden by a moderator"),
                        ],
                        default="visible",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("visible_since", models.DateTimeField(editable=False, null=True)),
                (
                    "moderation_reason",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Of the latest decision; for the author and the moderators.",
                        max_length=200,
                    ),
                ),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                ("deleted_reason", models.CharField(blank=True, editable=False, max_length=200)),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("description", models.TextField(blank=True, verbose_name="opening post")),
                ("description_html", models.TextField(blank=True, editable=False)),
                (
                    "language",
                    models.CharField(default="en", max_length=15, verbose_name="language"),
                ),
                (
                    "is_pinned",
                    models.BooleanField(default=False, editable=False, verbose_name="pinned"),
                ),
                (
                    "is_locked",
                    models.BooleanField(default=False, editable=False, verbose_name="locked"),
                ),
                (
                    "edited_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="edited"),
                ),
                ("view_count", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "helpful_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, help_text="Of all its posts together."
                    ),
                ),
                ("reply_count", models.PositiveIntegerField(default=0, editable=False)),
                ("last_reply_at", models.DateTimeField(editable=False, null=True)),
                (
                    "last_activity_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="wargame_mentorship.forumcategory",
                        verbose_name="forum category",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="forum_topics",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "last_reply_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "topic",
                "verbose_name_plural": "topics",
            },
        ),
        migrations.CreateModel(
            name="ForumPost",
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "moderation_state",
                    models.CharField(
                        choices=[
                            ("visible", "visible"),
                            ("held", "waiting for a moderator"),
                            ("hidden", "hidden by a moderator"),
                        ],
                        default="visible",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("visible_since", models.DateTimeField(editable=False, null=True)),
                (
                    "moderation_reason",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Of the latest decision; for the author and the moderators.",
                        max_length=200,
                    ),
                ),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                ("deleted_reason", models.CharField(blank=True, editable=False, max_length=200)),
                ("content", models.TextField(verbose_name="post")),
                ("content_html", models.TextField(editable=False)),
                (
                    "edited_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="edited"),
                ),
                ("helpful_count", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="forum_posts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reply_to",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replies",
                        to="wargame_mentorship.forumpost",
                    ),
                ),
                (
                    "accepted_for",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="solution",
                        to="wargame_mentorship.forumtopic",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
                        to="wargame_mentorship.forumtopic",
                        verbose_name="topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
            },
        ),
        migrations.CreateModel(
            name="ForumTopicTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tagged",
                        to="wargame_mentorship.forumtopic",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tagged",
                        to="wargame_mentorship.forumtag",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="forumtopic",
            name="tags",
            field=taggit.managers.TaggableManager(
                blank=True,
                help_text="A comma-separated list of tags.",
                through="wargame_mentorship.ForumTopicTag",
                to="wargame_mentorship.ForumTag",
                verbose_name="tags",
            ),
        ),
        migrations.CreateModel(
            name="ForumVersion",
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
                    "version",
                    models.PositiveIntegerField(help_text="That of the content while it said so."),
                ),
                ("title", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "edited_by",
                    models.ForeignKey(
                        help_text="Who put an end to it.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="wargame_mentorship.forumpost",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="wargame_mentorship.forumtopic",
                    ),
                ),
            ],
            options={
                "verbose_name": "earlier version",
                "verbose_name_plural": "earlier versions",
                "ordering": ["-version"],
            },
        ),
        migrations.CreateModel(
            name="ForumCategoryGroupGrant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="wargame_mentorship.forumcategory",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group"),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="auth.permission"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "unique_together": {("group", "permission", "content_object")},
            },
        ),
        migrations.CreateModel(
            name="ForumCategoryUserGrant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="wargame_mentorship.forumcategory",
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="auth.permission"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
                "unique_together": {("user", "permission", "content_object")},
            },
        ),
        migrations.AddIndex(
            model_name="forumpost",
            index=models.Index(fields=["topic", "created_at", "id"], name="wm_forum_post_oldest"),
        ),
        migrations.AddIndex(
            model_name="forumpost",
            index=models.Index(
                fields=["topic", "helpful_count", "id"], name="wm_forum_post_helpful"
            ),
        ),
        migrations.AddIndex(
            model_name="forumpost",
            index=models.Index(fields=["author", "created_at", "id"], name="wm_forum_post_author"),
        ),
        migrations.AddConstraint(
            model_name="forumpost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_for", None), ("accepted_for", models.F("topic")), _connector="OR"
                ),
                name="wm_forum_post_own_topic",
            ),
        ),
        migrations.AddConstraint(
            model_name="forumpost",
            constraint=models.CheckConstraint(
                condition=models.Q(("moderation_state__in", ["visible", "held", "hidden"])),
                name="wm_forum_post_moderation",
            ),
        ),
        migrations.AddConstraint(
            model_name="forumtopictag",
            constraint=models.UniqueConstraint(
                fields=("content_object", "tag"), name="wm_forum_tag_once"
            ),
        ),
        migrations.AddIndex(
            model_name="forumtopic",
            index=models.Index(
                fields=["category", "is_pinned", "last_activity_at", "id"],
                name="wm_forum_topic_activity",
            ),
        ),
        migrations.AddIndex(
            model_name="forumtopic",
            index=models.Index(
                fields=["category", "created_at", "id"], name="wm_forum_topic_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="forumtopic",
            index=models.Index(
                fields=["category", "view_count", "id"], name="wm_forum_topic_views"
            ),
        ),
        migrations.AddIndex(
            model_name="forumtopic",
            index=models.Index(
                fields=["category", "helpful_count", "id"], name="wm_forum_topic_helpful"
            ),
        ),
        migrations.AddIndex(
            model_name="forumtopic",
            index=models.Index(
                fields=["created_by", "created_at", "id"], name="wm_forum_topic_author"
            ),
        ),
        migrations.AddConstraint(
            model_name="forumtopic",
            constraint=models.CheckConstraint(
                condition=models.Q(("moderation_state__in", ["visible", "held", "hidden"])),
                name="wm_forum_topic_moderation",
            ),
        ),
        migrations.AddConstraint(
            model_name="forumversion",
            constraint=models.UniqueConstraint(
                fields=("topic", "version"), name="wm_forum_version_topic"
            ),
        ),
        migrations.AddConstraint(
            model_name="forumversion",
            constraint=models.UniqueConstraint(
                fields=("post", "version"), name="wm_forum_version_post"
            ),
        ),
        migrations.AddConstraint(
            model_name="forumversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("post__isnull", False), ("topic", None)),
                    models.Q(("post", None), ("topic__isnull", False)),
                    _connector="OR",
                ),
                name="wm_forum_version_of_one",
            ),
        ),
    ]
