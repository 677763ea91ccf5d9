"""Rows that go are written to a folder first, as JSON lines, if somebody wants them."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING, Any

from campaigns.core.errors import Unusable
from campaigns.core.folders import private_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path


class Export:
    """One file a kind and month; without a folder nothing is written.

    A row that was written and then, in a crash, not deleted is written again: a line has its row's id.
    """

    def __init__(self, folder: Path | None, now: datetime) -> None:
        self._folder, self._month = folder, f"{now:%Y-%m}"
        self._waiting: dict[str, list[str]] = {}

    def lines(self, kind: str, rows: Iterable[Mapping[str, Any]]) -> None:
        if self._folder is not None:
            told = [json.dumps(dict(row), default=_plain, ensure_ascii=False) for row in rows]
            self._waiting.setdefault(kind, []).extend(told)

    def flush(self) -> None:
        """Raises `Unusable` when the disk does not take it: then nothing must be deleted."""
        waiting, self._waiting = self._waiting, {}
        if self._folder is None or not any(waiting.values()):
            return
        private_folder(self._folder)
        for kind, lines in waiting.items():
            path = self._folder / f"{kind}-{self._month}.jsonl"
            try:
                with path.open("a", encoding="utf-8") as file:
                    file.writelines(f"{line}\n" for line in lines)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as full:
                raise Unusable(f"Old rows are kept: {path} cannot be written ({full.strerror}).") from full


def _plain(value: object) -> str:
    if isinstance(value, date):  # datetimes are dates too
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be exported")
