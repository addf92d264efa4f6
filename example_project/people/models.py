"""The example site's own users: a UUID key, a display name, a picture."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.urls import reverse


class User(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    display_name = models.CharField(max_length=80, blank=True)
    bio = models.CharField(max_length=200, blank=True)
    avatar = models.ImageField(upload_to="avatars", blank=True)
    timezone = models.CharField(max_length=40, default="Europe/Berlin")

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_absolute_url(self) -> str:
        return reverse("social:profile", args=[self.username])
