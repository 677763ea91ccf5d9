"""A post's image, read from the library when it is uploaded."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from campaigns.core.words import Sentence
from campaigns.platforms.contract import Refused

if TYPE_CHECKING:
    from campaigns.platforms.contract import MediaFile


async def read_image(media: MediaFile) -> bytes:
    """In a thread: other accounts' posts wait for no disk. Raises `Refused` if it is gone."""
    try:
        return await asyncio.to_thread(media.path.read_bytes)
    except OSError as gone:
        raise Refused(
            Sentence(
                "The image %(name)s cannot be read: %(strerror)s.",
                name=media.path.name,
                strerror=gone.strerror,
            )
        ) from gone
