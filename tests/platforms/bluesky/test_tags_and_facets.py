"""Hashtags and links on Bluesky: what links, and where it stands in UTF-8 bytes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.platforms.bluesky.facets import facets
from campaigns.platforms.bluesky.rules import RULES

FULL_WIDTH = "\uff03"
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
pieces = st.one_of(
    words,
    words.map(lambda word: f"#{word}"),
    words.map(lambda word: f"{FULL_WIDTH}{word}"),
    st.sampled_from(
        [
            "👩‍👩‍👧‍👦",
            "café",
            "日本語",
            "\n",
            " ",
            "#Call988",
            "#988",
            "https://example.org/é?q=1",
            "mind.org.uk.",
        ]
    ),
)
texts = st.lists(pieces, max_size=8).map(" ".join)


def _cut(text: str, facet: dict[str, Any]) -> str:
    index = facet["index"]
    return text.encode()[index["byteStart"] : index["byteEnd"]].decode()


@given(texts)
@example("👩‍👩‍👧‍👦 #Familia, ¿quién? https://example.org/ñ. #Call988")
def test_byte_offsets_cut_the_text_exactly_at_its_tags_and_links(text: str) -> None:
    for facet in facets(text):
        (feature,) = facet["features"]
        cut = _cut(text, facet)
        if "tag" in feature:
            assert cut[1:] == feature["tag"]
            assert cut[0] in {"#", FULL_WIDTH}
        else:
            assert feature["uri"] in {cut, f"https://{cut}"}


@given(texts)
def test_facets_come_in_order_and_never_overlap(text: str) -> None:
    bounds = [
        edge for facet in facets(text) for edge in (facet["index"]["byteStart"], facet["index"]["byteEnd"])
    ]
    assert bounds == sorted(bounds)


@given(texts)
def test_the_rules_announce_exactly_the_tags_that_are_sent_as_facets(text: str) -> None:
    sent = [_cut(text, facet) for facet in facets(text) if "tag" in facet["features"][0]]
    assert [text[start:end] for start, end in RULES.facets(text)] == sent


@given(words.filter(lambda word: "#" not in word))
def test_a_tag_without_trouble_links_wherever_white_space_surrounds_it(tag: str) -> None:
    if RULES.tag_trouble(tag) is None:
        assert RULES.facets(f"Tell a friend #{tag} today") == [(14, 15 + len(tag))]


@given(words)
def test_a_tag_with_trouble_never_links_as_a_whole(tag: str) -> None:
    if RULES.tag_trouble(tag) is not None:
        assert (0, 1 + len(tag)) not in RULES.facets(f"#{tag}")


@pytest.mark.parametrize("tag", ["Call988", "SaludMental", "心の健康", "C++", "Día_de_la_Salud", "é" * 64])
def test_these_tags_link(tag: str) -> None:
    assert RULES.tag_trouble(tag) is None


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("988", "digits"),
        ("1-2-3", "digits"),
        ("", "digits"),
        ("Talk!", "punctuation at the end"),
        ("Mental Health", "space"),
        ("Mental\u200bHealth", "invisible"),
        ("a" * 65, "64 characters"),
        ("👩‍👩‍👧‍👦" * 30, "invisible"),
        ("\ufe0fTalk", "emoji"),
        ("日" * 64 + "\u0301" * 300, "640 bytes"),
    ],
)
def test_these_tags_do_not_link_and_the_reason_is_said(tag: str, reason: str) -> None:
    assert reason in (RULES.tag_trouble(tag) or "")


def test_only_the_tag_links_when_punctuation_follows_it() -> None:
    assert RULES.facets("Listen. #TimeToTalk!") == [(8, 19)]


def test_a_sign_inside_a_word_or_an_address_starts_no_tag() -> None:
    assert RULES.facets("C#Sharp https://example.org/#Top") == []


def test_a_bare_domain_leads_to_its_secure_page() -> None:
    (facet,) = facets("Help: samaritans.org.")
    assert facet["features"] == [{"$type": "app.bsky.richtext.facet#link", "uri": "https://samaritans.org"}]
