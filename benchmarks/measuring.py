"""Asking a server, and how long its answers take."""

from __future__ import annotations

import http.client
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.serving import COUNT, QUERIES

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WARM_UP = 5
SECONDS = 4.0
"""What a case may take of a run, with its floor, once it was measured `LEAST_ROUNDS` times."""
LEAST_ROUNDS = 20


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    """Of the answer; any other one is an error."""
    leads_to: str = ""
    """With what the address begins to which the answer leads."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    queries: int | None
    milliseconds: float


@dataclass(frozen=True)
class Case:
    """A request by its number of the round, and the bare view that it is compared with."""

    door: str
    name: str
    ask: Callable[[int], Ask]
    floor: Callable[[int], Ask] | None = None
    same_bytes: bool = False
    """Whether the floor is meant to answer the same, byte for byte."""
    most_rounds: int | None = None
    counts: Callable[[bytes], int] | None = None
    """How many results an answer has; `results` is how many it should."""
    results: int | None = None


@dataclass(frozen=True)
class Figures:
    """What was measured of one case; times in milliseconds, sizes in bytes."""

    door: str
    name: str
    method: str
    queries: int
    median: float
    p95: float
    size: int
    rounds: int
    floor_median: float | None
    floor_size: int | None
    same_bytes: bool | None
    results: int | None

    @property
    def ratio(self) -> float | None:
        return self.median / self.floor_median if self.floor_median else None


class Client:
    """One connection, kept open, on which one request follows the other."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def send(self, ask: Ask, *, counted: bool = False) -> Answer:
        """Raises: RuntimeError: another answer than the one that is to be measured."""
        headers = {"User-Agent": BROWSER, **ask.headers, **({COUNT: "1"} if counted else {})}
        began = time.perf_counter()
        self._connection.request(ask.method, ask.path, ask.body or None, headers)
        response = self._connection.getresponse()
        body = response.read()
        milliseconds = (time.perf_counter() - began) * 1000
        location = response.headers.get("Location", "")
        if response.status != ask.status or not location.startswith(ask.leads_to):
            raise RuntimeError(
                f"{ask.method} {ask.path}: {response.status} {location} instead of {ask.status}"
                f" {ask.leads_to}; {body[:300]!r}"
            )
        queries = response.headers.get(QUERIES)
        return Answer(
            response.status,
            body,
            int(queries) if queries else None,
            milliseconds,
        )


Site = tuple[Client, Sequence[Case]]
"""What is asked of one server; several of them have the same cases."""


def measure(
    sites: Sequence[Site], *, rounds: int, say: Callable[[str], None]
) -> list[list[Figures]]:
    """Every case once a round, of each site, right beside its floor, in an order that changes.

    So whatever else the machine does meets them alike, and a ratio says more than a time.
    """
    order = random.Random(rounds)
    found: list[list[Figures]] = [[] for _ in sites]
    # What reads goes first: what is asked in a run is shorter than what a site is full of.
    for reads in (True, False):
        running = [
            [_Running(client, case) for case in cases if (case.ask(0).method == "GET") is reads]
            for client, cases in sites
        ]
        _measure_together(running, order, rounds=rounds, say=say)
        for figures, of_site in zip(found, running, strict=True):
            figures += [one.figures() for one in of_site]
    return found


def _measure_together(
    sites: Sequence[Sequence[_Running]],
    order: random.Random,
    *,
    rounds: int,
    say: Callable[[str], None],
) -> None:
    """The same cases of several sites, each beside itself."""
    beside = list(zip(*sites, strict=True))
    for one in (one for same in beside for one in same):
        one.compare()
    for number in range(-min(WARM_UP, rounds), rounds):
        turn = list(beside)
        order.shuffle(turn)
        for one in (one for same in turn for one in same if one.takes_part(number, rounds)):
            one.run(number)
        if number > 0 and number % 50 == 0:
            say(f"  round {number} of {rounds}")
    say(f"  {rounds} rounds of {len(beside)} cases")


class _Running:
    def __init__(self, client: Client, case: Case) -> None:
        self.client = client
        self.case = case
        self.asked = 0
        self.times: list[float] = []
        self.floor_times: list[float] = []
        self.same_bytes: bool | None = None
        self.results: int | None = None

    def look(self, answer: Answer) -> None:
        """Raises: RuntimeError: so many results would be another measurement."""
        case = self.case
        if case.counts is None:
            return
        self.results = case.counts(answer.body)
        if case.results is not None and self.results != case.results:
            raise RuntimeError(
                f"{case.door} {case.name}: {self.results} results instead of {case.results}"
            )

    def compare(self) -> None:
        """See whether the floor answers the same, where it is meant to."""
        if self.case.floor and self.case.same_bytes:
            self.client.send(self.case.ask(0))  # A first visit is counted.
            answers = (self.client.send(each(0)) for each in (self.case.ask, self.case.floor))
            self.same_bytes = len({answer.body for answer in answers}) == 1

    def takes_part(self, number: int, rounds: int) -> bool:
        if len(self.times) >= LEAST_ROUNDS and self.seconds > SECONDS:
            return False
        most = self.case.most_rounds
        return most is None or -2 <= number < min(most, rounds)

    @property
    def seconds(self) -> float:
        return (sum(self.times) + sum(self.floor_times)) / 1000

    def run(self, number: int) -> None:
        answer = self.client.send(self.case.ask(self.asked))
        floor = self.client.send(self.case.floor(self.asked)) if self.case.floor else None
        self.asked += 1
        self.look(answer)
        if number < 0:
            return
        self.times.append(answer.milliseconds)
        if floor is not None:
            self.floor_times.append(floor.milliseconds)

    def figures(self) -> Figures:
        counted = self.client.send(self.case.ask(self.asked), counted=True)
        self.look(counted)
        floor = self.client.send(self.case.floor(self.asked)) if self.case.floor else None
        return Figures(
            door=self.case.door,
            name=self.case.name,
            method=self.case.ask(0).method,
            queries=counted.queries or 0,
            median=statistics.median(self.times),
            p95=_p95(self.times),
            size=len(counted.body),
            rounds=len(self.times),
            floor_median=statistics.median(self.floor_times) if floor else None,
            floor_size=len(floor.body) if floor else None,
            same_bytes=self.same_bytes,
            results=self.results,
        )


def _p95(times: Sequence[float]) -> float:
    in_order = sorted(times)
    return in_order[min(len(in_order) - 1, int(len(in_order) * 0.95))]
