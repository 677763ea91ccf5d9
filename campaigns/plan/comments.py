"""An unquoted ` #Word` is a comment to YAML: the hashtag would vanish without a word. Here it is found."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from campaigns.core.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.plan.report import Report
    from campaigns.plan.textfile import Lines

_WORD = re.compile(r"#\w+")
_INDENT = re.compile(r"(?:[ \t]|-[ \t])*")


class Scalars:
    """Which stretches of a file are values; what is outside them and begins with # is a comment."""

    def __init__(self) -> None:
        self._starts = array("q")
        self._ends = array("q")
        self._plain: list[bool] = []

    def add(self, start: int, end: int, *, plain: bool) -> None:
        """In the order of the file; offsets in characters."""
        self._starts.append(start)
        self._ends.append(end)
        self._plain.append(plain)

    def end_around(self, offset: int) -> int | None:
        """The end of the value that the offset is inside of, if it is inside of one."""
        before = bisect_right(self._starts, offset) - 1
        return self._ends[before] if before >= 0 and offset < self._ends[before] else None

    def plain_before(self, offset: int) -> tuple[int, int] | None:
        """The unquoted, non-empty value that ends last before the offset, if the last value is one."""
        before = bisect_right(self._starts, offset) - 1
        if before < 0 or not self._plain[before] or self._starts[before] == self._ends[before]:
            return None
        return self._starts[before], self._ends[before]


def report_dropped_words(text: str, lines: Lines, scalars: Scalars, until: int, report: Report) -> None:
    """Reports each `#Word` before the offset `until` that YAML drops and its author meant.

    A comment with a line of its own is left alone, unless it stands where the text above would go on.
    """
    for start, word in _word_comments(text, scalars, until):
        line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
        alone = not text[line_start:start].strip()
        if alone and not _continues(text, line_start, start, scalars):
            continue
        line = lines.at(start)
        report.problem(
            line,
            "dropped-hashtag",
            Sentence("YAML takes %(word)s and the rest of this line for a comment and drops it.", word=word),
            Sentence("Put the whole text in quotes, or write a space after # where a comment is meant."),
        )
        report.explains(line)


def _word_comments(text: str, scalars: Scalars, until: int) -> Iterator[tuple[int, str]]:
    at = text.find("#")
    while 0 <= at < until:
        end = scalars.end_around(at)
        if end is None:
            if word := _WORD.match(text, at):
                yield at, word[0]
            end = _line_end(text, at)
        at = text.find("#", end)


def _continues(text: str, line_start: int, start: int, scalars: Scalars) -> bool:
    """Whether this line is indented like one more line of the unquoted text just above it."""
    before = scalars.plain_before(start)
    if before is None:
        return False
    between = text[before[1] : start]
    if between.strip() or between.count("\n") > 1:
        return False
    began = max(text.rfind("\n", 0, before[0]), text.rfind("\r", 0, before[0])) + 1
    indent = _INDENT.match(text, began)
    content = indent.end() if indent else began
    deeper = (start - line_start) - (content - began)
    return deeper > 0 or (deeper == 0 and content == before[0] and text[content - 2 : content] != "- ")


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    if end < 0:
        end = len(text)
    bare = text.find("\r", offset, end)
    return end if bare < 0 else bare
