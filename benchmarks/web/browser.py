"""A page in a real Chromium on a slow phone's terms: its weight over the wire, and when it is usable."""

from __future__ import annotations

import shutil
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
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


@dataclass(frozen=True)
class Visit:
    kilobytes: float  # page, style sheets, scripts and pictures, compressed, with their headers
    seconds: float  # until everything is there and painted, and every script has run


def visits(install: Install, path: str) -> Visit:
    """The median of several first visits, each with an empty cache."""
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            seen = [_visit(browser, install, path) for _ in range(VISITS)]
        finally:
            browser.close()
    return Visit(
        statistics.median(visit.kilobytes for visit in seen),
        statistics.median(visit.seconds for visit in seen),
    )


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
