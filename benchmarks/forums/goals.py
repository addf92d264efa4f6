from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import (
    Goal,
    Result,
    few_queries,
    find,
    measured_of,
    ratio_of,
    within,
)

PAGE_QUERIES = 10
REPLY_QUERIES = 12
DEEP_RATIO = 1.3
LIST_RATIO = 3.0
GROWTH = 1.3
SEARCH_MS = 50.0
WORST = 8
"""So many are named of those that grow too much."""

LIST = "topics, page 1"
DEEP = "topics, page 1,000 or the last"
LISTS = (LIST, DEEP, "posts of 10,000, first page", "posts of 10,000, last page", "latest")
SIGNED_IN = ", signed in"


def goals(result: Result, smaller: Result | None) -> Iterator[Goal]:
    measured = measured_of(result)
    figures = result["figures"]
    reads = [one for one in measured if one["method"] == "GET"]
    yield few_queries(f"at most {PAGE_QUERIES} queries a page", reads, PAGE_QUERIES)
    replies = [one for one in measured if one["name"].startswith("reply")]
    alone = [one for one in replies if "tasks at once" not in one["name"]]
    yield few_queries(f"a reply at most {REPLY_QUERIES}", alone, REPLY_QUERIES)
    for door in ("API", "page"):
        for who in ("", SIGNED_IN):
            ratio = (
                find(figures, door, DEEP + who)["median"]
                / find(figures, door, LIST + who)["median"]
            )
            yield Goal(
                f"{door} page 1,000{who}: at most {DEEP_RATIO:g} × page 1",
                f"{ratio:.2f}×",
                ratio <= DEEP_RATIO,
            )
    for name in LISTS:
        ratio = ratio_of(find(figures, "API", name)) or 0
        yield Goal(
            f"API {name}: at most {LIST_RATIO:g} × the bare view",
            f"{ratio:.1f}×",
            ratio <= LIST_RATIO,
        )
    for one in measured:
        if one["name"].startswith("search"):
            goal = within(one, SEARCH_MS)
            yield goal._replace(aim=f"{one['door']} {goal.aim}")
    if smaller:
        yield _grows_little(result, smaller)


def _grows_little(result: Result, smaller: Result) -> Goal:
    before = {(one["door"], one["name"]): one["median"] for one in measured_of(smaller)}
    grown = {
        f"{one['door']} {one['name']}": one["median"] / before[one["door"], one["name"]]
        for one in measured_of(result)
        if (one["door"], one["name"]) in before
    }
    over = sorted((ratio, name) for name, ratio in grown.items() if ratio > GROWTH)[::-1]
    worst = "; ".join(f"{name}: {ratio:.2f}×" for ratio, name in over[:WORST])
    measured = f"{len(over)} of {len(grown)} by more; {worst}"
    times = result["rows"] / smaller["rows"]
    return Goal(
        f"{times:g} times the data: at most {GROWTH:g}×",
        measured if over else f"at most {max(grown.values()):.2f}×",
        not over,
    )
