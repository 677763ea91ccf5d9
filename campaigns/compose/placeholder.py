"""Where `{hashtags}` stands in a text. `{{` and `}}` are braces that are meant as such."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\{\{|\}\}|\{hashtags\}")
_BRACES = {"{{": "{", "}}": "}"}


@dataclass(frozen=True, slots=True)
class Body:
    """A text around the place for its tags."""

    before: str
    after: str | None = None  # None: there is no such place

    @property
    def plain(self) -> str:
        """The text without tags, nor the space or line that only the placeholder needed."""
        return self.before if self.after is None else _closed(self.before, self.after)

    @property
    def touches(self) -> bool:
        """Whether anything but white space stands right beside the place."""
        after = self.after or ""
        return bool((self.before and not self.before[-1].isspace()) or (after and not after[0].isspace()))

    def opened_at_end(self) -> Body:
        """With a place after the text: on a paragraph of its own when the text has several lines."""
        gap = "\n\n" if "\n" in self.before else " "
        return Body(self.before + gap if self.before else "", "")

    def filled(self, tags: str, *, apart: bool = False) -> str:
        """The text with `tags` in their place; `apart` sets spaces where a neighbour would touch them."""
        if not tags or self.after is None:
            return self.plain
        gap_before = " " if apart and self.before and not self.before[-1].isspace() else ""
        gap_after = " " if apart and self.after and not self.after[0].isspace() else ""
        return self.before + gap_before + tags + gap_after + self.after


def read_body(text: str) -> Body:
    """The text around its first placeholder; further ones are closed."""
    pieces, end = [""], 0
    for found in _TOKEN.finditer(text):
        pieces[-1] += text[end : found.start()] + _BRACES.get(found.group(), "")
        if found.group() not in _BRACES:
            pieces.append("")
        end = found.end()
    pieces[-1] += text[end:]
    before, *rest = pieces
    if not rest:
        return Body(before)
    after = rest[0]
    for piece in rest[1:]:
        after = _closed(after, piece, begins_line=False)  # the tags stand before it
    return Body(before, after)


def _closed(before: str, after: str, *, begins_line: bool = True) -> str:
    kept = before.rstrip(" \t")
    if kept.endswith("\n") or (begins_line and not kept):
        after = after.lstrip(" \t")
        return kept + after.removeprefix("\n")
    needed = kept != before and after[:1].isalnum()
    return kept + (" " if needed else "") + after
