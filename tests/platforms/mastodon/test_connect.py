from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from campaigns.platforms.contract import Reconnect, Refused, TryLater
from campaigns.platforms.http import open_session
from campaigns.platforms.mastodon.connect import connect
from tests.support.adapters import with_adapter
from tests.support.talk import ScriptedTalk

if TYPE_CHECKING:
    from campaigns.platforms.contract import Connection
    from tests.support.mastodon import MastodonHarness


def connected(talk: ScriptedTalk) -> Connection:
    async def work() -> Connection:
        async with open_session() as http:
            return await connect(talk, http)

    return asyncio.run(work())


def test_a_token_connects(mastodon: MastodonHarness) -> None:
    talk = ScriptedTalk(server=mastodon.server, token="mock_token")
    connection = connected(talk)
    assert connection.server == mastodon.server
    assert connection.handle.startswith("@testuser@")
    assert connection.credentials == {"access_token": "mock_token"}
    assert connection.limits == mastodon.limits
    assert talk.told == []  # loopback needs no warning
    assert "token" in talk.secrets


def test_without_a_token_beacon_registers_itself_and_takes_a_code(mastodon: MastodonHarness) -> None:
    def code(talk: ScriptedTalk) -> str:
        return mastodon.authorise(talk.told[-1].split()[-1])

    connection = connected(ScriptedTalk(server=mastodon.server, token="", code=code))
    mastodon.credentials = connection.credentials
    with_adapter(mastodon, lambda adapter: adapter.probe())


def test_only_what_is_needed_is_asked_for(mastodon: MastodonHarness) -> None:
    talk = ScriptedTalk(server=mastodon.server, token="", code="wrong")
    with pytest.raises(Refused, match="start again"):
        connected(talk)
    assert "scope=read%3Aaccounts+read%3Astatuses+write%3Amedia+write%3Astatuses" in talk.told[-1]


def test_a_wrong_token_is_said(mastodon: MastodonHarness) -> None:
    with pytest.raises(Reconnect):
        connected(ScriptedTalk(server=mastodon.server, token="nope"))


def test_a_server_that_is_down_is_said(mastodon: MastodonHarness) -> None:
    mastodon.stop()
    with pytest.raises(TryLater):
        connected(ScriptedTalk(server=mastodon.server, token="mock_token"))


def test_an_old_server_is_asked_the_old_way(mastodon: MastodonHarness) -> None:
    mastodon.proxy.answer(404, path="/api/v2/instance")
    body = b'{"uri": "x", "title": "x", "version": "2.7.2 (compatible; Pleroma)", "max_toot_chars": 4000}'
    mastodon.proxy.answer(200, path="/api/v1/instance", body=body)
    connection = connected(ScriptedTalk(server=mastodon.server, token="mock_token"))
    assert connection.limits == {"statuses": {"max_characters": 4000}}
