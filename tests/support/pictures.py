"""Small images for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path


def draw(path: Path, *, size: tuple[int, int] = (8, 6), shade: int = 90, form: str = "PNG") -> Path:
    """Writes a plain picture; another shade is another picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (shade, 120, 200)).save(path, form)
    return path
