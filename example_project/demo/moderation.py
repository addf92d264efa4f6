"""Loads what the club's members have reported, and what dmitri made of some of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from demo.models import LoadedContent
from people.models import User
from wargame_mentorship.forums.models import ForumPost
from wargame_mentorship.models import Flag, FlagCase, Sanction, StaffNote
from wargame_mentorship.moderation import cases, flagging, people, sanctions

if TYPE_CHECKING:
    from demo.loading import Past


def load_report(entry: Mapping[str, Any], past: Past) -> None:
    members = {person.username: person for person in User.objects.all()}
    with transaction.atomic():
        topic_id = LoadedContent.objects.get(key=f"forum:{entry['topic']}").object_id
        posts = ForumPost.objects.filter(topic=UUID(topic_id)).order_by("created_at", "pk")
        post = posts[entry["post"]]
        for given in entry["flags"]:
            flag = flagging.flag(
                actor=members[given["by"]],
                kind=ForumPost.KIND,
                object_id=post.pk,
                reason=given["reason"],
                note=given["note"],
            )
            moment = past.ago(given["hours_ago"])
            Flag.objects.filter(pk=flag.pk).update(created_at=moment, updated_at=moment)
            past.set_events(moment)
        case = FlagCase.objects.get(kind=ForumPost.KIND, object_id=post.pk)
        opened_at = past.ago(entry["flags"][0]["hours_ago"])
        dates = {"created_at": opened_at, "opened_at": opened_at}
        FlagCase.objects.filter(pk=case.pk).update(**dates)
        if entry["decision"]:
            _decide(entry["decision"], post, case, members, past)
        LoadedContent.objects.create(key=_key(entry), object_id=str(case.pk))
    past.set_what_was_told()


def is_loaded(entry: Mapping[str, Any], known: set[str]) -> bool:
    return _key(entry) in known


def _key(entry: Mapping[str, Any]) -> str:
    return f"report:{entry['topic']}:{entry['post']}"


def _decide(
    decision: Mapping[str, Any],
    post: ForumPost,
    case: FlagCase,
    members: Mapping[str, User],
    past: Past,
) -> None:
    moderator, moment = members[decision["by"]], past.ago(decision["hours_ago"])
    action = decision["measure"] or "dismiss"
    cases.act(action, actor=moderator, case=case, reason=decision["reason"])
    FlagCase.objects.filter(pk=case.pk).update(decided_at=moment, updated_at=moment)
    case.flags.update(decided_at=moment)
    past.set_events(moment)
    about: dict[str, Any] = {"kind": ForumPost.KIND, "object_id": post.pk}
    author = next(one for one in members.values() if one.pk == post.author_id)
    if text := decision["note"]:
        note = people.add_note(actor=moderator, person=author, text=text, **about)
        StaffNote.objects.filter(pk=note.pk).update(created_at=moment, updated_at=moment)
    if warning := decision["warning"]:
        given = sanctions.warn(
            actor=moderator, person_id=author.pk, reason=warning["reason"], **about
        )
        past.set_events(moment)
        sanctions.appeal(actor=author, sanction=given, text=warning["reply"])
        replied_at = past.ago(warning["reply_hours_ago"])
        Sanction.objects.filter(pk=given.pk).update(
            created_at=moment, updated_at=replied_at, appealed_at=replied_at
        )
        past.set_events(replied_at)
