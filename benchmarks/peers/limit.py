"""The limit: Beacon's HTTP client and nothing else. Arguments: where to, this process's share of the
accounts, and the seconds from one post to the next; 0: as fast as it goes.

Waits for a line on its standard input, then sends each account's posts one after another, all accounts at
once, reading every answer.
"""

from __future__ import annotations

import asyncio
import json
import sys

import uvloop

from benchmarks.harness.work import number_of
from campaigns.platforms.http import open_session


async def send_all(url: str, lanes: list[list[str]], every: float) -> None:
    clock = asyncio.get_running_loop().time
    async with open_session() as http:

        async def lane(texts: list[str], began: float) -> None:
            for text in texts:
                if every:
                    await asyncio.sleep(began + every * number_of(text) - clock())
                async with http.post(url, json={"text": text}) as answer:
                    await answer.json()

        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        began = clock()
        await asyncio.gather(*(lane(texts, began) for texts in lanes))
        print("done", flush=True)
        await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8") as shared:  # noqa: PTH123 - one line
        uvloop.run(send_all(sys.argv[1], json.load(shared), float(sys.argv[3])))
