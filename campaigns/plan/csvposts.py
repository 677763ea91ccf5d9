"""Posts from a spreadsheet: a CSV file whose columns are a post's keys, laid flat.

Each row becomes the node that the same post would be in YAML, so that one reader judges both.
"""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import TYPE_CHECKING

from campaigns.core.words import Sentence
from campaigns.plan.keys import MOST_POSTS, POST
from campaigns.plan.nodes import Mapping, Scalar, Sequence, shown
from campaigns.plan.report import Broken
from campaigns.plan.textfile import read_text
from campaigns.plan.values import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from campaigns.plan.building import ReadPost
    from campaigns.plan.nodes import Node
    from campaigns.plan.report import Report

PLAIN_COLUMNS = ("text", "at", "timezone", "language", "content_warning", "id")
FLAG_COLUMNS = ("essential", "urgent")
MEDIA_COLUMNS = {"media_file": "file", "media_alt": "alt"}
COLUMNS = (*PLAIN_COLUMNS, "accounts", "hashtags", "late", *FLAG_COLUMNS, *MEDIA_COLUMNS)
NUMBERED_OR_NAMED = "thread_1, thread_2 ...; variant_x, variant_mastodon ..."

_THREAD = re.compile(r"thread_([1-9][0-9]?)")
_VARIANT = re.compile(r"variant_(\S+)")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")  # what spreadsheets write for each other
_BETWEEN = re.compile(r"[\s,;]+")
_YES, _NO = frozenset({"true", "yes", "x", "1"}), frozenset({"false", "no", "0"})


def read_posts_csv(path: Path, report: Report) -> tuple[ReadPost, ...]:
    """The posts of a UTF-8 CSV file, separated by commas, semicolons or tabs; trouble goes to `report`."""
    posts: list[ReadPost] = []
    try:
        rows = _rows(read_text(path, report), report)
        columns = _columns(next(rows), report)
        for place, (line, cells) in enumerate(rows):
            if place >= MOST_POSTS:
                report.problem(
                    line,
                    "too-many",
                    Sentence("There are more than %(most)s posts.", most=MOST_POSTS),
                    Sentence("Split them into several campaigns."),
                )
                break
            _read_row(line, cells, columns, posts, report)
    except Broken:
        return ()
    if not posts and not report.by_line():
        report.problem(
            1,
            "empty-list",
            Sentence("There is no post below the header."),
            Sentence("Write one in the second line."),
        )
    return tuple(posts)


def _rows(text: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Each row that holds anything, with the line where it begins; the header comes first."""
    skipped = 0
    header = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=header.count)
    if told := _SEPARATOR_LINE.match(text):
        text, separator, skipped = text[told.end() :], told[1], 1
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    line = skipped + 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield line, stripped
            line = skipped + reader.line_num + 1
    except csv.Error as wrong:
        report.problem(
            line,
            "not-csv",
            Sentence("This row is not CSV: %(wrong)s.", wrong=wrong),
            Sentence(
                'Put quotes round a cell that has a quotation mark in it, and write that mark twice: "".'
            ),
        )
        raise Broken from wrong


def _columns(header: tuple[int, list[str]], report: Report) -> list[str]:
    """The columns' names; "" for those that are not known."""
    line, cells = header
    names: list[str] = []
    for cell in cells:
        name = re.sub(r"[\s-]+", "_", cell.lower())
        known = name in COLUMNS or _THREAD.fullmatch(name) or _VARIANT.fullmatch(name)
        if name in names and name:
            report.problem(
                line,
                "twice",
                Sentence("There are two columns %(name)s.", name=name),
                Sentence("Remove one of the two."),
            )
        elif not known and name:
            guess = did_you_mean(name, COLUMNS)
            mend = (
                Sentence("Did you mean %(guess)s?", guess=guess)
                if guess
                else Sentence(
                    "Columns are: %(columns)s; %(more)s.",
                    columns=", ".join(COLUMNS),
                    more=NUMBERED_OR_NAMED,
                )
            )
            report.problem(
                line,
                "unknown-key",
                Sentence("There is no column %(cell)s for posts.", cell=shown(cell)),
                mend,
            )
        names.append(name if known else "")
    if "text" not in names:
        report.problem(
            line,
            "missing-key",
            Sentence("There is no column `text`."),
            Sentence("Name the columns in the first line, one of them text."),
        )
        raise Broken
    return names


def _read_row(line: int, cells: list[str], columns: list[str], posts: list[ReadPost], report: Report) -> None:
    if any(cells[len(columns) :]):
        report.problem(
            line,
            "too-many-cells",
            Sentence(
                "This row has %(cells)s cells, and the header has %(columns)s.",
                cells=len(cells),
                columns=len(columns),
            ),
            Sentence("Put quotes round text that has the separator in it."),
        )
        return
    named = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell}
    try:
        posts.append(POST.read(_node(line, named), "post", report))
    except Broken:
        return


def _node(line: int, cells: dict[str, str]) -> Mapping:
    """What the post would be in YAML, every value in quotes."""

    def text(cell: str) -> Scalar:
        return Scalar(line, cell, plain=False)

    def record(pairs: dict[str, Node]) -> Mapping:
        return Mapping(line, [(text(key), value) for key, value in pairs.items()])

    def several(words: list[str]) -> Sequence:
        return Sequence(line, [text(word) for word in words])

    pairs: dict[str, Node] = {name: text(cells[name]) for name in PLAIN_COLUMNS if name in cells}
    pairs |= {name: _flag(line, cells[name]) for name in FLAG_COLUMNS if name in cells}
    if "accounts" in cells:
        pairs["accounts"] = several(_words(cells["accounts"]))
    if tags := _words(cells.get("hashtags", "")):
        supporting = {"supporting": several(tags[1:])} if tags[1:] else {}
        pairs["hashtags"] = record({"primary": text(tags[0]), **supporting})
    if "late" in cells:
        pairs["late"] = Mapping(line, [_late(word, text) for word in _words(cells["late"])])
    if media := {key: text(cells[name]) for name, key in MEDIA_COLUMNS.items() if name in cells}:
        pairs["media"] = Sequence(line, [record(dict(media))])
    parts = {int(found[1]): cell for name, cell in cells.items() if (found := _THREAD.fullmatch(name))}
    if parts:
        pairs["thread"] = several([parts[number] for number in sorted(parts)])
    variants = {found[1]: text(cell) for name, cell in cells.items() if (found := _VARIANT.fullmatch(name))}
    if variants:
        pairs["variants"] = record(dict(variants))
    return record(pairs)


def _words(cell: str) -> list[str]:
    return [word for word in _BETWEEN.split(cell) if word]


def _flag(line: int, cell: str) -> Scalar:
    word = cell.lower()
    if word in _YES | _NO:
        return Scalar(line, "true" if word in _YES else "false", plain=True)
    return Scalar(line, cell, plain=False)


def _late(word: str, text: Callable[[str], Scalar]) -> tuple[Node, Node]:
    """`2h drop`: the length of time and the verdict, in either order."""
    return text("within" if word[0].isdigit() else "then"), text(word)
