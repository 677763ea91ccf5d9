"""Whether accounts still work: each is asked the cheapest question that its platform has."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from campaigns.core.errors import BeaconError
from campaigns.core.words import Sentence
from campaigns.deliver.accounts import StoredCredentials
from campaigns.deliver.clock import DatabaseClock
from campaigns.deliver.runtime import LiveRuntime
from campaigns.platforms.contract import Context
from campaigns.platforms.http import open_session
from campaigns.platforms.registry import open_adapter

if TYPE_CHECKING:
    from collections.abc import Sequence

    import aiohttp
    from sqlalchemy import Engine

    from campaigns.core.vault import Vault
    from campaigns.models import Account
    from campaigns.platforms.contract import Adapter


async def probe(engine: Engine, vault: Vault, accounts: Sequence[Account], deadline: float) -> list[str]:
    """What is wrong with each account, in a sentence; empty for one that works. `deadline`: seconds each."""
    runtime = LiveRuntime(DatabaseClock(engine))

    async def trouble_of(account: Account, http: aiohttp.ClientSession) -> str:
        try:
            credentials = StoredCredentials(
                engine, vault, runtime, account.id, account.sealed, account.credentials_version
            )
            context = Context(account.server, account.handle, credentials, http, deadline, account.limits)
            async with asyncio.timeout(deadline):
                await _ask(open_adapter(account.platform, context))
        except BeaconError as trouble:
            return str(trouble)
        except TimeoutError:
            return Sentence("It gave no answer within %(seconds)s s.", seconds=f"{deadline:g}")
        return ""

    try:
        async with open_session() as http:
            return list(await asyncio.gather(*(trouble_of(account, http) for account in accounts)))
    finally:
        runtime.close()


async def _ask(adapter: Adapter) -> None:
    try:
        await adapter.probe()
    finally:
        await adapter.close()
