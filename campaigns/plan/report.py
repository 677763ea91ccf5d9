"""Where a reader puts what it finds, so that one run names everything."""

from __future__ import annotations

from campaigns.core.findings import Finding, Level


class Broken(Exception):  # noqa: N818 - a signal between readers, never shown
    """This value cannot be used; why has been reported already."""


class Report:
    """The findings of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._findings: list[Finding] = []
        self._explained: set[int] = set()

    def problem(self, line: int, code: str, what: str, mend: str) -> None:
        self._findings.append(Finding(self.file, line, Level.PROBLEM, code, what, mend))

    def explains(self, line: int) -> None:
        """The finding just made is also why this line seems to hold nothing."""
        self._explained.add(line)

    def is_explained(self, line: int) -> bool:
        return line in self._explained

    def by_line(self) -> list[Finding]:
        return sorted(self._findings, key=lambda found: (found.line, found.code, found.what, found.mend))
