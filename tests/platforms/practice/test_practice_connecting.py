"""Connecting a practice account on a real server: signing up, and the names that cannot be had."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from campaigns.core.errors import Misuse
from campaigns.platforms.contract import Reconnect, Refused
from campaigns.platforms.http import open_session
from campaigns.platforms.practice.connect import offline_connection
from campaigns.platforms.registry import connect_of
from tests.support.practice_calls import send
from tests.support.talk import ScriptedTalk

if TYPE_CHECKING:
    from campaigns.platforms.contract import Connection
    from tests.support.practice import PracticeServer


def connecting(**answers: str) -> Connection:
    async def run() -> Connection:
        async with open_session() as http:
            return await connect_of("practice")(ScriptedTalk(**answers), http)

    return asyncio.run(run())


def test_connecting_signs_up_an_account_that_can_post(practice: PracticeServer) -> None:
    account = connecting(server=practice.url + "/", handle="@Newcomer", kind="readable")
    assert (account.server, account.handle) == (practice.url, "newcomer")
    assert account.credentials["kind"] == "readable"
    send(account)
    assert len(practice.posts("newcomer")) == 1


def test_a_name_that_is_taken_is_refused_and_one_that_cannot_be_is_misuse(practice: PracticeServer) -> None:
    connecting(server=practice.url, handle="taken")
    with pytest.raises(Refused, match="taken"):
        connecting(server=practice.url, handle="taken")
    with pytest.raises(Misuse, match="a-z"):
        connecting(server=practice.url, handle="no spaces")
    with pytest.raises(Misuse, match="keyed, readable, blind"):
        connecting(server=practice.url, handle="fine", kind="magic")


def test_an_account_made_offline_is_the_first_to_use_its_name(practice: PracticeServer) -> None:
    mine = offline_connection("firstcomer", "blind", practice.url)
    other = offline_connection("firstcomer", "blind", practice.url)
    send(mine)
    with pytest.raises(Reconnect):
        send(other)
    assert len(practice.posts("firstcomer")) == 1
