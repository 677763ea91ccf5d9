"""What a post in a campaign file says: its text, hashtags, placeholders and images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from campaigns.plan.spec import Hashtags
from tests.factories.campaign_files import codes, read_posts
from tests.support.readings import only_finding, only_post

if TYPE_CHECKING:
    from pathlib import Path


def test_hashtags_may_be_written_with_their_sign_in_quotes(tmp_path: Path) -> None:
    post = only_post(tmp_path, "- {text: hi, hashtags: {primary: '#TimeToTalk', supporting: [Call988]}}")
    assert post.hashtags == Hashtags("TimeToTalk", ("Call988",))


def test_a_post_can_ask_for_no_hashtags(tmp_path: Path) -> None:
    assert only_post(tmp_path, "- {text: hi, hashtags: {}}").hashtags == Hashtags()


@pytest.mark.parametrize("tag", ["Time To", "Time\tTo", "#", "", "A#B", "##A", " A"])
def test_what_is_not_one_hashtag_is_refused(tmp_path: Path, tag: str) -> None:
    assert only_finding(tmp_path, f'- {{text: hi, hashtags: {{primary: "{tag}"}}}}').code == "bad-hashtag"


@pytest.mark.parametrize("text", ["{hashtags}", "{{name}}", "{ name }", "{}", "}{", "a {hashtags} {{b}}"])
def test_braces_that_are_no_placeholder_may_stand(tmp_path: Path, text: str) -> None:
    assert only_post(tmp_path, f'- text: "{text}"').text == text


@pytest.mark.parametrize("where", [
    'text: "{name}"', 'text: hi\n  thread: ["{name}"]', 'text: hi\n  variants: {x: "{name}"}',
    'text: hi\n  content_warning: "{name}"', 'text: hi\n  media: [{file: a.png, alt: "{name}"}]',
])  # fmt: skip
def test_an_unknown_placeholder_is_a_problem_wherever_it_would_be_posted(tmp_path: Path, where: str) -> None:
    found = only_finding(tmp_path, f"- {where}")
    assert found.code == "unknown-placeholder"
    assert "{name}" in found.what


def test_a_misspelt_placeholder_is_put_right(tmp_path: Path) -> None:
    assert only_finding(tmp_path, '- text: "{Hashtag}"').mend == "Write {hashtags}."


@pytest.mark.parametrize(
    "file", ["../door.png", "/door.png", "images/../../door.png", "~/door.png", "https://example.org/door.png",
             "C:/door.png", "images\\\\door.png", "images/", "", ".."],
)  # fmt: skip
def test_media_never_leave_the_campaigns_folder(tmp_path: Path, file: str) -> None:
    assert (
        only_finding(tmp_path, f'- {{text: hi, media: [{{file: "{file}", alt: A door}}]}}').code == "bad-path"
    )


def test_an_image_without_alt_text_is_a_problem_and_still_looked_at(tmp_path: Path) -> None:
    read = read_posts(tmp_path, "- text: hi\n  media:\n    - file: door.png\n")
    assert codes(read) == [(10, "missing-alt")]
    assert read.spec is not None
    assert read.spec.posts[0].media[0].file == "door.png"


def test_an_empty_text_is_a_problem(tmp_path: Path) -> None:
    assert only_finding(tmp_path, '- text: "  "').code == "empty-text"
    assert only_finding(tmp_path, "- text:").code == "no-value"
    assert only_finding(tmp_path, "- text: hi\n  thread: [ok, '']").code == "empty-text"


def test_a_text_that_no_platform_could_take_is_named_with_how_much_is_over(tmp_path: Path) -> None:
    found = only_finding(tmp_path, f"- text: {'a' * 20_001}")
    assert (found.code, found.mend) == ("too-long", "Shorten it by 1.")


def test_numbers_flags_and_lists_are_not_text(tmp_path: Path) -> None:
    read = read_posts(tmp_path, "- text: 988\n- text: true\n- text: [a]\n- text: {a: b}\n- text: ~\n")
    assert codes(read) == [
        (8, "wrong-type"), (9, "wrong-type"), (10, "wrong-type"), (11, "wrong-type"), (12, "no-value")
    ]  # fmt: skip


def test_invisible_characters_are_refused_since_no_database_keeps_them(tmp_path: Path) -> None:
    assert only_finding(tmp_path, '- text: "a\\0b"').code == "control-character"
