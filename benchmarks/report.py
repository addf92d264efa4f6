"""The figures as a page: the goals first, met or missed, then every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from benchmarks.figures import Figure, Result, ratio_of
from benchmarks.rooms import Room

TITLES = {
    "API": "The API",
    "page": "The pages",
    "admin": "Wagtail's admin",
    "–": "For comparison",
}
"""Of the tables, by door."""


def markdown(room: Room, results: Sequence[Result], *, command: str, machine: str) -> str:
    first = results[0]
    lines = [
        *([room.heading] if room.heading else []),
        f"Made by `{command}` on {first['began'][:10]}.",
        f"{machine} Python {first['python']}, Django {first['django']}.",
        f"{_size(room, first)}, {first['rounds']} rounds, 20 of what is slow;"
        " times in milliseconds.",
    ]
    # A page of its own has nothing between its title and the databases.
    level = "##" if room.heading else "###"
    for database, found in groupby(results, key=lambda result: result["database"]):
        full, *smaller = found
        lines += ["", f"{level} {database}", "", *_section(room, full, smaller)]
    return "\n".join(lines) + "\n"


def _size(room: Room, result: Result) -> str:
    return result["size"] or f"{result['rows']:,} {room.counted}"


def _section(room: Room, full: Result, smaller: Sequence[Result]) -> Iterator[str]:
    before, after = full["load"]
    yield f"Load average of the machine: {before} before, {after} after."
    for each in smaller:
        yield f"Beside it a site of {_size(room, each)}: how a figure grows from there."
    yield ""
    yield "| goal | measured | |"
    yield "|---|---|---|"
    for goal in room.goals(full, smaller[-1] if smaller else None):
        yield f"| {goal.aim} | {goal.measured} | {'met' if goal.is_met else '**missed**'} |"
    heads = [f"{each['rows']:,}" for each in smaller]
    of_smaller = [{(one["door"], one["name"]): one for one in each["figures"]} for each in smaller]
    present = {one["door"] for one in full["figures"]}
    for door, title in TITLES.items():
        if door not in present:
            continue
        yield ""
        columns = (title, "queries", "median", "p95", "floor", "ratio", "kB")
        grown = tuple(column for head in heads for column in (f"at {head}", "growth"))
        yield f"| {' | '.join([*columns, *grown])} |"
        yield f"|---|{'--:|' * (len(columns) + len(grown) - 1)}"
        for one in full["figures"]:
            if one["door"] == door:
                yield _row(one, of_smaller)


def _row(one: Figure, smaller: Sequence[Mapping[tuple[str, str], Figure]]) -> str:
    floor, ratio = one["floor_median"], ratio_of(one)
    size = f"{one['size'] / 1000:.1f}"
    if one["floor_size"] is not None and one["same_bytes"] is not True:
        size += f" ({one['floor_size'] / 1000:.1f})"
    cells = [
        one["name"],
        str(one["queries"]),
        f"{one['median']:.1f}",
        f"{one['p95']:.1f}",
        f"{floor:.1f}" if floor else "–",
        f"{ratio:.1f}" if ratio else "–",
        size,
    ]
    for figures in smaller:
        before = figures.get((one["door"], one["name"]))
        cells += (
            [f"{before['median']:.1f}", f"{one['median'] / before['median']:.2f}"]
            if before
            else ["–", "–"]
        )
    return f"| {' | '.join(cells)} |"
