"""What goes into composing and what comes out: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.core.words import joined

if TYPE_CHECKING:
    from campaigns.core.findings import Level


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """An image as its file is, not as its name says. `size` in bytes."""

    file: str
    alt: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A post for one account: its variant is chosen, nothing is measured yet."""

    text: str
    thread: tuple[str, ...] = ()  # the parts after the first
    tags: tuple[str, ...] = ()  # without #, the most important first
    language: str | None = None
    content_warning: str | None = None
    images: tuple[ImageFacts, ...] = ()  # they go with the first part
    primary_first: bool = True  # False: the campaign has no primary tag, so any of `tags` may be left out


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding that knows its part, not yet its file and line."""

    level: Level
    code: str
    what: str
    mend: str
    part: int = 0  # from 0

    @property
    def said(self) -> str:
        return joined(self.what, self.mend)


@dataclass(frozen=True, slots=True)
class ComposedPart:
    """One thing on the wire. `length` and `limit` in the platform's unit."""

    text: str
    content_warning: str | None  # None also where the warning leads the text
    length: int
    limit: int


@dataclass(frozen=True, slots=True)
class Composed:
    parts: tuple[ComposedPart, ...]
    remarks: tuple[Remark, ...]
