"""A practice platform that only counts: raw HTTP on uvloop, so that it is never the bottleneck.

`python -m benchmarks.sink PORT` answers every POST with 201 and a fresh id; GET /count tells how many.
`--latency SECONDS` waits before each answer.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
from typing import cast

import uvloop


class Sink(asyncio.Protocol):
    numbers = itertools.count(1)
    posts = 0
    latency = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (head := self.buffer.find(b"\r\n\r\n")) >= 0:
            headers = self.buffer[:head].lower()
            length = 0
            mark = headers.find(b"content-length:")
            if mark >= 0:
                length = int(headers[mark + 15 :].split(b"\r\n", 1)[0])
            if len(self.buffer) < head + 4 + length:
                return
            self.buffer = self.buffer[head + 4 + length :]
            self.answer(headers)

    def answer(self, headers: bytes) -> None:
        if headers.startswith(b"get"):
            self.write(b"200 OK", b'{"posts": %d}' % Sink.posts)
            return
        Sink.posts += 1
        number = next(Sink.numbers)
        body = b'{"id": "%d", "url": "http://127.0.0.1/%d"}' % (number, number)
        if Sink.latency:
            asyncio.get_running_loop().call_later(Sink.latency, self.write, b"201 Created", body)
        else:
            self.write(b"201 Created", body)

    def write(self, status: bytes, body: bytes) -> None:
        cast("asyncio.Transport", self.transport).write(
            b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (status, len(body), body)
        )


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    print(f"listening on {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--latency", type=float, default=0.0)
    chosen = parser.parse_args()
    Sink.latency = chosen.latency
    uvloop.run(serve(chosen.port))
