"""The journal: what has patience waits for company, and goes with the first that has none."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from campaigns.deliver.clock import DatabaseClock
from campaigns.deliver.journal import Journal
from campaigns.deliver.lease import Take
from campaigns.deliver.runtime import LiveRuntime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Engine

    from tests.support.stage import Stage

LONG = 60.0
"""Seconds of patience, more than a test has."""


@asynccontextmanager
async def running_journal(database: Engine) -> AsyncIterator[Journal]:
    runtime = LiveRuntime(DatabaseClock(database))
    journal = Journal(database, runtime)
    writing = asyncio.create_task(journal.run())
    try:
        async with asyncio.timeout(30):
            yield journal
    finally:
        journal.close()
        await writing
        runtime.close()


def taking(account_id: int) -> Take:
    return Take(account_id, "somebody", timedelta(seconds=30))


def test_what_has_patience_goes_with_the_first_that_has_none(stage: Stage) -> None:
    one, two, three = (stage.account(name=name).id for name in ("one", "two", "three"))

    async def put() -> int:
        async with running_journal(stage.database) as journal:
            patient = [journal.put(taking(one), LONG), journal.put(taking(two), LONG)]
            await asyncio.gather(*patient, journal.put(taking(three)))
            return journal.commits

    assert asyncio.run(put()) == 1


@pytest.mark.parametrize("hurried", [False, True], ids=["once that is over", "when somebody waits for it"])
def test_what_has_patience_is_written_alone(stage: Stage, *, hurried: bool) -> None:
    account = stage.account().id

    async def put() -> None:
        async with running_journal(stage.database) as journal:
            answer = journal.put(taking(account), LONG if hurried else 0.01)
            if hurried:
                journal.hurry()
            await answer

    asyncio.run(put())


def test_a_journal_that_closes_writes_what_still_has_patience(stage: Stage) -> None:
    account = stage.account().id

    async def put() -> bool:
        async with running_journal(stage.database) as journal:
            answer = journal.put(taking(account), LONG)
            await asyncio.sleep(0)
        return answer.done()

    assert asyncio.run(put())
