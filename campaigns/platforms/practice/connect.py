"""Connecting a practice account: it signs up by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.core.errors import Misuse
from campaigns.platforms.contract import Connection
from campaigns.platforms.http import ask
from campaigns.platforms.practice.accounts import NAME, Kind, new_token

if TYPE_CHECKING:
    import aiohttp

    from campaigns.platforms.contract import Talk

DEFAULT_SERVER = "http://127.0.0.1:8421"
DEADLINE = 10.0  # seconds


async def connect(talk: Talk, http: aiohttp.ClientSession) -> Connection:
    """Asks for server, handle and kind, and signs the account up there."""
    server = talk.ask("server", "Address of the practice platform", default=DEFAULT_SERVER).rstrip("/")
    name = _name(talk.ask("handle", "Name of the account there", default="practice"))
    kind = _kind(
        talk.ask("kind", f"What it offers to settle a lost answer ({', '.join(Kind)})", default=Kind.KEYED)
    )
    answer = await ask(
        http,
        "POST",
        f"{server}/api/accounts",
        label="The practice platform",
        deadline=DEADLINE,
        body={"name": name, "kind": kind},
    )
    return _connection(server, name, kind, answer.text("token"))


def offline_connection(name: str, kind: str = Kind.KEYED, server: str = DEFAULT_SERVER) -> Connection:
    """An account made with nothing running: the server makes it when it first sees the token."""
    return _connection(server, _name(name), _kind(kind), new_token(name, _kind(kind)))


def _connection(server: str, name: str, kind: Kind, token: str) -> Connection:
    return Connection(
        server=server,
        handle=name,
        credentials={"token": token, "kind": kind.value},
        limits={"kind": kind.value},
    )


def _name(told: str) -> str:
    name = told.strip().removeprefix("@").lower()
    if not NAME.fullmatch(name):
        raise Misuse(
            "%(told)s cannot be a practice account: use 1 to 30 characters of a-z, 0-9 and _.",
            told=repr(told),
        )
    return name


def _kind(told: str) -> Kind:
    try:
        return Kind(told.strip().lower())
    except ValueError:
        raise Misuse(
            "There is no kind %(told)s; a practice account is %(kind)s.",
            told=repr(told),
            kind=", ".join(Kind),
        ) from None
