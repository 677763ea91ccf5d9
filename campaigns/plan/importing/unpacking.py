"""Files on their way in, one by one or in a zip: counted as they come, and only under plain names."""

from __future__ import annotations

import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from campaigns.core.errors import Misuse
from campaigns.core.mediastore import MediaTrouble, inside
from campaigns.plan.nodes import shown
from campaigns.plan.values import MEDIA_FILE, fits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MEGABYTE = 1_000_000
MOST_FILES = 500
MOST_BYTES = 100 * MEGABYTE  # unpacked, all together
LONGEST_NAME, LONGEST_PATH = 120, 300  # characters

_BLOCK = 65_536
_ZIP = b"PK\x03\x04"
_CLUTTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
_OFFICE = "[Content_Types].xml"  # in every .xlsx, .docx and .pptx


@dataclass(frozen=True, slots=True)
class Incoming:
    name: str  # as its sender calls it
    stream: BinaryIO


def unpack(incoming: Iterable[Incoming], folder: Path) -> None:
    """Writes what comes into the folder; zips as what is in them. What a file is, its first bytes say.

    Raises `Misuse` for what is too large, too much, locked, damaged, or named so that it could land
    elsewhere. Sizes are counted, never believed.
    """
    room = _Room()
    for one in incoming:
        head = one.stream.read(len(_ZIP))
        one.stream.seek(0)
        if head == _ZIP:
            _unzip(one, folder, room)
        else:
            _write(one.stream, folder, plain_path(one.name), room)


def plain_path(name: str) -> str:
    """A relative path that stays where it is put; raises `Misuse`."""
    path = unicodedata.normalize("NFC", name)
    parts = path.split("/")
    if (
        not fits(MEDIA_FILE, path)
        or not path.isprintable()
        or len(path) > LONGEST_PATH
        or any(part in {"", ".", ".."} or len(part) > LONGEST_NAME for part in parts)
    ):
        raise Misuse(
            "A file is called %(name)s, and that is no plain name: rename it, with letters, "
            "digits, - and _ only, and upload again.",
            name=shown(name),
        )
    return path


class _Room:
    """How much may still come."""

    def __init__(self) -> None:
        self._files, self._bytes = 0, 0

    def one_more(self) -> None:
        self._files += 1
        if self._files > MOST_FILES:
            raise Misuse("There are more than %(most)s files in it; split the campaign.", most=MOST_FILES)

    def take(self, size: int) -> None:
        self._bytes += size
        if self._bytes > MOST_BYTES:
            raise Misuse(
                "Unpacked, this is larger than %(megabytes)s MB; make the images smaller, "
                "or split the campaign.",
                megabytes=MOST_BYTES // MEGABYTE,
            )


def _unzip(zipped: Incoming, folder: Path, room: _Room) -> None:
    name = shown(zipped.name)
    try:
        with zipfile.ZipFile(zipped.stream) as archive:
            members = [member for member in archive.infolist() if not _is_clutter(member)]
            if any(member.filename == _OFFICE for member in members):
                raise Misuse(
                    "%(name)s is an office document: save the table in it as CSV, and upload that.", name=name
                )
            for member in members:
                if member.flag_bits & 1:
                    raise Misuse("%(name)s is locked with a password: pack it again without one.", name=name)
                if stat.S_ISLNK(member.external_attr >> 16):
                    raise Misuse(
                        "%(name)s holds a link, %(filename)s: put the file itself there.",
                        name=name,
                        filename=shown(member.filename),
                    )
                with archive.open(member) as stream:
                    _write(stream, folder, plain_path(member.filename), room)  # type: ignore[arg-type]  # it reads
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as damaged:
        raise Misuse(
            "%(name)s cannot be unpacked to its end: pack it again as a zip.", name=name
        ) from damaged


def _is_clutter(member: zipfile.ZipInfo) -> bool:
    return member.is_dir() or not _CLUTTER.isdisjoint(member.filename.split("/"))


def _write(stream: BinaryIO, folder: Path, path: str, room: _Room) -> None:
    room.one_more()
    try:
        home = inside(folder, path)
        home.parent.mkdir(parents=True, exist_ok=True)
        with home.open("xb") as copy:
            while block := stream.read(_BLOCK):
                room.take(len(block))
                copy.write(block)
    except (FileExistsError, NotADirectoryError, MediaTrouble) as twice:
        raise Misuse("There are two files called %(path)s: rename one of them.", path=shown(path)) from twice
