"""Sessions on a real Bluesky server: kept, refreshed by one at a time, made anew, given up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.platforms.bluesky.session import log_in
from campaigns.platforms.contract import Adapter, Outgoing, Reconnect, TryLater
from campaigns.platforms.http import open_session
from tests.support.adapters import with_adapter
from tests.support.harness import HeldCredentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from campaigns.platforms.verdicts import Answer
    from tests.support.bluesky import BlueskyHarness

LOGIN = "com.atproto.server.createSession"
REFRESH = "com.atproto.server.refreshSession"


class CachedCredentials:
    """A process's own copy of what is stored, as the engine keeps it."""

    def __init__(self, stored: HeldCredentials, copy: Mapping[str, Any]) -> None:
        self.stored, self.copy = stored, dict(copy)

    async def current(self) -> dict[str, Any]:
        return self.copy

    async def replace(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        self.copy = await self.stored.replace(before, after)
        return self.copy


def _kept(bluesky: BlueskyHarness, **changed: str) -> HeldCredentials:
    return HeldCredentials({**bluesky.credentials, **changed})


def _expired(bluesky: BlueskyHarness, **changed: str) -> HeldCredentials:
    return _kept(bluesky, access=bluesky.pds.expired_access(bluesky.account.did), **changed)


async def _post(adapter: Adapter, text: str = "How are you, really?") -> None:
    outgoing = Outgoing(key=text, text=text)
    frozen = adapter.freeze(outgoing, datetime.now(UTC))
    await adapter.send(replace(outgoing, frozen=frozen))


def test_a_restarted_adapter_goes_on_with_its_session(bluesky: BlueskyHarness) -> None:
    kept = _kept(bluesky)
    for _ in range(3):
        with_adapter(bluesky, _post, credentials=kept)
    assert bluesky.asked(LOGIN) == bluesky.asked(REFRESH) == 0
    assert len(bluesky.posts()) == 3


def test_an_expired_session_is_refreshed_once_for_all_who_wait(bluesky: BlueskyHarness) -> None:
    kept = _expired(bluesky)

    async def post_eight(adapter: Adapter) -> None:
        await asyncio.gather(*(_post(adapter, f"Question {number}") for number in range(8)))

    with_adapter(bluesky, post_eight, credentials=kept)
    assert (bluesky.asked(REFRESH), bluesky.asked(LOGIN), kept.replaced) == (1, 0, 1)
    assert len(bluesky.posts()) == 8


def test_a_refreshed_session_outlives_a_restart(bluesky: BlueskyHarness) -> None:
    kept = _expired(bluesky)
    with_adapter(bluesky, _post, credentials=kept)
    with_adapter(bluesky, _post, credentials=kept)
    assert bluesky.asked(REFRESH) == 1


def test_two_processes_that_refresh_at_once_both_go_on(bluesky: BlueskyHarness) -> None:
    kept = _expired(bluesky)

    async def beside_another_process(adapter: Adapter) -> None:
        await asyncio.gather(
            _post(adapter, "From the first"),
            asyncio.to_thread(
                with_adapter, bluesky, lambda other: _post(other, "From the second"), credentials=kept
            ),
        )

    with_adapter(bluesky, beside_another_process, credentials=kept)
    with_adapter(bluesky, _post, credentials=kept)
    assert len(bluesky.posts()) == 3
    assert kept.replaced == 1
    assert bluesky.asked(LOGIN) == 0


def test_a_process_that_slept_through_another_s_session_still_goes_on(bluesky: BlueskyHarness) -> None:
    expired = bluesky.pds.expired_access(bluesky.account.did)
    stored = _expired(bluesky)  # by another process, and run out meanwhile
    asleep = CachedCredentials(stored, {**stored.held, "access": f"{expired}x", "refresh": "used up"})
    with_adapter(bluesky, _post, credentials=asleep)
    assert len(bluesky.posts()) == 1
    assert stored.replaced == 1


def test_the_app_password_makes_a_new_session_when_the_refresh_token_died(bluesky: BlueskyHarness) -> None:
    kept = _expired(bluesky, refresh=bluesky.pds.expired_access(bluesky.account.did))
    with_adapter(bluesky, _post, credentials=kept)
    assert bluesky.asked(LOGIN) == 1
    assert len(bluesky.posts()) == 1


def test_a_revoked_app_password_asks_to_reconnect_and_sends_nothing(bluesky: BlueskyHarness) -> None:
    bluesky.account.revoke_app_password()
    with pytest.raises(Reconnect, match="app password") as refusal:
        with_adapter(bluesky, _post, credentials=_expired(bluesky))
    assert bluesky.account.app_password not in str(refusal.value)
    assert bluesky.posts() == []


def test_too_many_logins_wait_as_long_as_the_server_asks(bluesky: BlueskyHarness) -> None:
    async def log_in_at_once() -> list[Answer | BaseException]:
        async with open_session() as http:
            return await asyncio.gather(
                *(log_in(http, bluesky.server, bluesky.handle, "wrong", deadline=30) for _ in range(31)),
                return_exceptions=True,
            )

    verdicts = asyncio.run(log_in_at_once())
    waits = [verdict.after for verdict in verdicts if isinstance(verdict, TryLater)]
    assert len(waits) == 1
    assert 0 < (waits[0] or 0) <= 300
    assert sum(isinstance(verdict, Reconnect) for verdict in verdicts) == 30


def test_a_lost_answer_to_the_refresh_leaves_the_post_provably_unsent(bluesky: BlueskyHarness) -> None:
    kept = _expired(bluesky)
    bluesky.proxy.lose_answer("POST", REFRESH)
    with pytest.raises(TryLater, match="nothing was sent"):
        with_adapter(bluesky, _post, credentials=kept)
    assert bluesky.posts() == []
    with_adapter(bluesky, _post, credentials=kept)  # the server lets the old refresh token be used again
    assert len(bluesky.posts()) == 1
    assert bluesky.asked(LOGIN) == 0
