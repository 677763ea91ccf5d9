"""Sentences that are written in one place and translated in another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from gettext import NullTranslations

    ShowNumber = Callable[[int], str]


def N_(message: str) -> str:  # noqa: N802 - the name by which gettext's tools know it
    """Marks a sentence that is translated later, where it is shown."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as above
    """The same of a sentence with two forms, for `Counted`."""
    return one, many


class Sentence(str):
    """`Sentence("%(file)s has no alt text.", file=name)`: English wherever text is wanted, and a page can say
    it in its reader's language. A value may be a sentence itself; whole numbers get their thousands set
    apart."""

    __slots__ = ("_template", "_values")

    _template: str
    _values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        made = super().__new__(cls, template % shown if values else template)
        made._template, made._values = template, values
        return made

    def translated(self, translations: NullTranslations, number: ShowNumber) -> str:
        template = self._found(translations)
        told = {name: self._told(value, translations, number) for name, value in self._values.items()}
        return template % told if told else template

    def _found(self, translations: NullTranslations) -> str:
        return translations.gettext(self._template) if self._template else ""  # "" is a catalogue's head

    @staticmethod
    def _told(value: object, translations: NullTranslations, number: ShowNumber) -> object:
        if isinstance(value, Sentence):
            return value.translated(translations, number)
        return number(value) if isinstance(value, int) else value

    def __deepcopy__(self, _memo: object) -> Self:
        return self


class Counted(Sentence):
    """`Counted("%(n)s byte", "%(n)s bytes", 3)`: one of two forms, by a number that both call `n`."""

    __slots__ = ("_forms",)

    _forms: tuple[str, str, int]

    def __new__(cls, one: str, many: str, n: int, /, **values: object) -> Self:
        made = super().__new__(cls, one if n == 1 else many, n=n, **values)
        made._forms = (one, many, n)
        return made

    def _found(self, translations: NullTranslations) -> str:
        return translations.ngettext(*self._forms)


def listed(sentences: Iterable[str]) -> Sentence:
    """With commas between; those that are empty leave nothing."""
    return _together(", ", sentences)


def joined(*sentences: str) -> Sentence:
    """One after the other; those that are empty leave nothing."""
    return _together(" ", sentences)


def _together(between: str, sentences: Iterable[str]) -> Sentence:
    there = {f"s{place}": sentence for place, sentence in enumerate(sentences) if sentence}
    return Sentence(between.join(f"%({name})s" for name in there), **there)
