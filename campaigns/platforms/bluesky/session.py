"""A session with a Bluesky server: made once from the app password, refreshed when it runs out.

Servers allow 30 new sessions in five minutes and 300 a day, so a refresh comes first and the app
password second. Documented at docs.bsky.app, "Rate Limits".
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from campaigns.core.words import Sentence
from campaigns.platforms.contract import PlatformError, Reconnect, Refused, TryLater, Unclear
from campaigns.platforms.http import ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    import aiohttp

    from campaigns.platforms.contract import Context
    from campaigns.platforms.verdicts import Answer

LABEL = "Bluesky"
MOST_RENEWALS = 2  # what another process stored first, and we then take over, may have run out too

_NO_SUCH_PROCEDURE = {404, 405}
_RUN_OUT = {"ExpiredToken", "InvalidToken"}


class _RunOutError(Reconnect):
    """The access token is no longer taken; a refreshed one may be."""


def error_name(answer: Answer) -> str:
    """The machine-readable name of an XRPC error, such as `RecordNotFound`; may be empty."""
    name = answer.body.get("error") if isinstance(answer.body, dict) else None
    return name if isinstance(name, str) else ""


async def log_in(
    http: aiohttp.ClientSession, server: str, identifier: str, app_password: str, *, deadline: float
) -> Answer:
    """Makes a session. `identifier` is a handle or a DID; raises `Reconnect` for a wrong password."""

    def judge(answer: Answer) -> PlatformError | None:
        if answer.status in _NO_SUCH_PROCEDURE:
            return Refused(Sentence("%(server)s is no Bluesky server; check the address.", server=server))
        if error_name(answer) != "AuthenticationRequired":
            return None
        return Reconnect(
            Sentence(
                "Bluesky does not know this handle with this app password; make a new one in its app under "
                "Settings, Privacy and security, App passwords, and connect the account with it."
            )
        )

    return await ask(
        http,
        "POST",
        f"{server}/xrpc/com.atproto.server.createSession",
        label=LABEL,
        deadline=deadline,
        body={"identifier": identifier, "password": app_password},
        secrets=(app_password,),
        judge=judge,
    )


def tokens_of(session: Answer) -> dict[str, str]:
    """What of a new session is kept with the account's credentials."""
    return {"access": session.text("accessJwt"), "refresh": session.text("refreshJwt")}


class Session:
    """Calls one account's server with a token that is in force."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._renewing = asyncio.Lock()

    async def did(self) -> str:
        """The account's permanent identifier; handles may change."""
        return str((await self._context.credentials.current())["did"])

    async def call(
        self,
        method: str,
        procedure: str,
        *,
        judge: Callable[[Answer], PlatformError | None] | None = None,
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> Answer:
        """One request to an XRPC procedure; when its token had run out, again with a renewed one.

        A server that refuses a token has not looked at the request, so that is no second send.
        """

        def judge_token_first(answer: Answer) -> PlatformError | None:
            if error_name(answer) in _RUN_OUT:
                return _RunOutError(f"{LABEL} no longer accepts this account's session; connect it again.")
            return judge(answer) if judge else None

        async def send(held: Mapping[str, Any]) -> Answer:
            return await ask(
                self._context.http,
                method,
                f"{self._context.server}/xrpc/{procedure}",
                label=LABEL,
                deadline=self._context.deadline,
                headers={**(headers or {}), "Authorization": f"Bearer {held['access']}"},
                judge=judge_token_first,
                **request,
            )

        held = await self._context.credentials.current()
        for _ in range(MOST_RENEWALS):
            try:
                return await send(held)
            except _RunOutError:
                held = await self._renewed(held)
        return await send(held)

    async def _renewed(self, stale: Mapping[str, Any]) -> dict[str, Any]:
        async with self._renewing:
            held = await self._context.credentials.current()
            if held["access"] != stale["access"]:
                return held  # somebody else has just renewed it
            tokens = await _nothing_sent(self._fresh_tokens(held))
            return await self._context.credentials.replace(held, {**held, **tokens})

    async def _fresh_tokens(self, held: Mapping[str, Any]) -> dict[str, str]:
        try:
            return tokens_of(await self._refresh(held["refresh"]))
        except (Reconnect, Refused):
            context = self._context
            return tokens_of(
                await log_in(
                    context.http, context.server, held["did"], held["app_password"], deadline=context.deadline
                )
            )

    async def _refresh(self, token: str) -> Answer:
        return await ask(
            self._context.http,
            "POST",
            f"{self._context.server}/xrpc/com.atproto.server.refreshSession",
            label=LABEL,
            deadline=self._context.deadline,
            headers={"Authorization": f"Bearer {token}"},
        )


async def _nothing_sent(renewal: Awaitable[dict[str, str]]) -> dict[str, str]:
    """An unclear renewal leaves the post itself provably unsent; a refused one needs a person."""
    try:
        return await renewal
    except Unclear as unclear:
        raise TryLater(
            Sentence("The session could not be renewed, so nothing was sent: %(why)s", why=unclear.sentence)
        ) from None
    except Refused as refused:
        raise Reconnect(refused.sentence) from None
