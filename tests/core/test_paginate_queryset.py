"""Lists in pages, on each database: everything once, in order, whatever happens meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import DateTimeField, Model, QuerySet
from django.db.models.functions import Coalesce
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.ids import new_id
from wargame_mentorship.core.paging import (
    InvalidCursor,
    Ordering,
    Page,
    TooDeep,
    _Cursors,
    paginate,
    paginate_ranked,
)
from wargame_mentorship.models import Category, Event, HelpRequest, HelpResponse
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db

NEWEST = Ordering("newest", ("-occurred_at", "-id"))
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def make_event(seconds: float = 0, **columns: Any) -> Event:
    columns.setdefault("occurred_at", NOON + timedelta(seconds=seconds))
    columns.setdefault("subject_id", new_id())
    return Event(verb=columns.pop("verb", "test.happened"), subject_kind="test", **columns)


def create_events(events: Sequence[Event]) -> list[Event]:
    return Event.objects.bulk_create(events, batch_size=500)


def create_in_order(count: int) -> list[Event]:
    """The newest first."""
    return create_events([make_event(-number) for number in range(count)])


def walk(
    queryset: QuerySet[Any], ordering: Ordering, *, size: int, at_most: int
) -> tuple[list[Page[Any]], list[Page[Any]]]:
    """The pages that going forth to the end and then back to the beginning shows."""
    forth = [paginate(queryset, ordering=ordering, cursor=None, size=size)]
    while (cursor := forth[-1].next_cursor) is not None:
        assert len(forth) < at_most, "The list has no end."
        forth.append(paginate(queryset, ordering=ordering, cursor=cursor, size=size))
    back = [forth[-1]]
    while (cursor := back[-1].previous_cursor) is not None:
        assert len(back) < at_most, "The list has no beginning."
        back.append(paginate(queryset, ordering=ordering, cursor=cursor, size=size))
    return forth, back


def flat(pages: Sequence[Page[Any]]) -> list[Any]:
    return [item for page in pages for item in page.items]


# In order, whatever the values


@pytest.mark.parametrize(
    "fields",
    [
        ("-occurred_at", "-id"),
        ("occurred_at", "pk"),
        ("-attempts", "id"),
        ("attempts", "-occurred_at", "id"),
        ("-attempts", "-occurred_at", "-id"),
        ("-id",),
    ],
)
def test_5000_rows_of_equal_values_come_once_in_order(fields: tuple[str, ...]) -> None:
    # Keys of three kinds: MariaDB and SQLite do not sort them as Python does.
    kinds = (new_id, uuid.uuid4, uuid.uuid1)
    create_events(
        [make_event(id=kinds[n % 3](), attempts=1 if n < 4_500 else n % 3) for n in range(5_000)]
    )
    ordering = Ordering("any", fields)

    forth, back = walk(Event.objects.all(), ordering, size=97, at_most=60)

    expected = list(Event.objects.order_by(*fields))
    assert flat(forth) == expected
    assert flat(back[::-1]) == expected
    assert forth[0].previous_cursor is None
    assert back[-1].previous_cursor is None
    assert [len(page.items) for page in forth[:-1]] == [97] * (len(forth) - 1)


@given(
    rows=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=12),
    descending=st.lists(st.booleans(), min_size=3, max_size=3),
    size=st.integers(1, 5),
    gone=st.lists(st.integers(0, 11), max_size=3),
)
def test_any_rows_in_any_order_come_once(
    rows: list[tuple[int, int]], descending: list[bool], size: int, gone: list[int]
) -> None:
    Event._base_manager.all().delete()
    create_events([make_event(seconds, attempts=attempts) for seconds, attempts in rows])
    names = zip(descending, ("attempts", "occurred_at", "id"), strict=True)
    fields = tuple("-" * is_descending + name for is_descending, name in names)
    ordering = Ordering("any", fields)

    forth, back = walk(Event.objects.all(), ordering, size=size, at_most=20)

    expected = list(Event.objects.order_by(*fields))
    assert flat(forth) == flat(back[::-1]) == expected

    for page in back:
        if page.next_cursor is None:
            assert page is forth[-1]
            continue
        turned = paginate(Event.objects.all(), ordering=ordering, cursor=page.next_cursor, size=9)
        assert turned.items == expected[expected.index(page.items[-1]) + 1 :][:9]

    # Any row may go, also those that the cursors were taken from: the others keep their places.
    lost = {expected[number].pk for number in gone if number < len(expected)}
    Event._base_manager.filter(pk__in=lost).delete()
    for page in forth:
        if page.next_cursor is not None:
            found = paginate(
                Event.objects.all(), ordering=ordering, cursor=page.next_cursor, size=20
            )
            rest = expected[expected.index(page.items[-1]) + 1 :]
            assert found.items == [event for event in rest if event.pk not in lost]


def test_times_a_microsecond_apart_are_apart() -> None:
    events = create_events(
        [make_event(occurred_at=NOON + timedelta(microseconds=number)) for number in range(50)]
    )

    forth, back = walk(Event.objects.all(), NEWEST, size=1, at_most=60)

    assert flat(forth) == flat(back[::-1]) == events[::-1]


@pytest.mark.parametrize("fields", [("verb", "id"), ("-verb", "-id"), ("-verb", "id")])
def test_texts_of_any_kind_are_values(fields: tuple[str, ...]) -> None:
    texts = [
        "",
        "O'Neil",
        "100%s",
        "a\\b",
        "\n",
        '"',
        "é",
        "e\u0301",
        "🎨" * 60,
        "A",
        "a",
        "a ",
        "ß",
    ]
    create_events([make_event(verb=text) for text in texts for _ in range(3)])

    forth, back = walk(Event.objects.all(), Ordering("verb", fields), size=2, at_most=60)

    assert flat(forth) == flat(back[::-1]) == list(Event.objects.order_by(*fields))


def test_uuids_are_values() -> None:
    create_events([make_event(subject_id=make()) for make in (uuid.uuid4, new_id) * 20])
    ordering = Ordering("subject", ("-subject_id", "-id"))

    forth, back = walk(Event.objects.all(), ordering, size=3, at_most=60)

    assert flat(forth) == flat(back[::-1]) == list(Event.objects.order_by(*ordering.fields))


def test_booleans_are_values() -> None:
    for number in range(20):
        Category.objects.create(slug=f"c{number}", name="C", is_active=number % 3 > 0)
    ordering = Ordering("active", ("-is_active", "-sort_order", "-id"))

    forth, back = walk(Category.objects.all(), ordering, size=3, at_most=60)

    assert flat(forth) == flat(back[::-1]) == list(Category.objects.order_by(*ordering.fields))


def test_values_that_no_column_has_are_values() -> None:
    """Such as the time of whichever of two things happened."""
    dispatched = [
        make_event(number, dispatched_at=NOON - timedelta(seconds=number // 3))
        for number in range(9)
    ]
    create_events([*dispatched, *(make_event(-number // 2) for number in range(9))])
    since = Coalesce("dispatched_at", "occurred_at", output_field=DateTimeField())

    for fields in [("since", "id"), ("-since", "-id"), ("-since", "id")]:
        ordering = Ordering("since", fields, computed={"since": since})
        forth, back = walk(Event.objects.all(), ordering, size=4, at_most=9)

        expected: list[Any] = list(Event.objects.annotate(since=since).order_by(*fields))
        assert flat(forth) == flat(back[::-1]) == expected
        assert [item.since for item in flat(forth)] == [item.since for item in expected]


def test_foreign_and_integer_keys_are_values() -> None:
    group = Group.objects.create(name="Painters")
    group.permissions.set(Permission.objects.all()[:60])
    grants = Group.permissions.through.objects.filter(group=group)
    # By the key, not by the order that permissions themselves have.
    ordering = Ordering("permission", ("group", "-permission", "pk"))

    forth, back = walk(grants, ordering, size=7, at_most=20)

    expected = list(grants.order_by("group_id", "-permission_id", "id"))
    assert len(expected) == 60
    assert flat(forth) == flat(back[::-1]) == expected


def test_filters_and_order_of_the_queryset_do_not_matter() -> None:
    events = create_in_order(9)
    keys = [event.pk for event in events[::2]]
    queryset = Event.objects.filter(pk__in=keys).order_by("verb").reverse()

    forth, _ = walk(queryset, NEWEST, size=2, at_most=9)

    assert [event.pk for event in flat(forth)] == keys


def test_size_may_change_from_page_to_page() -> None:
    events = create_in_order(10)

    first = paginate(Event.objects.all(), ordering=NEWEST, cursor=None, size=2)
    second = paginate(Event.objects.all(), ordering=NEWEST, cursor=first.next_cursor, size=5)
    again = paginate(Event.objects.all(), ordering=NEWEST, cursor=second.previous_cursor, size=5)

    assert second.items == events[2:7]
    assert again.items == events[:2]
    assert again.previous_cursor is None


def test_empty_list_is_one_page() -> None:
    page = paginate(Event.objects.all(), ordering=NEWEST, cursor=None, size=20)

    assert page == Page(items=[], next_cursor=None, previous_cursor=None)


def test_full_last_page_is_the_last() -> None:
    events = create_in_order(4)

    first = paginate(Event.objects.all(), ordering=NEWEST, cursor=None, size=2)
    second = paginate(Event.objects.all(), ordering=NEWEST, cursor=first.next_cursor, size=2)

    assert second.items == events[2:]
    assert second.next_cursor is None


@pytest.mark.parametrize("count", [2, 20, 200])
def test_page_is_one_query_without_count(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    create_in_order(count)
    first = paginate(Event.objects.all(), ordering=NEWEST, cursor=None, size=1)

    with django_assert_num_queries(3) as queries:
        paginate(Event.objects.all(), ordering=NEWEST, cursor=None, size=20)
        second = paginate(Event.objects.all(), ordering=NEWEST, cursor=first.next_cursor, size=20)
        paginate(Event.objects.all(), ordering=NEWEST, cursor=second.previous_cursor, size=20)

    assert not any("COUNT(" in query["sql"].upper() for query in queries.captured_queries)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Each database plans in its own way.")
@pytest.mark.parametrize("fields", [("-created_at", "-id"), ("created_at", "id")])
def test_a_later_page_is_sought_in_the_index(fields: tuple[str, ...]) -> None:
    asker = make_user("asker")
    for _ in range(4):
        make_help_request(asker)
    entries, ordering = HelpRequest.objects.all(), Ordering("time", fields)
    first = paginate(entries, ordering=ordering, cursor=None, size=2)

    with CaptureQueriesContext(connection) as asked:
        paginate(entries, ordering=ordering, cursor=first.next_cursor, size=2)

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        [step] = [row[3] for row in cursor.fetchall()]
    assert step.startswith("SEARCH")
    assert "wm_help_request_newest ((created_at,id)" in step


def test_a_page_needs_an_item() -> None:
    with pytest.raises(ValueError, match="at least one"):
        paginate(Event.objects.all(), ordering=NEWEST, cursor=None, size=0)


# While others write


def test_rows_inserted_between_pages_repeat_nothing_and_hide_nothing() -> None:
    events = create_in_order(30)
    seen: list[Event] = []
    due: list[Event] = []
    cursor: str | None = None
    for number in range(20):
        page = paginate(Event.objects.all(), ordering=NEWEST, cursor=cursor, size=3)
        seen += page.items
        if number < 5:
            moment = page.items[-1].occurred_at
            newest = make_event(1_000 + number)
            before_place = make_event(
                occurred_at=moment, id=uuid.UUID(f"ffffffff-ffff-7fff-bfff-{number:012}")
            )
            behind_place = make_event(
                occurred_at=moment, id=uuid.UUID(f"00000000-0000-7000-8000-{number:012}")
            )
            oldest = make_event(-1_000 - number)
            create_events([newest, before_place, behind_place, oldest])
            due += [behind_place, oldest]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert len(seen) == len(set(seen))
    assert [event for event in seen if event in events] == events
    assert set(seen) == {*events, *due}


def test_page_whose_rows_vanished_goes_on_behind_them() -> None:
    events = create_in_order(9)
    first = paginate(Event.objects.all(), ordering=NEWEST, cursor=None, size=3)
    Event._base_manager.filter(pk__in=[event.pk for event in events[1:4]]).delete()

    second = paginate(Event.objects.all(), ordering=NEWEST, cursor=first.next_cursor, size=3)
    back = paginate(Event.objects.all(), ordering=NEWEST, cursor=second.previous_cursor, size=3)

    assert second.items == events[4:7]
    assert back.items == events[:1]
    assert back.previous_cursor is None


def test_new_first_rows_are_reached_going_back() -> None:
    events = create_in_order(4)
    first = paginate(Event.objects.all(), ordering=NEWEST, cursor=None, size=2)
    second = paginate(Event.objects.all(), ordering=NEWEST, cursor=first.next_cursor, size=2)
    [newer] = create_events([make_event(60)])

    back = paginate(Event.objects.all(), ordering=NEWEST, cursor=second.previous_cursor, size=2)
    front = paginate(Event.objects.all(), ordering=NEWEST, cursor=back.previous_cursor, size=2)

    assert back.items == events[:2]
    assert front.items == [newer]
    assert front.previous_cursor is None


def test_empty_page_at_the_end_leads_back_to_what_is_left() -> None:
    events = create_in_order(4)
    first = paginate(Event.objects.all(), ordering=NEWEST, cursor=None, size=2)
    Event._base_manager.filter(pk__in=[event.pk for event in events[2:]]).delete()

    beyond = paginate(Event.objects.all(), ordering=NEWEST, cursor=first.next_cursor, size=2)
    assert beyond.previous_cursor is not None
    back = paginate(Event.objects.all(), ordering=NEWEST, cursor=beyond.previous_cursor, size=1)

    assert beyond.items == []
    assert beyond.next_cursor is None
    assert back.items == events[1:2]


def test_empty_page_at_the_beginning_leads_on_to_what_is_left() -> None:
    events = create_in_order(4)
    first = paginate(Event.objects.all(), ordering=NEWEST, cursor=None, size=2)
    second = paginate(Event.objects.all(), ordering=NEWEST, cursor=first.next_cursor, size=2)
    Event._base_manager.filter(pk__in=[event.pk for event in events[:2]]).delete()

    before = paginate(Event.objects.all(), ordering=NEWEST, cursor=second.previous_cursor, size=2)
    assert before.next_cursor is not None
    create_events([make_event(60)])
    on = paginate(Event.objects.all(), ordering=NEWEST, cursor=before.next_cursor, size=2)

    assert before.items == []
    assert before.previous_cursor is None
    assert on.items == events[2:]


# Orderings that would lose or repeat rows


@pytest.mark.parametrize(
    ("fields", "model"),
    [
        ((), Event),
        (("occurred_at",), Event),
        (("id", "occurred_at"), Event),
        (("-dispatched_at", "-id"), Event),
        (("actor", "id"), Event),
        (("no_such_column", "id"), Event),
        (("help_request__created_at", "id"), HelpResponse),
        (("help_requests", "id"), Category),
        (("-created_at", "--id"), HelpResponse),
    ],
)
def test_ordering_without_a_place_for_each_row_is_refused(
    fields: tuple[str, ...], model: type[Model]
) -> None:
    ordering = Ordering("bad", fields)

    with pytest.raises(ValueError, match="bad"):
        ordering.check(model)
    with pytest.raises(ValueError, match="bad"):
        paginate(model._default_manager.all(), ordering=ordering, cursor=None, size=1)


# Cursors that were tampered with


def next_cursor(*, binding: str = "", ordering: Ordering = NEWEST) -> str:
    create_in_order(2)
    page = paginate(Event.objects.all(), ordering=ordering, cursor=None, size=1, binding=binding)
    assert page.next_cursor is not None
    return page.next_cursor


def refuse(cursor: str, *, ordering: Ordering = NEWEST, binding: str = "") -> None:
    with pytest.raises(InvalidCursor) as refused:
        paginate(Event.objects.all(), ordering=ordering, cursor=cursor, size=1, binding=binding)
    assert refused.value.code == "invalid_cursor"
    assert [code for _, code in refused.value.fields["cursor"]] == ["invalid_cursor"]


@pytest.mark.parametrize(
    "hostile",
    ["", "\0", "a\0b", "\ud800", "é:é", ":", "::", "." * 20, ".eJw:x", "x" * 10_000_000, "1'--"],
    ids=lambda text: ascii(text[:10]),
)
def test_nonsense_is_no_cursor(hostile: str) -> None:
    refuse(hostile)


@given(st.text(st.characters()))
def test_no_text_breaks_reading_a_cursor(text: str) -> None:
    refuse(text)


def test_changed_cursor_is_refused() -> None:
    cursor = next_cursor()
    body, signature = cursor.rsplit(":", 1)

    for forged in (cursor[:-1], cursor + "a", body, f"{body[:-2]}xx:{signature}", f".{cursor}"):
        refuse(forged)


def test_cursor_of_other_filters_is_refused() -> None:
    cursor = next_cursor(binding="category=painting")

    refuse(cursor, binding="category=modeling")
    refuse(cursor)
    page = paginate(
        Event.objects.all(), ordering=NEWEST, cursor=cursor, size=1, binding="category=painting"
    )
    assert len(page.items) == 1


def test_cursor_of_another_order_is_refused() -> None:
    cursor = next_cursor()

    refuse(cursor, ordering=Ordering("oldest", ("occurred_at", "id")))
    refuse(cursor, ordering=Ordering("newest", ("occurred_at", "id")))
    refuse(cursor, ordering=Ordering("latest", NEWEST.fields))


def test_cursor_of_another_list_is_refused() -> None:
    ordering = Ordering("key", ("id",))
    cursor = next_cursor(ordering=ordering)

    with pytest.raises(InvalidCursor):
        paginate(Category.objects.all(), ordering=ordering, cursor=cursor, size=1)


def test_cursor_of_a_foreign_key_is_refused(settings: Settings) -> None:
    cursor = next_cursor()

    settings.SECRET_KEY = "another host's"

    refuse(cursor)


def test_cursor_outlives_the_rotation_of_keys(settings: Settings) -> None:
    cursor = next_cursor()

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next"

    page = paginate(Event.objects.all(), ordering=NEWEST, cursor=cursor, size=1)
    assert len(page.items) == 1


MOMENT, KEY = NOON.isoformat(), str(uuid.UUID(int=0))


@pytest.mark.parametrize(
    "payload",
    [
        None,
        0,
        "text",
        {},
        [],
        [0],
        [0, 1],
        [0, 1, "0"],
        [0, 1, "0", MOMENT],
        [0, 1, "0", MOMENT, KEY, "more"],
        [0, 1, None, MOMENT, KEY],
        [0, 1, 0, MOMENT, KEY],
        [0, 1, "x", MOMENT, KEY],
        [0, 1, "1.5", MOMENT, KEY],
        [0, 1, "9" * 5_000, MOMENT, KEY],
        [0, 1, str(2**63), MOMENT, KEY],
        [0, 1, str(-(2**63) - 1), MOMENT, KEY],
        [0, 1, "0", "", KEY],
        [0, 1, "0", "now", KEY],
        [0, 1, "0", "2026-02-30T00:00:00+00:00", KEY],
        [0, 1, "0", "2026-05-01T12:00:00", KEY],
        [0, 1, "0", MOMENT, ""],
        [0, 1, "0", MOMENT, "\0"],
        [0, 1, "0", MOMENT, "\ud800"],
        [0, 1, "0", MOMENT, [KEY]],
        [0, 1, "0", MOMENT, {"id": KEY}],
        [0, 1, "0", MOMENT, "1" * 33],
    ],
    ids=lambda payload: ascii(payload)[:40],
)
def test_signed_cursor_without_a_place_is_refused(payload: Any) -> None:
    """Of a version of the model with other columns, or by somebody who has the key."""
    ordering = Ordering("busiest", ("-attempts", "-occurred_at", "-id"))
    columns = ordering.columns(Event)
    signer = _Cursors(Event.objects.all(), ordering, columns, "")._signer

    refuse(signer.sign_object(payload), ordering=ordering)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
@pytest.mark.parametrize("number", [str(2**63 - 1), str(-(2**63)), "-0"])
def test_signed_cursor_at_the_edge_is_a_page_or_refused(moment: str, number: str) -> None:
    ordering = Ordering("busiest", ("-attempts", "-occurred_at", "-id"))
    cursors = _Cursors(Event.objects.all(), ordering, ordering.columns(Event), "")
    cursor = cursors._signer.sign_object([0, 1, number, moment, KEY])

    try:
        page = paginate(Event.objects.all(), ordering=ordering, cursor=cursor, size=1)
    except InvalidCursor:
        return
    assert page.items == []


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\0"])
def test_signed_text_that_no_database_takes_is_refused(text: str) -> None:
    ordering = Ordering("verb", ("verb", "id"))
    cursors = _Cursors(Event.objects.all(), ordering, ordering.columns(Event), "")

    refuse(cursors._signer.sign_object([0, 1, text, KEY]), ordering=ordering)


# By number


def ranked(count: int) -> tuple[list[Event], QuerySet[Event]]:
    return create_in_order(count), Event.objects.order_by("-occurred_at", "-id")


def test_ranked_pages_follow_the_order_of_the_queryset(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    events, queryset = ranked(5)

    with django_assert_num_queries(3) as queries:
        pages = [paginate_ranked(queryset, page=number, size=2) for number in (1, 2, 3)]

    assert [page.items for page in pages] == [events[:2], events[2:4], events[4:]]
    assert [page.next_page for page in pages] == [2, 3, None]
    assert [page.previous_page for page in pages] == [None, 1, 2]
    assert not any("COUNT(" in query["sql"].upper() for query in queries.captured_queries)


def test_full_last_ranked_page_is_the_last() -> None:
    events, queryset = ranked(4)

    page = paginate_ranked(queryset, page=2, size=2)

    assert page.items == events[2:]
    assert page.next_page is None


def test_ranked_page_behind_the_last_is_empty() -> None:
    _, queryset = ranked(2)

    page = paginate_ranked(queryset, page=7, size=2)

    assert page.items == []
    assert page.next_page is None
    assert page.previous_page == 6


def test_ranked_pages_end_at_the_deepest() -> None:
    events, queryset = ranked(12)

    whole = paginate_ranked(queryset, page=2, size=5, deepest=10)
    part = paginate_ranked(queryset, page=3, size=4, deepest=10)

    assert whole.items == events[5:10]
    assert whole.next_page is None
    assert part.items == events[8:10]
    assert part.next_page is None


@pytest.mark.parametrize("page", [51, 52, 10**30])
def test_ranked_page_beyond_the_deepest_is_refused(
    page: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, queryset = ranked(1)

    with django_assert_num_queries(0), pytest.raises(TooDeep) as refused:
        paginate_ranked(queryset, page=page, size=20)

    assert refused.value.code == "too_deep"
    assert paginate_ranked(queryset, page=50, size=20).items == []


@pytest.mark.parametrize("page", [0, -1, -(10**30)])
def test_ranked_page_before_the_first_is_refused(page: int) -> None:
    _, queryset = ranked(1)

    with pytest.raises(Invalid) as refused:
        paginate_ranked(queryset, page=page, size=20)

    assert set(refused.value.fields) == {"page"}
