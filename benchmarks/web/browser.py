"""A page in a real Chromium on a slow phone's terms: its weight over the wire, and when it is usable."""

from __future__ import annotations

import shutil
import statistics
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from benchmarks.web.install import Install

LATENCY = 150  # milliseconds; these three are what Lighthouse calls slow 4G
DOWN, UP = 1_600_000 / 8, 750_000 / 8  # bytes a second
SLOWER = 4
VISITS = 15

USABLE = """new Promise((settle) => new PerformanceObserver((seen) => settle(Math.max(
  seen.getEntriesByName("first-contentful-paint")[0].startTime,
  performance.getEntriesByType("navigation")[0].loadEventStart,
))).observe({ type: "paint", buffered: true }))"""

# Lighthouse's BenchmarkIndex: how often a long string is put together, and an array copied, each for half a
# second (computeBenchmarkIndex in https://github.com/GoogleChrome/lighthouse, core/lib/page-functions.js).
PACE = """() => {
  const rate = (work) => {
    const begun = performance.now();
    let rounds = 0;
    for (; performance.now() - begun < 500; rounds++) work();
    return rounds / 10 / ((performance.now() - begun) / 1000);
  };
  const numbers = Array.from({ length: 100_000 }, (_, at) => at), copy = [...numbers];
  const strings = rate(() => {
    let text = "";
    for (let at = 0; at < 10_000; at++) text += "a";
    if (text.length === 1) throw new Error("never, but the loop must not be left out");
  });
  const arrays = rate(() => { for (let at = 0; at < numbers.length; at++) copy[at] = numbers[at]; });
  return (strings + arrays) / 2;
}"""


@dataclass(frozen=True)
class Visit:
    kilobytes: float  # page, style sheets, scripts and pictures, compressed, with their headers
    seconds: float  # until everything is there and painted, and every script has run


@contextmanager
def slow_phone() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def visits(browser: Browser, install: Install, path: str) -> Visit:
    """The median of several first visits, each with an empty cache."""
    seen = [_visit(browser, install, path) for _ in range(VISITS)]
    return Visit(
        statistics.median(visit.kilobytes for visit in seen),
        statistics.median(visit.seconds for visit in seen),
    )


def pace(browser: Browser) -> float:
    """How fast this machine's browser computes just now, with nothing slowed down."""
    page = browser.new_page()
    index: Any = page.evaluate(PACE)
    page.close()
    return float(index)


def _visit(browser: Browser, install: Install, path: str) -> Visit:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    name, value = install.cookie
    context.add_cookies([{"name": name, "value": value, "url": install.url}])
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    weights: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    devtools.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP},
    )
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(install.url + path, wait_until="load")
    usable: Any = page.evaluate(USABLE)
    page.wait_for_timeout(200)  # what ends with the load event is still reported
    context.close()
    return Visit(sum(weights) / 1000, float(usable) / 1000)
