"""libyaml's complaints in words that an advocate can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.core.words import Sentence

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

_QUOTE_IT = Sentence("Put quotes round the whole text.")
_TAB = (
    Sentence("A tab indents this line, and YAML indents with spaces only."),
    Sentence("Replace the tab by spaces."),
)
_PLAIN_WORDS = {
    "mapping values are not allowed in this context": (
        Sentence(
            "A colon followed by a space stands inside unquoted text, or this line is indented too far."
        ),
        _QUOTE_IT,
    ),
    "found unexpected end of stream": (
        Sentence("A quotation mark that opens here is never closed."),
        Sentence("Close it where the text ends."),
    ),
    "found unexpected document indicator": (
        Sentence("A quotation mark that opens here is never closed."),
        Sentence("Close it where the text ends."),
    ),
    "did not find expected key": (
        Sentence(
            "This line does not fit in here: it is indented differently, or a quotation mark ended "
            "a text early."
        ),
        Sentence("Indent it like its neighbours; quote text that begins with { or has quotes in it."),
    ),
    "did not find expected '-' indicator": (
        Sentence("This line does not belong to the list above it."),
        Sentence("Indent it like the other entries, and begin it with - if it is one."),
    ),
    "did not find expected ',' or ']'": (
        Sentence("A list in square brackets is not closed, or a comma is missing in it."),
        Sentence("Separate its entries with commas, close it with ], and quote text that begins with #."),
    ),
    "did not find expected ',' or '}'": (
        Sentence("Curly brackets are not closed, or a comma is missing in them."),
        Sentence(
            "Separate the keys with commas, close with }, and quote text that has a comma or a bracket."
        ),
    ),
    "could not find expected ':'": (
        Sentence("This line has no colon, though a key is expected here."),
        Sentence("Write it as key: value, or indent it if it goes on with the text above."),
    ),
    "block sequence entries are not allowed in this context": (
        Sentence("A list entry cannot begin here."),
        Sentence("Begin the list on a line of its own below its key."),
    ),
    "did not find expected node content": (
        Sentence("A value is missing in these brackets."),
        Sentence("Quote text that begins with #, and leave no comma without a value."),
    ),
    "found unknown escape character": (
        Sentence("A backslash in double quotes is followed by a letter that means nothing there."),
        Sentence("Write it twice, or use single quotes."),
    ),
    "found undefined tag handle": (Sentence("A YAML tag stands here, and tags are refused."), _QUOTE_IT),
}
_STARTS_NO_VALUE = "found character that cannot start any token"


@dataclass(frozen=True, slots=True)
class PlainTrouble:
    """Where and what, for a person. `understood_until`: the offset up to which the file was YAML."""

    offset: int
    understood_until: int
    what: str
    mend: str


def in_plain_words(wrong: MarkedYAMLError, text: str) -> PlainTrouble:
    mark = wrong.problem_mark or wrong.context_mark
    offset = min(mark.index if mark else 0, len(text))
    understood_until = offset
    if wrong.context_mark and str(wrong.context).startswith("while scanning"):
        understood_until = wrong.context_mark.index
        offset = understood_until if "quoted" in str(wrong.context) else offset
    what, mend = _words(str(wrong.problem), text, offset)
    return PlainTrouble(offset, understood_until, what, mend)


def _words(problem: str, text: str, offset: int) -> tuple[str, str]:
    if problem == _STARTS_NO_VALUE:
        character = text[offset : offset + 1]
        if character == "\t":
            return _TAB
        return Sentence("Unquoted text cannot begin with %(character)s.", character=character), _QUOTE_IT
    known = _PLAIN_WORDS.get(problem)
    if known is None and problem.startswith("found a tab"):
        return _TAB
    return known or (
        Sentence("This is not YAML: %(problem)s.", problem=problem),
        Sentence("Mend this line, or put quotes round its text."),
    )
