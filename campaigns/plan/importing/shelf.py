"""Uploads between being looked at and being applied: kept for an hour, each for the person who brought it.

Where one stands is made of the person's number and a random name of ours; nothing in it comes from outside.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.core.errors import Missing
from campaigns.core.folders import private_folder

if TYPE_CHECKING:
    from pathlib import Path

KEPT = 3600.0  # seconds
MOST = 10  # of one person; the oldest makes room

_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Upload:
    folder: Path

    @property
    def token(self) -> str:
        return self.folder.name

    @property
    def files(self) -> Path:
        """What was brought, under the names it was brought with."""
        return self.folder / "files"

    @property
    def loaded_as(self) -> str:
        """The slug of the campaign that it became; empty while it only waits."""
        try:
            return str(json.loads((self.folder / "loaded.json").read_text("utf-8")))
        except FileNotFoundError:
            return ""

    def remember_loaded(self, slug: str) -> None:
        """So that sending the same form twice leads to the same page, and applies once."""
        (self.folder / "loaded.json").write_text(json.dumps(slug), "utf-8")


class Shelf:
    """One person's uploads."""

    def __init__(self, root: Path, person_id: int) -> None:
        self._root, self._mine = root, root / str(person_id)

    def place(self) -> Upload:
        """A fresh, empty place. What has stood too long goes first, whoever brought it."""
        private_folder(self._root)
        self._clear()
        folder = private_folder(self._mine) / secrets.token_hex(16)
        (folder / "files").mkdir(parents=True, mode=0o700)
        return Upload(folder)

    def find(self, token: str) -> Upload:
        """Raises `Missing` for another person's, as for none."""
        folder = self._mine / token
        if not _TOKEN.fullmatch(token) or not folder.is_dir() or _age(folder) > KEPT:
            raise Missing("This upload is no longer here: it is kept for an hour. Upload it again.")
        return Upload(folder)

    def drop(self, upload: Upload) -> None:
        shutil.rmtree(upload.folder, ignore_errors=True)

    def _clear(self) -> None:
        mine = sorted(self._mine.glob("*"), key=_age)
        old = [folder for folder in self._root.glob("*/*") if _age(folder) > KEPT]
        for folder in {*old, *mine[MOST - 1 :]}:
            shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> float:
    """Seconds; what somebody else has just taken away is old."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return KEPT + 1
