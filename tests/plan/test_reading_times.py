"""Times in a campaign file: when a post may go out, how it recurs, and how late is too late."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from campaigns.plan.spec import Late
from tests.support.readings import only_finding, only_post

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "at", ["2027-10-01 00:00", "2027-10-14 23:59", "2027-10-10T09:00", "2027-10-10 09:00:00"]
)
def test_a_post_may_go_out_from_the_first_day_to_the_last(tmp_path: Path, at: str) -> None:
    post = only_post(tmp_path, f"- {{text: hi, at: '{at}'}}")
    assert post.at is not None
    assert post.at.isoformat().startswith(at[:10])


@pytest.mark.parametrize("at", ["2027-09-30 23:59", "2027-10-15 00:00"])
def test_a_date_outside_the_campaign_is_a_problem(tmp_path: Path, at: str) -> None:
    found = only_finding(tmp_path, f"- text: hi\n  at: {at}")
    assert (found.line, found.code) == (9, "outside-campaign")
    assert "2027-10-01 to 2027-10-14" in found.what


def test_a_recurrence_cannot_last_longer_than_the_campaign(tmp_path: Path) -> None:
    found = only_finding(tmp_path, '- text: hi\n  every: {days: 1, at: "09:00", until: 2027-10-15}')
    assert (found.line, found.code) == (9, "outside-campaign")


@pytest.mark.parametrize(
    "at",
    ["2027-10-10", "09:00", "2027-10-10 9:00", "2027-10-10 24:00", "2027-10-10 09:00Z", "2027-02-30 09:00",
     "2027-10-10 09:00:30", "10/10/2027 09:00", "2027-10-10  09:00"],
)  # fmt: skip
def test_a_time_that_is_not_to_the_minute_and_local_is_refused(tmp_path: Path, at: str) -> None:
    assert only_finding(tmp_path, f"- {{text: hi, at: '{at}'}}").code == "bad-moment"


@pytest.mark.parametrize(
    ("every", "code"),
    [
        ('{at: "09:00"}', "every-count"),
        ('{days: 1, weeks: 1, at: "09:00"}', "every-count"),
        ('{days: 1, on: [mon], at: "09:00"}', "on-without-weeks"),
        ('{weeks: 0, at: "09:00"}', "wrong-type"),
        ('{weeks: "1", at: "09:00"}', "wrong-type"),
        ('{weeks: 1.0, at: "09:00"}', "wrong-type"),
        ("{weeks: 1}", "missing-key"),
        ('{weeks: 1, on: [mon, mon], at: "09:00"}', "twice"),
        ('{weeks: 1, at: "25:00"}', "bad-time"),
    ],
)
def test_a_recurrence_that_makes_no_sense_is_refused(tmp_path: Path, every: str, code: str) -> None:
    assert only_finding(tmp_path, f"- text: hi\n  every: {every}").code == code


def test_a_post_has_one_time_or_a_recurrence_not_both(tmp_path: Path) -> None:
    found = only_finding(tmp_path, '- text: hi\n  at: 2027-10-10 09:00\n  every: {days: 1, at: "09:00"}')
    assert found.code == "at-and-every"


@pytest.mark.parametrize(("late", "minutes", "then"), [
    ("{within: 45m, then: send}", 45, "send"),
    ("{within: 2h}", 120, "hold"),
    ("{within: 1d, then: drop}", 1440, "drop"),
    ("{then: drop}", 60, "drop"),
])  # fmt: skip
def test_a_late_rule_has_a_length_and_a_verdict(tmp_path: Path, late: str, minutes: int, then: str) -> None:
    assert only_post(tmp_path, f"- {{text: hi, late: {late}}}").late == Late(timedelta(minutes=minutes), then)


@pytest.mark.parametrize("within", ["0m", "2 h", "1w", "-1h", "31d", "120", "1h30m", ""])
def test_a_late_rule_with_another_length_is_refused(tmp_path: Path, within: str) -> None:
    assert only_finding(tmp_path, f'- {{text: hi, late: {{within: "{within}"}}}}').code == "bad-duration"
