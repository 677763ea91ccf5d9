"""One journal a process: every waiting write of every lane goes into one transaction.

A lane goes on only when the commit that holds its entry has returned. Entries that must not be lost
(outcomes) are kept and tried again while the database is away; the others fail at once, and their lane
starts over from what the database says.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from campaigns.core.wire import open_wire
from campaigns.deliver import gate
from campaigns.deliver.tally import COMMITS, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from campaigns.core.wire import Wire
    from campaigns.deliver.runtime import Runtime

log = structlog.get_logger(__name__)

LARGEST_BATCH = 500
WINDOW = 0.05
"""Seconds that what nobody waits for may wait itself, so that it shares a commit with what comes after it."""
RETRY_SECONDS = 0.5


class JournalDownError(Exception):
    """The database did not take the entry; whether it was written is unknown."""


class Entry(Protocol):
    """One lane's write. Entries of one class are applied together, classes by `order`."""

    order: ClassVar[int]
    must_last: ClassVar[bool]  # tried again until the database has taken it

    @classmethod
    def apply_all(cls, wire: Wire, entries: Sequence[Any], now: datetime) -> list[Any]:
        """Writes the entries; returns one answer each, in their order. May be run again from scratch."""


Answer = TypeVar("Answer")


@dataclass
class _Waiting:
    entry: Entry
    answer: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Journal:
    """Collects entries and commits them in groups; `commits` counts the transactions."""

    def __init__(self, engine: Engine, runtime: Runtime, tally: Tally | None = None) -> None:
        self._engine, self._runtime, self._tally = engine, runtime, tally or Tally()
        self._waiting: list[_Waiting] = []
        self._something = asyncio.Event()
        self._commit_by = math.inf  # on the loop's clock: when the first who waits runs out of patience
        self._closing = False
        self.commits = 0

    def put(self, entry: Entry, patience: float = 0.0) -> asyncio.Future[Any]:
        """Queues an entry; the future brings its answer once it is committed.

        `patience`: seconds that it may wait for others. It goes with the first that has none left.
        """
        waiting = _Waiting(entry)
        self._waiting.append(waiting)
        self._by(asyncio.get_running_loop().time() + patience)
        return waiting.answer

    def hurry(self) -> None:
        """Somebody waits for what has been put: it is committed now."""
        if self._waiting:
            self._by(0.0)

    async def run(self) -> None:
        """Commits until `close` is called and everything that waits is written."""
        while self._waiting or not self._closing:
            await self._something.wait()
            self._something.clear()
            while self._waiting:
                await self._gather()
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                self._commit_by = 0.0 if self._waiting else math.inf
                await self._write(batch)

    def close(self) -> None:
        self._closing = True
        self._something.set()

    def _by(self, moment: float) -> None:
        if moment < self._commit_by:
            self._commit_by = moment
            self._something.set()

    async def _gather(self) -> None:
        """Waits for others for as long as all who wait have patience."""
        loop = asyncio.get_running_loop()
        while self._commit_by > loop.time() and len(self._waiting) < LARGEST_BATCH and not self._closing:
            self._something.clear()
            try:
                async with asyncio.timeout_at(self._commit_by):
                    await self._something.wait()
            except TimeoutError:
                return

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            answers = await self._runtime.blocking(self._commit, [waiting.entry for waiting in batch])
        except (OperationalError, InterfaceError, InternalError) as away:  # the last: a read-only PostgreSQL
            await self._database_away(batch, away)
        except Exception as wrong:  # noqa: BLE001 - one lane's bad entry must not end everybody's journal
            await self._split(batch, wrong)
        else:
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)

    def _commit(self, entries: list[Entry]) -> list[Any]:
        kinds: dict[type[Entry], list[int]] = defaultdict(list)
        for index, entry in enumerate(entries):
            kinds[type(entry)].append(index)
        answers: list[Any] = [None] * len(entries)
        with open_wire(self._engine, writes=True) as wire:
            gate.pass_shared(wire)
            now = self._runtime.now()
            for kind in sorted(kinds, key=lambda kind: kind.order):
                indexes = kinds[kind]
                results = kind.apply_all(wire, [entries[index] for index in indexes], now)
                for index, result in zip(indexes, results, strict=True):
                    answers[index] = result
        self.commits += 1
        self._tally.count(COMMITS)
        return answers

    async def _database_away(self, batch: list[_Waiting], away: Exception) -> None:
        log.warning("journal.database_away", error=str(away.__cause__ or away)[:300], entries=len(batch))
        kept = [waiting for waiting in batch if waiting.entry.must_last]
        for waiting in batch:
            if not waiting.entry.must_last:
                _fail(waiting, JournalDownError(str(away)))
        if kept:
            await asyncio.sleep(RETRY_SECONDS)
            self._waiting[:0] = kept
            self._commit_by = 0.0

    async def _split(self, batch: list[_Waiting], wrong: Exception) -> None:
        """Something in the batch cannot be written: halve it until the bad entry stands alone."""
        if len(batch) == 1:
            log.error("journal.bad_entry", entry=repr(batch[0].entry)[:500], error=str(wrong)[:500])
            _fail(batch[0], JournalDownError(str(wrong)))
            return
        middle = len(batch) // 2
        await self._write(batch[:middle])
        await self._write(batch[middle:])


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(error)
        waiting.answer.exception()  # nobody may be waiting any more; that is no warning
