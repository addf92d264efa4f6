from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from wargame_mentorship.core.drafting import Draft
from wargame_mentorship.core.mixins import Content, UUIDModel
from wargame_mentorship.forums.querysets import (
    ForumCategoryQuerySet,
    ForumDraftQuerySet,
    ForumPostQuerySet,
    ForumTopicQuerySet,
)
from wargame_mentorship.forums.seed import seeded_description, seeded_name

LONGEST_SLUG = 80


class ForumCategory(UUIDModel):
    """A part of the forums, with moderators of its own."""

    KIND = "forum_category"

    slug = models.SlugField(_("slug"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    description = models.TextField(_("description"), blank=True)
    icon = models.CharField(
        _("icon"), max_length=50, blank=True, help_text=_("Name of a symbol of the icon sprite.")
    )
    sort_order = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Off: hidden, with all that is in it.")
    )
    topic_count = models.PositiveIntegerField(default=0, editable=False)
    post_count = models.PositiveIntegerField(
        default=0, editable=False, help_text="Replies; the opening posts are its topics."
    )
    last_reply_at = models.DateTimeField(null=True, editable=False)

    objects = ForumCategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("forum category")
        verbose_name_plural = _("forum categories")
        ordering = ["sort_order", "slug"]
        permissions = [("moderate_forumcategory", "Can moderate what is in this forum category")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name; a seeded one that nobody edited is translated."""
        return gettext(self.name) if self.name == seeded_name(self.slug) else self.name

    @property
    def display_description(self) -> str:
        seeded = self.description and self.description == seeded_description(self.slug)
        return gettext(self.description) if seeded else self.description


class ForumCategoryUserGrant(UserObjectPermissionBase):
    """A grant to a person; a row of its own table, so that it goes with its category."""

    content_object = models.ForeignKey(ForumCategory, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class ForumCategoryGroupGrant(GroupObjectPermissionBase):
    content_object = models.ForeignKey(ForumCategory, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class ForumTag(TagBase):
    """A word that topics are found by; of the forums alone, whatever else the host tags."""

    class Meta:
        verbose_name = _("forum tag")
        verbose_name_plural = _("forum tags")


class ForumTopic(Content):  # type: ignore[django-manager-missing] # taggit brings no types
    """A question or a discussion: the opening post, and what is counted of the posts below."""

    KIND = "forum_topic"

    category = models.ForeignKey(
        ForumCategory,
        on_delete=models.PROTECT,
        related_name="topics",
        verbose_name=_("forum category"),
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("opening post"), blank=True)
    description_html = models.TextField(blank=True, editable=False)
    language = models.CharField(_("language"), max_length=15, default="en")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="forum_topics",
        verbose_name=_("written by"),
    )
    is_pinned = models.BooleanField(_("pinned"), default=False, editable=False)
    is_locked = models.BooleanField(_("locked"), default=False, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)

    view_count = models.PositiveIntegerField(default=0, editable=False)
    helpful_count = models.PositiveIntegerField(
        default=0, editable=False, help_text="Of all its posts together."
    )
    reply_count = models.PositiveIntegerField(default=0, editable=False)
    last_reply_at = models.DateTimeField(null=True, editable=False)
    last_reply_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        editable=False,
        related_name="+",
    )
    last_activity_at = models.DateTimeField(default=timezone.now, editable=False)

    # Both of few topics: in an index of all of them SQLite sees a column that is always the same,
    # and reads the table instead.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        editable=False,
        related_name="merged",
        help_text="Where its posts went; what is left here only leads there.",
    )
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        editable=False,
        related_name="duplicates",
        help_text="What was asked before; never itself a duplicate.",
    )

    tags = TaggableManager(
        _("tags"), through="wargame_mentorship.ForumTopicTag", blank=True, related_name="topics"
    )

    objects = ForumTopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.CheckConstraint(
                name="wm_forum_topic_moderation", condition=Content.MODERATION_CHECK
            ),
            models.CheckConstraint(
                name="wm_forum_topic_merged",
                condition=Q(merged_into=None) | Q(deleted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="wm_forum_topic_duplicate",
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("id")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["category", "is_pinned", "last_activity_at", "id"],
                name="wm_forum_topic_activity",
            ),
            models.Index(fields=["category", "created_at", "id"], name="wm_forum_topic_newest"),
            models.Index(fields=["category", "view_count", "id"], name="wm_forum_topic_views"),
            models.Index(fields=["category", "helpful_count", "id"], name="wm_forum_topic_helpful"),
            models.Index(fields=["created_by", "created_at", "id"], name="wm_forum_topic_author"),
            models.Index(fields=["last_activity_at", "id"], name="wm_forum_topic_latest"),
            models.Index(
                fields=["moderation_state", "created_at", "id"],
                name="wm_forum_topic_moderated",
                condition=Content.OUT_OF_VIEW,
            ),
            models.Index(
                fields=["merged_into"],
                name="wm_forum_topic_merged",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(
                fields=["duplicate_of"],
                name="wm_forum_topic_duplicates",
                condition=Q(duplicate_of__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        """What its address says besides the key; it follows the title."""
        return slugify(self.title)[:LONGEST_SLUG].strip("-") or "topic"

    @property
    def tag_names(self) -> list[str]:
        """In their order; one query, or none after `with_tags`.

        Not by taggit's manager, which on SQLite loses what it prefetches by such keys.
        """
        return sorted(row.tag.name for row in self.tagged.all())

    @property
    def category_ids(self) -> tuple[Any, ...]:
        """Keys of the categories whose moderators look after this."""
        return (self.category_id,)


class ForumTopicTag(ItemBase):
    tag = models.ForeignKey(ForumTag, on_delete=models.CASCADE, related_name="tagged")
    content_object = models.ForeignKey(ForumTopic, on_delete=models.CASCADE, related_name="tagged")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="wm_forum_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.content_object_id} {self.tag_id}"


class ForumPost(Content):
    """A reply in a topic."""

    KIND = "forum_post"

    topic = models.ForeignKey(
        ForumTopic, on_delete=models.CASCADE, related_name="posts", verbose_name=_("topic")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="forum_posts",
        verbose_name=_("written by"),
    )
    content = models.TextField(_("post"))
    content_html = models.TextField(editable=False)
    reply_to = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, editable=False, related_name="replies"
    )
    accepted_for = models.OneToOneField(
        ForumTopic,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="solution",
    )
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    helpful_count = models.PositiveIntegerField(default=0, editable=False)

    objects = ForumPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            # At most one solution by the one-to-one, and only of its own topic by this.
            models.CheckConstraint(
                name="wm_forum_post_own_topic",
                condition=Q(accepted_for=None) | Q(accepted_for=F("topic")),
            ),
            models.CheckConstraint(
                name="wm_forum_post_moderation", condition=Content.MODERATION_CHECK
            ),
        ]
        indexes = [
            models.Index(fields=["topic", "created_at", "id"], name="wm_forum_post_oldest"),
            models.Index(fields=["topic", "helpful_count", "id"], name="wm_forum_post_helpful"),
            models.Index(fields=["author", "created_at", "id"], name="wm_forum_post_author"),
            models.Index(fields=["topic", "visible_since"], name="wm_forum_post_since"),
            models.Index(
                fields=["moderation_state", "created_at", "id"],
                name="wm_forum_post_moderated",
                condition=Content.OUT_OF_VIEW,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}/{self.pk}"

    @property
    def is_solution(self) -> bool:
        return self.accepted_for_id is not None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class ForumDraft(Draft):
    """What somebody is writing: a reply of each person in each topic, and one new topic of each."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    topic = models.ForeignKey(
        ForumTopic,
        on_delete=models.CASCADE,
        null=True,
        related_name="drafts",
        help_text="The one that is replied in; none: a topic that is not started yet.",
    )
    category = models.ForeignKey(
        ForumCategory,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Where a topic is to be started.",
    )
    new_topic_by = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="+",
        help_text="The owner again, of a topic that is not started yet: that is one of each.",
    )

    objects = ForumDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft in the forums")
        verbose_name_plural = _("drafts in the forums")
        constraints = [
            # Rows without a topic never meet here; those are kept apart by the one-to-one.
            models.UniqueConstraint(fields=["owner", "topic"], name="wm_forum_draft_once"),
            models.CheckConstraint(
                name="wm_forum_draft_of_one",
                condition=Q(topic__isnull=False, new_topic_by=None)
                # Unknown counts as kept: that it is there has to be said besides.
                | Q(topic=None, new_topic_by__isnull=False, new_topic_by=F("owner")),
            ),
        ]
        indexes = [models.Index(fields=["updated_at"], name="wm_forum_draft_age")]


class ForumVersion(UUIDModel):
    """What a topic or a post said until an edit; for its author and the moderators."""

    topic = models.ForeignKey(
        ForumTopic, on_delete=models.CASCADE, null=True, related_name="versions"
    )
    post = models.ForeignKey(
        ForumPost, on_delete=models.CASCADE, null=True, related_name="versions"
    )
    version = models.PositiveIntegerField(help_text="That of the content while it said so.")
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    written_at = models.DateTimeField()
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Who put an end to it.",
    )

    class Meta:
        verbose_name = _("earlier version")
        verbose_name_plural = _("earlier versions")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "version"], name="wm_forum_version_topic"),
            models.UniqueConstraint(fields=["post", "version"], name="wm_forum_version_post"),
            models.CheckConstraint(
                name="wm_forum_version_of_one",
                condition=Q(topic=None, post__isnull=False) | Q(topic__isnull=False, post=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id or self.post_id} {self.version}"


class ReadMark(UUIDModel):
    """How far somebody has read: all that came into view until then.

    A post counts by its `visible_since`, so that one which was approved late is still unread.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # Nobody else's, and nothing without the person.
        on_delete=models.CASCADE,
        db_index=False,
        related_name="+",
    )
    read_until = models.DateTimeField(db_index=True)

    class Meta:
        abstract = True


class ForumTopicRead(ReadMark):
    topic = models.ForeignKey(ForumTopic, on_delete=models.CASCADE, related_name="read_marks")

    class Meta:
        verbose_name = _("reading mark")
        verbose_name_plural = _("reading marks")
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="wm_forum_topic_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic_id}"


class ForumCategoryRead(ReadMark):
    """That somebody has marked all of a category as read; whatever its topics' marks say."""

    category = models.ForeignKey(ForumCategory, on_delete=models.CASCADE, related_name="read_marks")

    class Meta:
        verbose_name = _("reading mark of a category")
        verbose_name_plural = _("reading marks of categories")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "category"], name="wm_forum_category_read_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.category_id}"
