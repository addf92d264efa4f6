from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SearchDocument(models.Model):
    """What the database's full-text index knows of one searchable thing.

    The words are kept as `search.words` cut them, not the text. The index itself is made by the
    migration `0003_full_text`, in the manner of each database.
    """

    # Not a UUID: SQLite's full-text index points at rows by number. Nobody outside sees it.
    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=40)
    object_id = models.UUIDField(_("object"))
    title = models.CharField(_("title"), max_length=255)
    title_words = models.TextField(blank=True)
    body_words = models.TextField(blank=True)
    language = models.CharField(_("language"), max_length=15, blank=True)
    category_id = models.UUIDField(_("category"), null=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [
            UniqueConstraint(fields=["kind", "object_id"], name="wm_search_document_object"),
        ]
        indexes = [
            models.Index(fields=["kind", "created_at", "object_id"], name="wm_search_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
