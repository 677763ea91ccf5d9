"""An image that is gone when its post goes out: whoever planned it is told which one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from campaigns.platforms.contract import MediaFile, Refused
from campaigns.platforms.images import read_image

if TYPE_CHECKING:
    from pathlib import Path


def image(path: Path) -> MediaFile:
    return MediaFile(id=1, path=path, mime="image/png", alt="A door", size=3000, width=40, height=30)


def test_an_image_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "door.png").write_bytes(b"\0\1\2" * 1000)
    assert asyncio.run(read_image(image(tmp_path / "door.png"))) == b"\0\1\2" * 1000


def test_an_image_that_is_gone_is_named_with_why(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"^The image door\.png cannot be read: No such file or directory\.$"):
        asyncio.run(read_image(image(tmp_path / "door.png")))
