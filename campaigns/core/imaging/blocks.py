"""Moving pictures written anew block by block: what draws is kept to the bit, whatever else is there goes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""The application extensions of GIF that draw: how often a moving picture repeats."""

_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_PNG_DRAWS = (
    *(b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD"),
    *(b"acTL", b"fcTL", b"IDAT", b"fdAT", b"IEND"),
)
_WEBP_DRAWS = (b"VP8 ", b"VP8L", b"ANIM", b"ANMF", b"ALPH", b"ICCP")
_HAS_EXIF_OR_XMP = 0b1100


def only_what_draws(content: bytes, form: str) -> bytes:
    """The whole `GIF`, `PNG` or `WEBP` without comments, EXIF, XMP and what hangs on behind its end. Raises
    `IndexError` or `ValueError` for what is not one."""
    return b"".join({"GIF": _gif, "PNG": _png, "WEBP": _webp}[form](content))


def _gif(content: bytes) -> Iterator[bytes]:
    at = 13 + _colours(content[10])
    yield content[:at]
    while content[at] != _END:
        if content[at] == _IMAGE:
            end = _past_blocks(content, at + 10 + _colours(content[at + 9]) + 1)
            keep = True
        elif content[at] == _EXTENSION:
            end = _past_blocks(content, at + 2)
            kind = content[at + 1]
            keep = kind == _CONTROL or (kind == _APPLICATION and content[at + 3 : at + 14] in LOOPS)
        else:
            raise ValueError(content[at])
        if keep:
            yield content[at:end]
        at = end
    yield bytes([_END])


def _colours(flags: int) -> int:
    """Bytes of the colour table that these flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _past_blocks(content: bytes, at: int) -> int:
    while content[at]:
        at += content[at] + 1
    return at + 1


def _png(content: bytes) -> Iterator[bytes]:
    yield content[:8]
    at, name = 8, b""
    while name != b"IEND":
        size, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if len(name) < 4:  # noqa: PLR2004 - its end is missing
            raise ValueError(name)
        if name in _PNG_DRAWS:
            yield content[at : at + 12 + size]
        at += 12 + size


def _webp(content: bytes) -> Iterator[bytes]:
    kept = [_chunk(content, *span) for span in pairwise(_webp_chunks(content))]
    body = b"WEBP" + b"".join(kept)
    yield b"RIFF" + len(body).to_bytes(4, "little") + body


def _webp_chunks(content: bytes) -> Iterator[int]:
    """Where each chunk begins, and where the last one ends."""
    at, end = 12, min(8 + int.from_bytes(content[4:8], "little"), len(content))
    while at + 8 <= end:
        yield at
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    yield at


def _chunk(content: bytes, begin: int, end: int) -> bytes:
    name, chunk = content[begin : begin + 4], content[begin:end]
    if name == b"VP8X":
        return chunk[:8] + bytes([chunk[8] & ~_HAS_EXIF_OR_XMP]) + chunk[9:]
    return chunk if name in _WEBP_DRAWS else b""
