"""The images that a campaign file names, looked at once each, however many posts carry them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from campaigns.core.findings import Finding, Level
from campaigns.core.mediastore import Facts, MediaTrouble, inside, inspect

if TYPE_CHECKING:
    from campaigns.plan.spec import CampaignSpec, MediaSpec, PostSpec


@dataclass(frozen=True, slots=True)
class Picture:
    file: str  # as the campaign file writes it
    alt: str
    facts: Facts
    source: Path | None = field(default=None, compare=False)  # where it lies now; None: it is kept already


class Pictures(Protocol):
    """Where the images of posts are found: in a campaign file's folder, or among those kept."""

    findings: list[Finding]

    def of(self, post: PostSpec) -> tuple[Picture, ...]:
        """The post's images; those that are not there are left out, and told as findings."""


class Gallery:
    """Every image of the posts that could be looked at, and what is wrong with the others."""

    def __init__(self, spec: CampaignSpec, seen: dict[tuple[Path, int, int], Facts]) -> None:
        """`seen` remembers images by path, size and time of change; it may be shared between galleries."""
        self.findings: list[Finding] = []
        self._folder = spec.folder or Path()
        self._seen = seen
        self._facts: dict[str, Facts | None] = {}
        for post in spec.posts:
            for media in post.media:
                if media.file not in self._facts:
                    self._facts[media.file] = self._look(media, spec.file_of(post))

    def of(self, post: PostSpec) -> tuple[Picture, ...]:
        return tuple(
            Picture(media.file, media.alt, facts, inside(self._folder, media.file))
            for media in post.media
            if (facts := self._facts[media.file]) is not None
        )

    def _look(self, media: MediaSpec, source: str) -> Facts | None:
        try:
            path = inside(self._folder, media.file)
            state = path.stat() if path.exists() else None
            seen_as = (path, state.st_size, state.st_mtime_ns) if state else None
            if seen_as in self._seen:
                return self._seen[seen_as]
            facts = inspect(path)
            if seen_as:
                self._seen[seen_as] = facts
        except MediaTrouble as trouble:
            what = f"The image {media.file} {trouble}"
            mend = "Put a JPEG, PNG, GIF or WebP there, in or below the campaign file's folder."
            self.findings.append(Finding(source, media.line, Level.PROBLEM, "media", what, mend))
            return None
        return facts
