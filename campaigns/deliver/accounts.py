"""Adapters, one for each account that is being served, with credentials that live in the database."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from campaigns.core.db import writing
from campaigns.models.tables import account
from campaigns.platforms.contract import Context
from campaigns.platforms.http import open_session
from campaigns.platforms.registry import open_adapter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    import aiohttp
    from sqlalchemy import Engine

    from campaigns.core.vault import Vault
    from campaigns.deliver.agenda import AccountFacts
    from campaigns.deliver.runtime import Runtime
    from campaigns.platforms.contract import Adapter


@dataclass(frozen=True, slots=True)
class Outside:
    """How an engine reaches the platforms; a simulation brings platforms of its own."""

    open_session: Callable[[], AbstractAsyncContextManager[aiohttp.ClientSession]] = open_session
    open_adapter: Callable[[str, Context], Adapter] = open_adapter


KEPT = 500
"""How many adapters are kept open while their lanes rest."""


class StoredCredentials:
    """An account's credentials, opened once; a refresh is stored only over what it was made from."""

    def __init__(
        self, engine: Engine, vault: Vault, runtime: Runtime, account_id: int, sealed: str, version: int
    ) -> None:
        self._engine, self._vault, self._runtime = engine, vault, runtime
        self._account_id, self._content, self._version = account_id, vault.open(sealed), version

    async def current(self) -> dict[str, Any]:
        return self._content

    async def replace(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        if dict(before) != self._content:
            return self._content
        self._content, self._version = await self._runtime.blocking(self._store, dict(after))
        return self._content

    def _store(self, after: dict[str, Any]) -> tuple[dict[str, Any], int]:
        with writing(self._engine) as connection:
            won = connection.execute(
                update(account)
                .where(account.c.id == self._account_id, account.c.credentials_version == self._version)
                .values(sealed=self._vault.seal(after), credentials_version=self._version + 1)
            ).rowcount
            if won:
                return after, self._version + 1
            row = connection.execute(
                select(account.c.sealed, account.c.credentials_version).where(
                    account.c.id == self._account_id
                )
            ).one()
            return self._vault.open(row.sealed), row.credentials_version

    @property
    def version(self) -> int:
        return self._version


class Adapters:
    """Opens adapters when they are needed and closes those longest unused."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        runtime: Runtime,
        http: aiohttp.ClientSession,
        deadline: float,
        outside: Outside,
    ) -> None:
        self._engine, self._vault, self._runtime = engine, vault, runtime
        self._http, self._deadline, self._outside = http, deadline, outside
        self._open: dict[int, tuple[StoredCredentials, Adapter]] = {}
        self._idle: OrderedDict[int, None] = OrderedDict()  # those longest unused first

    async def of(self, facts: AccountFacts) -> Adapter:
        """The account's adapter, open until `rest`; a new one when its credentials were replaced."""
        self._idle.pop(facts.id, None)
        if facts.id in self._open:
            credentials, adapter = self._open[facts.id]
            if credentials.version >= facts.credentials_version:
                return adapter
            await self._close(facts.id)
        credentials = StoredCredentials(
            self._engine, self._vault, self._runtime, facts.id, facts.sealed, facts.credentials_version
        )
        adapter = self._outside.open_adapter(
            facts.platform,
            Context(facts.server, facts.handle, credentials, self._http, self._deadline, facts.limits),
        )
        self._open[facts.id] = (credentials, adapter)
        return adapter

    async def rest(self, account_id: int) -> None:
        """The lane is done for now; its adapter may be closed when many others are open."""
        if account_id in self._open:
            self._idle[account_id] = None
        while len(self._idle) > KEPT:
            longest_unused, _ = self._idle.popitem(last=False)
            await self._close(longest_unused)

    async def close(self) -> None:
        for account_id in list(self._open):
            await self._close(account_id)

    async def _close(self, account_id: int) -> None:
        _, adapter = self._open.pop(account_id)
        await adapter.close()
