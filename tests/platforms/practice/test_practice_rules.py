"""The rules known beforehand agree with the server, for any text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.platforms.practice import grammar
from campaigns.platforms.practice.rules import LIMITS, RULES

PIECES = ["a", "É", "9", "_", "#", "\uff03", " ", "/", ".", "-", "&", ")", "\u0301", "\u200d", "👩", "\n"]
TEXT = st.lists(st.sampled_from([*PIECES, "https://", "HTTP://", "example.org"]), max_size=40).map("".join)


def linked(text: str) -> list[str]:
    return [text[start:end] for start, end in RULES.facets(text)]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#One #two_2, #three.", ["#One", "#two_2", "#three"]),
        ("#988 #Call988", ["#Call988"]),
        ("a#b &#c /#d ##e (#f", ["#f"]),
        ("https://example.org/#g #h", ["#h"]),
        ("#Salud-mental", ["#Salud"]),
        ("#मानसिक #الصحة_النفسية #心", ["#मानसिक", "#الصحة_النفسية", "#心"]),
        ("#a\u0301https://example.org #h", ["#a\u0301", "#h"]),
        ("# alone #", []),
    ],
)
def test_hashtags_link_as_on_mastodon(text: str, tags: list[str]) -> None:
    assert linked(text) == tags


@pytest.mark.parametrize(
    ("tag", "said"),
    [("988", "digits alone"), ("two words", "a space"), ("a-b", "'-'"), ("", "empty"), ("___", "letter")],
)
def test_a_tag_that_would_not_link_is_told_why(tag: str, said: str) -> None:
    assert said in (RULES.tag_trouble(tag) or "")


@given(TEXT)
def test_a_tag_has_no_trouble_exactly_when_it_links_whole(tag: str) -> None:
    assert (RULES.tag_trouble(tag) is None) == (linked(f"#{tag}") == [f"#{tag}"])


@given(TEXT)
def test_spans_are_in_order_apart_and_links(text: str) -> None:
    spans = sorted(RULES.facets(text) + grammar.links(text))
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start] in "#\uff03" and end - start > 1 for start, end in RULES.facets(text))


@given(TEXT, st.none() | TEXT)
def test_what_the_rules_count_is_what_the_server_refuses_by(text: str, warning: str | None) -> None:
    long = text + "x" * 460
    over = RULES.length(long, LIMITS, warning) - LIMITS.length
    assert grammar.too_long(long, warning) == max(over, 0)


@given(st.text(alphabet="abc/", min_size=1, max_size=300))
def test_a_link_counts_23_however_long(path: str) -> None:
    assert RULES.length(f"See https://example.org/{path}", LIMITS) == len("See ") + 23
