"""Running one adapter against a test server, from opening to closing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from campaigns.platforms.http import open_session
from campaigns.platforms.registry import open_adapter
from tests.support.harness import context_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from campaigns.platforms.contract import Adapter, Credentials
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
