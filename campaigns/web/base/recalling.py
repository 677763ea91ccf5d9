"""Sentences that were stored in English, in a reader's language.

Why a post stands where it stands is stored as the text that commands, logs and files show. A page finds in
the catalogue the template that such a text was made from, and with it what was put into its places: also of
what an earlier version stored. What no template fits stays as it is. See decision 0020.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from campaigns.web.base.languages import sentences, translations

LEAST = 6  # letters of its own; a template with fewer would fit by accident
DEEP = 3  # sentences within sentences
_PLACE = re.compile(r"%\((\w+)\)s")


class _Template(NamedTuple):
    text: str
    words: str  # its longest stretch, to pass over most templates quickly


def recalled(text: str, language: str) -> str:
    """The text in that language, as far as it is known there; itself where it is not."""
    return _recalled(text, language, DEEP) if text else ""


@lru_cache(maxsize=4096)
def _recalled(text: str, language: str, deep: int) -> str:
    known = translations(language)
    if (whole := known.gettext(text)) != text:
        return whole
    for template in _templates(language):
        if template.words in text and (found := _shape(template.text).fullmatch(text)):
            values = {name: _within(value, language, deep) for name, value in found.groupdict().items()}
            return known.gettext(template.text) % values
    return text


def _within(value: str, language: str, deep: int) -> str:
    """A sentence within one is said in the language too; a word may be somebody's name."""
    return _recalled(value, language, deep - 1) if deep and " " in value else value


@cache
def _templates(language: str) -> list[_Template]:
    """Those with something to fill in; the wordiest first, since it says the most of what it fits."""
    wordy = [
        (sum(map(str.isalpha, "".join(_between(text)))), text)
        for text in sentences(language)
        if _PLACE.search(text)
    ]
    return [
        _Template(text, max(_between(text), key=len))
        for letters, text in sorted(wordy, reverse=True)
        if letters >= LEAST
    ]


@cache
def _shape(text: str) -> re.Pattern[str]:
    names: set[str] = set()
    shape = ""
    parts = _PLACE.split(text)  # words, name, words, name, words
    for number, part in enumerate(parts):
        if number % 2 == 0:
            shape += re.escape(part.replace("%%", "%"))
        else:
            shape += f"(?P={part})" if part in names else f"(?P<{part}>.+?)"
            names.add(part)
    return re.compile(shape, re.DOTALL)


def _between(text: str) -> list[str]:
    return [part.replace("%%", "%") for part in _PLACE.split(text)[::2]]
