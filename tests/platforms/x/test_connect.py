from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from campaigns.core.moments import utc_now
from campaigns.platforms.contract import Reconnect
from campaigns.platforms.http import open_session
from campaigns.platforms.x.connect import connect
from tests.fakes.x_state import CLIENT_ID, KEYS
from tests.support.talk import ScriptedTalk

if TYPE_CHECKING:
    from campaigns.platforms.contract import Connection
    from tests.support.x import XHarness


def connected(talk: ScriptedTalk) -> Connection:
    async def work() -> Connection:
        async with open_session() as http:
            return await connect(talk, http)

    return asyncio.run(work())


def test_four_keys_connect_and_all_are_secret(x: XHarness) -> None:
    talk = ScriptedTalk(server=x.server, **KEYS)
    connection = connected(talk)
    assert (connection.server, connection.handle, connection.credentials) == (x.server, "@beacon", KEYS)
    assert talk.secrets == set(KEYS)


def test_an_oauth_2_token_connects(x: XHarness) -> None:
    issued = x.state.issue()
    tokens = {"access_token": issued["access_token"], "refresh_token": issued["refresh_token"]}
    connection = connected(ScriptedTalk(server=x.server, **tokens, client_id=CLIENT_ID))
    assert connection.credentials == {**tokens, "client_id": CLIENT_ID}


def test_a_token_renewed_while_connecting_is_the_one_that_is_kept(x: XHarness) -> None:
    issued = x.state.issue()
    talk = ScriptedTalk(
        server=x.server, access_token="old", refresh_token=issued["refresh_token"], client_id=CLIENT_ID
    )
    assert connected(talk).credentials["access_token"] in x.state.bearers


def test_without_a_refresh_token_the_two_hours_are_said(x: XHarness) -> None:
    talk = ScriptedTalk(server=x.server, access_token=x.state.issue()["access_token"])
    before = utc_now()
    connection = connected(talk)
    assert "two hours" in talk.told[0]
    assert connection.expires_utc is not None
    assert before + timedelta(hours=2) <= connection.expires_utc <= utc_now() + timedelta(hours=2)


def test_what_is_renewed_or_never_ends_has_no_end(x: XHarness) -> None:
    issued = x.state.issue()
    tokens = {"access_token": issued["access_token"], "refresh_token": issued["refresh_token"]}
    assert connected(ScriptedTalk(server=x.server, **KEYS)).expires_utc is None
    assert connected(ScriptedTalk(server=x.server, **tokens, client_id=CLIENT_ID)).expires_utc is None


def test_wrong_keys_are_said(x: XHarness) -> None:
    with pytest.raises(Reconnect):
        connected(ScriptedTalk(server=x.server, **{**KEYS, "api_secret": "wrong"}))
