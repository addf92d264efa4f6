"""The club's own inbox for what members report. Stands for whatever a host has."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Entry(models.Model):
    case_id = models.UUIDField(unique=True)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=500)
    text_html = models.TextField()
    flags = models.JSONField(default=list)
    reported_at = models.DateTimeField()
    decision = models.CharField(max_length=10, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return self.title
