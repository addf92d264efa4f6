"""What a moderator asks: through the API, the pages and Wagtail's admin."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from benchmarks.asking import DEEP_PAGE, JSON_PAGE, Asking, always, in_turn, json_body, session_of
from benchmarks.forums.data import BIG
from benchmarks.making import READER
from benchmarks.measuring import Ask, Case, Client
from benchmarks.moderation.data import MODERATOR
from wargame_mentorship.api import flags as api_of_flags
from wargame_mentorship.api import moderation as api_of_moderation
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.paging import Ordering, cursor_at
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import cases as decisions
from wargame_mentorship.moderation import services
from wargame_mentorship.moderation.models import CaseStatus, FlagCase
from wargame_mentorship.wagtail_hooks import cases as admin_of_cases
from wargame_mentorship.wagtail_hooks.forums import POSTS
from wargame_mentorship.web import flags as pages_of_flags
from wargame_mentorship.web import moderation as pages_of_moderation

PAGE = 20
"""Rows of a queue, through whichever door."""
WHY = "It names somebody who does not want that."


def results(body: bytes) -> int:
    """Of a list of the API."""
    return len(json.loads(body)["results"])


def things(body: bytes) -> int:
    """Of a page with what is held or reported."""
    return body.count(b'<article class="wm-waiting"')


def table_rows(body: bytes) -> int:
    """Of a list in the admin."""
    return body.count(b"data-bulk-action-checkbox")


def sections(body: bytes) -> int:
    """Of the cases in the admin."""
    return body.count(b'name="case"')


def says(**expected: Any) -> Callable[[bytes], int]:
    """1 for an object that says so, and 0 for one that does not."""

    def count(body: bytes) -> int:
        answer = json.loads(body)
        return int(all(answer[name] == value for name, value in expected.items()))

    return count


class Cases(Asking):
    """Makes the cases for the database at hand."""

    who: ClassVar[str] = MODERATOR

    def __init__(self, client: Client, rounds: int) -> None:
        super().__init__(client, rounds)
        self.viewer = Viewer(self.reader)
        self.big = ForumCategory.objects.get(slug=BIG)
        self.page = reverse("wargame_mentorship:moderation")
        self.held_posts = services.held(self.viewer, ForumPost.KIND)
        self.held_topics = services.held(self.viewer, ForumTopic.KIND)
        # Each is decided once; those of one kind are taken from both ends.
        to_approve = list(self.held_posts.order_by("-pk")[: 4 * self.enough])
        self.to_decide = iter(to_approve)
        visible = ForumPost.objects.filter(
            pk=OuterRef("object_id"),
            moderation_state=ModerationState.VISIBLE,
            deleted_at=None,
            topic__deleted_at=None,
        )
        free = decisions.queue(self.viewer).filter(
            Exists(visible), kind=ForumPost.KIND, claimed_by=None
        )
        # Not of the first pages, which stay as they are.
        self.open = iter(list(free.order_by("weight", "-opened_at", "id")[: 5 * self.enough]))

    def all(self) -> list[Case]:
        return [
            Case("–", "an empty answer", lambda n: Ask("/floor/nothing")),
            Case(
                "–",
                "an admin page of Wagtail's own",
                always(Ask(reverse("wagtailadmin_account"), headers=self.session)),
            ),
            *self._api_held(),
            *self._api_cases(),
            *self._api_writes(),
            *self._page_held(),
            *self._page_cases(),
            *self._page_writes(),
            *self._admin_lists(),
        ]

    # ---------------------------------------------------------------------------- the API

    def _api_held(self) -> Iterator[Case]:
        newest, path = api_of_moderation.ORDERINGS["newest"], _api("held")
        for kind, found, name in (
            (ForumPost.KIND, self.held_posts, "held posts"),
            (ForumTopic.KIND, self.held_topics, "held topics"),
        ):
            query = {"content_type": kind}
            yield self._list("API", f"{name}, page 1", path, query, results, found)
        query = {"content_type": ForumPost.KIND}
        found, binding = self.held_posts, urlencode(query)
        yield self._deep("API", "held posts", path, query, results, found, newest, binding)

    def _api_cases(self) -> Iterator[Case]:
        flagged = api_of_flags.ORDERINGS["flagged"]
        path = _api("cases")
        for status in CaseStatus.values:
            query = {} if status == CaseStatus.OPEN else {"status": status}
            found = decisions.queue(self.viewer, status=status)
            name = f"{status} cases"
            yield self._list("API", f"{name}, page 1", path, query, results, found)
            yield self._deep("API", name, path, query, results, found, flagged, urlencode(query))
        waiting = decisions.queue(self.viewer)
        for name, query, found in (
            (
                "of a category",
                {"category": str(self.big.pk)},
                waiting.filter(category_id=self.big.pk),
            ),
            ("of topics", {"content_type": ForumTopic.KIND}, waiting.filter(kind=ForumTopic.KIND)),
            ("claimed by oneself", {"mine": "1"}, waiting.filter(claimed_by=self.reader)),
            ("the oldest first", {"ordering": "oldest"}, waiting),
            ("the newest first", {"ordering": "newest"}, waiting),
        ):
            yield self._list("API", f"open cases, {name}", path, query, results, found)

    def _api_writes(self) -> Iterator[Case]:
        headers = self.sending("application/json")
        for name, body, said in (
            ("claim-case", b"", says(status="open")),
            ("dismiss-case", json_body({"reason": WHY}), says(status="dismissed")),
            ("uphold-case", json_body({"reason": WHY}), says(status="upheld")),
        ):
            paths = [_api(name, next(self.open).pk) for _ in range(self.enough)]
            asks = [Ask(path, "POST", body, headers) for path in paths]
            verb = name.partition("-")[0]
            yield Case("API", f"{verb} a case", in_turn(asks), counts=said, results=1)
        for name, state in (("approve", "visible"), ("reject", "hidden")):
            paths = [_api(name, next(self.to_decide).pk) for _ in range(self.enough)]
            body = json_body({"reason": WHY})
            asks = [Ask(path, "POST", body, headers) for path in paths]
            said = says(moderation_state=state)
            yield Case("API", f"{name} a held post", in_turn(asks), counts=said, results=1)
        # Whoever reports something moderates nothing, mostly.
        reader = get_user_model()._default_manager.get(username=READER)
        headers = {**headers, **session_of(reader)}
        asks = [
            Ask(
                _api("flags"),
                "POST",
                json_body(
                    {
                        "content_type": ForumPost.KIND,
                        "object_id": str(post.pk),
                        "reason": "other",
                        "note": WHY,
                    }
                ),
                headers,
                201,
            )
            for post in self._unreported(reader)
        ]
        yield Case("API", "report a post", in_turn(asks), counts=says(note=WHY), results=1)

    # -------------------------------------------------------------------------- the pages

    def _page_held(self) -> Iterator[Case]:
        order = pages_of_moderation.LONGEST_WAITING
        state = ModerationState.HELD.value
        for kind, found, name in (
            (ForumPost.KIND, self.held_posts, "held posts"),
            (ForumTopic.KIND, self.held_topics, "held topics"),
        ):
            query = {"kind": kind, "state": state}
            yield self._list("page", f"{name}, page 1", self.page, query, things, found)
        query = {"kind": ForumPost.KIND, "state": state}
        found = self.held_posts
        yield self._deep("page", "held posts", self.page, query, things, found, order, state)
        hidden = services.hidden(self.viewer, ForumPost.KIND)
        query = {"kind": ForumPost.KIND, "state": ModerationState.HIDDEN.value}
        yield self._list("page", "hidden posts, page 1", self.page, query, things, hidden)

    def _page_cases(self) -> Iterator[Case]:
        path = reverse("wargame_mentorship:cases")
        for status in CaseStatus.values:
            is_open = status == CaseStatus.OPEN
            order = pages_of_flags.MOST_FLAGGED if is_open else pages_of_flags.LAST_DECIDED
            found = decisions.queue(self.viewer, status=status)
            query, name = {"status": status}, f"{status} cases"
            yield self._list("page", f"{name}, page 1", path, query, things, found)
            yield self._deep("page", name, path, query, things, found, order, status)

    def _page_writes(self) -> Iterator[Case]:
        path = reverse("wargame_mentorship:cases")
        for action in ("dismiss", "hide"):
            made = [
                self.form(path, {"case": f"{case.pk}:{case.version}", action: "", "reason": WHY})
                for case in (next(self.open) for _ in range(self.enough))
            ]
            name = "uphold" if action == "hide" else action
            yield Case("page", f"{name} a case", in_turn(made))
        waiting = f"{self.page}?{urlencode({'kind': ForumPost.KIND, 'state': 'held'})}"
        for action in ("approve", "reject"):
            made = [
                self.form(waiting, {action: f"{post.pk}:{post.version}", "reason": WHY})
                for post in (next(self.to_decide) for _ in range(self.enough))
            ]
            yield Case("page", f"{action} a held post", in_turn(made))

    # -------------------------------------------------------------------------- the admin

    def _admin_lists(self) -> Iterator[Case]:
        path = reverse(admin_of_cases.NAME)
        for status, order in (
            (CaseStatus.OPEN.value, admin_of_cases.MOST_FLAGGED),
            (CaseStatus.DISMISSED.value, admin_of_cases.LAST_DECIDED),
        ):
            found = decisions.queue(self.viewer, status=status)
            query, name = {"status": status}, f"{status} cases"
            yield self._list("admin", f"{name}, page 1", path, query, sections, found)
            yield self._deep("admin", name, path, query, sections, found, order, status)
        path = reverse(f"{POSTS}:index")
        query = {"moderation_state": ModerationState.HELD.value}
        # Wagtail's own lists have numbers.
        last = min(DEEP_PAGE, max(1, self.held_posts.count() // PAGE))
        for name, number in (("page 1", 1), ("deep", last)):
            numbered = {**query, "p": str(number)}
            yield self._list("admin", f"held posts, {name}", path, numbered, table_rows, None)
        narrowed = {**query, "category": BIG}
        yield self._list("admin", "held posts of a category", path, narrowed, table_rows, None)

    # ------------------------------------------------------------------------------- parts

    def _list(
        self,
        door: str,
        name: str,
        path: str,
        query: dict[str, str],
        counts: Callable[[bytes], int],
        found: QuerySet[Any] | None,
    ) -> Case:
        expected = None if found is None else found.order_by("pk")[:JSON_PAGE].count()
        ask = Ask(f"{path}?{urlencode(query)}", headers=self.session)
        return Case(door, name, always(ask), counts=counts, results=expected)

    def _deep(
        self,
        door: str,
        name: str,
        path: str,
        query: dict[str, str],
        counts: Callable[[bytes], int],
        found: QuerySet[Any],
        order: Ordering,
        binding: str,
    ) -> Case:
        """Page 1,000 or the last full one: going there page by page would take minutes."""
        begin = PAGE * (min(DEEP_PAGE, max(1, found.count() // PAGE)) - 1)
        [row] = found.order_by(*order.fields)[begin : begin + 1]
        cursor = cursor_at(found, row, ordering=order, binding=binding)
        deep = {**query, "cursor": cursor}
        return self._list(door, f"{name}, deep", path, deep, counts, None)

    def _unreported(self, reader: Any) -> Sequence[ForumPost]:
        reported = FlagCase.objects.filter(kind=ForumPost.KIND, object_id=OuterRef("pk"))
        seen = ForumPost.objects.visible_to(reader).filter(topic__category=self.big)
        return list(
            seen.exclude(author=reader).exclude(Exists(reported)).order_by("-pk")[: self.enough]
        )


def _api(name: str, *args: Any) -> str:
    return reverse(f"wargame_mentorship_api:{name}", args=args)
