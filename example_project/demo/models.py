from __future__ import annotations

from django.db import models


class LoadedContent(models.Model):
    """Which piece of the demo content has become what; a second start loads nothing twice."""

    key = models.CharField(max_length=100, unique=True)
    object_id = models.CharField(max_length=40)
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
