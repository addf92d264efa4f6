from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import (
    Figure,
    Goal,
    Result,
    few_queries,
    find,
    measured_of,
    ratio_of,
    within,
)

MOST_QUERIES = 8
MOST_RATIO = 3.0
BEST_RATIO = 1.5
DEEP_RATIO = 1.3
SEARCH_MS = 20.0
SIMILAR_MS = 30.0
UPLOAD_MS = 300.0


def goals(result: Result, smaller: Result | None) -> Iterator[Goal]:
    figures: list[Figure] = result["figures"]
    yield few_queries(f"at most {MOST_QUERIES} queries", measured_of(result), MOST_QUERIES)
    for name in ("list, page 1", "detail, 50 answers"):
        ratio = ratio_of(find(figures, "API", name)) or 0
        yield Goal(
            f"API {name}: at most {MOST_RATIO:g}×, then {BEST_RATIO:g}×",
            f"{ratio:.1f}×",
            ratio <= MOST_RATIO,
        )
    for door in ("API", "page"):
        near = find(figures, door, "list, page 1")
        deep = next(
            one
            for one in figures
            if one["door"] == door
            and one["name"].startswith("list, page ")
            and one is not near
            and "signed" not in one["name"]
        )
        ratio = deep["median"] / near["median"]
        yield Goal(
            f"{door} {deep['name']}: at most {DEEP_RATIO:g} × page 1",
            f"{ratio:.2f}×",
            ratio <= DEEP_RATIO,
        )
    searches = [one for one in figures if one["door"] == "API" and one["name"][:6] == "search"]
    slowest = max(searches, key=lambda one: float(one["median"]))
    if result["database"].startswith("PostgreSQL"):
        yield within(slowest, SEARCH_MS)
        yield within(find(figures, "API", "similar"), SIMILAR_MS)
    yield within(find(figures, "API", "upload a photo, 3 MB"), UPLOAD_MS)
