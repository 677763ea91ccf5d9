"""Beacon's figures as Prometheus reads them. docs/reference/metrics.md promises their names."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)

from campaigns.deliver.tally import (
    COMMITS,
    LATENESS,
    LATENESS_EDGES,
    LATENESS_SUM,
    OUTCOMES,
    PLATFORM_ERRORS,
)
from campaigns.models import AccountState, AlertState, PauseMode, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client import Metric

    from campaigns.deliver.figures import Figures

PROCESSES = ("clock", "worker", "web")


def exposition(now: Figures, database: str) -> bytes:
    """The text format, version 0.0.4."""
    registry = CollectorRegistry()
    registry.register(_Collector(now, database))
    return generate_latest(registry)


def families(now: Figures, database: str) -> Iterator[Metric]:
    yield InfoMetricFamily(
        "beacon",
        "Which Beacon this is, and on which kind of database",
        {"version": version("beacon-campaigns"), "database": database},
    )
    yield from _posts(now)
    yield from _lanes(now)
    yield from _running(now)
    yield from _happened(now)


class _Collector:
    """What a registry asks for its metrics."""

    def __init__(self, now: Figures, database: str) -> None:
        self._now, self._database = now, database

    def collect(self) -> Iterator[Metric]:
        return families(self._now, self._database)


def _posts(now: Figures) -> Iterator[Metric]:
    yield _by(
        "beacon_deliveries",
        "Deliveries by state, counted now and then",
        "state",
        {state: now.states.get(state, 0) for state in State},
    )
    yield GaugeMetricFamily("beacon_deliveries_due", "Deliveries whose time has come", now.due)
    yield GaugeMetricFamily("beacon_deliveries_late", "Deliveries due for more than five seconds", now.late)
    oldest = (now.at_utc - now.oldest_due_utc).total_seconds() if now.oldest_due_utc else 0
    yield GaugeMetricFamily(
        "beacon_oldest_due_seconds", "How long the first of what is due has waited", oldest
    )
    yield GaugeMetricFamily(
        "beacon_calls_in_flight", "Calls to platforms without an answer yet", now.in_flight
    )


def _lanes(now: Figures) -> Iterator[Metric]:
    accounts = GaugeMetricFamily("beacon_accounts", "Accounts by state", labels=["platform", "state"])
    for lanes in now.lanes:
        for state in (AccountState.READY, AccountState.RECONNECT):
            accounts.add_metric([lanes.platform, state], lanes.states.get(state, 0))
    yield accounts
    for name, help_, values in (
        ("beacon_lanes_held", "Lanes that a worker walks", {one.platform: one.held for one in now.lanes}),
        (
            "beacon_breakers_open",
            "Accounts left alone for a while after failures",
            {one.platform: one.breakers_open for one in now.lanes},
        ),
        (
            "beacon_lanes_waiting",
            "Accounts whose platform asked to wait",
            {one.platform: one.waiting for one in now.lanes},
        ),
        ("beacon_accounts_paused", "Accounts paused", {one.platform: one.paused for one in now.lanes}),
    ):
        yield _by(name, help_, "platform", values)
    ends = GaugeMetricFamily(
        "beacon_token_expiry_timestamp_seconds",
        "When an account's credentials end; only those that end within 60 days",
        labels=["platform", "account"],
    )
    for platform, account, moment in now.expiring:
        ends.add_metric([platform, account], moment.timestamp())
    yield ends


def _running(now: Figures) -> Iterator[Metric]:
    yield _by(
        "beacon_pause",
        "1 for the install's pause mode",
        "mode",
        {mode: float(now.pause is mode) for mode in PauseMode},
    )
    yield GaugeMetricFamily("beacon_campaigns_paused", "Campaigns paused", now.paused_campaigns)
    yield _by(
        "beacon_processes_up",
        "Processes seen in the last 30 seconds",
        "kind",
        {kind: now.up.get(kind, 0) for kind in PROCESSES},
    )
    yield GaugeMetricFamily(
        "beacon_processes_without_broker",
        "Processes that cannot reach the broker",
        now.lacking.get("broker", 0),
    )
    tick = now.last_tick_utc.timestamp() if now.last_tick_utc else 0
    yield GaugeMetricFamily(
        "beacon_last_tick_timestamp_seconds", "When a clock last looked for due posts", tick
    )
    yield _by(
        "beacon_alerts",
        "Alerts to staff of the last 90 days by state",
        "state",
        {state: now.alerts.get(state, 0) for state in AlertState},
    )


def _happened(now: Figures) -> Iterator[Metric]:
    outcomes = CounterMetricFamily(
        "beacon_outcomes", "What became of calls and look-ups", labels=["platform", "outcome"]
    )
    errors = CounterMetricFamily(
        "beacon_platform_errors", "What platforms answered that was no success", labels=["platform", "kind"]
    )
    for family, name in ((outcomes, OUTCOMES), (errors, PLATFORM_ERRORS)):
        for label, value in sorted(now.counted.get(name, {}).items()):
            family.add_metric(label.split(), value)
        yield family
    yield CounterMetricFamily(
        "beacon_journal_commits",
        "Transactions in which intents and outcomes were written",
        _all(now.counted.get(COMMITS, {})),
    )
    late = HistogramMetricFamily(
        "beacon_publish_lateness_seconds", "How long after it was due a post went out; its first part counts"
    )
    late.add_metric([], _cumulated(now.counted.get(LATENESS, {})), _all(now.counted.get(LATENESS_SUM, {})))
    yield late


def _cumulated(buckets: Mapping[str, float]) -> list[tuple[str, float]]:
    """A histogram's bucket counts everything up to its edge."""
    total, found = 0.0, []
    for edge in [*(f"{edge:g}" for edge in LATENESS_EDGES), "+Inf"]:
        total += buckets.get(edge, 0)
        found.append((edge, total))
    return found


def _by(name: str, told: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=[label])
    for which, value in values.items():
        family.add_metric([which], value)
    return family


def _all(counted: Mapping[str, float]) -> float:
    return sum(counted.values())
