"""Small pictures, for pages that show many."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

if TYPE_CHECKING:
    from pathlib import Path

SIDE = 480  # pixels: sharp at the 240 that pages show
MIME = "image/webp"


def smaller(path: Path) -> bytes:
    """The first frame, fitted into a square of `SIDE`; a JPEG is not even decoded at its full size."""
    with Image.open(path) as image:
        image.draft("RGB", (SIDE, SIDE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((SIDE, SIDE))
        out = BytesIO()
        upright.convert("RGBA" if upright.has_transparency_data else "RGB").save(out, "WEBP", quality=78)
        return out.getvalue()
