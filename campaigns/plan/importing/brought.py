"""An upload as a campaign: whichever of the two kinds it is, read as a file in its place would be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from campaigns.plan.importing.arranging import (
    Contents,
    bring_images,
    contents,
    read_arranged,
    unused,
)
from campaigns.plan.importing.table import read_into

if TYPE_CHECKING:
    from pathlib import Path

    from sqlmodel import Session

    from campaigns.plan.reading import Read


@dataclass
class Brought:
    """Reads an upload as often as it is asked; a table needs the campaign that it is for."""

    folder: Path
    organisation_id: int
    campaign: str = ""  # the slug of the one that a table is for
    contents: Contents = field(init=False)
    _read: Read | None = None

    def __post_init__(self) -> None:
        """Raises `Misuse` when there is nothing to read."""
        self.contents = contents(self.folder)

    @property
    def needs_campaign(self) -> bool:
        return self.contents.is_table and not self.campaign

    def __call__(self, session: Session) -> Read:
        """Raises `Missing` when there is no campaign that the table could be for."""
        if self.contents.is_table:
            read = read_into(session, self.organisation_id, self.campaign, self.contents.main)
            if read.spec:
                files = (m.file for p in read.spec.posts if p.source == read.spec.source for m in p.media)
                bring_images(self.contents.main.parent, files, self.folder)
            return replace(read, findings=sorted([*read.findings, *unused(read, self.folder)]))
        if self._read is None:
            read = read_arranged(self.contents.main, self.folder)
            self._read = replace(read, findings=sorted([*read.findings, *unused(read, self.folder)]))
        return self._read
