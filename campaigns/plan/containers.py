"""Lists and records of values, and how each of their keys is described: once, for reader, schema and docs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from campaigns.core.words import Sentence
from campaigns.plan.nodes import Kind, Mapping, Refused, Scalar, Sequence, described, shown
from campaigns.plan.report import Broken
from campaigns.plan.shapes import Coded, Shape, wrong_type
from campaigns.plan.values import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from campaigns.plan.nodes import Node
    from campaigns.plan.report import Report


@dataclass(frozen=True, slots=True)
class ListOf(Shape):
    """Several of a kind. What is broken in it is reported and left out."""

    item: Shape
    most: int
    unique: bool = False  # the same twice is a problem
    least: int = 1

    def read(self, node: Node, name: str, report: Report) -> tuple[Any, ...]:
        if not isinstance(node, Sequence):
            mend = Sentence("Begin each entry with - on a line of its own.")
            if isinstance(node, Scalar) and node.text:
                mend = Sentence("Write it in brackets: [%(text)s].", text=node.text.strip()[:40])
            raise wrong_type(node, name, report, Sentence("a list"), mend)
        self._check_size(node, name, report)
        values: list[Any] = []
        for entry in node.items:
            try:
                value = self.item.read(entry, name, report)
            except Broken:
                continue
            if self.unique and value in values:
                report.problem(
                    entry.line,
                    "twice",
                    Sentence("`%(name)s` names %(value)s twice.", name=name, value=value),
                    Sentence("Remove one of the two."),
                )
                continue
            values.append(value)
        if not values and (node.items or self.least):
            raise Broken
        return tuple(values)

    def _check_size(self, node: Sequence, name: str, report: Report) -> None:
        if len(node.items) < self.least:
            report.problem(
                node.line,
                "empty-list",
                Sentence("`%(name)s` is empty.", name=name),
                Sentence("Give it at least one entry."),
            )
        if len(node.items) > self.most:
            report.problem(
                node.line,
                "too-many",
                Sentence(
                    "`%(name)s` has %(items)s entries, and %(most)s are the most.",
                    name=name,
                    items=len(node.items),
                    most=self.most,
                ),
                Sentence("Remove some, or split the campaign."),
            )
            raise Broken

    def schema(self) -> dict[str, Any]:
        schema = {"type": "array", "minItems": self.least, "maxItems": self.most, "items": self.item.schema()}
        return schema | {"uniqueItems": True} if self.unique else schema

    def parts(self) -> Iterator[Shape]:
        yield self.item


@dataclass(frozen=True, slots=True)
class Named(Shape):
    """Values under names that the author chooses among accounts and platforms."""

    value: Shape
    most: int

    def read(self, node: Node, name: str, report: Report) -> dict[str, Any]:
        if not isinstance(node, Mapping):
            raise wrong_type(
                node, name, report, Sentence("names with values"), Sentence("Write each as name: value.")
            )
        values: dict[str, Any] = {}
        for key, entry in keyed(node, report):
            try:
                values[key.text] = self.value.read(entry, f"{name}.{key.text}", report)
            except Broken:
                continue
        if not node.pairs:
            report.problem(
                node.line,
                "no-value",
                Sentence("`%(name)s` has no value.", name=name),
                Sentence("Fill it, or remove the line."),
            )
        return values

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "minProperties": 1,
            "maxProperties": self.most,
            "additionalProperties": self.value.schema(),
        }

    def parts(self) -> Iterator[Shape]:
        yield self.value


def keyed(node: Mapping, report: Report) -> Iterator[tuple[Scalar, Node]]:
    """The pairs whose key is text and stands for the first time; reports the others."""
    seen: dict[str, int] = {}
    for key, value in node.pairs:
        if not isinstance(key, Scalar):
            if not isinstance(key, Refused):
                report.problem(
                    key.line,
                    "bad-key",
                    Sentence("Here a key is %(key)s.", key=described(key)),
                    Sentence("Write keys as words."),
                )
        elif key.text in seen:
            report.problem(
                key.line,
                "twice",
                Sentence(
                    "`%(text)s` stands here a second time; the first is in line %(line)s.",
                    text=key.text,
                    line=str(seen[key.text]),
                ),
                Sentence("Remove one of the two."),
            )
        else:
            seen[key.text] = key.line
            yield key, value


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record: what it takes and what it is for."""

    name: str
    shape: Shape
    help: str
    required: bool = False
    example: Any = None
    missing: tuple[str, str, str] | None = None  # code, what, mend; None: the usual words


@dataclass(slots=True)
class Values:
    """What a record's keys held. A key that was broken is in `broken`, not in `held`."""

    line: int
    held: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def get(self, name: str, default: Any = None) -> Any:
        return self.held.get(name, default)


@dataclass(frozen=True, slots=True)
class Record(Shape):
    """A fixed set of keys. `build` turns their values into what the code speaks of."""

    name: str  # in `$defs`
    label: str  # in findings: "This post ..."
    help: str
    keys: tuple[Key, ...]
    build: Callable[[Values, Report], Any]
    rules: dict[str, Any] = field(default_factory=dict)  # JSON Schema for what spans several keys

    def read(self, node: Node, name: str, report: Report) -> Any:
        if not isinstance(node, Mapping):
            mend = Sentence("Write its keys: %(keys)s.", keys=", ".join(key.name for key in self.keys[:4]))
            raise wrong_type(node, name, report, Sentence("keys with values"), mend)
        known = {key.name: key for key in self.keys}
        values = Values(node.line)
        for word, entry in keyed(node, report):
            if (key := known.get(word.text)) is None:
                self._report_unknown(word, report)
                continue
            values.lines[key.name] = word.line
            try:
                values.held[key.name] = key.shape.read(entry, key.name, report)
            except Broken:
                values.broken.add(key.name)
        self._report_missing(values, report)
        return self.build(values, report)

    def _report_unknown(self, word: Scalar, report: Report) -> None:
        names = tuple(key.name for key in self.keys)
        guess = did_you_mean(word.text, names)
        mend = (
            Sentence("Did you mean `%(guess)s`?", guess=guess)
            if guess
            else Sentence("Its keys are: %(names)s.", names=", ".join(names))
        )
        report.problem(
            word.line,
            "unknown-key",
            Sentence("A %(label)s has no key %(text)s.", label=self.label, text=shown(word.text)),
            mend,
        )

    def _report_missing(self, values: Values, report: Report) -> None:
        for key in self.keys:
            if key.required and key.name not in values.lines:
                values.broken.add(key.name)
                code, what, mend = key.missing or (
                    "missing-key",
                    Sentence("This %(label)s lacks `%(key)s`.", label=self.label, key=key.name),
                    Sentence("Add %(key)s: with its value.", key=key.name),
                )
                report.problem(values.line, code, what, mend)

    def schema(self) -> dict[str, Any]:
        return {"$ref": f"#/$defs/{self.name}"}

    def parts(self) -> Iterator[Shape]:
        return (key.shape for key in self.keys)


@dataclass(frozen=True, slots=True)
class ListOrFile(Shape):
    """A list in place, or the name of a file that holds it."""

    entries: ListOf
    file: Coded

    def read(self, node: Node, name: str, report: Report) -> Any:
        if isinstance(node, Scalar) and node.kind is Kind.TEXT:
            return self.file.read(node, name, report)
        return self.entries.read(node, name, report)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.entries.schema(), self.file.schema()]}

    def parts(self) -> Iterator[Shape]:
        return iter((self.entries, self.file))
