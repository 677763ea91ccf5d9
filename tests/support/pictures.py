"""Small images for tests."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path


def draw(path: Path, *, size: tuple[int, int] = (8, 6), shade: int = 90, form: str = "PNG") -> Path:
    """Writes a plain picture; another shade is another picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (shade, 120, 200)).save(path, form)
    return path


def photograph(*, turned: bool = False, secret: str = "Rose Lane 7") -> bytes:  # noqa: S107 - an address
    """A JPEG as a telephone makes it, 24 x 16 and red above blue: with place, comment, XMP and a tail."""
    picture = Image.new("RGB", (24, 16), (200, 20, 20))
    picture.paste((20, 20, 200), (0, 8, 24, 16))
    hidden = Image.Exif()
    hidden[0x010E] = secret  # ImageDescription
    hidden.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0)})  # GPS
    if turned:
        hidden[0x0112] = 6  # lies on its side
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    out = BytesIO()
    picture.save(
        out, "JPEG", exif=hidden, comment=secret.encode(), xmp=f"<x>{secret}</x>".encode(), quality=95
    )
    return out.getvalue() + secret.encode()
