"""Replays: a request that carries a key acts once, however often it arrives.

The key's row is inserted first in the transaction of the write, so of two at once one acts and
the other finds the row. Only what succeeded leaves a row. The answer itself is not kept: it is
rendered again from the subject, for what the asker may see by then.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings  # noqa: TID251 - names the user model of a foreign key
from django.db import IntegrityError, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Conflict, DomainError
from wargame_mentorship.core.mixins import Timestamped, UUIDModel
from wargame_mentorship.core.writes import write

KEPT_FOR = timedelta(hours=24)


class KeyReused(DomainError):
    code = "idempotency_key_reused"
    message = _("This key was used before, with something else in the request.")


class InProgress(Conflict):
    code = "in_progress"
    message = _("The same request is being worked on.")
    retry_after_seconds = 1


class IdempotencyKey(UUIDModel, Timestamped):
    """That a request with this key, by this person, to this address, was carried out."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    scope = models.CharField(max_length=64, help_text="Digest of method, path and key.")
    fingerprint = models.CharField(max_length=64, help_text="Digest of the body.")
    subject_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(fields=["user", "scope"], name="wm_idempotency_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="wm_idempotency_age")]

    def __str__(self) -> str:
        return self.scope


class Replayed(Exception):
    """Inside the transaction: the same request has been carried out; roll back."""


def digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def was_carried_out(*, user_id: Any, scope: str) -> bool:
    """Whether a request with this key was, whatever its body said."""
    since = timezone.now() - KEPT_FOR
    rows = IdempotencyKey.objects.filter(user_id=user_id, scope=scope)
    return rows.filter(created_at__gt=since).exists()


class Replay:
    """One request with a key, as the `Enclosure` of its write.

    Args:
        user_id: whose key it is; keys of different people never meet.
        scope: `digest(method, path, key)`.
        fingerprint: a digest of the body.
    """

    def __init__(self, *, user_id: Any, scope: str, fingerprint: str) -> None:
        self.user_id = user_id
        self.scope = scope
        self.fingerprint = fingerprint
        self._row: IdempotencyKey | None = None
        self._expired: IdempotencyKey | None = None

    def carried_out(self) -> IdempotencyKey | None:
        """The row of an earlier, identical request; None if there was none.

        Raises:
            KeyReused: there was one, with another body.
        """
        row = IdempotencyKey.objects.filter(user_id=self.user_id, scope=self.scope).first()
        if row is not None and row.created_at <= timezone.now() - KEPT_FOR:
            row, self._expired = None, row
        if row is not None and row.fingerprint != self.fingerprint:
            raise KeyReused
        return row

    def opened(self) -> None:
        """As `Enclosure` has it; whoever encloses a write has asked `carried_out` first."""
        if self._expired is not None:
            IdempotencyKey.objects.filter(pk=self._expired.pk).delete()
        try:
            self._row = IdempotencyKey.objects.create(
                user_id=self.user_id, scope=self.scope, fingerprint=self.fingerprint
            )
        except IntegrityError as error:
            # No savepoint: whoever gets this rolls back all of it.
            raise Replayed from error

    def closing(self, result: Any) -> None:
        subject_id: UUID | None = getattr(result, "pk", None)
        if self._row is not None and subject_id is not None:
            IdempotencyKey.objects.filter(pk=self._row.pk).update(subject_id=subject_id)


@write
def prune_keys() -> int:
    """Delete keys that have expired; returns how many."""
    expired = IdempotencyKey.objects.filter(created_at__lte=timezone.now() - KEPT_FOR)
    deleted, _by_model = expired.delete()
    return deleted
