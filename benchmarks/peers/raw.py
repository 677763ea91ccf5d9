"""As `limit`, with ready-made bytes over bare connections: shows what the sink itself can take."""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from urllib.parse import urlsplit

import uvloop


def request(url: str, text: str) -> bytes:
    body = json.dumps({"text": text}).encode()
    parts = urlsplit(url)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Lane(asyncio.Protocol):
    """One connection; the next request goes out when an answer has come."""

    def __init__(self, requests: list[bytes], ended: asyncio.Future[None]) -> None:
        self._requests, self._ended = iter(requests), ended

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]  # of a TCP connection

    def go(self) -> None:
        following = next(self._requests, None)
        if following is None:
            self._ended.set_result(None)
        else:
            self._transport.write(following)

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"}"):
            self.go()


async def send_all(url: str, lanes: list[list[str]]) -> None:
    loop, parts = asyncio.get_running_loop(), urlsplit(url)
    opened, ends = [], []
    for texts in lanes:
        ended = loop.create_future()
        make = partial(Lane, [request(url, text) for text in texts], ended)
        opened.append((await loop.create_connection(make, parts.hostname or "", parts.port or 80))[1])
        ends.append(ended)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for lane in opened:
        lane.go()
    await asyncio.gather(*ends)
    print("done", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8") as shared:  # noqa: PTH123 - one line
        uvloop.run(send_all(sys.argv[1], json.load(shared)))
