"""Connecting a Bluesky account: any server, a handle and an app password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from campaigns.platforms.addresses import base_url, is_exposed
from campaigns.platforms.bluesky.session import log_in, tokens_of
from campaigns.platforms.contract import Connection

if TYPE_CHECKING:
    import aiohttp

    from campaigns.platforms.contract import Talk

DEFAULT_SERVER = "https://bsky.social"
DEADLINE = 30.0  # seconds; a person waits

_APP_PASSWORD = re.compile(r"([a-z0-9]{4}-){3}[a-z0-9]{4}")


async def connect(talk: Talk, http: aiohttp.ClientSession) -> Connection:
    """Asks for `server`, `handle` and `password`; logs in once, and keeps the session beside the app
    password that can make another.

    Raises `Misuse` for a server that is no web address, a `PlatformError` for what the server said.
    """
    server = base_url(
        talk.ask("server", "Address of your Bluesky server", default=DEFAULT_SERVER), example=DEFAULT_SERVER
    )
    if is_exposed(server):
        talk.tell(f"Caution: {server} is not encrypted; the app password can be read on its way.")
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
