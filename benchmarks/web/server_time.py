"""How long the server takes for a page: from the request to the last byte, over a connection that stays."""

from __future__ import annotations

import http.client
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.web.crowd import BUSIEST

if TYPE_CHECKING:
    from benchmarks.web.install import Install

REQUESTS = 100
WARM = 5  # before them, so that templates and statements are compiled

PAGES = {
    "Today": "/",
    "Calendar, month": "/calendar",
    "Calendar, week": "/calendar?view=week",
    "Calendar, list": "/calendar?view=list",
    "Campaign": f"/campaigns/{BUSIEST}",
    "Post list": f"/campaigns/{BUSIEST}?state=scheduled&page=3",
    "Campaigns": "/campaigns",
    "Queues": "/queue",
    "How it stands": "/status",
}


@dataclass(frozen=True)
class ServerTime:
    page: str
    median: float  # milliseconds
    p95: float
    size: int  # bytes, compressed


def server_times(install: Install) -> list[ServerTime]:
    """Page after page in turn, so that each meets the same load."""
    connection = http.client.HTTPConnection("127.0.0.1", install.port, timeout=60)
    taken: dict[str, list[float]] = {page: [] for page in PAGES}
    sizes: dict[str, int] = {}
    for number in range(WARM + REQUESTS):
        for page, path in PAGES.items():
            began = time.perf_counter()
            connection.request("GET", path, headers=_headers(install))
            answer = connection.getresponse()
            sizes[page] = len(answer.read())
            if answer.status != http.HTTPStatus.OK:
                message = f"{path} answered {answer.status}"
                raise RuntimeError(message)
            if number >= WARM:
                taken[page].append(1000 * (time.perf_counter() - began))
    return [
        ServerTime(page, statistics.median(times), statistics.quantiles(times, n=20)[-1], sizes[page])
        for page, times in taken.items()
    ]


def _headers(install: Install) -> dict[str, str]:
    name, token = install.cookie
    return {"cookie": f"{name}={token}", "accept-encoding": "gzip", "accept-language": "en-GB"}
