"""What the pages promise, measured on a large install: `python -m benchmarks.web`.

Makes 100,000 posts with 500,000 deliveries on SQLite, starts everything, lets a worker send, and prints a
table; it also writes docs/web-figures.md. Takes about three minutes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.web.browser import VISITS, pace, slow_phone, visits
from benchmarks.web.install import Install, running, send_no_more
from benchmarks.web.server_time import REQUESTS, server_times
from campaigns.models import State
from campaigns.models.tables import delivery

PAGE = Path("docs/web-figures.md")
LONGEST_MONTH = timedelta(days=31)
SERVER_PROMISE, WEIGHT_PROMISE, USABLE_PROMISE, MEMORY_PROMISE = 100, 30, 1.0, 150

_PAGE = """\
# Figures of the pages

<!-- Written by `python -m benchmarks.web`; run that instead of changing this page. -->

Taken on {date}, {cores} cores, Python {python}. The load of the machine was {loads} before, in the middle and
after: more than {cores} means that others were waiting for the same cores.

100,000 posts on 20 campaigns, each on five accounts: 500,000 deliveries on SQLite, half of them out, over two
years; some 4,900 posts in the month that the calendar shows. Web process, clock, worker, broker and practice
platform run on the same machine, and the worker sent {sent} posts while the server's time was measured (ten a
second were due).

| Promise | Measured | Promised |
| --- | ---: | ---: |
{rows}

- *Server time* is from the request to the last byte, on this machine: {requests} requests to each page,
  one after another, page by page in turn.
- *Over the wire* and *usable* are the median of {visits} first visits with real Chromium, an empty cache and
  a screen of 390 by 844, over what Lighthouse calls slow 4G (150 ms, 1.6 Mbit/s down, 0.75 up) with a
  processor four times slower, both emulated through the DevTools protocol. Nothing is sent meanwhile: a phone
  shares no processor with the worker. *Over the wire* counts page, style sheets, scripts and pictures,
  compressed, with their headers. *Usable* means that all of it is there and painted, and that every script
  has run.
- *Memory* is what the web process holds resident after all of that.

What costs what: the list of campaigns counts half a million deliveries, each an entry of an index; a month
and a week count 25,000 and 5,000 of them, and draw some hundred posts on five accounts each. The worker takes
the same two cores meanwhile.

A slow phone needs two round trips of 150 ms; the rest is its processor, which begins the page, makes fonts
ready and draws. It shows this month from today on, so its figure is that of a whole month on the first.

Four times slower than what? Lighthouse's BenchmarkIndex of this machine, with nothing slowed down, was
{paces} before, between and after the visits. A Pixel 5 has 1,000 and a Moto G Power
of 2022 has 264, as Chromium's DevTools are calibrated. On a machine shared with others the index changes by a
half within minutes, and the figures with it.
"""


def main() -> None:
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as temporary, running(Path(temporary) / "install") as install:
        before = _sent(install)
        times = server_times(install)
        loads.append(os.getloadavg()[0])
        sent = _sent(install) - before
        send_no_more(install)
        with slow_phone() as browser:
            paces = [pace(browser)]
            visit = visits(browser, install, "/calendar")
            paces.append(pace(browser))
            whole = visits(
                browser, install, f"/calendar?day={datetime.now(UTC).replace(day=1) + LONGEST_MONTH:%Y-%m-01}"
            )
            paces.append(pace(browser))
        megabytes = install.web.memory_info().rss / 1_000_000
        loads.append(os.getloadavg()[0])
    rows = [
        (
            f"{one.page}: server time, p95 (median {one.median:.0f} ms)",
            f"{one.p95:.0f} ms",
            f"{SERVER_PROMISE} ms",
        )
        for one in times
    ]
    rows += [
        ("Calendar: over the wire, all in", f"{visit.kilobytes:.1f} kB", f"{WEIGHT_PROMISE} kB"),
        ("Calendar: usable on a slow phone", f"{visit.seconds:.2f} s", f"{USABLE_PROMISE:.0f} s"),
        ("Next month, all of its days: usable on it", f"{whole.seconds:.2f} s", f"{USABLE_PROMISE:.0f} s"),
        ("Web process: memory", f"{megabytes:.0f} MB", f"{MEMORY_PROMISE} MB"),
    ]
    told = "\n".join(f"| {promise} | {measured} | {promised} |" for promise, measured, promised in rows)
    print(told)
    PAGE.write_text(
        _PAGE.format(
            date=f"{datetime.now(UTC):%Y-%m-%d}",
            cores=os.cpu_count(),
            python=".".join(map(str, sys.version_info[:2])),
            loads=", ".join(f"{load:.1f}" for load in loads),
            sent=sent,
            rows=told,
            requests=REQUESTS,
            visits=VISITS,
            paces="; ".join(f"{index:,.0f}" for index in paces),
        ),
        "utf-8",
    )


def _sent(install: Install) -> int:
    with install.database.connect() as connection:
        return connection.execute(
            select(func.count()).where(delivery.c.state == State.PUBLISHED)
        ).scalar_one()


if __name__ == "__main__":
    main()
