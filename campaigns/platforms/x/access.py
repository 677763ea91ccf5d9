"""Calling X with an account's credentials, and renewing an OAuth 2.0 token when it ends."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from requests.auth import HTTPBasicAuth

from campaigns.core.words import Sentence
from campaigns.platforms.contract import PlatformError, Reconnect, Refused, TryLater
from campaigns.platforms.sdk import in_thread
from campaigns.platforms.x.client import TokenRefusedError, XSession, open_client, signs

if TYPE_CHECKING:
    from collections.abc import Callable

    import tweepy

    from campaigns.platforms.contract import Credentials

EXPIRY_MARGIN = 60.0  # seconds before its end at which a token is renewed
LIFETIME = 7200.0  # seconds; what X gives a token when it does not say


class Access:
    """The account's credentials at work.

    They are `api_key`, `api_secret`, `access_token` and `access_secret` (OAuth 1.0a), or an
    `access_token` and, to renew it, `refresh_token`, `client_id`, for a confidential client
    `client_secret`, and, once it was renewed, `expires_at` in epoch seconds.
    """

    def __init__(self, server: str, deadline: float, credentials: Credentials) -> None:
        self._server, self._credentials = server, credentials
        self._session = XSession(server, deadline)
        self._renewing = asyncio.Lock()

    async def call(self, ask: Callable[[tweepy.Client, bool], Any]) -> Any:
        """Asks with a client, and whether that has to sign with OAuth 1.0a.

        After a 401, which provably did nothing, it asks once more with a renewed token."""
        held = await self._credentials.current()
        ended = held.get("expires_at", float("inf")) - EXPIRY_MARGIN < time.time()
        if ended and held.get("refresh_token"):
            return await self._ask(ask, await self._renewed(held))
        try:
            return await self._ask(ask, held)
        except TokenRefusedError:
            if not held.get("refresh_token"):
                raise
            return await self._ask(ask, await self._renewed(held))

    def close(self) -> None:
        self._session.close()

    async def _ask(self, ask: Callable[[tweepy.Client, bool], Any], held: dict[str, Any]) -> Any:
        client = open_client(self._session, held)
        return await in_thread(lambda: ask(client, signs(held)))

    async def _renewed(self, held: dict[str, Any]) -> dict[str, Any]:
        """Shielded: X takes a refresh token once, so a new one that is not stored locks the account out."""
        return await asyncio.shield(asyncio.ensure_future(self._renew(held)))

    async def _renew(self, held: dict[str, Any]) -> dict[str, Any]:
        async with self._renewing:
            current = await self._credentials.current()
            if current != held:
                return current  # another call was faster
            try:
                fresh = await in_thread(lambda: self._ask_for_token(held))
            except (Refused, Reconnect) as refused:
                current = await self._credentials.current()
                if current != held:
                    return current  # another process was faster
                raise Reconnect(
                    Sentence("X no longer renews this account's token: %(why)s", why=refused.sentence)
                ) from refused
            except PlatformError as trouble:  # the post itself was not sent, whatever became of the token
                raise TryLater(
                    Sentence("This account's token could not be renewed: %(why)s", why=trouble.sentence)
                ) from trouble
            renewed = {
                **held,
                "access_token": fresh["access_token"],
                "refresh_token": fresh.get("refresh_token") or held["refresh_token"],
                "expires_at": time.time() + float(fresh.get("expires_in") or LIFETIME),
            }
            return await self._credentials.replace(held, renewed)

    def _ask_for_token(self, held: dict[str, Any]) -> dict[str, Any]:
        secret = held.get("client_secret")
        asked = {
            "grant_type": "refresh_token",
            "refresh_token": held["refresh_token"],
            "client_id": held["client_id"],
        }
        basic = HTTPBasicAuth(held["client_id"], secret) if secret else None
        answer = self._session.post(f"{self._server}/2/oauth2/token", data=asked, auth=basic).json()
        if not isinstance(answer, dict) or not answer.get("access_token"):
            raise Refused(Sentence("The answer has no token."))
        return answer
