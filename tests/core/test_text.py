from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.text import grapheme_clusters, graphemes, link_spans


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc", 3), ("é", 1), ("👨‍👩‍👧", 1), ("🇬🇧🇪🇸", 2), ("a\r\nb", 3), ("ﷺ", 1), ("กำ", 1)],
)
def test_a_grapheme_is_what_a_reader_takes_for_one_character(text: str, count: int) -> None:
    assert graphemes(text) == count


@given(st.text())
def test_clusters_put_together_are_the_text(text: str) -> None:
    clusters = list(grapheme_clusters(text))
    assert "".join(clusters) == text
    assert graphemes(text) == len(clusters)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See example.com now", ["example.com"]),
        ("See https://example.org/a?b=c, then t.co.", ["https://example.org/a?b=c", "t.co"]),
        ("(www.example.org/path_(x))", ["www.example.org/path_(x)"]),
        ("http://localhost/x http://10.0.0.1/y", ["http://localhost/x", "http://10.0.0.1/y"]),
        ("HTTPS://EXAMPLE.ORG", ["HTTPS://EXAMPLE.ORG"]),
        ("write to me@example.com or first.name@example.com", []),
        ("version 1.2.3, e.g. door.png; one.Then another", []),
        ("mailto:a@example.org ftp://example.org", []),
    ],
)
def test_links_are_found_with_and_without_their_scheme(text: str, links: list[str]) -> None:
    assert [text[start:end] for start, end in link_spans(text)] == links


@given(st.text(alphabet=st.sampled_from("a.b/:# @c日👩oméhttps")))
def test_spans_stand_in_order_and_never_overlap(text: str) -> None:
    ends = [0]
    for start, end in link_spans(text):
        assert ends[-1] <= start < end <= len(text)
        ends.append(end)
