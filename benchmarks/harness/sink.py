"""A platform that only counts: raw HTTP on uvloop, so that it is never the bottleneck.

`python -m benchmarks.harness.sink PORT` answers every POST with 201 and a fresh id, in the words of the
practice platform, Mastodon or X by its path. GET /count tells how many came; GET /arrivals gives each one's
time and text in the order of arrival. `--latency SECONDS` waits before each answer.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import json
import time
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs

import uvloop

if TYPE_CHECKING:
    from collections.abc import Iterable

PRACTICE = b'{"id": "%d", "url": "http://127.0.0.1/%d"}'
MASTODON = (
    b'{"id": "%d", "url": "http://127.0.0.1/%d", "created_at": "2027-10-10T08:00:00.000Z", "content": "",'
    b'"in_reply_to_id": null, "spoiler_text": "", "visibility": "public", "language": null}'
)
X = b'{"data": {"id": "%d", "text": "http://127.0.0.1/%d"}}'


class Sink(asyncio.Protocol):
    numbers = itertools.count(1)
    arrivals: list[tuple[float, bytes]]
    latency = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        while (head := self.buffer.find(b"\r\n\r\n")) >= 0:
            headers = self.buffer[:head].lower()
            length = 0
            mark = headers.find(b"content-length:")
            if mark >= 0:
                length = int(headers[mark + 15 :].split(b"\r\n", 1)[0])
            end = head + 4 + length
            if len(self.buffer) < end:
                return
            body, self.buffer = self.buffer[head + 4 : end], self.buffer[end:]
            self.answer(headers, body)

    def answer(self, headers: bytes, body: bytes) -> None:
        if headers.startswith(b"get /arrivals"):
            self.write(b"200 OK", json.dumps(list(_told(Sink.arrivals))).encode())
            return
        if headers.startswith(b"get"):
            self.write(b"200 OK", b'{"posts": %d}' % len(Sink.arrivals))
            return
        Sink.arrivals.append((time.time(), body))
        number = next(Sink.numbers)
        said = _words(headers) % (number, number)
        if Sink.latency:
            asyncio.get_running_loop().call_later(Sink.latency, self.write, b"201 Created", said)
        else:
            self.write(b"201 Created", said)

    def write(self, status: bytes, body: bytes) -> None:
        cast("asyncio.Transport", self.transport).write(
            b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (status, len(body), body)
        )


def _words(headers: bytes) -> bytes:
    if headers.startswith(b"post /api/v1/statuses"):
        return MASTODON
    if headers.startswith(b"post /2/tweets"):
        return X
    return PRACTICE


def _told(arrivals: Iterable[tuple[float, bytes]]) -> Iterable[tuple[float, str]]:
    """Mastodon.py sends a form with `status`, everybody else JSON with `text`."""
    for moment, body in arrivals:
        is_json = body.startswith(b"{")
        yield moment, json.loads(body)["text"] if is_json else parse_qs(body.decode())["status"][0]


async def serve(port: int) -> None:
    Sink.arrivals = []
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port, backlog=10_000)
    print(f"listening on {server.sockets[0].getsockname()[1]}", flush=True)
    gc.freeze()
    gc.disable()  # it makes no rings, and a pause here would be measured as everybody's
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--latency", type=float, default=0.0)
    chosen = parser.parse_args()
    Sink.latency = chosen.latency
    uvloop.run(serve(chosen.port))
