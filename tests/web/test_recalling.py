"""What was stored in English is said in the reader's language: why a post waits, what a platform answered."""

from __future__ import annotations

import re
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.words import Sentence
from campaigns.web.base.languages import LOCALES, SOURCE, read_catalogues
from campaigns.web.base.recalling import recalled

OTHERS = sorted(set(LOCALES) - {SOURCE})
A_SENTENCE = 4  # words of its own


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("It was taken out of its campaign.", "Se quitó de su campaña."),
        ("Cancelled by Alice.", "Cancelada por Alice."),
        (
            "It was 1,440 min late; its late rule says hold. Put away by Bob.",
            "Llegaba 1,440 min tarde; su regla de retraso dice retener. La apartó Bob.",
        ),
        (
            "Given up after 8 tries; the last answer was: X asked us to slow down: wait",
            "Se desistió tras 8 intentos; la última respuesta fue: X nos pidió ir más despacio: wait",
        ),
        ("Mastodon refused it (422): Text is too long", "Mastodon lo rechazó (422): Text is too long"),
        ("Nobody ever said this.", "Nobody ever said this."),
        ("", ""),
    ],
)
def test_a_stored_reason_is_said_in_the_readers_language_as_far_as_it_is_known(
    stored: str, said: str
) -> None:
    assert recalled(stored, "es") == said
    assert recalled(stored, "en") == stored


def test_what_people_and_platforms_say_themselves_stays_as_they_said_it() -> None:
    assert recalled("live at https://example.org/a b", "es") == "está publicada en https://example.org/a b"
    assert recalled("Cancelled by Today.", "es") == "Cancelada por Today.", "a word may be a name"
    assert recalled("50% (of) all: .*+?", "es") == "50% (of) all: .*+?"


@given(st.text(alphabet=ascii_lowercase, min_size=1, max_size=30))
def test_any_name_comes_through(name: str) -> None:
    assert recalled(Sentence("Cancelled by %(person)s.", person=name.title()), "es") == (
        f"Cancelada por {name.title()}."
    )


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_found_again_whatever_stands_in_its_places(language: str) -> None:
    """Labels of a word or two are never stored alone, and would fit too much."""
    lost = []
    for message in read_catalogues(language) or ():
        if isinstance(message.id, str) and len(re.findall(r"\b(?<!\()[a-z]{2,}", message.id)) >= A_SENTENCE:
            values = dict.fromkeys(re.findall(r"%\((\w+)\)s", message.id), "seven")
            english, said = (text % values if values else text for text in (message.id, str(message.string)))
            if recalled(english, language) != said:
                lost.append(message.id)
    assert lost == []
