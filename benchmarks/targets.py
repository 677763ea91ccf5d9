"""What is promised of the figures: each with the least that it must be and the aim beyond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.measures import burst, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.harness.ledger import Ledger

Reading = float | None


@dataclass(frozen=True, slots=True)
class Target:
    promise: str
    read: Callable[[Ledger], Reading]
    wanted: float
    aim: float | None = None
    at_most: bool = False
    form: str = ".2f"

    def holds(self, value: float) -> bool:
        return value <= self.wanted if self.at_most else value >= self.wanted

    @property
    def limit(self) -> str:
        aim = "" if self.aim is None else f" (aim {self.aim:{self.form}})"
        return f"{'≤' if self.at_most else '≥'} {self.wanted:{self.form}}{aim}"


def figure(measure: str, subject: str, key: str) -> Callable[[Ledger], Reading]:
    return lambda ledger: ledger.median(measure, subject, key)


def ratio(measure: str, above: str, below: str, key: str) -> Callable[[Ledger], Reading]:
    """One subject's figure over another's of the same run."""

    def read(ledger: Ledger) -> Reading:
        top, bottom = ledger.median(measure, above, key), ledger.median(measure, below, key)
        return None if top is None or not bottom else top / bottom

    return read


def _rows(label: str, key: str) -> Callable[[Ledger], Reading]:
    return ratio("rows", rows.subject(label, many=True), rows.subject(label, many=False), key)


def _for_each(databases: tuple[str, ...], make: Callable[[str], Target]) -> list[Target]:
    return [make(label) for label in databases]


_POSTGRES, _BOTH = "PostgreSQL", ("PostgreSQL", "SQLite")
_MINE = burst.POSTGRES

TARGETS: list[Target] = [
    Target(
        "burst, times naive Celery",
        ratio("burst", _MINE, burst.CELERY, "posts_per_second"),
        15,
        20,
        form=".1f",
    ),
    Target("burst, times BullMQ", ratio("burst", _MINE, burst.BULLMQ, "posts_per_second"), 2, 3, form=".1f"),
    Target("burst, share of the limit", ratio("burst", _MINE, burst.LIMIT, "posts_per_second"), 0.35, 0.5),
    Target(
        "CPU per post, naive Celery's over ours",
        ratio("burst", burst.CELERY, _MINE, "cpu"),
        12,
        15,
        form=".1f",
    ),
    Target(
        "memory in the burst, of naive Celery's",
        ratio("burst", _MINE, burst.CELERY, "memory_mb"),
        0.8,
        at_most=True,
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"write commits per post, {label}",
            figure("burst", f"Beacon, {label}", "commits_per_post"),
            0.15,
            at_most=True,
            form=".3f",
        ),
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"CPU s per 1,000 at 100 posts/s, {label}",
            figure("steady", f"Beacon, {label}", "cpu"),
            2,
            at_most=True,
        ),
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"earliest, ms, {label}", figure("steady", f"Beacon, {label}", "earliest"), 0, form=".2f"
        ),
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"lateness p50, ms, {label}", figure("steady", f"Beacon, {label}", "p50"), 2, at_most=True
        ),
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"lateness p99, ms, {label}", figure("steady", f"Beacon, {label}", "p99"), 10, at_most=True
        ),
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"100 ms platform, share of accounts/latency, {label}",
            figure("latency", f"Beacon, {label}", "share"),
            0.9,
        ),
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"5,000 accounts, posts/s of 50 accounts', {label}",
            ratio(
                "wide",
                f"Beacon, {label}, 5,000 accounts",
                f"Beacon, {label}, 50 accounts",
                "posts_per_second",
            ),
            0.5,
        ),
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"silent after a kill, {label}",
            figure("kill", f"Beacon, {label}", "silent"),
            0,
            at_most=True,
            form=".0f",
        ),
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"uncertain per lane after a kill, {label}",
            figure("kill", f"Beacon, {label}", "most"),
            1,
            at_most=True,
            form=".0f",
        ),
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"empty scan, many rows over few, {label}", _rows(label, "scan_ms"), 1.5, at_most=True
        ),
    ),
    *_for_each(
        _BOTH,
        lambda label: Target(
            f"claim, CPU at many rows over few, {label}", _rows(label, "cpu"), 1.5, at_most=True
        ),
    ),
    Target(
        "a whole idle install, MB",
        figure("footprint", "a whole idle install", "memory_mb"),
        250,
        at_most=True,
        form=".0f",
    ),
]
