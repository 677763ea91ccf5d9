"""The backup file: a ZIP with a manifest, each table as JSON lines, and the images.

It holds nothing of one kind of database, so a backup of SQLite can be put back into PostgreSQL.
"""

from __future__ import annotations

import json
import zipfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Self

from campaigns.core.errors import Unusable
from campaigns.core.mediapaths import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy.engine import RowMapping

FORMAT = 1
MANIFEST = "manifest.json"
_TABLES, _MEDIA = "tables", "media"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_utc: datetime  # by the database's clock, before its first row was read
    schema: str  # the newest migration of its database
    version: str  # of Beacon
    rows: Mapping[str, int]  # by table

    def as_json(self) -> str:
        told = {"format": FORMAT, **asdict(self), "made_utc": self.made_utc.isoformat()}
        return json.dumps(told, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        told = json.loads(text)
        if told.pop("format") != FORMAT:
            raise Unusable("The backup was made by a newer Beacon: use that one to put it back.")
        return cls(**{**told, "made_utc": datetime.fromisoformat(told["made_utc"])})


class Writer:
    """Fills a new backup."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def table(self, name: str, rows: Iterable[RowMapping]) -> int:
        """Returns how many rows it was."""
        count = 0
        with self._archive.open(f"{_TABLES}/{name}.jsonl", "w", force_zip64=True) as lines:
            for row in rows:
                lines.write(json.dumps(dict(row), default=_plain, ensure_ascii=False).encode() + b"\n")
                count += 1
        return count

    def image(self, digest: str, path: Path) -> None:
        self._archive.write(path, f"{_MEDIA}/{digest}", zipfile.ZIP_STORED)

    def manifest(self, manifest: Manifest) -> None:
        self._archive.writestr(MANIFEST, manifest.as_json())


class Reader:
    """Reads a backup; everything in it is checked against its own sums as it is read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.manifest = Manifest.from_json(archive.read(MANIFEST).decode())

    def tables(self) -> list[str]:
        return [path.stem for path in self._paths() if path.parts[0] == _TABLES]

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        with self._archive.open(f"{_TABLES}/{table}.jsonl") as lines:
            for line in lines:
                yield json.loads(line)

    def put_images(self, media_dir: Path) -> None:
        """Those that are not there yet; a name that is no SHA-256 is left in the file."""
        for name in (path.name for path in self._paths() if path.parts[0] == _MEDIA):
            if len(name) != 64 or set(name) - set("0123456789abcdef"):  # noqa: PLR2004 - hex digits of SHA-256
                continue
            home = path_of(media_dir, name)
            if not home.exists():
                home.parent.mkdir(parents=True, exist_ok=True)
                fresh = home.with_name(f".{name}")
                fresh.write_bytes(self._archive.read(f"{_MEDIA}/{name}"))
                fresh.replace(home)

    def _paths(self) -> list[PurePosixPath]:
        return [PurePosixPath(name) for name in self._archive.namelist() if name.count("/") == 1]


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new file that only its owner can read; whole or not there at all."""
    fresh = path.with_name(f".{path.name}.partial")
    try:
        fresh.touch(mode=0o600)
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            yield Writer(archive)
        fresh.replace(path)
    except OSError as full:
        raise Unusable(f"The backup {path} cannot be written ({full.strerror or full}).") from full
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Raises `Unusable` for what is no backup, or was damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Reader(archive)
    except OSError as missing:
        raise Unusable(f"The backup {path} cannot be read ({missing.strerror or missing}).") from missing
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as damaged:
        raise Unusable(f"{path} is no backup of Beacon, or it was damaged: nothing was changed.") from damaged


def _plain(value: object) -> str:
    if isinstance(value, date):  # datetimes are dates too
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be kept in a backup")
