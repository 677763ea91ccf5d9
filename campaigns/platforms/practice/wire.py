"""Below HTTP: cutting a connection, or answering on it slowly, as no well-behaved server does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

    from starlette.types import Receive, Scope

_open: dict[tuple[str, int], asyncio.Transport] = {}


class CuttableProtocol(H11Protocol):
    """Uvicorn's HTTP, with its connections known by the address of whoever opened them."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client:
            _open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client:
            _open.pop(self.client, None)
        super().connection_lost(exc)


def transport_of(scope: Scope) -> asyncio.Transport | None:
    """The request's connection; None when it is gone already."""
    return _open.get(tuple(scope.get("client") or ()))


async def cut(scope: Scope, receive: Receive) -> None:
    """Breaks the request's connection at once; returns when it is down."""
    transport = transport_of(scope)
    if transport:
        transport.abort()
    await gone(receive)


async def gone(receive: Receive) -> None:
    """Returns when the caller has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
