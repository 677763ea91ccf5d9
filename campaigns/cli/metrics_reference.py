"""docs/reference/metrics.md: every metric that a scrape may hold, from the code that writes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from campaigns.deliver.figures import Figures, Lanes
from campaigns.deliver.tally import OUTCOMES, PLATFORM_ERRORS
from campaigns.models import PauseMode
from campaigns.web.base.exposition import families

if TYPE_CHECKING:
    from prometheus_client import Metric

_SOME_DAY = datetime(2027, 10, 10, tzinfo=UTC)

SPECIMEN = Figures(
    at_utc=_SOME_DAY,
    states={},
    due=0,
    late=0,
    oldest_due_utc=None,
    in_flight=0,
    lanes=[Lanes("practice", {}, 0, 0, 0, 0)],
    pause=PauseMode.NONE,
    paused_campaigns=0,
    up={},
    lacking={},
    last_tick_utc=None,
    expiring=[("practice", "hope", _SOME_DAY)],
    alerts={},
    counted={OUTCOMES: {"practice published": 1}, PLATFORM_ERRORS: {"practice unclear": 1}},
)
"""An install with one of everything, so that every metric shows its labels."""

_INTRODUCTION = """\
# Metrics

<!-- Written by `python -m campaigns.cli.reference` from campaigns/web/base/exposition.py; change that. -->

What `/metrics` tells a monitoring system; [Watch it run](../watch-it-run.md) says how to connect one. Every
web process tells of the whole install, so scrape one of them, or several and take `max`. Counters are those
of all processes since the install began; each process adds its own every ten seconds, and one that is killed
takes up to ten seconds of counting with it.
`beacon_deliveries` is counted anew as often as costs at most a hundredth of the time.

| Metric | Kind | Labels | What it is |
| --- | --- | --- | --- |
"""


def metrics() -> str:
    """The page of metrics."""
    rows = [
        f"| `{documented_name(family)}` | {family.type} | {_labels(family)} | {family.documentation}. |\n"
        for family in families(SPECIMEN, "sqlite")
    ]
    return _INTRODUCTION + "".join(rows)


def documented_name(family: Metric) -> str:
    """As a query spells it."""
    ending = {"counter": "_total", "info": "_info"}.get(family.type, "")
    return f"{family.name}{ending}"


def _labels(family: Metric) -> str:
    known = {label for sample in family.samples for label in sample.labels}
    return ", ".join(f"`{label}`" for label in sorted(known))
