"""YAML as 1.2 core, and what is not a campaign file at all: each time one clear sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.core.findings import has_problem
from campaigns.plan.nodes import Kind, core_kind
from campaigns.plan.reading import read_campaign
from tests.factories.campaign_files import HEADER, codes, read_posts, read_text

if TYPE_CHECKING:
    from pathlib import Path

MINIMAL = f"{HEADER}posts:\n  - text: hi\n"


@pytest.mark.parametrize(
    "text", ["yes", "No", "on", "OFF", "y", "18:30", "2027-10-01", "2027-10-10 09:00", "1_000", "0b1",
             "1.2.3", "+", "<<", "=", "nULL", "tRUE", "0x", "1e", "e1", ".", "inf", "2027-10-01T09:00:00Z"],
)  # fmt: skip
def test_only_the_core_schemas_words_are_special(text: str) -> None:
    assert core_kind(text) is Kind.TEXT


@pytest.mark.parametrize(("text", "kind"), [
    ("", Kind.NULL), ("~", Kind.NULL), ("Null", Kind.NULL), ("TRUE", Kind.FLAG), ("false", Kind.FLAG),
    ("007", Kind.WHOLE), ("-12", Kind.WHOLE), ("0o17", Kind.WHOLE), ("0xFf", Kind.WHOLE),
    ("1.", Kind.NUMBER), (".5", Kind.NUMBER), ("-1e3", Kind.NUMBER), ("-.INF", Kind.NUMBER),
    (".NaN", Kind.NUMBER),
])  # fmt: skip
def test_numbers_flags_and_nothing_are_what_yaml_1_2_says(text: str, kind: Kind) -> None:
    assert core_kind(text) is kind


def test_words_that_yaml_1_1_turns_into_something_else_stay_text(tmp_path: Path) -> None:
    read = read_posts(tmp_path, "- {text: NO, language: no}\n- text: 18:30\n- text: 2027-10-01\n")
    assert read.findings == []
    assert read.spec is not None
    assert [post.text for post in read.spec.posts] == ["NO", "18:30", "2027-10-01"]
    assert read.spec.posts[0].language == "no"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("*door", "alias"),
        ("&door hi", "anchor"),
        ("!!str hi", "tag"),
        ("!door hi", "tag"),
        ("!!python/object/apply:os.system [ls]", "tag"),
    ],
)
def test_aliases_anchors_and_tags_are_refused_where_they_stand(tmp_path: Path, text: str, code: str) -> None:
    read = read_posts(tmp_path, f"- text: ok\n- text: {text}\n")
    assert (9, code) in codes(read)


def test_a_laughing_bomb_of_aliases_is_refused_without_being_built(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20))
    assert {"alias", "anchor"} <= {code for _, code in codes(read_text(tmp_path, bomb))}


def test_a_key_given_twice_is_a_problem_that_names_both_lines(tmp_path: Path) -> None:
    read = read_text(tmp_path, f"{HEADER}slug: other\nposts: [{{text: hi}}]\n")
    assert codes(read) == [(7, "twice")]
    assert "line 2" in read.findings[0].what


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"", (0, "empty-file")),
        (b" \n\n", (0, "empty-file")),
        (b"# nothing but this\n", (0, "empty-file")),
        (b"- a\n- b\n", (1, "not-a-campaign")),
        (b"hello\n", (1, "not-a-campaign")),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", (0, "binary")),
        (b"campaign: A\nslug: caf\xe9\n", (2, "not-utf8")),
        ("campaign: A\n".encode("utf-16"), (1, "not-utf8")),
        (b"campaign: A\nslug: \x07\n", (2, "control-character")),
        (b"campaign: A\n---\ncampaign: B\n", (2, "several-documents")),
        (b"a: " + b"[" * 100_000, (1, "too-deep")),
        (b"a: [" + b"a," * 500_001 + b"]", (1, "too-many-values")),
        (b"campaign: A\n\tslug: a\n", (2, "not-yaml")),
        (b"campaign: A: B\n", (1, "not-yaml")),
        (b'campaign: A\ngoal: "never closed\nslug: a\n', (2, "not-yaml")),
        (b"campaign: @A\n", (1, "not-yaml")),
        (b"campaign: A\nslug\n", (3, "not-yaml")),
        (b"a" * 10_000_001, (0, "too-big")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_what_is_not_a_campaign_file_is_one_finding(
    tmp_path: Path, content: bytes, finding: tuple[int, str]
) -> None:
    read = read_text(tmp_path, content)
    assert codes(read) == [finding]
    assert read.spec is None


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    read = read_text(tmp_path, b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert read.findings == []
    assert read.spec is not None
    assert read.spec.posts[0].line == 8


def test_a_file_that_is_not_there_or_is_a_folder_is_said_so(tmp_path: Path) -> None:
    assert codes(read_campaign(tmp_path / "none.yaml")) == [(0, "no-file")]
    assert codes(read_campaign(tmp_path)) == [(0, "not-a-file")]


def test_a_finding_names_the_file_as_it_was_given(tmp_path: Path) -> None:
    read = read_text(tmp_path, "[]")
    assert str(read.findings[0]).startswith(f"{tmp_path / 'campaign.yaml'}:1: problem: ")


def test_an_unquoted_tag_is_named_beside_the_damage_that_it_does(tmp_path: Path) -> None:
    read = read_text(tmp_path, f"{HEADER}hashtags: {{supporting: [#TimeToTalk]}}\nposts: [{{text: hi}}]\n")
    assert (7, "dropped-hashtag") in codes(read)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_no_content_whatever_ends_in_a_traceback(tmp_path: Path, content: bytes) -> None:
    assert has_problem(read_text(tmp_path, content).findings)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(data=st.data())
def test_no_damage_to_a_good_file_ends_in_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    good = (
        f"{HEADER}hashtags: {{primary: A, supporting: [B]}}\nposts:\n  - text: |\n      hi #A\n"
        "    thread: ['b', c]\n    media: [{file: a.png, alt: b}]\n"
        "    every: {weeks: 1, on: [mon], at: '09:00'}\n"
    )
    at = data.draw(st.integers(0, len(good)))
    removed = data.draw(st.integers(0, 6))
    put = data.draw(st.text("#:-[]{}&*!|>'\"\n\t ,?%@\\0aé\u2028\x85", max_size=4))
    read_text(tmp_path, good[:at] + put + good[at + removed :])
