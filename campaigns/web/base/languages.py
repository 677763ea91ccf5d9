"""The languages of the pages. English stands in the sources; the others in `locale/<language>/*.po`."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from campaigns.core.words import N_ as N_  # noqa: PLC0414 - the pages take it from here

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

FOLDER = Path(__file__).parents[1] / "locale"
SOURCE = "en"
LOCALES = {"en": Locale("en", "GB"), "es": Locale("es", "ES")}  # where a browser names no region
NAMES = {"en": "English", "es": "Español"}


def read_catalogues(language: str) -> Catalog | None:
    """Every file of a language as one catalogue; None for the source language."""
    whole: Catalog | None = None
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language, abort_invalid=True)
        if whole is None:
            whole = part
            continue
        for message in part:
            if message.id:
                whole[message.id] = message
    return whole


def translations(language: str) -> NullTranslations:
    return _known(language)[0]


def sentences(language: str) -> list[str]:
    """What is translated, in English; of what has two forms, neither."""
    return _known(language)[1]


@cache
def _known(language: str) -> tuple[NullTranslations, list[str]]:
    catalogue = read_catalogues(language)
    if catalogue is None:
        return NullTranslations(), []
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled), [one.id for one in catalogue if isinstance(one.id, str) and one.id]


def language_name(tag: str, locale: Locale) -> str:
    """`Spanish` to an English reader; the tag itself where nobody knows its name."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(locale) or tag
    except (ValueError, UnknownLocaleError):
        return tag


def choose(wanted: str, accepted: str) -> tuple[str, Locale]:
    """The language a person chose, else the best that the browser accepts; with the browser's own region,
    which decides how dates look."""
    offered = [tag for tag in _by_preference(accepted) if tag.language in LOCALES]
    language = wanted if wanted in LOCALES else next((tag.language for tag in offered), SOURCE)
    regional = (tag for tag in offered if tag.language == language and tag.territory)
    return language, next(regional, LOCALES[language])


def _by_preference(accepted: str) -> list[Locale]:
    """An Accept-Language header's tags, the most wanted first; what makes no sense is left out."""
    weighed: list[tuple[float, Locale]] = []
    for entry in accepted[:500].split(","):
        tag, _, quality = entry.strip().partition(";q=")
        try:
            weighed.append((-float(quality or 1), Locale.parse(tag.strip(), sep="-")))
        except (ValueError, UnknownLocaleError, TypeError):
            continue
    return [locale for _, locale in sorted(weighed, key=lambda one: one[0])]
