"""Single calls of the practice adapter, each with a session of its own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from campaigns.platforms.contract import Context, Outgoing, Receipt
from campaigns.platforms.http import open_session
from campaigns.platforms.registry import open_adapter
from tests.support.harness import HeldCredentials

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp

    from campaigns.platforms.contract import Adapter, Connection

    NewAccount = Callable[[str], Connection]

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HELLO = Outgoing(key="k" * 64, text="Hello #World", language="en")
Result = TypeVar("Result")


def acting(
    account: Connection, act: Callable[[Adapter], Awaitable[Result]], *, deadline: float = 10
) -> Result:
    async def run() -> Result:
        async with open_session() as http:
            return await act(open_adapter("practice", context(account, http, deadline)))

    return asyncio.run(run())


def context(account: Connection, http: aiohttp.ClientSession, deadline: float = 10) -> Context:
    held = HeldCredentials(account.credentials)
    return Context(account.server, account.handle, held, http, deadline, account.limits)


def send(account: Connection, outgoing: Outgoing = HELLO, *, deadline: float = 10) -> Receipt:
    return acting(account, lambda adapter: adapter.send(outgoing), deadline=deadline)


def look_for(
    account: Connection, outgoing: Outgoing = HELLO, since: datetime = LONG_AGO, known: tuple[str, ...] = ()
) -> Receipt | None:
    return acting(account, lambda adapter: adapter.look_for(outgoing, since, known))
