"""The kinds of value a campaign file has. Each reads a node, and describes itself as JSON Schema."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from campaigns.core.words import Sentence
from campaigns.plan.nodes import Kind, Refused, Scalar, described, shown
from campaigns.plan.report import Broken
from campaigns.plan.values import Unfit, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from campaigns.plan.nodes import Node
    from campaigns.plan.report import Report

MOST_DIGITS = 9
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_BRACED = re.compile(r"\{([\w-]+)\}")
_BRACED_OR_ESCAPED = re.compile(r"\{\{|\}\}|\{([\w-]+)\}")
_FILLED = ("hashtags",)


class Braces(Enum):
    """What `{word}` is in a text."""

    TEXT = "text"  # it is never posted
    PLACEHOLDER = "placeholder"  # {hashtags} is filled; {{ and }} are braces, see compose.placeholder
    NEVER_FILLED = "never filled"  # it is posted as it stands, so a template was left unfilled


class Shape(ABC):
    """One kind of value."""

    @abstractmethod
    def read(self, node: Node, name: str, report: Report) -> Any:
        """The value; raises `Broken` after reporting. `name` is what a finding calls it."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """JSON Schema 2020-12; records are references into `$defs`."""

    def parts(self) -> Iterator[Shape]:
        """The shapes inside this one."""
        return iter(())


def wrong_type(node: Node, name: str, report: Report, wanted: str, mend: str) -> Broken:
    """Reports that something else stands where a shape is wanted."""
    if isinstance(node, Refused):
        return Broken()
    if isinstance(node, Scalar) and node.kind is Kind.NULL:
        if not report.is_explained(node.line):
            report.problem(
                node.line,
                "no-value",
                Sentence("`%(name)s` has no value.", name=name),
                Sentence("Give it one, or remove the line."),
            )
        return Broken()
    report.problem(
        node.line,
        "wrong-type",
        Sentence(
            "`%(name)s` must be %(wanted)s, but here it is %(node)s.",
            name=name,
            wanted=wanted,
            node=described(node),
        ),
        mend,
    )
    return Broken()


def _text_of(node: Node, name: str, report: Report, wanted: str, else_write: str) -> str:
    if isinstance(node, Scalar):
        if node.kind is Kind.TEXT:
            return node.text
        raise wrong_type(node, name, report, wanted, else_write)
    raise wrong_type(node, name, report, wanted, Sentence("Put quotes round text that begins with { or [."))


@dataclass(frozen=True, slots=True)
class Prose(Shape):
    """Text for people. Spaces and line breaks round it do not count."""

    most: int
    one_line: bool = False
    braces: Braces = Braces.TEXT

    def read(self, node: Node, name: str, report: Report) -> str:
        quoted = (
            Sentence('Put quotes round it: "%(text)s".', text=node.text) if isinstance(node, Scalar) else ""
        )
        text = _text_of(node, name, report, "text", quoted).strip()
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if trouble := self._trouble(text):
            code, what, mend = trouble
            report.problem(node.line, code, Sentence("`%(name)s` %(what)s", name=name, what=what), mend)
            raise Broken
        self._check_braces(text, node.line, name, report)
        return text

    def _trouble(self, text: str) -> tuple[str, str, str] | None:
        if not text:
            return "empty-text", Sentence("is empty."), Sentence("Write its text, or remove it.")
        if len(text) > self.most:
            over = len(text) - self.most
            return (
                "too-long",
                Sentence("may have %(most)s characters and has %(over)s more.", most=self.most, over=over),
                Sentence("Shorten it by %(over)s.", over=over),
            )
        if self.one_line and "\n" in text:
            return "several-lines", Sentence("must be one line."), Sentence("Write it without line breaks.")
        if odd := _INVISIBLE.search(text):
            return (
                "control-character",
                Sentence("holds the invisible control character U+%(code)s.", code=f"{ord(odd[0]):04X}"),
                Sentence("Remove it."),
            )
        return None

    def _check_braces(self, text: str, line: int, name: str, report: Report) -> None:
        if self.braces is Braces.TEXT or "{" not in text:
            return
        filled = _FILLED if self.braces is Braces.PLACEHOLDER else ()
        pattern = _BRACED_OR_ESCAPED if filled else _BRACED
        for word in dict.fromkeys(found for found in pattern.findall(text) if found):
            if word in filled:
                continue
            guess = did_you_mean(word, filled)
            spelt_out = (
                Sentence("Write the words themselves, or double the braces.")
                if filled
                else Sentence("Write the words themselves.")
            )
            report.problem(
                line,
                "unknown-placeholder",
                Sentence(
                    "`%(name)s` has {%(word)s}, and nothing would be put in its place.", name=name, word=word
                ),
                Sentence("Write {%(guess)s}.", guess=guess) if guess else spelt_out,
            )

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.most, "pattern": r"\S"}


@dataclass(frozen=True, slots=True)
class Coded(Shape):
    """Text with a grammar of its own: a date, a zone, a tag."""

    wanted: str  # "a date such as 2027-10-01"
    parse: Callable[[str], Any]
    pattern: str
    most: int = 64
    format: str | None = None

    def read(self, node: Node, name: str, report: Report) -> Any:
        text = _text_of(node, name, report, self.wanted, self._mend_of(node))
        if len(text) > self.most:
            report.problem(
                node.line,
                "too-long",
                Sentence("`%(name)s` may have %(most)s characters at most.", name=name, most=self.most),
                Sentence("Shorten it."),
            )
            raise Broken
        try:
            return self.parse(text)
        except Unfit as unfit:
            report.problem(
                node.line,
                unfit.code,
                Sentence("`%(name)s`: %(what)s", name=name, what=unfit.what),
                unfit.mend,
            )
            raise Broken from unfit

    def _mend_of(self, node: Node) -> str:
        """Quotes help only where the text between them would do."""
        if isinstance(node, Scalar):
            try:
                self.parse(node.text)
            except Unfit as unfit:
                return unfit.mend
            return Sentence('Put quotes round it: "%(text)s".', text=node.text)
        return ""

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "maxLength": self.most, "pattern": self.pattern}
        return schema | {"format": self.format} if self.format else schema


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, node: Node, name: str, report: Report) -> str:
        listed = ", ".join(self.words)
        text = _text_of(
            node,
            name,
            report,
            Sentence("one of %(listed)s", listed=listed),
            Sentence("Write one of %(listed)s.", listed=listed),
        )
        if text not in self.words:
            guess = did_you_mean(text, self.words)
            mend = (
                Sentence("Did you mean %(guess)s?", guess=guess)
                if guess
                else Sentence("Write one of %(listed)s.", listed=listed)
            )
            report.problem(
                node.line,
                "unknown-word",
                Sentence(
                    "`%(name)s`: %(text)s is not one of %(listed)s.",
                    name=name,
                    text=shown(text),
                    listed=listed,
                ),
                mend,
            )
            raise Broken
        return text

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Flag(Shape):
    """true or false, unquoted."""

    def read(self, node: Node, name: str, report: Report) -> bool:
        if isinstance(node, Scalar) and node.kind is Kind.FLAG:
            return node.text.lower() == "true"
        raise wrong_type(
            node, name, report, Sentence("true or false"), Sentence("Write true or false, without quotes.")
        )

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Count(Shape):
    """A whole number from 1."""

    most: int

    def read(self, node: Node, name: str, report: Report) -> int:
        wanted = Sentence("a whole number from 1 to %(most)s", most=self.most)
        if isinstance(node, Scalar) and node.kind is Kind.WHOLE and len(node.text) <= MOST_DIGITS:
            number = int(node.text, 0) if node.text[:2] in {"0x", "0o"} else int(node.text)
            if 1 <= number <= self.most:
                return number
        raise wrong_type(node, name, report, wanted, Sentence("Write such a number, without quotes."))

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": self.most}
