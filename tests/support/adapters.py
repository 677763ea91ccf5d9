"""Running one adapter against a test server, from opening to closing."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from campaigns.platforms.http import open_session
from campaigns.platforms.registry import open_adapter
from tests.support.harness import context_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from campaigns.platforms.contract import Adapter, Credentials, Outgoing, Receipt
    from tests.support.harness import PlatformHarness

Result = TypeVar("Result")


def with_adapter(
    harness: PlatformHarness,
    work: Callable[[Adapter], Awaitable[Result]],
    *,
    credentials: Credentials | None = None,
    deadline: float = 5,
) -> Result:
    """Does the work on a fresh adapter, as after a restart; `credentials` as kept from before."""

    async def opened() -> Result:
        async with open_session() as http:
            context = context_for(harness, http, deadline=deadline)
            if credentials is not None:
                context = replace(context, credentials=credentials)
            adapter = open_adapter(harness.platform, context)
            try:
                return await work(adapter)
            finally:
                await adapter.close()

    return asyncio.run(opened())


def frozen(adapter: Adapter, outgoing: Outgoing) -> Outgoing:
    """The part as its first intent keeps it: frozen now, and stored as JSON."""
    kept = json.loads(json.dumps(adapter.freeze(outgoing, datetime.now(UTC))))
    return replace(outgoing, frozen=kept)


async def publish(adapter: Adapter, outgoing: Outgoing) -> Receipt:
    """Freezes and sends, as the engine does."""
    return await adapter.send(frozen(adapter, outgoing))
