"""An unquoted ` #Word` never vanishes without a word; a true comment is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories.campaign_files import HEADER, codes, read_posts, read_text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("posts", "line"),
    [
        ("- text: Call today #TimeToTalk\n", 8),
        ("- text: #TimeToTalk is today\n", 8),
        ("- text: Call today\t#TimeToTalk\n", 8),
        ('- text: "Call today" #TimeToTalk\n', 8),
        ("- text: | #TimeToTalk\n    Call today\n", 8),
        ("- text: Call 988 #988\n", 8),
        ("- text: Llama hoy #Ánimo\n", 8),
        ("- text: hi\n  thread:\n    - one #TimeToTalk\n", 10),
        ("- {text: hi, hashtags: {supporting: [A #B\n  ]}}\n", 8),
        ("- text: Call somebody\n    today\n    #TimeToTalk\n", 10),
        ("- text: Call today # or #TimeToTalk\n  goal: a #b\n", 9),
    ],
)
def test_a_hashtag_that_yaml_would_drop_is_a_problem_on_its_line(
    tmp_path: Path, posts: str, line: int
) -> None:
    assert (line, "dropped-hashtag") in codes(read_posts(tmp_path, posts))


def test_the_finding_names_the_word_and_how_to_keep_it(tmp_path: Path) -> None:
    (found,) = read_posts(tmp_path, "- text: Call today #TimeToTalk\n").findings
    assert "#TimeToTalk" in found.what
    assert "quotes" in found.mend


def test_a_text_that_is_all_comment_is_one_problem_not_two(tmp_path: Path) -> None:
    assert codes(read_posts(tmp_path, "- text: #TimeToTalk\n")) == [(8, "dropped-hashtag")]


@pytest.mark.parametrize(
    "posts",
    [
        '- text: "Call today #TimeToTalk"\n',
        "- text: 'Call today #TimeToTalk'\n",
        "- text: |\n    Call today #TimeToTalk\n    #Alone\n",
        "- text: >\n    Call today #TimeToTalk\n\n    # too\n",
        '- text: "Two lines\n    #TimeToTalk"\n',
        "- text: Call#today or C# too\n",
        "- text: hi # a note\n",
        "- text: hi  ## a note\n",
        "# text: old\n#text: older\n- text: hi\n",
        "- text: hi\n  #language: es\n- text: ho\n",
        "- text: hi\n#- text: old\n- text: ho\n",
        "- text: hi\n\n    #TimeToTalk\n",
        "- text: |\n    hi\n# see #TimeToTalk\n",
    ],
)
def test_what_is_quoted_or_truly_a_comment_is_left_alone(tmp_path: Path, posts: str) -> None:
    assert read_posts(tmp_path, posts).findings == []


def test_a_comment_after_a_header_needs_its_space_too(tmp_path: Path) -> None:
    read = read_text(tmp_path, f"{HEADER}goal: reach people #soon\nposts: # all of them\n  - text: hi\n")
    assert codes(read) == [(7, "dropped-hashtag")]
