"""The dashboard and the alert rules that ship ask for metrics and labels that there are."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from campaigns.cli.metrics_reference import SPECIMEN, documented_name
from campaigns.models import AccountState, AlertState, PauseMode, State
from campaigns.web.base.exposition import PROCESSES, families

HOUSE = Path(__file__).parents[2]
DASHBOARD: dict[str, Any] = json.loads((HOUSE / "docs/operations/grafana-dashboard.json").read_text("utf-8"))
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((HOUSE / "docs/operations/prometheus-alerts.yml").read_text("utf-8"))[
        "groups"
    ]
    for rule in group["rules"]
]
PANELS: list[dict[str, Any]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]] + [
    rule["expr"] for rule in RULES
]
LABELS: dict[str, set[str]] = {
    documented_name(family): {label for sample in family.samples for label in sample.labels}
    for family in families(SPECIMEN, "sqlite")
}
KNOWN: dict[str, set[str]] = {
    "beacon_deliveries": set(State),
    "beacon_accounts": set(AccountState),
    "beacon_alerts": set(AlertState),
    "beacon_pause": set(PauseMode),
    "beacon_processes_up": set(PROCESSES),
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_query_asks_for_what_there_is(expression: str) -> None:
    asked = re.findall(r"\b(beacon_\w+?)(?:_bucket|_sum|_count)?\b(?:\{([^}]*)\})?", expression)
    assert asked
    for name, chosen in asked:
        assert name in LABELS
        for label, values in re.findall(r'(\w+)=~?"([^"]*)"', chosen):
            assert label in LABELS[name]
            if name in KNOWN:
                assert set(values.split("|")) <= KNOWN[name]
    grouped = {
        label.strip() for names in re.findall(r"by \(([^)]*)\)", expression) for label in names.split(",")
    }
    known: set[str] = {"instance"}.union(*(LABELS[name] for name, _ in asked))
    assert grouped <= known
    assert expression.count("(") == expression.count(")")


def test_every_metric_is_on_the_dashboard_or_in_a_rule() -> None:
    shown = set(re.findall(r"beacon_\w+", " ".join(EXPRESSIONS)))
    aside = {"beacon_campaigns_paused"}
    assert {name for name in LABELS if not any(one.startswith(name) for one in shown)} <= aside


def test_a_counter_is_only_asked_for_its_rate() -> None:
    for expression in EXPRESSIONS:
        for found in re.finditer(r"beacon_\w+(_total|_bucket)\b", expression):
            assert re.search(r"rate\($", expression[: found.start()]), expression


def test_grafana_can_load_the_dashboard() -> None:
    assert {"uid", "title", "schemaVersion", "panels", "templating", "time"} <= DASHBOARD.keys()
    assert [one["name"] for one in DASHBOARD["templating"]["list"]] == ["datasource"]
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    for panel in PANELS:
        assert panel["title"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        letters = [target["refId"] for target in panel["targets"]]
        assert letters == sorted(set(letters))


def test_no_two_panels_lie_over_each_other() -> None:
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert 0 <= place["x"] < place["x"] + place["w"] <= 24
    for one, other in combinations([panel["gridPos"] for panel in DASHBOARD["panels"]], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below


def test_every_rule_says_what_to_do() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))
    for rule in RULES:
        assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"\d+[mh]", rule["for"])
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert rule["annotations"].keys() == {"summary", "description"}
