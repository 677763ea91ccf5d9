from __future__ import annotations

import subprocess
import sys
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.platforms.x.links import links
from campaigns.platforms.x.rules import RULES

LIMITS = RULES.limits({})


def length(text: str) -> int:
    return RULES.length(text, LIMITS)


def test_the_limits_are_the_published_ones() -> None:
    assert (LIMITS.length, LIMITS.images, LIMITS.image_bytes, LIMITS.alt_text) == (280, 4, 5_000_000, 1000)
    assert LIMITS.tags_advised == 2
    assert not RULES.warning_is_field


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Who will you call?", 18),
        ("Zoë", 3),
        ("Zoe\u0308", 3),  # composed first
        ("世界", 4),
        ("안녕", 4),
        ("привет", 6),
        ("“quoted” \N{RIGHT SINGLE QUOTATION MARK}tis", 13),
        ("…", 2),
        ("👍", 2),
        ("👍🏽", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🏳️‍🌈", 2),
        ("🇬🇧🇪🇸", 4),
        ("1️⃣", 2),
        ("©", 1),
        ("©️", 2),
        ("☺", 2),
        ("☺️", 2),
    ],
)
def test_characters_weigh_what_x_says(text: str, weight: int) -> None:
    assert length(text) == weight


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://example.org/" + "a" * 200 + ".", ["https://example.org/" + "a" * 200]),
        ("see example.org, or 988lifeline.org/chat", ["example.org", "988lifeline.org/chat"]),
        ("日本語example.comです", ["example.com"]),
        ("https://example.com/日本", ["https://example.com/"]),
        ("https://пример.рф/путь", ["https://пример.рф/путь"]),
        ("(www.example.org/a_(b))", ["www.example.org/a_(b)"]),
        ("https://example.org:8080/a?b=1#c!", ["https://example.org:8080/a?b=1#c"]),
        ("me@example.org @example.org $a.org #x.org", []),
        ("door.png, e.g. 1.2.3; end.Then", []),
        ("http://localhost/x http://127.0.0.1", []),
    ],
)
def test_links_are_found_with_and_without_scheme_and_count_23(text: str, found: list[str]) -> None:
    assert [text[slice(*span)] for span in links(text)] == found
    if text.isascii():
        assert length(text) == len(text) + sum(23 - len(link) for link in found)


@given(st.text(max_size=60))
def test_weight_is_that_of_the_composed_text_and_never_more_than_two_a_character(text: str) -> None:
    assert length(text) == length(normalize("NFC", text))
    if not links(normalize("NFC", text)):
        assert length(text) <= 2 * len(text)


@given(st.text(alphabet=st.characters(max_codepoint=126, min_codepoint=32), max_size=60))
def test_plain_letters_weigh_one_each(text: str) -> None:
    if not links(text):
        assert length(text) == len(text)


def test_a_warning_is_part_of_the_text() -> None:
    assert RULES.length("CW: grief\n\nHello", LIMITS, "grief") == len("CW: grief\n\nHello")


@pytest.mark.parametrize(
    "tag", ["TimeToTalk", "Call988", "988Lifeline", "Día", "世界", "a", "_a", "गाना", "l·l"]
)
def test_good_tags_link(tag: str) -> None:
    assert RULES.tag_trouble(tag) is None
    text = f"x #{tag}, y"
    assert [text[slice(*span)] for span in RULES.facets(text)] == [f"#{tag}"]


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ("988", "digits alone"),
        ("2027_10", "a letter"),
        ("Time To", "' ' ends"),
        ("Covid-19", "'-' ends"),
        ("", "empty"),
    ],
)
def test_a_bad_tag_is_explained(tag: str, why: str) -> None:
    assert why in (RULES.tag_trouble(tag) or "")


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#One #Two", ["#One", "#Two"]),
        ("#One#Two", []),
        ("a#One &#One", []),
        ("(#One)", ["#One"]),
        ("❤️#One", ["#One"]),
        ("\uff03One", ["\uff03One"]),
        ("#One://x", []),
        ("https://example.org/#One", []),
        ("#️⃣ #1", []),
        ("#One-Two", ["#One"]),
    ],
)
def test_tags_link_where_twitter_text_says(text: str, tags: list[str]) -> None:
    assert [text[slice(*span)] for span in RULES.facets(text)] == tags


@given(st.text(alphabet=st.sampled_from("aZé1_·-# .世\u0301\ufe0f\u20e3"), max_size=8))
def test_a_tag_without_trouble_is_one_whole_facet(tag: str) -> None:
    whole = RULES.facets(f"#{tag}") == [(0, len(tag) + 1)]
    assert whole == (RULES.tag_trouble(tag) is None)


def test_rules_are_light_to_import() -> None:
    check = (
        "import sys, campaigns.platforms.x.rules;"
        "heavy = {'tweepy', 'requests', 'aiohttp'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)
