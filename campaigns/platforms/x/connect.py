"""Connecting an X account: OAuth 1.0a user keys, or an OAuth 2.0 user token."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from campaigns.core.moments import utc_now
from campaigns.core.words import Sentence
from campaigns.platforms.addresses import base_url, is_exposed
from campaigns.platforms.contract import Connection, Unclear
from campaigns.platforms.x.access import LIFETIME, Access
from campaigns.platforms.x.client import SERVER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import aiohttp
    import tweepy

    from campaigns.platforms.contract import Talk

DEADLINE = 20.0  # seconds for each request while a person waits
KEYS = {
    "api_secret": "API key secret",
    "access_token": "Access token",
    "access_secret": "Access token secret",
}


async def connect(talk: Talk, http: aiohttp.ClientSession) -> Connection:
    """Asks for `server`, then for `api_key`, `api_secret`, `access_token`, `access_secret`; without an
    `api_key` for `access_token`, `refresh_token`, `client_id`, `client_secret`.

    Raises `Misuse` for a server that is no web address, a `PlatformError` for what X said.
    """
    del http  # tweepy brings its own
    server = base_url(talk.ask("server", "Address of X's API", default=SERVER), example=SERVER)
    if is_exposed(server):
        talk.tell(f"Caution: {server} is not encrypted; the keys can be read on their way.")
    held = _Held(_asked(talk))
    access = Access(server, DEADLINE, held)
    try:
        answer = await access.call(_me)
    finally:
        access.close()
    me = answer.get("data") if isinstance(answer, dict) else None
    if not me or not me.get("username"):
        raise Unclear(Sentence("X did not say whose account this is; try again."), sick=False)
    credentials = await held.current()
    return Connection(server, f"@{me['username']}", credentials, expires_utc=_end(credentials))


def _asked(talk: Talk) -> dict[str, str]:
    key = talk.ask("api_key", "API key (empty: OAuth 2.0 tokens)", secret=True, default="").strip()
    if key:
        rest = {name: talk.ask(name, question, secret=True).strip() for name, question in KEYS.items()}
        return {"api_key": key, **rest}
    token = talk.ask("access_token", "OAuth 2.0 access token of the account", secret=True).strip()
    refresh = talk.ask("refresh_token", "Refresh token (empty: none)", secret=True, default="").strip()
    if not refresh:
        talk.tell("Without a refresh token this account must be connected again every two hours.")
        return {"access_token": token}
    held = {
        "access_token": token,
        "refresh_token": refresh,
        "client_id": talk.ask("client_id", "Client ID of your X app").strip(),
    }
    secret = talk.ask("client_secret", "Client secret (empty: none)", secret=True, default="").strip()
    return {**held, "client_secret": secret} if secret else held


def _end(credentials: Mapping[str, Any]) -> datetime | None:
    """Only an OAuth 2.0 token that nothing renews has an end that X publishes: two hours after it was made,
    so no later than two hours from now. OAuth 1.0a keys "are not explicitly expired", and of a refresh token
    no lifetime is told (docs.x.com: OAuth 2.0 authorization code flow, and OAuth FAQ)."""
    if "api_key" in credentials or "refresh_token" in credentials:
        return None
    return utc_now() + timedelta(seconds=LIFETIME)


def _me(client: tweepy.Client, user_auth: bool) -> Any:
    return client.get_me(user_auth=user_auth)


class _Held:
    """Credentials before they are stored: a token that X renewed meanwhile is kept."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        self._held = dict(held)

    async def current(self) -> dict[str, Any]:
        return dict(self._held)

    async def replace(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        del before  # nobody else holds them
        self._held = dict(after)
        return dict(self._held)
