"""Carries connections from one address to another: into a network namespace, through the file system.

python -m tests.support.relay unix:/tmp/here tcp:127.0.0.1:8421
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

BITE = 65536


async def relay(listen: str, to: str) -> None:
    """Until it is cancelled. An address is `unix:PATH` or `tcp:HOST:PORT`."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await _open(to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, back), _pump(there, writer))

    kind, _, where = listen.partition(":")
    if kind == "unix":
        server = await asyncio.start_unix_server(carry, where)
    else:
        host, _, port = where.rpartition(":")
        server = await asyncio.start_server(carry, host, int(port))
    async with server:
        await server.serve_forever()


async def _open(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    kind, _, where = address.partition(":")
    if kind == "unix":
        return await asyncio.open_unix_connection(where)
    host, _, port = where.rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while bite := await reader.read(BITE):
            writer.write(bite)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(relay(sys.argv[1], sys.argv[2]))
