"""Connects the plugin to this site's social app (`WARGAME_MENTORSHIP["SOCIAL"]`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from social.models import Block, FeedItem, Follow
from wargame_mentorship.models import Event

BATCH = 500


class SocialAppBackend:
    def hidden_user_ids(self, viewer: AbstractBaseUser) -> QuerySet[Any, Any]:
        blocked = Block.objects.filter(blocker=viewer.pk).values_list("blocked", flat=True)
        blockers = Block.objects.filter(blocked=viewer.pk).values_list("blocker", flat=True)
        # Two short looks into an index; an OR over both would read every user there is.
        return blocked.union(blockers)

    def is_blocked(self, a: AbstractBaseUser, b: AbstractBaseUser) -> bool:
        return bool(self.blocked_among(a, [b.pk]))

    def blocked_among(self, actor: AbstractBaseUser, ids: Collection[Any]) -> frozenset[Any]:
        return frozenset(self.hidden_user_ids(actor)) & frozenset(ids)

    def followers(self, user: AbstractBaseUser) -> Iterator[list[Any]]:
        keys = Follow.objects.filter(followed=user.pk).order_by("pk")
        batch: list[Any] = []
        for key in keys.values_list("follower_id", flat=True).iterator(chunk_size=BATCH):
            batch.append(key)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def publish(self, event: Event) -> None:
        if event.actor_id is None:
            return
        FeedItem.objects.get_or_create(
            event_id=event.pk,
            defaults={
                "actor_id": event.actor_id,
                "verb": event.verb,
                "subject_kind": event.subject_kind,
                "subject_id": event.subject_id,
                "created_at": event.occurred_at,
            },
        )
