"""All measurements, in the order in which they are taken and shown."""

from __future__ import annotations

from benchmarks.harness.environment import HOUSE
from benchmarks.measures import burst, footprint, kills, latency, rows, sdks, steady, wide

MEASURES = {
    module.MEASURE.name: module.MEASURE
    for module in (burst, steady, latency, wide, kills, sdks, rows, footprint)
}

SCRIPTS = {
    path.stem: path
    for path in sorted((HOUSE / "benchmarks").glob("*.py"))
    if '\nif __name__ == "__main__":\n' in path.read_text("utf-8") and path.stem != "__main__"
}
"""Benchmarks that print their own figures: each is run as it is, and its words are kept."""
