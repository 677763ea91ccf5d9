"""A post as a form holds it, read as a campaign file is: the same keys, the same checks, the same words."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from campaigns.plan.keys import POST
from campaigns.plan.nodes import Mapping, Scalar, Sequence
from campaigns.plan.report import Broken, Report

if TYPE_CHECKING:
    from campaigns.core.findings import Finding
    from campaigns.plan.nodes import Node
    from campaigns.plan.spec import PostSpec


@dataclass(frozen=True, slots=True)
class ReadFields:
    """`findings` are by the field that each stands beside: `text`, `thread.0`, `media.1.alt`, `every.at`."""

    spec: PostSpec | None  # None: it is not known what it says, or when
    findings: dict[str, list[Finding]] = field(default_factory=dict)


def read_post(fields: dict[str, Any]) -> ReadFields:
    """`fields` are a post's keys and values as in a campaign file: text, numbers, flags, lists, mappings.

    What is empty (None, "", [] or {}) counts as not given; only `hashtags: {}` says that it has none.
    """
    form, spec = Form(fields), None
    with suppress(Broken):
        spec = POST.read(form.node, "post", form.report).spec
    return ReadFields(spec, form.findings())


class Form:
    """A form's values as what a file would hold, each field a line of its own, so that findings find back."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.report = Report("")
        self._lines: list[str] = []
        self.node = _mapping(fields, "", self._lines)

    def findings(self) -> dict[str, list[Finding]]:
        """By the field that each stands beside; under "" those of none alone."""
        found: dict[str, list[Finding]] = {}
        for finding in self.report.by_line():
            name = self._lines[finding.line - 1] if finding.line else ""
            found.setdefault(name, []).append(finding)
        return found


def _mapping(fields: dict[str, Any], path: str, lines: list[str]) -> Mapping:
    line = _line(path, lines)
    pairs: list[tuple[Node, Node]] = []
    for name, value in fields.items():
        if value is None or (_says_nothing(value) and name != "hashtags"):
            continue
        inner = f"{path}.{name}" if path else name
        pairs.append((Scalar(_line(inner, lines), name, plain=False), _node(value, inner, lines)))
    return Mapping(line, pairs)


def _says_nothing(value: Any) -> bool:
    """Also a mapping of nothing but what is empty: a form's fields that nobody filled in."""
    if isinstance(value, dict):
        return all(_says_nothing(one) for one in value.values())
    return value is None or value == "" or (isinstance(value, (list, tuple)) and not value)


def _node(value: Any, path: str, lines: list[str]) -> Node:
    if isinstance(value, dict):
        return _mapping(value, path, lines)
    if isinstance(value, (list, tuple)):
        line = _line(path, lines)
        return Sequence(line, [_node(item, f"{path}.{place}", lines) for place, item in enumerate(value)])
    if isinstance(value, bool):
        return Scalar(_line(path, lines), "true" if value else "false", plain=True)
    return Scalar(_line(path, lines), str(value), plain=isinstance(value, int))


def _line(path: str, lines: list[str]) -> int:
    """Each field is a line of its own, from 1."""
    if path not in lines:
        lines.append(path)
    return lines.index(path) + 1
