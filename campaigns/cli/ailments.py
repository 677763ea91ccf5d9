"""What the doctor may say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    PROBLEM = "problem"  # posts will not go out as they should
    REMARK = "remark"  # worth knowing


@dataclass(frozen=True, slots=True)
class Ailment:
    code: str  # stable, for machines: "no-worker"
    what: str
    mend: str  # empty where `what` says it already
    level: Level = Level.PROBLEM

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.level}: {self.what} {self.mend}".rstrip()
