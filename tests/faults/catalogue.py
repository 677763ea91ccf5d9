"""All scenarios, in the order of the twenty faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.scenario import CATALOGUE
from tests.faults.scenarios import clocks, crashes, messages, pauses, people, platform, storage

if TYPE_CHECKING:
    from tests.faults.scenario import Scenario

MODULES = (crashes, clocks, messages, storage, platform, pauses, people)
"""Each enters its scenarios into the catalogue when it is imported."""


def scenarios() -> list[tuple[str, Scenario]]:
    """By number, with their names."""
    return sorted(CATALOGUE.items(), key=lambda named: named[1].number)
