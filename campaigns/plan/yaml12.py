"""YAML as 1.2 core, read for people: every value with its line, nothing hidden in aliases or tags.

libyaml cuts the text into events; what an unquoted value is, is decided in `nodes`, by the core schema:
`on`, `NO`, `18:30` and `2027-10-01` are text.
"""

from __future__ import annotations

from typing import Any

from yaml import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    YAMLError,
)
from yaml._yaml import CParser

from campaigns.core.words import Sentence
from campaigns.plan.comments import Scalars, report_dropped_words
from campaigns.plan.nodes import Mapping, Node, Refused, Scalar, Sequence
from campaigns.plan.report import Broken, Report
from campaigns.plan.textfile import Lines
from campaigns.plan.yamltrouble import in_plain_words

STANDARD_TAG = "tag:yaml.org,2002:"  # what !! stands for
MOST_DEPTH = 20  # a campaign needs 6
MOST_VALUES = 500_000  # 50 for each of 10,000 posts; keeps a hostile file below 200 MB of memory


def parse_yaml(text: str, report: Report) -> Node:
    """The file's one document; raises `Broken` when it has none that can be used.

    Refused things (anchors, aliases, tags) are reported and leave `Refused` in their place.
    """
    lines, scalars = Lines(text), Scalars()
    builder = _Builder(lines, scalars, report)
    parser = CParser(text)
    try:
        while (event := parser.get_event()) is not None:
            builder.take(event)
    except MarkedYAMLError as wrong:
        problem = in_plain_words(wrong, text)
        report_dropped_words(text, lines, scalars, problem.understood_until, report)
        report.problem(lines.at(problem.offset), "not-yaml", problem.what, problem.mend)
        raise Broken from wrong
    except YAMLError as wrong:
        report.problem(
            0,
            "not-yaml",
            Sentence("This is not YAML: %(wrong)s.", wrong=wrong),
            Sentence("Save it as plain UTF-8 text."),
        )
        raise Broken from wrong
    report_dropped_words(text, lines, scalars, len(text), report)
    if builder.root is None:
        report.problem(
            0, "empty-file", Sentence("This file holds only comments."), Sentence("Write a campaign into it.")
        )
        raise Broken
    return builder.root


class _Builder:
    """Puts events together, without recursion: depth is counted, not suffered."""

    def __init__(self, lines: Lines, scalars: Scalars, report: Report) -> None:
        self.root: Node | None = None
        self._lines = lines
        self._scalars = scalars
        self._report = report
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Node | None] = []  # beside each open mapping: the key whose value comes next
        self._count = 0
        self._steps = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._start_mapping,
            SequenceStartEvent: self._start_sequence,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
        }

    def take(self, event: Any) -> None:
        if step := self._steps.get(type(event)):
            step(event)

    def _document(self, event: Any) -> None:
        if self.root is not None:
            self._report.problem(
                self._line(event),
                "several-documents",
                Sentence("A second YAML document begins here."),
                Sentence("Keep one campaign in a file; remove the line ---."),
            )
            raise Broken

    def _scalar(self, event: Any) -> None:
        start = event.start_mark.index
        plain = not event.style
        if event.style in {"|", ">"}:  # what follows | on its own line may be a comment
            start = self._lines.next_line(start)
        self._scalars.add(start, event.end_mark.index, plain=plain)
        line = self._line(event)
        self._add(Refused(line) if self._decorated(event) else Scalar(line, event.value, plain))

    def _start_mapping(self, event: Any) -> None:
        self._enter(Mapping(self._line(event), []), event)

    def _start_sequence(self, event: Any) -> None:
        self._enter(Sequence(self._line(event), []), event)

    def _enter(self, node: Sequence | Mapping, event: Any) -> None:
        self._decorated(event)
        self._add(node)
        if len(self._open) >= MOST_DEPTH:
            self._report.problem(
                node.line,
                "too-deep",
                Sentence("Lists and keys are nested more than %(most)s deep here.", most=MOST_DEPTH),
                Sentence("Remove brackets or spaces."),
            )
            raise Broken
        self._open.append(node)
        self._keys.append(None)

    def _end(self, _event: Any) -> None:
        self._open.pop()
        self._keys.pop()

    def _alias(self, event: Any) -> None:
        line = self._line(event)
        self._report.problem(
            line,
            "alias",
            Sentence(
                "The alias *%(anchor)s is refused: campaign files have no aliases.", anchor=event.anchor
            ),
            Sentence("Write the value out again, or put quotes round text that begins with *."),
        )
        self._add(Refused(line))

    def _decorated(self, event: Any) -> bool:
        """Reports an anchor or tag; says whether there was one."""
        if event.anchor:
            self._report.problem(
                self._line(event),
                "anchor",
                Sentence(
                    "The anchor &%(anchor)s is refused: campaign files have no aliases.", anchor=event.anchor
                ),
                Sentence("Remove it, or put quotes round text that begins with &."),
            )
        if event.tag:
            self._report.problem(
                self._line(event),
                "tag",
                Sentence("The YAML tag %(tag)s is refused.", tag=event.tag.replace(STANDARD_TAG, "!!")),
                Sentence("Remove it, or put quotes round text that begins with !."),
            )
        return bool(event.anchor or event.tag)

    def _add(self, node: Node) -> None:
        self._count += 1
        if self._count > MOST_VALUES:
            self._report.problem(
                node.line,
                "too-many-values",
                Sentence("This file holds more than %(most)s values.", most=MOST_VALUES),
                Sentence("Split it into several campaigns."),
            )
            raise Broken
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif (key := self._keys[-1]) is None:
            self._keys[-1] = node
        else:
            parent.pairs.append((key, node))
            self._keys[-1] = None

    def _line(self, event: Any) -> int:
        return self._lines.at(event.start_mark.index)
