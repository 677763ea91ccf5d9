"""What holds for any text on any platform: nothing is lost, nothing is over a limit in silence, tags link."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.compose.composing import Draft, compose
from campaigns.core.findings import Level
from campaigns.platforms.registry import PLATFORMS, rules_of

WORDS = (
    "one", "Hi", "día", "\U0001f469\u200d\U0001f467", "e\u0301", "#Hope", "#hope.", "(so)", "988", "言葉",
    "https://example.org/a?b=c#d", "example.org", "@her@example.org", "&", "\n", "\n\n",
)  # fmt: skip
PLACEHOLDER = "{hashtags}"

words = st.sampled_from(WORDS) | st.text(
    st.characters(exclude_characters="{}", exclude_categories=("Cs", "Cc"))
)
texts = st.builds(
    lambda pieces, glue: glue.join(pieces),
    st.lists(words | st.just(PLACEHOLDER), max_size=60),
    st.sampled_from([" ", ""]),
)
tags = st.lists(
    st.sampled_from(["TimeToTalk", "Hope", "SaludMental", "988", "hope", "Café", "A" * 200, "Call988"]),
    max_size=5,
).map(tuple)
drafts = st.builds(
    Draft,
    text=texts,
    thread=st.lists(texts, max_size=2).map(tuple),
    tags=tags,
    content_warning=st.none() | st.just("Salud mental"),
)
each_platform = pytest.mark.parametrize("platform", PLATFORMS)


@each_platform
@given(draft=drafts)
def test_a_part_over_a_limit_always_has_a_problem(platform: str, draft: Draft) -> None:
    rules = rules_of(platform)
    limits = rules.limits({})
    result = compose(draft, platform, limits)
    troubled = {remark.part for remark in result.remarks if remark.level is Level.PROBLEM}
    for place, part in enumerate(result.parts):
        assert part.length == rules.length(part.text, limits, part.content_warning)
        over = part.length > part.limit or len(part.text.encode()) > (limits.utf8_bytes or 1_000_000)
        assert not over or place in troubled


@each_platform
@given(draft=drafts)
def test_every_character_of_the_draft_is_in_the_output_in_order(platform: str, draft: Draft) -> None:
    result = compose(draft, platform, rules_of(platform).limits({}))
    assert len(result.parts) == 1 + len(draft.thread)
    for written, part in zip((draft.text, *draft.thread), result.parts, strict=True):
        rest = iter(part.text)
        assert all(char in rest for char in written.replace(PLACEHOLDER, "") if not char.isspace())


@each_platform
@given(draft=drafts)
def test_the_primary_tag_is_always_there_and_links_unless_it_never_does(platform: str, draft: Draft) -> None:
    rules = rules_of(platform)
    result = compose(draft, platform, rules.limits({}))
    linked = [
        part.text[start + 1 : end].casefold()
        for part in result.parts
        for start, end in rules.facets(part.text)
    ]
    for primary in draft.tags[:1]:
        if rules.tag_trouble(primary):
            assert "tag-never-links" in {remark.code for remark in result.remarks}
        else:
            assert primary.casefold() in linked


@each_platform
@given(draft=drafts)
def test_no_tag_is_left_out_in_silence(platform: str, draft: Draft) -> None:
    rules = rules_of(platform)
    result = compose(draft, platform, rules.limits({}))
    said = " ".join(remark.what for remark in result.remarks if remark.code.startswith("tags-"))
    problem = any(remark.level is Level.PROBLEM for remark in result.remarks)
    for tag in draft.tags:
        placed = any(f"#{tag}".casefold() in part.text.casefold() for part in result.parts)
        assert placed or problem or f"#{tag}".casefold() in said.casefold()
