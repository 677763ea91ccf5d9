from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.text import graphemes
from campaigns.platforms.mastodon.rules import RULES

USUAL = RULES.limits({})
words = st.text(alphabet=st.sampled_from("aé#_1 ·👩🏽-.@:/"), max_size=40)


def test_the_servers_own_limits_are_taken_and_senseless_ones_are_not() -> None:
    told = {
        "statuses": {"max_characters": 5000, "characters_reserved_per_url": 25, "max_media_attachments": 0},
        "media_attachments": {
            "supported_mime_types": ["image/png", "image/avif", "video/mp4"],
            "image_size_limit": 2_000_000,
            "description_limit": "many",
        },
    }
    limits = RULES.limits(told)
    assert (limits.length, limits.url_length, limits.image_bytes) == (5000, 25, 2_000_000)
    assert limits.image_types == {"image/png", "image/avif"}
    assert (limits.images, limits.alt_text) == (USUAL.images, USUAL.alt_text) == (4, 1500)


def test_limits_that_are_no_objects_leave_the_usual_ones() -> None:
    assert RULES.limits({"statuses": None, "media_attachments": []}) == USUAL


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Zoë 👨‍👩‍👧", 5),
        ("https://example.org/" + "a" * 300, 23),
        ("see http://a.eu now", 4 + 23 + 4),
        ("example.org", 11),  # no scheme: not a link here
        ("thank you @alice@social.example.org!", len("thank you @alice!")),
        ("me@example.org", 14),
    ],
)
def test_length_is_counted_as_the_server_counts(text: str, length: int) -> None:
    assert RULES.length(text, USUAL) == length


@given(words, words)
def test_a_content_warning_shares_the_limit(text: str, warning: str) -> None:
    together = RULES.length(text, USUAL, warning)
    assert together <= RULES.length(text, USUAL) + graphemes(warning)
    assert together >= RULES.length(text, USUAL, None)


@pytest.mark.parametrize(
    "tag", ["TimeToTalk", "Call988", "988Lifeline", "Día", "世界", "a", "2027_10", "गाना"]
)
def test_good_tags_link(tag: str) -> None:
    assert RULES.tag_trouble(tag) is None
    text = f"x #{tag}, y"
    assert [text[slice(*span)] for span in RULES.facets(text)] == [f"#{tag}"]


@pytest.mark.parametrize(
    ("tag", "why"),
    [("988", "digits alone"), ("Time To", "' ' ends it"), ("Covid-19", "'-' ends it"), ("", "empty")],
)
def test_a_bad_tag_is_explained(tag: str, why: str) -> None:
    assert why in (RULES.tag_trouble(tag) or "")


@given(st.text(alphabet=st.sampled_from("aZé1_·-# .世\u0301"), max_size=8))
def test_a_tag_without_trouble_is_one_whole_facet(tag: str) -> None:
    whole = RULES.facets(f"#{tag}") == [(0, len(tag) + 1)]
    assert whole == (RULES.tag_trouble(tag) is None)


@pytest.mark.parametrize(
    "text", ["https://example.org/#Tag", "https://example.org/?x=1&#Tag", "a#Tag", "/#Tag", "=#Tag", "#988"]
)
def test_what_does_not_link_is_no_facet(text: str) -> None:
    assert RULES.facets(text) == []


def test_rules_are_light_to_import() -> None:
    check = (
        "import sys, campaigns.platforms.mastodon.rules;"
        "heavy = {'mastodon', 'tweepy', 'requests', 'aiohttp'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)
