"""Sentences are English text wherever text is wanted, and remember what they were made of."""

from __future__ import annotations

import copy
import json
from gettext import NullTranslations

from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.errors import Conflict, Misuse
from campaigns.core.words import Counted, Sentence, joined, listed


class Spanish(NullTranslations):
    """A catalogue of four sentences."""

    def gettext(self, message: str) -> str:
        return {
            "%(file)s is %(over)s.": "%(file)s se pasa: %(over)s.",
            "nothing": "nada",
            "Mend it.": "Corrígelo.",
        }.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        known = {"%(n)s byte over": ("%(n)s byte de más", "%(n)s bytes de más")}
        return known.get(msgid1, (msgid1, msgid2))[n != 1]


def in_spanish(sentence: Sentence) -> str:
    return sentence.translated(Spanish(), lambda number: f"{number:,}".replace(",", "."))


def over(much: int) -> Sentence:
    return Sentence(
        "%(file)s is %(over)s.", file="100%.jpg", over=Counted("%(n)s byte over", "%(n)s bytes over", much)
    )


def test_a_sentence_is_its_english_and_can_be_said_otherwise_with_all_that_is_in_it() -> None:
    assert over(1) == "100%.jpg is 1 byte over."
    assert over(12345) == "100%.jpg is 12,345 bytes over."
    assert in_spanish(over(1)) == "100%.jpg se pasa: 1 byte de más."
    assert in_spanish(over(12345)) == "100%.jpg se pasa: 12.345 bytes de más."


def test_several_are_said_one_after_the_other_or_in_a_list_without_the_empty_ones() -> None:
    nothing, mend = Sentence("nothing"), Sentence("Mend it.")
    assert (joined(nothing, "", mend), in_spanish(joined(nothing, mend))) == (
        "nothing Mend it.",
        "nada Corrígelo.",
    )
    assert (listed([nothing, "", "x"]), in_spanish(listed([nothing, "x"]))) == ("nothing, x", "nada, x")
    assert joined() == listed([]) == ""


@given(st.text(), st.text(), st.integers(-(10**9), 10**9))
def test_whatever_is_put_in_stays_as_it_is(before: str, value: str, number: int) -> None:
    template = before.replace("%", "%%") + "%(value)s and %(number)s"
    made = Sentence(template, value=value, number=number)
    assert made == f"{before}{value} and {number:,}"
    assert made.translated(NullTranslations(), lambda whole: f"{whole:,}") == made
    assert Sentence(before) == Sentence(before).translated(NullTranslations(), str) == before


def test_a_listing_has_it_as_plain_text() -> None:
    assert json.loads(json.dumps({"what": over(2)})) == {"what": "100%.jpg is 2 bytes over."}


def test_a_copy_can_still_be_said_otherwise() -> None:
    assert in_spanish(copy.deepcopy(over(1))) == "100%.jpg se pasa: 1 byte de más."


def test_an_error_shows_its_english_and_keeps_its_sentence() -> None:
    error = Misuse("%(file)s is %(over)s.", file="a", over="b")
    assert (str(error), in_spanish(error.sentence)) == ("a is b.", "a se pasa: b.")
    assert in_spanish(Conflict(joined(Sentence("Mend it."))).sentence) == "Corrígelo."
