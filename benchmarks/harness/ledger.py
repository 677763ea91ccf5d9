"""What every round showed, kept in a file at once, so that an interrupted run can go on."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.harness.measure import Figures


class Ledger:
    """Rounds by measurement and subject; a round that could not be taken is kept as a sentence."""

    def __init__(self, path: Path, head: dict[str, Any], *, keep: bool) -> None:
        """With `keep` the run that the file tells of goes on; else a new one begins. What it measured
        stays until it is forgotten."""
        self._path = path
        self._kept: dict[str, Any] = {"rounds": {}, "failed": {}, "said": {}}
        if path.exists():
            self._kept |= json.loads(path.read_text("utf-8"))
        before = self._kept.get("head", head) if keep else head
        self._kept["head"] = {**before, **head, "began": before["began"]}

    @property
    def head(self) -> dict[str, Any]:
        head: dict[str, Any] = self._kept["head"]
        return head

    def forget(self, measure: str) -> None:
        for shelf in ("rounds", "failed", "said"):
            self._kept[shelf].pop(measure, None)

    def rounds(self, measure: str, subject: str) -> list[Figures]:
        found: list[Figures] = self._kept["rounds"].get(measure, {}).get(subject, [])
        return found

    def add(self, measure: str, subject: str, figures: Figures) -> None:
        taken = {**figures, "load": os.getloadavg()[0], "at": time.time()}
        self._kept["rounds"].setdefault(measure, {}).setdefault(subject, []).append(taken)
        self._write()

    def failed(self, measure: str, subject: str, why: str) -> None:
        self._kept["failed"].setdefault(measure, {})[subject] = why
        self._write()

    def failures(self, measure: str) -> dict[str, str]:
        found: dict[str, str] = self._kept["failed"].get(measure, {})
        return found

    def say(self, measure: str, words: str) -> None:
        """What a script printed, whole."""
        self._kept["said"][measure] = words
        self._write()

    def said(self, measure: str) -> str:
        words: str = self._kept["said"].get(measure, "")
        return words

    def median(self, measure: str, subject: str, key: str) -> float | None:
        values = [figures[key] for figures in self.rounds(measure, subject) if key in figures]
        return median(values) if values else None

    def spread(self, measure: str, subjects: Iterable[str], key: str) -> tuple[float, float] | None:
        values = [
            figures[key]
            for subject in subjects
            for figures in self.rounds(measure, subject)
            if key in figures
        ]
        return (min(values), max(values)) if values else None

    def _write(self) -> None:
        self._kept["head"]["ended"] = datetime.now(UTC).isoformat(timespec="minutes")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(self._kept, indent=1), "utf-8")
        fresh.replace(self._path)
