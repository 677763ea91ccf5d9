"""Connecting a Bluesky account: any server, a handle and an app password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from campaigns.core.errors import Misuse
from campaigns.platforms.bluesky.session import log_in, tokens_of
from campaigns.platforms.contract import Connection

if TYPE_CHECKING:
    import aiohttp

    from campaigns.platforms.contract import Talk

DEFAULT_SERVER = "https://bsky.social"
DEADLINE = 30.0  # seconds; a person waits

_APP_PASSWORD = re.compile(r"([a-z0-9]{4}-){3}[a-z0-9]{4}")
_WEB_ADDRESS = re.compile(
    r"(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)", re.IGNORECASE
)


async def connect(talk: Talk, http: aiohttp.ClientSession) -> Connection:
    """Logs in once, and keeps the session beside the app password that can make another."""
    server = _server(talk.ask("server", "Address of your Bluesky server", default=DEFAULT_SERVER))
    handle = talk.ask("handle", "Your handle, such as alice.bsky.social").strip().removeprefix("@")
    password = talk.ask("password", "App password", secret=True).strip()
    if not _APP_PASSWORD.fullmatch(password):
        talk.tell(
            "This does not look like an app password (xxxx-xxxx-xxxx-xxxx). If it is your main password, "
            "better make an app password: it cannot take over the account, and is revoked by itself."
        )
    session = await log_in(http, server, handle, password, deadline=DEADLINE)
    return Connection(
        server=server,
        handle=session.text("handle"),
        credentials={"did": session.text("did"), "app_password": password, **tokens_of(session)},
    )


def _server(given: str) -> str:
    address = given.strip().rstrip("/")
    if "://" not in address:
        address = f"https://{address}"
    if not _WEB_ADDRESS.fullmatch(address):
        raise Misuse(f"{given!r} is not a server's address; give one such as {DEFAULT_SERVER}.")
    return address
