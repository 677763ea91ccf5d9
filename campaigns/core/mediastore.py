"""Images on disk: looked at before they are believed, kept under the hash of their bytes."""

from __future__ import annotations

import os
import secrets
import warnings
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from campaigns.core.errors import BeaconError
from campaigns.core.mediapaths import path_of, small_path_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO, BinaryIO

    from PIL import Image

MOST_BYTES = 20_000_000
"""Above the largest image that any platform of ours takes (Mastodon, 16.8 MB)."""

MOST_PIXELS = 50_000_000
"""Over all frames together: what a small server decodes without running out of memory, at 4 bytes a pixel,
twice when it must be turned. Mastodon makes everything smaller than 8.3 million."""

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}

_HEAD = 512


class MediaTrouble(BeaconError):  # noqa: N818 - reads as what it is at the raise
    """The file can't go out as an image; the message ends a sentence that began with its name."""


@dataclass(frozen=True, slots=True)
class Facts:
    sha256: str  # hex
    mime: str
    size: int  # bytes
    width: int  # pixels
    height: int


def inside(folder: Path, file: str) -> Path:
    """The image that a campaign file in `folder` means by `file`; also through links never outside it."""
    try:
        path = (folder / file).resolve()
        home = folder.resolve()
    except (OSError, RuntimeError, ValueError) as odd:  # a ring of links, a NUL in the name
        raise MediaTrouble("is not a usable path.") from odd
    if not path.is_relative_to(home):
        raise MediaTrouble("lies outside the campaign file's folder, and media travel with that folder.")
    return path


def inspect(path: Path) -> Facts:
    """What the image is, by its content, whatever its name says; every frame is decoded once.

    Raises `MediaTrouble` for what isn't a whole JPEG, PNG, GIF or WebP of bearable size.
    """
    try:
        with path.open("rb") as stream:
            return _facts(stream)
    except FileNotFoundError as missing:
        raise MediaTrouble("does not exist.") from missing
    except IsADirectoryError as folder:
        raise MediaTrouble("is a folder, not an image.") from folder
    except OSError as unreadable:
        raise MediaTrouble("can't be read (%(why)s).", why=unreadable.strerror or unreadable) from unreadable


def keep_cleaned(media_dir: Path, path: Path) -> tuple[Facts, Facts]:
    """Keeps the picture alone, upright and without what a camera hides in it; with a small one beside it.

    Returns what came in and what is kept. Raises as `inspect` does.
    """
    from campaigns.core.imaging.smaller import smaller  # noqa: PLC0415 - as for Pillow below

    given = inspect(path)
    facts, content = _cleaned(given, path)
    home = path_of(media_dir, facts.sha256)
    if not _stands(media_dir, facts):
        write_whole(home, content)
    small = small_path_of(media_dir, facts.sha256)
    if not small.exists():
        write_whole(small, smaller(home))
    return given, facts


def once_cleaned(given: Facts, path: Path) -> Facts:
    """What `keep_cleaned` would keep of an image that was looked at; nothing is written. Raises the same."""
    return _cleaned(given, path)[0]


def _cleaned(given: Facts, path: Path) -> tuple[Facts, bytes]:
    from campaigns.core.imaging.cleaning import cleaned  # noqa: PLC0415 - as for Pillow below

    before = path.read_bytes()
    if sha256(before).hexdigest() != given.sha256:
        raise MediaTrouble("changed while it was being read; try again.")
    form = _format(before[:_HEAD])
    try:
        content = cleaned(before, form)
        width, height = _decode(BytesIO(content), form)
    except (MediaTrouble, MemoryError):
        raise
    except Exception as odd:  # encoders raise whatever they trip over in an odd file
        raise MediaTrouble("can't be made free of what a camera hides in it; save it as PNG.") from odd
    return Facts(sha256(content).hexdigest(), given.mime, len(content), width, height), content


def write_whole(home: Path, content: bytes) -> None:
    """Writes a file so that a crash leaves it whole or not at all."""
    home.parent.mkdir(parents=True, exist_ok=True)
    fresh = home.with_name(f".{secrets.token_hex(8)}")
    try:
        with fresh.open("xb") as copy:
            copy.write(content)
            copy.flush()
            os.fsync(copy.fileno())
        fresh.replace(home)
    finally:
        fresh.unlink(missing_ok=True)


def _stands(media_dir: Path, facts: Facts) -> bool:
    home = path_of(media_dir, facts.sha256)
    return home.exists() and home.stat().st_size == facts.size


def _facts(stream: BinaryIO) -> Facts:
    size = os.fstat(stream.fileno()).st_size
    if not size:
        raise MediaTrouble("is empty.")
    if size > MOST_BYTES:
        raise MediaTrouble(
            "has %(size)s MB; at most %(most)s MB are taken.",
            size=f"{size / 1e6:.1f}",
            most=MOST_BYTES // 1_000_000,
        )
    form = _format(stream.read(_HEAD))
    stream.seek(0)
    digest = sha256(stream.read()).hexdigest()
    width, height = _decode(stream, form)
    return Facts(digest, FORMATS[form], size, width, height)


def _format(head: bytes) -> str:
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if b"<svg" in head.lower():
        raise MediaTrouble("is an SVG drawing, which no platform takes; export it as PNG.")
    if head[4:12] in {b"ftypavif", b"ftypheic", b"ftypmif1"}:
        raise MediaTrouble("is a HEIC or AVIF picture, which few platforms take; save it as JPEG or PNG.")
    if head[4:8] == b"ftyp" or head.startswith((b"\x1aE\xdf\xa3", b"\x00\x00\x01\xba")) or _is_avi(head):
        raise MediaTrouble("is a video; Beacon posts images only: JPEG, PNG, GIF or WebP.")
    raise MediaTrouble("is not an image that Beacon knows: JPEG, PNG, GIF or WebP.")


def _is_avi(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"AVI "


def _decode(stream: IO[bytes], form: str) -> tuple[int, int]:
    """Width and height; reads the image to its end, since a torn one has a perfect beginning."""
    from PIL import Image  # noqa: PLC0415 - clock and web know of images, but decode none

    try:
        with _open(stream, form) as image:
            image.verify()  # a PNG's checksums, which decoding alone doesn't ask for
        with _open(stream, form) as image:
            frames = getattr(image, "n_frames", 1)
            width, height = image.size
            _bearable(width, height, frames)
            for frame in range(frames):
                image.seek(frame)
                image.load()
    except (MediaTrouble, MemoryError):
        raise
    except Image.DecompressionBombError as bomb:
        raise MediaTrouble(
            "unfolds to far more than %(most)s million pixels.", most=MOST_PIXELS // 1_000_000
        ) from bomb
    except Exception as damaged:  # decoders raise whatever they trip over in a torn file
        raise MediaTrouble("is damaged or cut short: it can't be read to its end.") from damaged
    return width, height


def _open(stream: IO[bytes], form: str) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - see above

    stream.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # `_bearable` judges
        return Image.open(stream, formats=[form])


def _bearable(width: int, height: int, frames: int) -> None:
    if width * height * frames > MOST_PIXELS:
        size = f"{width} x {height}" + (f" x {frames}" if frames > 1 else "")
        raise MediaTrouble(
            "has %(size)s pixels; at most %(most)s million are taken.",
            size=size,
            most=MOST_PIXELS // 1_000_000,
        )
