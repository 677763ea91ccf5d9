"""OAuth 2 tokens for X: renewed in time, once, and by one of many."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.platforms.contract import Reconnect, TryLater
from tests.fakes.x_state import CLIENT_ID
from tests.support.adapters import with_adapter
from tests.support.harness import HeldCredentials
from tests.support.x_posts import outgoing

if TYPE_CHECKING:
    from tests.support.x import XHarness


def oauth2(x: XHarness, **more: Any) -> HeldCredentials:
    issued = x.state.issue()
    kept = {name: issued[name] for name in ("access_token", "refresh_token")}
    return HeldCredentials({**kept, "client_id": CLIENT_ID, **more})


def test_an_oauth_2_token_is_renewed_before_it_ends(x: XHarness) -> None:
    held = oauth2(x, expires_at=time.time() + 5)
    with_adapter(x, lambda adapter: adapter.send(outgoing()), credentials=held)
    assert (x.state.refreshes, held.replaced) == (1, 1)
    assert held.held["expires_at"] > time.time() + 7000
    with_adapter(x, lambda adapter: adapter.probe(), credentials=held)
    assert x.state.refreshes == 1


def test_an_oauth_2_token_that_ended_unnoticed_is_renewed_and_the_post_goes_out_once(x: XHarness) -> None:
    held = oauth2(x)
    x.state.bearers.clear()
    with_adapter(x, lambda adapter: adapter.send(outgoing()), credentials=held)
    assert (x.state.refreshes, len(x.posts())) == (1, 1)


def test_many_calls_at_once_renew_once(x: XHarness) -> None:
    held = oauth2(x, expires_at=0)

    async def work(adapter: Any) -> None:
        await asyncio.gather(*(adapter.probe() for _ in range(8)))

    with_adapter(x, work, credentials=held)
    assert x.state.refreshes == 1


def test_a_token_that_another_process_renewed_is_taken_over(x: XHarness) -> None:
    held = oauth2(x, expires_at=0)
    stale = dict(held.held)
    with_adapter(x, lambda adapter: adapter.probe(), credentials=held)

    class SeesTheOldOnce(HeldCredentials):
        reads = 0

        async def current(self) -> dict[str, Any]:
            self.reads += 1
            return stale if self.reads <= 2 else await super().current()

    with_adapter(x, lambda adapter: adapter.probe(), credentials=SeesTheOldOnce(held.held))
    assert x.state.refreshes == 1


def test_a_refresh_token_that_is_refused_asks_to_connect_again(x: XHarness) -> None:
    held = oauth2(x, expires_at=0)
    x.revoke()
    with pytest.raises(Reconnect, match="renew"):
        with_adapter(x, lambda adapter: adapter.send(outgoing()), credentials=held)


def test_trouble_while_renewing_leaves_the_post_provably_unsent(x: XHarness) -> None:
    held = oauth2(x, expires_at=0)
    x.proxy.answer(503, path="/2/oauth2/token")
    with pytest.raises(TryLater, match="renewed"):
        with_adapter(x, lambda adapter: adapter.send(outgoing()), credentials=held)


def test_a_token_without_a_way_to_renew_it_asks_to_connect_again(x: XHarness) -> None:
    held = HeldCredentials({"access_token": "gone"})
    with pytest.raises(Reconnect):
        with_adapter(x, lambda adapter: adapter.probe(), credentials=held)
