"""One round of Beacon's whole engine on a planned work: what it took, and if every post is there once."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from benchmarks.harness import planning
from benchmarks.harness.commits import counting
from benchmarks.harness.install import running_broker, running_install
from benchmarks.harness.sampling import Meter
from benchmarks.harness.sinking import running_sink
from benchmarks.harness.work import number_of, order_breaks
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    import psutil
    from sqlalchemy import Engine

    from benchmarks.harness.databases import Databases
    from benchmarks.harness.install import Install
    from benchmarks.harness.planning import Ground
    from benchmarks.harness.sinking import Sinkhole
    from benchmarks.harness.work import Work
    from campaigns.platforms.contract import Connection

LEAD = 6.0  # seconds from the end of planning to the first due time; lanes are claimed 3 s ahead
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Stage:
    """An install with nothing to do yet, and the platform it will post to."""

    settings: Settings
    database: Engine
    ground: Ground
    sink: Sinkhole
    install: Install
    groups: dict[str, list[psutil.Process]]


@contextmanager
def stage(
    databases: Databases,
    kind: str,
    *,
    accounts: int,
    workers: int = 1,
    latency: float = 0.0,
    connect: Callable[[str, int], tuple[str, Connection]] = planning.practice,
    settings: Mapping[str, float] = MappingProxyType({}),
) -> Iterator[Stage]:
    """`settings` are changed ones."""
    with (
        tempfile.TemporaryDirectory(prefix="beacon-bench-") as folder,
        databases.beacons(kind, Path(folder)) as database,
        running_sink(latency) as sink,
    ):
        url = database.url.render_as_string(hide_password=False)
        chosen = Settings(
            data_dir=Path(folder) / "data",
            database_url=url,
            **dict(settings),  # type: ignore[arg-type]  # by name
        )
        ground = planning.lay_ground(database, chosen, sink.url, accounts, connect)
        with (
            running_broker(chosen) as (broker, server),
            running_install(chosen, database, broker, workers) as install,
        ):
            groups = {
                "own": install.processes,
                "database": databases.processes(database),
                "broker": [server],
                "sink": [sink.process],
            }
            yield Stage(chosen, database, ground, sink, install, groups)


def run(stage: Stage, work: Work, *, count_commits: bool = False) -> dict[str, float]:
    """Plans the work, waits until all of it is recorded as out, and tells what that took.

    Time counts from the due moment to the last record; CPU from before the lanes are claimed. Raises
    AssertionError when platform and database disagree: such a figure is worth nothing.
    """
    due = planning.plan(stage.database, stage.ground, work, LEAD)
    with Meter(stage.groups, stage.groups["own"]) as meter:
        if count_commits:
            with counting(stage.database) as commits:
                last = wait_until_out(stage, work)
                written = commits()
        else:
            last, written = wait_until_out(stage, work), 0
    seconds = (last - due).total_seconds()
    figures = {
        "posts_per_second": work.posts / seconds,
        "seconds": seconds,
        "first_due": due.timestamp(),
        **cpu_figures(meter, work.posts),
        "memory_mb": meter.megabytes,
        "sink_busy": meter.cpu["sink"] / seconds,
        **check(stage.sink, work),
    }
    if count_commits:
        figures["commits_per_post"] = written / work.posts
    return figures


def cpu_figures(meter: Meter, posts: int) -> dict[str, float]:
    """Seconds of CPU per 1,000 posts: of all processes but the platform, and of each group."""
    each = {name: 1000 * spent / posts for name, spent in meter.cpu.items() if name != "sink"}
    shares = {f"cpu_{name}": spent for name, spent in each.items()}
    return {"cpu": sum(each.values()), **shares, "foreign": meter.foreign}


def wait_until_out(stage: Stage, work: Work) -> datetime:
    """When the last post was recorded as out."""
    deadline = time.monotonic() + PATIENCE + work.every * work.posts
    while time.monotonic() < deadline:
        if stage.sink.count() >= work.posts:
            count, last = planning.published(stage.database)
            if count == work.posts and last:
                return last
        time.sleep(0.2)
    count, _ = planning.published(stage.database)
    raise RuntimeError(f"{stage.sink.count()} posts came and {count} are recorded, of {work.posts}.")


def check(sink: Sinkhole, work: Work) -> dict[str, float]:
    """Every post came exactly once; tells how often the order within an account was broken."""
    numbers = [number_of(text) for _, text in sink.arrivals()]
    if sorted(numbers) != list(range(work.posts)):
        raise AssertionError(f"{len(numbers)} posts came, {len(set(numbers))} different, of {work.posts}.")
    return {"order_breaks": order_breaks(work, numbers)}
