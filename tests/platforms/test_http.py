"""What an HTTP exchange means: each way it can end, tried on a socket that does exactly that."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.platforms import http as platform_http
from campaigns.platforms.contract import PlatformError, Reconnect, Refused, TryLater, Unclear
from campaigns.platforms.http import LARGEST_ANSWER, ask, open_session
from campaigns.platforms.verdicts import LONGEST_WORDS, Answer, tidy
from campaigns.platforms.waiting import LONGEST, wait_asked_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import aiohttp

    Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

NOW = datetime(2027, 10, 10, 8, tzinfo=UTC)


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0].partition(b":")[2]) if lengths else 0)


def answer(status: int, body: bytes = b"{}", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Word", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def saying(content: bytes, *, wait: float = 0) -> Handler:
    """Answers the first request with these bytes, then hangs up."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(wait)
        writer.write(content)
        await writer.drain()

    return handler


def exchange(handler: Handler, method: str = "POST", **what: Any) -> Answer:
    async def run() -> Answer:
        async with listening(handler) as url, open_session() as http:
            return await asking(http, method, url, **what)

    return asyncio.run(run())


async def asking(http: aiohttp.ClientSession, method: str, url: str, **what: Any) -> Answer:
    return await ask(http, method, url, **{"label": "Example", "deadline": 5, **what})


def test_a_good_answer_is_its_json() -> None:
    told = exchange(saying(answer(201, b'{"id": "7", "deep": {"er": "x"}}')))
    assert (told.status, told.text("id"), told.text("deep", "er")) == (201, "7", "x")


@pytest.mark.parametrize("path", [("missing",), ("id", "deeper"), ("number",), ("empty",)])
def test_a_good_answer_that_lacks_what_it_must_say_is_unclear(path: tuple[str, ...]) -> None:
    told = exchange(saying(answer(200, b'{"id": "7", "number": 7, "empty": ""}')))
    with pytest.raises(Unclear):
        told.text(*path)


def test_an_empty_answer_is_fine_only_where_it_was_announced() -> None:
    assert exchange(saying(b"HTTP/1.1 204 No Content\r\n\r\n")).body is None
    with pytest.raises(Unclear):
        exchange(saying(answer(200, b"")))


@pytest.mark.parametrize(
    ("content", "sick"),
    [
        (answer(500), True),
        (answer(503, b"{}", "Retry-After: 5"), True),
        (answer(200, b"<!doctype html>"), False),
        (answer(200, b"\xff\xfe{"), False),
        (answer(200, b"[" * 200_000), False),
        (answer(200, b'"' + b"x" * LARGEST_ANSWER + b'"'), False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", False),
        (b"HTTP/1.1 200", False),
        (b"", False),
        (b"what is this\r\n\r\n", False),
        (answer(302, b"{}", "Location: /elsewhere"), False),
        (answer(408), False),
    ],
)
def test_an_answer_that_proves_nothing_is_unclear(content: bytes, *, sick: bool) -> None:
    with pytest.raises(Unclear) as unclear:
        exchange(saying(content))
    assert unclear.value.sick is sick


def test_no_answer_in_time_is_unclear_and_says_how_long_was_waited() -> None:
    with pytest.raises(Unclear, match=r"within 0.2 s") as unclear:
        exchange(saying(answer(200), wait=30), deadline=0.2)
    assert unclear.value.sick


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Refused),
        (403, Refused),
        (404, Refused),
        (422, Refused),
        (401, Reconnect),
        (429, TryLater),
        (308, Refused),
    ],
)
def test_a_definite_answer_has_a_definite_verdict(status: int, verdict: type[PlatformError]) -> None:
    with pytest.raises(verdict):
        exchange(saying(answer(status, b'{"error": "Because"}')))


def test_the_caller_may_know_better_what_a_status_means() -> None:
    assert exchange(saying(answer(404)), expected=(404,)).status == 404
    with pytest.raises(Reconnect):
        exchange(saying(answer(403)), reconnect=(401, 403))

    def judge(told: Answer) -> PlatformError | None:
        return Reconnect("again") if told.body == {"error": "ExpiredToken"} else None

    with pytest.raises(Reconnect, match="again"):
        exchange(saying(answer(400, b'{"error": "ExpiredToken"}')), judge=judge)
    with pytest.raises(Refused):
        exchange(saying(answer(400, b'{"error": "Other"}')), judge=judge)


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": "Too\\u0007 long\\n"}',
        b'{"error": "code", "message": "Too long"}',
        b'{"error": {"message": "Too long"}}',
        b'{"errors": [{"detail": "Too long"}]}',
    ],
)
def test_a_refusal_carries_the_platforms_own_words(body: bytes) -> None:
    with pytest.raises(Refused, match=r"Too long$"):
        exchange(saying(answer(422, body)))


def test_a_refusal_in_html_or_cut_short_is_still_a_refusal() -> None:
    with pytest.raises(Refused, match=r"\(403\)\.$"):
        exchange(saying(answer(403, b"<html>", "Content-Type: text/html")))
    with pytest.raises(Refused):
        exchange(saying(b"HTTP/1.1 403 No\r\nContent-Length: 50\r\n\r\n{"))


def test_no_secret_is_ever_in_a_message() -> None:
    body = json.dumps({"error": "Bad token s3cret-token and password hunter22"}).encode()
    with pytest.raises(Reconnect) as wrong:
        exchange(
            saying(answer(401, body)), headers={"Authorization": "Bearer s3cret-token"}, secrets=("hunter22",)
        )
    assert "s3cret" not in str(wrong.value)
    assert "hunter22" not in str(wrong.value)


@given(st.text())
def test_a_platforms_words_fit_one_line_of_a_terminal(words: str) -> None:
    line = tidy(words)
    assert len(line) <= LONGEST_WORDS
    assert line.isprintable()


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


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "120"}, 120),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90),
        ({"RateLimit-Reset": str(int(NOW.timestamp()) + 60)}, 60),
        ({"x-rate-limit-reset": str((int(NOW.timestamp()) + 60) * 1000)}, 60),
        ({"X-RateLimit-Reset": "2027-10-10T08:05:00.000Z"}, 300),
        ({"RateLimit-Reset": "30"}, 30),
        ({"Retry-After": "10", "RateLimit-Reset": "30"}, 10),
        ({"Retry-After": "soon", "RateLimit-Reset": "30"}, 30),
        ({"Retry-After": format_datetime(NOW - timedelta(hours=1), usegmt=True)}, 0),
        ({"Retry-After": "999999999"}, LONGEST),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
def test_the_wait_is_read_however_it_is_said(headers: dict[str, str], wait: float | None) -> None:
    assert wait_asked_for({**headers, "Date": format_datetime(NOW, usegmt=True)}) == wait


@given(st.text(max_size=40))
def test_no_header_however_odd_breaks_the_reading(said: str) -> None:
    wait = wait_asked_for({"Retry-After": said, "Date": said})
    assert wait is None or 0 <= wait <= LONGEST
