from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.mixins import Timestamped, UUIDModel


class ImportedAuthor(UUIDModel, Timestamped):
    """Somebody who wrote at a source; an account of this site may claim what they wrote."""

    KIND = "imported_author"

    source = models.CharField(_("source"), max_length=100)
    key = models.CharField(_("key at the source"), max_length=40)
    display_name = models.CharField(_("name"), max_length=200, blank=True)
    url = models.CharField(_("profile at the source"), max_length=300, blank=True, default="")
    is_withheld = models.BooleanField(
        _("name withheld"),
        default=False,
        help_text=_("The person asked to be forgotten: no import brings the name back."),
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("claimed by"),
    )
    # Stays when the host deletes the account: the database then only forgets who it was.
    claimed_at = models.DateTimeField(_("claimed"), null=True)

    class Meta:
        verbose_name = _("imported author")
        verbose_name_plural = _("imported authors")
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="wm_imported_author_key"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class ImportedItem(UUIDModel, Timestamped):
    """One post of a source, what it became here, and what its licence asks us to remember."""

    source = models.CharField(_("source"), max_length=100)
    kind = models.CharField(_("kind of content"), max_length=40)
    key = models.CharField(_("key at the source"), max_length=40)
    object_id = models.UUIDField(_("content"))
    version = models.PositiveIntegerField(default=1)
    """The content's version as the import left it; another one means that people here wrote."""
    digest = models.CharField(max_length=64)
    """Of the post as it was read, to tell an edited one from one that is the same."""

    author = models.ForeignKey(
        ImportedAuthor,
        on_delete=models.SET_NULL,
        null=True,
        related_name="items",
        verbose_name=_("author"),
    )
    author_name = models.CharField(
        _("name of the author"),
        max_length=200,
        blank=True,
        help_text=_("Where the source names somebody who has no account there."),
    )
    source_url = models.CharField(_("original"), max_length=300)
    licence = models.CharField(_("licence"), max_length=40, blank=True)
    score = models.IntegerField(_("score at the source"), default=0)
    tags = models.JSONField(_("tags at the source"), default=list)
    accepted_key = models.CharField(_("accepted answer at the source"), max_length=40, blank=True)
    was_cut = models.BooleanField(_("shortened"), default=False)

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "key"], name="wm_imported_item_key"),
            models.UniqueConstraint(fields=["kind", "object_id"], name="wm_imported_item_object"),
        ]
        # Whoever follows an old link knows the key, and not always the source.
        indexes = [models.Index(fields=["key"], name="wm_imported_item_any_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.key}"
