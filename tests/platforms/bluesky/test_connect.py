"""Connecting a Bluesky account on a real server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from campaigns.core.errors import Misuse
from campaigns.platforms.bluesky.connect import connect
from campaigns.platforms.contract import Connection, Reconnect, Refused
from campaigns.platforms.http import open_session
from tests.support.adapters import with_adapter
from tests.support.harness import HeldCredentials
from tests.support.talk import ScriptedTalk

if TYPE_CHECKING:
    from tests.support.bluesky import BlueskyHarness


def _connect(talk: ScriptedTalk) -> Connection:
    async def connected() -> Connection:
        async with open_session() as http:
            return await connect(talk, http)

    return asyncio.run(connected())


def test_a_handle_and_an_app_password_give_credentials_that_work(bluesky: BlueskyHarness) -> None:
    talk = ScriptedTalk(
        server=f"{bluesky.server}/", handle=f" @{bluesky.handle}", password=bluesky.account.app_password
    )
    connection = _connect(talk)
    assert (connection.server, connection.handle) == (bluesky.server, bluesky.handle)
    assert talk.secrets == {"password"}
    assert talk.told == []
    with_adapter(
        bluesky, lambda adapter: adapter.probe(), credentials=HeldCredentials(connection.credentials)
    )


def test_a_wrong_password_says_where_to_make_one(bluesky: BlueskyHarness) -> None:
    with pytest.raises(Reconnect, match="App passwords"):
        _connect(ScriptedTalk(server=bluesky.server, handle=bluesky.handle, password="aaaa-bbbb-cccc-dddd"))


def test_what_looks_like_a_main_password_is_advised_against(bluesky: BlueskyHarness) -> None:
    talk = ScriptedTalk(server=bluesky.server, handle=bluesky.handle, password="correct horse")
    with pytest.raises(Reconnect):
        _connect(talk)
    assert "app password" in talk.told[-1]


def test_a_site_that_is_no_bluesky_server_is_named(bluesky: BlueskyHarness) -> None:
    bluesky.proxy.answer(404, body=b"<html>Not here</html>")
    talk = ScriptedTalk(server=bluesky.server, handle="alice.test", password="aaaa-bbbb-cccc-dddd")
    with pytest.raises(Refused, match=f"{bluesky.server} is no Bluesky server"):
        _connect(talk)


@pytest.mark.parametrize("server", ["", "ftp://example.org", "a b", "https://me@example.org"])
def test_what_is_no_server_address_is_never_sent_a_password(server: str) -> None:
    with pytest.raises(Misuse, match="no server address"):
        _connect(ScriptedTalk(server=server, handle="alice.test", password="aaaa-bbbb-cccc-dddd"))


def test_an_unencrypted_server_is_cautioned_against_before_the_password_is_asked() -> None:
    def nothing_typed_yet(talk: ScriptedTalk) -> str:
        assert "not encrypted" in talk.told[-1]
        raise Misuse("The person thought better of it.")

    talk = ScriptedTalk(server="http://example.org", handle="alice.test", password=nothing_typed_yet)
    with pytest.raises(Misuse, match="thought better"):
        _connect(talk)
