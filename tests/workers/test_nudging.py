"""What a tick sends: every lane that has something to do, in messages that do not grow without end."""

from __future__ import annotations

import json
from base64 import b64decode
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from kombu.connection import Connection

from workers import clock
from workers.broker import Broker
from workers.clock import Ticker

if TYPE_CHECKING:
    from tests.support.stage import Stage

LANES = 10


@pytest.mark.parametrize(("at_most", "sizes"), [(100, [2, 2, 2, 2, 2]), (3, [4, 4, 2])])
def test_lanes_are_shared_out_and_many_of_them_make_nudges_larger_and_not_more(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, at_most: int, sizes: list[int]
) -> None:
    monkeypatch.setattr(clock, "LANES_A_NUDGE", 2)
    monkeypatch.setattr(clock, "NUDGES_A_TICK", at_most)
    accounts = [stage.account(name=f"choir_{number}") for number in range(LANES)]
    for account in accounts:
        stage.plan(account, "due")
    with Broker(stage.settings) as url:
        ticker = Ticker(stage.settings, stage.database, url)
        ticker.tick()
        nudges = waiting(url)
        ticker.close()
    assert [len(lanes) for lanes in nudges] == sizes
    assert sorted(chain.from_iterable(nudges)) == sorted(account.id for account in accounts)


def waiting(url: str) -> list[list[int]]:
    """The lanes that each message in the queue names, in the order in which they were sent."""
    with Connection(url) as connection:  # type: ignore[no-untyped-call]  # kombu ships no types
        client: Any = connection.default_channel.client
        messages = [json.loads(message) for message in reversed(client.lrange("beacon", 0, -1))]
    return [json.loads(b64decode(message["body"]))[0][0] for message in messages]
