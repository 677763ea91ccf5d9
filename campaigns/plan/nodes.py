"""What a file holds before anyone asks what it means: text, lists, keys with values, and their lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from campaigns.core.words import Sentence

MOST_SHOWN = 40  # characters of a value that a finding repeats


class Kind(Enum):
    """What a scalar is in YAML 1.2's core schema (chapter 10.3.2)."""

    TEXT = "text"
    NULL = "nothing"
    FLAG = "true or false"
    WHOLE = "a number"
    NUMBER = "a number with a fraction"


@dataclass(frozen=True, slots=True)
class Scalar:
    line: int
    text: str
    plain: bool  # neither quoted nor a block: the only kind that may be other than text

    @property
    def kind(self) -> Kind:
        return core_kind(self.text) if self.plain else Kind.TEXT


@dataclass(frozen=True, slots=True)
class Sequence:
    line: int
    items: list[Node]


@dataclass(frozen=True, slots=True)
class Mapping:
    line: int
    pairs: list[tuple[Node, Node]]


@dataclass(frozen=True, slots=True)
class Refused:
    """Stands where something was that has been reported: an alias, a tag."""

    line: int


Node: TypeAlias = Scalar | Sequence | Mapping | Refused

_CORE = (
    (Kind.NULL, re.compile(r"null|Null|NULL|~|")),
    (Kind.FLAG, re.compile(r"true|True|TRUE|false|False|FALSE")),
    (Kind.WHOLE, re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")),
    (
        Kind.NUMBER,
        re.compile(
            r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
        ),
    ),
)
_MAY_BE_SPECIAL = frozenset("nNtTfF~-+.0123456789")


def core_kind(text: str) -> Kind:
    """What unquoted text is to YAML 1.2."""
    if text and text[0] not in _MAY_BE_SPECIAL:
        return Kind.TEXT
    return next((kind for kind, grammar in _CORE if grammar.fullmatch(text)), Kind.TEXT)


def shown(text: str) -> str:
    """A value as a finding repeats it: one line, in quotes, cut when long."""
    flat = " ".join(text.split())
    return f'"{flat}"' if len(flat) <= MOST_SHOWN else f'"{flat[: MOST_SHOWN - 1]}…"'


def described(node: Node) -> str:
    """What stands there, for the second half of a sentence."""
    match node:
        case Sequence():
            return Sentence("a list")
        case Mapping():
            return Sentence("keys with values")
        case Scalar(text=text):
            return {
                Kind.TEXT: Sentence("the text %(text)s", text=shown(text)),
                Kind.NULL: Sentence("nothing"),
                Kind.FLAG: text,
                Kind.WHOLE: Sentence("the number %(text)s", text=text[:MOST_SHOWN]),
                Kind.NUMBER: Sentence("the number %(text)s", text=text[:MOST_SHOWN]),
            }[node.kind]
        case Refused():
            return Sentence("something refused")
