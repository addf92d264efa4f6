from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from wargame_mentorship.core.mixins import Timestamped, UUIDModel
from wargame_mentorship.taxonomy.querysets import CategoryPromptQuerySet, CategoryQuerySet
from wargame_mentorship.taxonomy.seed import seeded_name, seeded_prompt


class Category(UUIDModel):
    """A field of the hobby (`painting`) or, with a parent, a part of one (`drybrushing`)."""

    KIND = "category"

    slug = models.SlugField(_("slug"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    description = models.TextField(_("description"), blank=True)
    icon = models.CharField(
        _("icon"), max_length=50, blank=True, help_text=_("Name of a symbol of the icon sprite.")
    )
    sort_order = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Off: kept for what is in it, offered no more.")
    )

    objects = CategoryQuerySet.as_manager()

    parts: list[Category]
    """Subcategories in use, on what `CategoryQuerySet.with_parts` returns."""
    asked: list[CategoryPrompt]
    """Guided questions in use, on what `CategoryQuerySet.with_prompts` returns."""

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["sort_order", "slug"]
        permissions = [("moderate_category", "Can moderate what is in this category")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name; a seeded one that nobody edited is translated."""
        return gettext(self.name) if self.name == seeded_name(self.slug) else self.name

    def clean(self) -> None:
        """Two levels: a category that is a part of one has no parts of its own."""
        if self.parent_id is None:
            return
        if self.parent_id == self.pk:
            raise ValidationError({"parent": _("A category cannot be a part of itself.")})
        if self.parent is not None and self.parent.parent_id is not None:
            raise ValidationError({"parent": _("Choose a category of the first level.")})
        if not self._state.adding and self.children.exists():
            raise ValidationError({"parent": _("This category has parts of its own.")})


class CategoryPrompt(UUIDModel):
    """What helpers of a category will want to know, asked beside the photo of a question."""

    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, related_name="prompts", verbose_name=_("category")
    )
    slug = models.SlugField(
        _("slug"), max_length=50, help_text=_("The name of its filter in addresses.")
    )
    label = models.CharField(_("question"), max_length=100)
    help_text = models.CharField(_("hint"), max_length=200, blank=True)
    suggestions = models.TextField(
        _("suggestions"), blank=True, help_text=_("One a line, offered to whoever answers it.")
    )
    sort_order = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Off: kept for what is in it, offered no more.")
    )

    objects = CategoryPromptQuerySet.as_manager()

    class Meta:
        verbose_name = _("guided question")
        verbose_name_plural = _("guided questions")
        ordering = ["sort_order", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["category", "slug"], name="wm_category_prompt_once"),
        ]

    def __str__(self) -> str:
        return self.display_label

    @property
    def display_label(self) -> str:
        return translated_label(self.slug, self.label)

    @property
    def suggested(self) -> list[str]:
        """The suggestions, each of them once."""
        lines = (line.strip() for line in self.suggestions.splitlines())
        return list(dict.fromkeys(line for line in lines if line))


def translated_label(slug: str, label: str) -> str:
    """The label of a prompt; a seeded one that nobody edited is translated."""
    return gettext(label) if label == seeded_prompt(slug) else label


class CategoryFollow(UUIDModel, Timestamped):
    """That somebody helps with a category: its questions wait in their queue."""

    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False
    )
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("followed category")
        verbose_name_plural = _("followed categories")
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "category"], name="wm_category_follow_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} → {self.category_id}"


class CategoryUserGrant(UserObjectPermissionBase):
    """A grant to a person; a row of its own table, so that it goes with its category."""

    content_object = models.ForeignKey(Category, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class CategoryGroupGrant(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Category, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
