from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories.desk import HEAD, SAMPLE, Desk

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from campaigns.core.findings import Finding


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path / "desk", accounts=(("practice", "practice"), ("mastodon", "choir")))


def found(desk: Desk, text: str) -> list[Finding]:
    return desk.check(text).findings


def only(findings: list[Finding], code: str) -> Finding:
    [finding] = [one for one in findings if one.code == code]
    return finding


def test_the_sample_campaign_has_nothing_to_mend(desk: Desk) -> None:
    assert [finding for finding in found(desk, SAMPLE) if finding.level == "problem"] == []


def test_checking_writes_nothing(desk: Desk) -> None:
    desk.check(SAMPLE)
    assert desk.everything() == [[], [], [], []]
    assert not desk.media_dir.exists()


@pytest.mark.parametrize(
    ("name", "what", "mend"),
    [
        ("x", "The account 'x' is not connected.", "Run: beacon account connect x"),
        ("mastodon", "The account 'mastodon' is not connected.", "is called choir"),
        ("band", "The account 'band' is not connected.", "choir or practice"),
    ],
)
def test_an_account_that_is_not_connected_is_a_problem_with_its_mend(
    desk: Desk, name: str, what: str, mend: str
) -> None:
    text = HEAD.replace("accounts: [practice]", f"accounts: [practice, {name}]") + '  - text: "One"\n'
    finding = only(found(desk, text), "account-not-connected")
    assert (finding.what, finding.line, finding.level) == (what, 7, "problem")
    assert mend in finding.mend


def test_a_removed_account_is_a_problem_and_one_to_reconnect_a_note(desk: Desk) -> None:
    desk.connect("x", "old", state="removed")
    desk.connect("x", "tired", state="reconnect")
    text = HEAD.replace("accounts: [practice]", "accounts: [old, tired]") + '  - text: "One"\n'
    findings = found(desk, text)
    assert only(findings, "account-not-connected").what == "The account 'old' was removed."
    tired = only(findings, "account-reconnect")
    assert (tired.level, tired.mend) == ("note", "Run: beacon account connect x --name tired")


def test_a_variant_for_nobody_is_a_problem_and_one_for_another_platform_is_not(desk: Desk) -> None:
    post = '  - text: "One"\n    variants: {x: "For X", choir: "For the choir", chior: "A slip"}\n'
    findings = found(desk, HEAD + post)
    assert "'chior'" in only(findings, "unknown-variant").what


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("images/none.png", "The image images/none.png does not exist."),
        ("images", "The image images is a folder, not an image."),
        ("link.png", "The image link.png lies outside the campaign file's folder"),
        ("notes.txt", "The image notes.txt is not an image that Beacon knows"),
    ],
)
def test_an_image_that_cannot_go_out_is_a_problem_on_its_line(desk: Desk, file: str, said: str) -> None:
    (desk.folder / "notes.txt").write_text("Dear reader")
    (desk.folder / "link.png").symlink_to("/etc/hostname")
    text = HEAD + f'  - text: "One"\n    media:\n      - {{file: {file}, alt: A door}}\n'
    finding = only(found(desk, text), "media")
    assert finding.what.startswith(said)
    assert (finding.line, finding.level) == (14, "problem")


def test_what_is_wrong_with_a_campaign_tag_is_said_once_where_it_stands(desk: Desk) -> None:
    text = HEAD.replace("primary: WorldMentalHealthDay", 'primary: "988"') + '  - text: "A"\n  - text: "B"\n'
    finding = only(found(desk, text), "tag-never-links")
    assert finding.line == 6
    assert "#988 never links" in finding.what


def test_all_problems_of_all_kinds_come_in_one_run_by_line(desk: Desk) -> None:
    text = (
        HEAD.replace("accounts: [practice]", "accounts: [practice, x]")
        + f'  - text: "{"long " * 2000}"\n'
        + '  - text: "Old"\n    at: 2027-10-02 09:00\n'
        + '  - text: "Pic"\n    media: [{file: none.png, alt: A door}]\n'
        + '  - text: "Odd"\n    mood: bright\n'
    )
    desk.now = desk.now.replace(month=10, day=3)
    findings = found(desk, text)
    problems = {finding.code for finding in findings if finding.level == "problem"}
    assert problems >= {"account-not-connected", "too-long", "in-the-past", "media", "unknown-key"}
    assert [finding.line for finding in findings] == sorted(finding.line for finding in findings)
    assert len(findings) == len(set(findings))


def test_a_text_that_is_out_already_stops_no_load(desk: Desk) -> None:
    text = HEAD + '  - {id: a, text: "Fine", at: 2027-10-02 09:00}\n'
    desk.load(text)
    desk.put(desk.deliveries()[0]["id"], state="published", cursor=1)
    assert desk.load(text.replace("Fine", "long " * 900)).applied


def test_two_posts_on_one_account_within_minutes_are_noted(desk: Desk) -> None:
    text = HEAD + '  - {text: "A", at: 2027-10-02 09:00}\n  - {text: "B", at: 2027-10-02 09:03}\n'
    finding = only(found(desk, text), "close-together")
    assert (finding.level, finding.line) == ("note", 13)


def test_findings_about_posts_from_a_spreadsheet_name_that_file(desk: Desk) -> None:
    (desk.folder / "posts.csv").write_text(
        "text,at,accounts,media_file,media_alt\nOne,2027-10-02 09:00,band,none.png,A door\n", "utf-8"
    )
    findings = found(desk, HEAD.replace("posts:\n", "posts: posts.csv\n"))
    assert {(finding.code, finding.file[-9:], finding.line) for finding in findings} == {
        ("account-not-connected", "posts.csv", 2),
        ("media", "posts.csv", 2),
    }


def test_a_post_of_another_campaign_within_minutes_is_noted_once(desk: Desk) -> None:
    every = '  - {text: "Daily", every: {days: 1, at: "09:00"}}\n'
    desk.load(HEAD.replace("slug: wmhd-2027", "slug: other") + every)
    near = HEAD + '  - {text: "Near", every: {days: 1, at: "09:04"}}\n'
    finding = only(found(desk, near), "close-to-another-campaign")
    assert (finding.level, finding.line) == ("note", 12)
    assert "campaign other" in finding.what
    assert found(desk, near.replace("09:04", "09:10")) == []
    assert found(desk, near.replace("accounts: [practice]", "accounts: [choir]")) == []
