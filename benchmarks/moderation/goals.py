from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Goal, Result, few_queries, measured_of, within

OWN_QUERIES = 10
HOSTS_QUERIES = {"API": 2, "page": 6, "admin": 8}
"""Session and user; Wagtail's bar for editors, of whoever is let in; Wagtail's own menu."""
QUEUE_MS = 50.0


def goals(result: Result, smaller: Result | None) -> Iterator[Goal]:
    queues = [one for one in measured_of(result) if one["method"] == "GET"]
    for door, hosts in HOSTS_QUERIES.items():
        yield few_queries(
            f"{door}: at most {OWN_QUERIES} queries a queue, and {hosts} of the host's",
            [one for one in queues if one["door"] == door],
            OWN_QUERIES + hosts,
        )
    for one in queues:
        goal = within(one, QUEUE_MS)
        yield goal._replace(aim=f"{one['door']} {goal.aim}")
