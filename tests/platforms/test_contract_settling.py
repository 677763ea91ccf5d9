"""What every platform promises about a lost answer, tried on a server of each: the part of the contract
that keeps a post from being lost or doubled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from campaigns.platforms.contract import Outgoing, PlatformError, Receipt, Settles, Unclear
from tests.support.adapters import frozen, publish, with_adapter

if TYPE_CHECKING:
    from campaigns.platforms.contract import Adapter
    from tests.support.harness import PlatformHarness

POST = Outgoing(key="a" * 64, text="One conversation can change a day. Who will you call?")

keyed = pytest.mark.parametrize("server", ["practice-keyed", "mastodon", "bluesky"], indirect=True)
readable = pytest.mark.parametrize("server", ["practice-readable", "mastodon", "bluesky", "x"], indirect=True)
blind = pytest.mark.parametrize("server", ["practice-blind"], indirect=True)


def _ids(server: PlatformHarness) -> list[str]:
    return [post["id"] for post in server.posts()]


def _an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


async def _lose_answer(adapter: Adapter, server: PlatformHarness) -> Outgoing:
    """Sends the post, which arrives, and hears nothing; returns it as its intent keeps it."""
    part = frozen(adapter, POST)
    server.lose_next_answer()
    with pytest.raises(Unclear):
        await adapter.send(part)
    return part


@keyed
def test_after_a_lost_answer_a_second_send_under_the_same_key_leaves_one_post(
    server: PlatformHarness,
) -> None:
    async def send_again(adapter: Adapter) -> list[Receipt]:
        assert (adapter.settles.key_window or timedelta(0)) > timedelta(minutes=10)
        return [await adapter.send(part) for _ in range(2)]

    part = with_adapter(server, lambda adapter: _lose_answer(adapter, server))
    receipts = with_adapter(server, send_again)  # by another adapter, as after a crash
    (there,) = _ids(server)
    assert [receipt.id for receipt in receipts] == [there, there]


@readable
def test_reading_finds_a_post_of_which_only_the_plan_is_left(server: PlatformHarness) -> None:
    """As after a restore from before its first intent: nothing of what was fixed then is known."""

    async def look(adapter: Adapter) -> tuple[Receipt | None, ...]:
        first = await adapter.look_for(POST, _an_hour_ago(), ())
        sent = await adapter.send(frozen(adapter, POST))
        found = await adapter.look_for(POST, _an_hour_ago(), ())
        taken = await adapter.look_for(POST, _an_hour_ago(), (sent.id,))
        return first, found and replace(found, ref=sent.ref), taken, sent

    before, found, taken, sent = with_adapter(server, look)
    assert (before, found, taken) == (None, sent, None)


@readable
def test_after_a_lost_answer_reading_finds_the_one_post(server: PlatformHarness) -> None:
    async def look(adapter: Adapter) -> Receipt | None:
        assert adapter.settles.readable
        return await adapter.look_for(part, _an_hour_ago(), ())

    part = with_adapter(server, lambda adapter: _lose_answer(adapter, server))
    found = with_adapter(server, look)
    assert found
    assert _ids(server) == [found.id]


@blind
def test_after_a_lost_answer_a_blind_platform_offers_nothing_but_to_ask(server: PlatformHarness) -> None:
    async def lose(adapter: Adapter) -> Settles:
        await _lose_answer(adapter, server)
        return adapter.settles

    assert with_adapter(server, lose) == Settles(key_window=None, readable=False)
    assert len(_ids(server)) == 1


@readable
def test_a_part_found_by_reading_can_be_replied_to(server: PlatformHarness) -> None:
    async def go_on(adapter: Adapter) -> None:
        first = await _lose_answer(adapter, server)
        found = await adapter.look_for(first, _an_hour_ago(), ())
        assert found
        await publish(adapter, replace(POST, key="b" * 64, text="A reply", root=found, parent=found))

    with_adapter(server, go_on)
    first, second = server.posts()
    assert (first["reply_to"], second["reply_to"]) == (None, first["id"])


@readable
def test_reading_finds_neither_what_is_not_there_nor_another_text(server: PlatformHarness) -> None:
    async def look(adapter: Adapter) -> list[Receipt | None]:
        part = frozen(adapter, POST)
        before = await adapter.look_for(part, _an_hour_ago(), ())
        await publish(adapter, replace(POST, key="b" * 64, text=f"{POST.text} And then?"))
        return [before, await adapter.look_for(part, _an_hour_ago(), ())]

    assert with_adapter(server, look) == [None, None]


@readable
def test_reading_never_takes_what_is_recorded_for_another_part(server: PlatformHarness) -> None:
    async def look(adapter: Adapter) -> Receipt | None:
        twin = await publish(adapter, replace(POST, key="b" * 64))
        return await adapter.look_for(frozen(adapter, POST), _an_hour_ago(), {twin.id})

    assert with_adapter(server, look) is None


@readable
def test_reading_never_takes_a_reply_for_a_post_of_the_same_text(server: PlatformHarness) -> None:
    async def look(adapter: Adapter) -> Receipt | None:
        root = await publish(adapter, replace(POST, key="b" * 64, text="What has this week been like?"))
        await publish(adapter, replace(POST, key="c" * 64, root=root, parent=root))
        return await adapter.look_for(frozen(adapter, POST), _an_hour_ago(), {root.id})

    assert with_adapter(server, look) is None


@readable
def test_reading_without_a_connection_says_so_instead_of_finding_nothing(server: PlatformHarness) -> None:
    async def look(adapter: Adapter) -> None:
        with pytest.raises(PlatformError):
            await adapter.look_for(frozen(adapter, POST), _an_hour_ago(), ())

    server.stop()
    try:
        with_adapter(server, look)
    finally:
        server.start()
