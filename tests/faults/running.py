"""Runs cases one after another, the patient ones beside them, and keeps what they showed for a resume."""

from __future__ import annotations

import json
import shutil
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from campaigns.models.tables import account, attempt, delivery
from tests.faults.figures import Figures
from tests.faults.opening import open_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.faults.databases import Databases
    from tests.faults.scenario import Case, Scale, Scenario
    from tests.faults.world import World

LOGS = Path("build/faults")
"""What is left of a case that did not hold."""


@dataclass(frozen=True, slots=True)
class Job:
    scenario: Scenario
    case: Case
    name: str  # of the scenario
    database: str

    @property
    def id(self) -> str:
        return f"{self.name}/{self.database}/{self.case.label}"


class Ledger:
    """What each case showed, by its id, in a file that outlives an interruption."""

    def __init__(self, path: Path | None, head: dict[str, Any], *, resume: bool) -> None:
        self._path, self._lock = path, threading.Lock()
        self.head, self._done = {**head, "seconds": 0.0}, {}
        if resume and path and path.exists():
            kept = json.loads(path.read_text("utf-8"))
            self.head = kept["head"]
            self._done = {name: Figures(**figures) for name, figures in kept["done"].items()}
        self._before, self._began = self.head["seconds"], time.monotonic()

    def __contains__(self, job: Job) -> bool:
        return job.id in self._done

    def keep(self, job: Job, figures: Figures) -> None:
        with self._lock:
            self._done[job.id] = figures
            self.head["seconds"] = round(self._before + time.monotonic() - self._began, 1)
            if self._path:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                fresh = self._path.with_suffix(".new")
                done = {name: figures.as_json() for name, figures in self._done.items()}
                fresh.write_text(json.dumps({"head": self.head, "done": done}, indent=1), "utf-8")
                fresh.replace(self._path)

    def total(self, name: str, database: str) -> Figures | None:
        """A scenario's figures over all its cases on one database; None when it did not run there."""
        mine = [figures for job, figures in self._done.items() if job.split("/")[:2] == [name, database]]
        total = None
        for figures in mine:
            total = figures if total is None else total + figures
        return total


def jobs(catalogue: Iterable[tuple[str, Scenario]], databases: Sequence[str], scale: Scale) -> list[Job]:
    """Every case on every database it is meant for; scenarios of few cases first, so that trouble shows
    early."""
    planned = [(name, scenario, list(scenario.cases(scale))) for name, scenario in catalogue]
    return [
        Job(scenario, case, name, database)
        for name, scenario, cases in sorted(planned, key=lambda one: len(one[2]))
        for case in cases
        for database in databases
        if database in case.databases
    ]


def run_job(job: Job, databases: Databases, seed: int) -> Figures:
    """One case in its own world; an error in it is a broken expectation, never the end of the run."""
    began = time.monotonic()
    with open_world(databases, job.database, job.case, f"{seed}/{job.id}") as world:
        try:
            job.case.run(world)
        except Exception as error:  # noqa: BLE001 - the next case shall run all the same
            where = traceback.extract_tb(error.__traceback__)[-1]
            world.expect(truth=False, otherwise=f"{type(error).__name__}: {error} ({where.name})")
        figures = world.conclude()
        if not figures.ok:
            _keep_evidence(world, LOGS / job.id.replace(" ", "-"))
    figures.seconds = round(time.monotonic() - began, 1)
    figures.broken = [f"{job.case.label}, {job.database}: {said}" for said in figures.broken]
    return figures


def _keep_evidence(world: World, folder: Path) -> None:
    """The processes' logs, the platform's and the database's rows: enough to see what happened."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for log in world.settings.data_dir.glob("*.log"):
        shutil.copy(log, folder)
    (folder / "practice.jsonl").write_text("\n".join(map(json.dumps, world.practice.log())), "utf-8")
    with world.engine.connect() as connection, (folder / "rows.txt").open("w", encoding="utf-8") as rows:
        for kept in (account, delivery, attempt):
            for row in connection.execute(select(kept)).mappings():
                rows.write(f"{kept.name} {dict(row)}\n")


def run_all(
    todo: Sequence[Job],
    databases: Databases,
    seed: int,
    ledger: Ledger,
    tell: Callable[[Job, Figures], None],
    *,
    beside: int,
) -> None:
    """One case at a time on each database; the patient ones, `beside` at a time, next to them, since they
    mostly wait. Ctrl-C lets the cases under way come to their end and begins no other."""
    ended = threading.Event()

    def one(job: Job) -> None:
        if ended.is_set():
            return
        figures = run_job(job, databases, seed)
        ledger.keep(job, figures)
        tell(job, figures)

    def stream(database: str) -> None:
        for job in todo:
            if job.database == database and not job.scenario.patient:
                one(job)

    streams = dict.fromkeys(job.database for job in todo)
    with ThreadPoolExecutor(beside + len(streams)) as pool:
        waiting = [pool.submit(stream, database) for database in streams]
        slots = threading.Semaphore(beside)

        def when_free(job: Job) -> None:
            with slots:
                one(job)

        waiting += [pool.submit(when_free, job) for job in todo if job.scenario.patient]
        try:
            for future in waiting:
                future.result()
        finally:
            ended.set()
