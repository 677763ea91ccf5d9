"""Finds what is not translated: `python -m campaigns.web.base.messages`, with `--write` to get it noted.

Each page's file has its own part of a language's catalogue, named after it: `today.html.j2` and `today.py`
both `locale/es/today.po`. So two people who write two pages do not meet in one file. What other rooms say is
in one part a room, and a platform has its own.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from campaigns.web.base.languages import FOLDER, LOCALES, SOURCE, read_catalogues

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = FOLDER.parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "Sentence": None}
ONE = {"N_", "Sentence", "Misuse", "Conflict", "Missing", "Forbidden", "Removed", "MediaTrouble"}
TWO = {"NN_", "Counted"}
"""By which other rooms mark what a page may repeat, in one form or two; an error's first argument is a
`Sentence` too."""
ROOMS = ("core", "compose", "people", "plan", "deliver", "platforms", "listen")
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"

"""
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")

Id = str | tuple[str, ...]  # the second form: one and many


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of the pages, and where it stands first."""

    id: Id
    file: Path
    line: int

    @property
    def part(self) -> str:
        """Which part of the catalogue it belongs to; those of another room or a platform are together."""
        room, *further = self.file.parts
        if room not in ROOMS:
            return self.file.name.partition(".")[0]
        return further[0] if room == "platforms" and len(further) > 1 else room


def messages() -> list[Message]:
    """Every sentence of the pages, each once."""
    found: dict[Id, Message] = {}
    for path in _sources():
        for line, key in _said_in(path) if path.is_relative_to(ROOT) else _marked_in(path):
            found.setdefault(key, Message(key, _place(path), line))
    return list(found.values())


def _said_in(path: Path) -> Iterator[tuple[int, Id]]:
    method = "jinja2.ext:babel_extract" if path.suffix == ".j2" else "python"
    options = {"trimmed": "true", "silent": "false"}
    for line, text, *_ in extract_from_file(method, path, KEYWORDS, (), options):
        yield line, (text[0], text[1]) if isinstance(text, tuple) else text


def _marked_in(path: Path) -> Iterator[tuple[int, Id]]:
    """Also sentences within sentences, which Babel passes over."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        texts = [
            arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if call.func.id in ONE and texts and isinstance(call.args[0], ast.Constant):
            yield call.lineno, texts[0]
        elif call.func.id in TWO and texts[1:]:
            yield call.lineno, (texts[0], texts[1])


def untranslated(language: str) -> list[tuple[Message, str]]:
    """What a language lacks, with why: `missing`, `unsure`, or placeholders that differ."""
    catalogue = read_catalogues(language)
    return [(message, why) for message in messages() if (why := _lack(catalogue, message.id))]


def unused(language: str) -> list[str]:
    """Translations of what no page says any more."""
    wanted = {_first(message.id) for message in messages()}
    return [
        _first(entry.id)
        for entry in read_catalogues(language) or ()
        if entry.id and _first(entry.id) not in wanted
    ]


def note(language: str) -> int:
    """Writes what is missing into the parts of the catalogue, empty; returns how many."""
    known = read_catalogues(language)
    new = [message for message in messages() if known is None or known.get(_first(message.id)) is None]
    for part in {message.part for message in new}:
        path = FOLDER / language / f"{part}.po"
        catalogue = _read(path, language)
        for message in new:
            if message.part == part:
                catalogue.add(message.id, locations=[(message.file.as_posix(), message.line)])
        with path.open("wb") as file:
            file.write(HEADER.format(language=language, plurals=catalogue.plural_forms).encode())
            write_po(file, catalogue, width=100, no_location=True, omit_header=True)
    return len(new)


def _sources() -> Iterator[Path]:
    yield from sorted((ROOT / "templates").rglob("*.j2"))
    yield from sorted(ROOT.rglob("*.py"))
    for room in ROOMS:
        yield from sorted((ROOT.parent / room).rglob("*.py"))


def _place(path: Path) -> Path:
    return path.relative_to(ROOT if path.is_relative_to(ROOT) else ROOT.parent)


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, fuzzy=False, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _lack(catalogue: Catalog | None, message_id: Id) -> str:
    entry = catalogue.get(_first(message_id)) if catalogue else None
    if entry is None or not entry.string or not all(_strings(entry.string)):
        return "missing"
    if entry.fuzzy:
        return "unsure"
    wanted = set(_PLACEHOLDER.findall(" ".join(_strings(message_id))))
    given = [set(_PLACEHOLDER.findall(text)) for text in _strings(entry.string)]
    if any(not names <= wanted for names in given) or given[-1] != wanted:
        return "its placeholders differ"
    return ""


def _first(message_id: Id | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _strings(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def main() -> int:
    """Exit code 1 when something is not translated."""
    lacking = 0
    for language in sorted(set(LOCALES) - {SOURCE}):
        if "--write" in sys.argv[1:]:
            sys.stdout.write(f"{language}: {note(language)} new\n")
        for message, why in untranslated(language):
            lacking += 1
            sys.stdout.write(f"{language}: {why}: {message.file}:{message.line}: {_first(message.id)}\n")
        for text in unused(language):
            sys.stdout.write(f"{language}: said nowhere any more: {text}\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
