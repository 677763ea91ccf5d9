"""Connections under an HTTP exchange: none is made, it dies, it was idle, it was left in the middle."""

from __future__ import annotations

import asyncio
import socket

import pytest

from campaigns.platforms import http as platform_http
from campaigns.platforms.contract import TryLater, Unclear
from campaigns.platforms.http import open_session
from tests.support.sockets import answer, asking, listening, read_request


def test_a_refused_connection_and_an_unknown_host_were_provably_not_asked() -> None:
    async def run(url: str) -> None:
        async with open_session() as http:
            await asking(http, "POST", url)

    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, but nobody listens
        with pytest.raises(TryLater):
            asyncio.run(run(f"http://127.0.0.1:{unused.getsockname()[1]}/?token=s3cret"))
    with pytest.raises(TryLater) as unknown:
        asyncio.run(run("http://nowhere.invalid/?token=s3cret"))
    assert "s3cret" not in str(unknown.value)


def test_a_failed_tls_handshake_was_provably_not_asked() -> None:
    async def not_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(5)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async def run() -> None:
        async with listening(not_tls) as url, open_session() as http:
            await asking(http, "POST", url.replace("http:", "https:"))

    with pytest.raises(TryLater):
        asyncio.run(run())


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
def test_a_request_on_a_connection_that_dies_is_never_sent_again(method: str) -> None:
    seen: list[bytes] = []

    async def once_then_cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(answer(200))
        await writer.drain()
        seen.append(await read_request(reader))

    async def run() -> None:
        async with listening(once_then_cut) as url, open_session() as http:
            await asking(http, method, url)
            with pytest.raises(Unclear):
                await asking(http, method, url, body={"n": 2})

    asyncio.run(run())
    assert len(seen) == 2


def test_a_connection_that_was_idle_for_long_is_not_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server may be closing it at this moment, and then nobody could say whether it read the request."""
    monkeypatch.setattr(platform_http, "IDLE_REUSE", 0.01)
    connections = 0

    async def patient(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            await read_request(reader)
            writer.write(answer(200))
            await writer.drain()

    async def run() -> None:
        async with listening(patient) as url, open_session() as http:
            await asking(http, "POST", url)
            await asyncio.sleep(0.02)
            await asking(http, "POST", url)

    asyncio.run(run())
    assert connections == 2


def test_a_cancelled_request_leaves_nothing_for_the_next_one_to_trip_over() -> None:
    async def numbered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            body = (await read_request(reader)).rpartition(b"\r\n\r\n")[2]
            if b"slow" in body:
                await asyncio.sleep(0.3)
            writer.write(answer(200, body))
            await writer.drain()

    async def run() -> None:
        async with listening(numbered) as url, open_session() as http:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await asking(http, "POST", url, body={"id": "slow"})
            assert (await asking(http, "POST", url, body={"id": "quick"})).text("id") == "quick"

    asyncio.run(run())
