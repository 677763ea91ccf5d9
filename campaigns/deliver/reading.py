"""One reader an engine: agendas that lanes ask for while others are being read are read together.

When thousands of lanes begin at once, a thread's turn for each would cost more than the reading.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import InterfaceError, OperationalError

from campaigns.deliver.agenda import read_agendas
from campaigns.deliver.lane import LaneLostError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from campaigns.deliver.agenda import Agenda
    from campaigns.deliver.runtime import Runtime
    from config.settings import Settings

AT_ONCE = 50
"""How many agendas are read in one go: a lane that asks meanwhile waits for all of them."""


class Reader:
    """Lanes ask for their agendas; `run` reads for as long as it is not cancelled."""

    def __init__(self, settings: Settings, database: Engine, runtime: Runtime) -> None:
        self._database, self._runtime = database, runtime
        self._near = timedelta(seconds=settings.look_ahead)
        self._media_dir = settings.media_dir
        self._asked: list[tuple[int, asyncio.Future[Agenda]]] = []
        self._something = asyncio.Event()

    async def agenda_of(self, account_id: int) -> Agenda:
        """What is near of a lane; raises what the database raised."""
        asked: asyncio.Future[Agenda] = asyncio.get_running_loop().create_future()
        self._asked.append((account_id, asked))
        self._something.set()
        return await asked

    async def run(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            while self._asked:
                batch, self._asked = self._asked[:AT_ONCE], self._asked[AT_ONCE:]
                await self._read(batch)

    async def _read(self, batch: list[tuple[int, asyncio.Future[Agenda]]]) -> None:
        now = self._runtime.now()
        ids = [account_id for account_id, _ in batch]
        try:
            agendas = await self._runtime.blocking(
                read_agendas, self._database, ids, now, now + self._near, self._media_dir
            )
        except (OperationalError, InterfaceError) as away:
            _fail(batch, away)
        except Exception as trouble:  # noqa: BLE001 - one lane's bad row must not stop the others
            if len(batch) == 1:
                _fail(batch, trouble)
                return
            for each in batch:
                await self._read([each])
        else:
            for account_id, asked in batch:
                if account_id in agendas and not asked.done():
                    asked.set_result(agendas[account_id])
            _fail(batch, LaneLostError())  # the account is no longer there


def _fail(batch: list[tuple[int, asyncio.Future[Agenda]]], trouble: Exception) -> None:
    for _, asked in batch:
        if not asked.done():
            asked.set_exception(trouble)
