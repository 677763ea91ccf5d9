"""The words of a status, out of the HTML that servers make of them."""

from __future__ import annotations

from html.parser import HTMLParser

import regex

_MENTION_DOMAIN = regex.compile(r"(?<=@[\w.-]+)@[\w.-]+\w")
_NOT_A_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def plain(html: str) -> str:
    """The text a reader sees and copies; a shortened link gives its whole address."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces).strip()


def same_words(ours: str, theirs: str) -> bool:
    """Whether two texts have the same letters and digits in the same order.

    Servers change the rest: quotes and dashes become typographic, emphasis loses its stars,
    mentions lose their domain. A text without any letter or digit is compared as it is.
    """
    first, second = _words(ours), _words(theirs)
    return first == second if first or second else ours.strip() == theirs.strip()


def _words(text: str) -> str:
    return _NOT_A_WORD.sub("", _MENTION_DOMAIN.sub("", text)).casefold()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "br":
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.pieces.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
