"""What a check has to say: problems stop loading, notes never do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from campaigns.core.words import joined


class Level(StrEnum):
    PROBLEM = "problem"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One clear sentence about what is wrong, where, and one about how to mend it."""

    file: str
    line: int  # from 1; 0 where no line can be named
    level: Level
    code: str  # stable, for machines: "unknown-key"
    what: str
    mend: str

    @property
    def said(self) -> str:
        return joined(self.what, self.mend)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.level}: {self.what} {self.mend}".rstrip()


def has_problem(findings: list[Finding]) -> bool:
    return any(finding.level is Level.PROBLEM for finding in findings)
