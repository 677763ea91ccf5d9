"""Two posts on one account within minutes: one note, naming both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from campaigns.core.findings import Finding, Level
from campaigns.plan.collisions import collisions
from campaigns.plan.timeline import plan_occurrences
from tests.factories.specs import at, every, make_campaign

if TYPE_CHECKING:
    from campaigns.plan.spec import PostSpec

LONG_BEFORE = datetime(2027, 1, 1, tzinfo=UTC)


def meetings(*posts: PostSpec, accounts: tuple[str, ...] = ("practice",)) -> list[Finding]:
    planned = plan_occurrences(make_campaign(*posts), LONG_BEFORE).planned
    return collisions([(account, one) for one in planned for account in accounts], "campaign.yaml")


def test_posts_five_minutes_apart_on_one_account_are_a_note_that_names_both_lines() -> None:
    [note] = meetings(at("2027-10-10 09:00"), at("2027-10-10 09:05"))
    assert (note.level, note.code, note.line) == (Level.NOTE, "close-together", 20)
    assert "line 10" in note.what
    assert "5 minutes apart" in note.what


def test_posts_further_apart_are_no_concern() -> None:
    assert meetings(at("2027-10-10 09:00"), at("2027-10-10 09:06")) == []


def test_posts_at_one_time_on_different_accounts_are_no_concern() -> None:
    first, second = plan_occurrences(
        make_campaign(at("2027-10-10 09:00"), at("2027-10-10 09:00")), LONG_BEFORE
    ).planned
    assert collisions([("practice", first), ("x", second)], "campaign.yaml") == []


def test_a_pair_that_meets_on_many_days_and_accounts_is_told_once() -> None:
    [note] = meetings(every("10:00", days=1), every("10:02", days=1), accounts=("practice", "x"))
    assert "practice, x" in note.what
