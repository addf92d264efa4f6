"""The figures as a page: the goals first, met or missed, then every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

MOST_QUERIES = 8
MOST_RATIO = 3.0
BEST_RATIO = 1.5
DEEP_RATIO = 1.3
SEARCH_MS = 20.0
SIMILAR_MS = 30.0
UPLOAD_MS = 300.0

Result = dict[str, Any]
Figure = dict[str, Any]


def markdown(results: Sequence[Result], *, command: str, machine: str) -> str:
    first = results[0]
    lines = [
        f"Made by `{command}` on {first['began'][:10]}.",
        f"{machine} Python {first['python']}, Django {first['django']}.",
        f"{first['rows']:,} help requests, {first['rounds']} rounds, 20 of what is slow;"
        " times in milliseconds.",
    ]
    for result in results:
        lines += ["", f"### {result['database']}", "", *_section(result)]
    return "\n".join(lines) + "\n"


def _section(result: Result) -> Iterator[str]:
    before, after = result["load"]
    yield f"Load average of the machine: {before} before, {after} after."
    yield ""
    yield "| goal | measured | |"
    yield "|---|---|---|"
    for goal, measured, is_met in goals(result):
        yield f"| {goal} | {measured} | {'met' if is_met else '**missed**'} |"
    for door, title in (("API", "The API"), ("page", "The pages"), ("–", "For comparison")):
        yield ""
        yield f"| {title} | queries | median | p95 | floor | ratio | kB |"
        yield "|---|--:|--:|--:|--:|--:|--:|"
        for one in result["figures"]:
            if one["door"] == door:
                yield _row(one)


def _row(one: Figure) -> str:
    floor, ratio = one["floor_median"], ratio_of(one)
    size = f"{one['size'] / 1000:.1f}"
    if one["floor_size"] is not None and one["same_bytes"] is not True:
        size += f" ({one['floor_size'] / 1000:.1f})"
    cells = (
        one["name"],
        str(one["queries"]),
        f"{one['median']:.1f}",
        f"{one['p95']:.1f}",
        f"{floor:.1f}" if floor else "–",
        f"{ratio:.1f}" if ratio else "–",
        size,
    )
    return f"| {' | '.join(cells)} |"


def ratio_of(one: Figure) -> float | None:
    return one["median"] / one["floor_median"] if one["floor_median"] else None


def goals(result: Result) -> Iterator[tuple[str, str, bool]]:
    """What was aimed at, what came out, and whether that is it."""
    figures: list[Figure] = result["figures"]
    measured = [one for one in figures if one["door"] != "–"]
    most = max(measured, key=lambda one: one["queries"])
    over = [
        f"{one['door']} {one['name']}: {one['queries']}"
        for one in measured
        if one["queries"] > MOST_QUERIES
    ]
    yield (
        f"at most {MOST_QUERIES} queries",
        "; ".join(over) if over else f"at most {most['queries']}",
        not over,
    )
    for name in ("list, page 1", "detail, 50 answers"):
        ratio = ratio_of(_find(figures, "API", name)) or 0
        yield (
            f"API {name}: at most {MOST_RATIO:g}×, then {BEST_RATIO:g}×",
            f"{ratio:.1f}×",
            ratio <= MOST_RATIO,
        )
    for door in ("API", "page"):
        near = _find(figures, door, "list, page 1")
        deep = next(
            one
            for one in figures
            if one["door"] == door
            and one["name"].startswith("list, page ")
            and one is not near
            and "signed" not in one["name"]
        )
        ratio = deep["median"] / near["median"]
        yield (
            f"{door} {deep['name']}: at most {DEEP_RATIO:g} × page 1",
            f"{ratio:.2f}×",
            ratio <= DEEP_RATIO,
        )
    searches = [one for one in figures if one["door"] == "API" and one["name"][:6] == "search"]
    slowest = max(searches, key=lambda one: float(one["median"]))
    similar = _find(figures, "API", "similar")
    if result["database"].startswith("PostgreSQL"):
        yield _within(slowest, SEARCH_MS)
        yield _within(similar, SIMILAR_MS)
    yield _within(_find(figures, "API", "upload a photo, 3 MB"), UPLOAD_MS)


def _within(one: Figure, most: float) -> tuple[str, str, bool]:
    median = one["median"]
    return f"{one['name']}: at most {most:g} ms", f"{median:.1f} ms", median <= most


def _find(figures: Sequence[Figure], door: str, name: str) -> Figure:
    return next(one for one in figures if (one["door"], one["name"]) == (door, name))
