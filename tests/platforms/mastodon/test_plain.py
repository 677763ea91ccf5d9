from __future__ import annotations

import pytest

from campaigns.platforms.mastodon.plain import plain, same_words

AS_MASTODON_SHOWS_IT = (
    '<p>Talk &amp; listen <a href="https://m.example/tags/TimeToTalk" class="mention hashtag" rel="tag">#'
    '<span>TimeToTalk</span></a><br />see <a href="https://example.org/a/long/path/indeed">'
    '<span class="invisible">https://</span><span class="ellipsis">example.org/a/long</span>'
    '<span class="invisible">/path/indeed</span></a></p><p>with <span class="h-card">'
    '<a href="https://other.example/@bob" class="u-url mention">@<span>bob</span></a></span></p>'
)
AS_WRITTEN = (
    "Talk & listen #TimeToTalk\nsee https://example.org/a/long/path/indeed\n\nwith @bob@other.example"
)


def test_html_becomes_the_text_that_was_written() -> None:
    assert plain(AS_MASTODON_SHOWS_IT) == AS_WRITTEN.replace("@other.example", "")
    assert same_words(AS_WRITTEN, plain(AS_MASTODON_SHOWS_IT))


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ('"Quoted" -- **bold**', "“Quoted” \N{EN DASH} bold", True),
        ("Part 1", "Part 2", False),
        ("👍", "👍", True),
        ("👍", "🎉", False),
        ("one two", "one", False),
    ],
)
def test_words_are_compared_and_typography_is_not(ours: str, theirs: str, *, same: bool) -> None:
    assert same_words(ours, theirs) is same
