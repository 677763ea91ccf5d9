"""The images that a campaign file names, looked at once each, however many posts carry them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from campaigns.core.findings import Finding, Level
from campaigns.core.mediastore import Facts, MediaTrouble, inside, inspect, once_cleaned
from campaigns.core.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from campaigns.plan.spec import CampaignSpec, MediaSpec, PostSpec


@dataclass(frozen=True, slots=True)
class Picture:
    file: str  # as the campaign file writes it
    alt: str
    facts: Facts  # of the picture alone: what a camera hides in a file is never kept
    source: Path | None = field(default=None, compare=False)  # where it lies now; None: it is kept already
    given: str = field(default="", compare=False)  # SHA-256 of the file that lies there


Seen = dict[tuple[Path, int, int], tuple[str, Facts]]
"""By path, size and time of change: the SHA-256 of a file, and its picture."""


class Pictures(Protocol):
    """Where the images of posts are found: in a campaign file's folder, or among those kept."""

    findings: list[Finding]

    def of(self, post: PostSpec) -> tuple[Picture, ...]:
        """The post's images; those that are not there are left out, and told as findings."""


class Gallery:
    """Every image of the posts that could be looked at, and what is wrong with the others.

    A post keeps an image that it carries already under the same name when the file is not there to be
    looked at again: so a campaign may be changed without all of its images at hand.
    """

    def __init__(
        self,
        spec: CampaignSpec,
        seen: Seen,
        carried: Mapping[int, Sequence[Picture]] | None = None,
        known: Callable[[str], Facts | None] = lambda _given: None,
    ) -> None:
        """`seen` may be shared between galleries. `carried` are the images that posts have already, by their
        place. `known` says what a file of that SHA-256 became when it came before: so a file that is loaded
        again finds its pictures unchanged, whatever would clean them today."""
        self.findings: list[Finding] = []
        self._folder = spec.folder or Path()
        self._seen = seen
        self._known = known
        self._facts: dict[str, tuple[str, Facts] | None] = {}
        self._carried = {
            (place, picture.file): picture.facts
            for place, pictures in (carried or {}).items()
            for picture in pictures
        }
        for post in spec.posts:
            for media in post.media:
                if media.file not in self._facts and not self._is_carried_only(media, post):
                    self._facts[media.file] = self._look(media, spec.file_of(post))

    def of(self, post: PostSpec) -> tuple[Picture, ...]:
        found = (self._picture(media, post) for media in post.media)
        return tuple(picture for picture in found if picture)

    def _picture(self, media: MediaSpec, post: PostSpec) -> Picture | None:
        if found := self._facts.get(media.file):
            given, facts = found
            return Picture(media.file, media.alt, facts, inside(self._folder, media.file), given)
        if carried := self._carried.get((post.place, media.file)):
            return Picture(media.file, media.alt, carried)
        return None

    def _is_carried_only(self, media: MediaSpec, post: PostSpec) -> bool:
        if (post.place, media.file) not in self._carried:
            return False
        try:
            return not inside(self._folder, media.file).exists()
        except MediaTrouble:
            return False

    def _look(self, media: MediaSpec, source: str) -> tuple[str, Facts] | None:
        try:
            path = inside(self._folder, media.file)
            state = path.stat() if path.exists() else None
            seen_as = (path, state.st_size, state.st_mtime_ns) if state else None
            if seen_as in self._seen:
                return self._seen[seen_as]
            given = inspect(path)
            found = given.sha256, self._known(given.sha256) or once_cleaned(given, path)
            if seen_as:
                self._seen[seen_as] = found
        except MediaTrouble as trouble:
            what = Sentence("The image %(file)s %(trouble)s", file=media.file, trouble=trouble.sentence)
            mend = Sentence("Put a JPEG, PNG, GIF or WebP there, in or below the campaign file's folder.")
            self.findings.append(Finding(source, media.line, Level.PROBLEM, "media", what, mend))
            return None
        return found
