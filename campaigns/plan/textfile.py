"""A file on disk becomes text, or one sentence saying why it is none."""

from __future__ import annotations

import codecs
import re
import stat
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from campaigns.core.words import Sentence
from campaigns.plan.report import Broken

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.plan.report import Report

MOST_BYTES = 10_000_000  # 10 MB: 10,000 posts of 1,000 bytes

_BREAK = re.compile(r"\r\n|\r|\n")
# What YAML 1.2 calls non-printable (chapter 5.1), without the line breaks.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


class Lines:
    """Which line of a text an offset is in, from 1."""

    def __init__(self, text: str) -> None:
        self._starts = array("q", [0])
        self._starts.extend(found.end() for found in _BREAK.finditer(text))

    def at(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def next_line(self, offset: int) -> int:
        """Where the next line begins after the one that an offset is in."""
        line = self.at(offset)
        return self._starts[line] if line < len(self._starts) else offset


def read_text(path: Path, report: Report) -> str:
    """The file's text, UTF-8, with or without a byte order mark; raises `Broken` after reporting why not."""
    content = _read_bytes(path, report)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        report.problem(
            1, "not-utf8", Sentence("This file is saved as UTF-16."), Sentence("Save it as UTF-8.")
        )
        raise Broken
    if b"\0" in content:
        report.problem(
            0,
            "binary",
            Sentence("This is a binary file, not text."),
            Sentence("Name the text file that you meant."),
        )
        raise Broken
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        byte = content[wrong.start]
        report.problem(
            line,
            "not-utf8",
            Sentence("The byte 0x%(byte)s here is not valid UTF-8.", byte=f"{byte:02X}"),
            Sentence("Save the file as UTF-8."),
        )
        raise Broken from wrong
    if odd := _UNPRINTABLE.search(text):
        report.problem(
            Lines(text).at(odd.start()),
            "control-character",
            Sentence(
                "This line holds the invisible control character U+%(code)s.", code=f"{ord(odd[0]):04X}"
            ),
            Sentence("Delete it, or type the line anew."),
        )
        raise Broken
    if not text.strip():
        report.problem(
            0,
            "empty-file",
            Sentence("This file is empty."),
            Sentence("Write a campaign into it, or name another."),
        )
        raise Broken
    return text


def _read_bytes(path: Path, report: Report) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            report.problem(
                0, "not-a-file", Sentence("This is not a file."), Sentence("Name the campaign's file itself.")
            )
            raise Broken
        with path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except FileNotFoundError as missing:
        report.problem(
            0, "no-file", Sentence("There is no such file."), Sentence("Check the path and its spelling.")
        )
        raise Broken from missing
    except OSError as unreadable:
        why = unreadable.strerror or Sentence("unknown reason")
        report.problem(
            0,
            "unreadable",
            Sentence("This file cannot be read: %(why)s.", why=why),
            Sentence("Check the path and who may read it."),
        )
        raise Broken from unreadable
    if len(content) > MOST_BYTES:
        report.problem(
            0,
            "too-big",
            Sentence("This file is larger than %(megabytes)s MB.", megabytes=MOST_BYTES // 1_000_000),
            Sentence("Split it into several campaigns."),
        )
        raise Broken
    return content
