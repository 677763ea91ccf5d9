from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from campaigns.core.db import read_session, write_session
from campaigns.core.errors import Misuse
from campaigns.plan.listing import list_campaigns, show_campaign
from campaigns.plan.loading import Removed, remove_campaign
from tests.factories.desk import SAMPLE

if TYPE_CHECKING:
    from tests.factories.desk import Desk


def remove(desk: Desk, slug: str = "wmhd-2027") -> Removed:
    with write_session(desk.engine) as session:
        return remove_campaign(session, desk.organisation_id, slug, "Bob", desk.now)


def test_a_removed_campaign_sends_nothing_more_and_keeps_its_history(desk: Desk) -> None:
    desk.load(SAMPLE)
    first, second, *_ = desk.deliveries()
    desk.put(first["id"], state="published", cursor=4)
    desk.put(second["id"], state="submitting")
    assert remove(desk) == Removed(cancelled=3, in_flight=1)
    assert [row["state"] for row in desk.deliveries()] == ["published", "submitting"] + ["cancelled"] * 3
    with read_session(desk.engine) as session:
        assert list_campaigns(session, desk.organisation_id) == []
        with pytest.raises(Misuse, match="no campaign 'wmhd-2027'"):
            show_campaign(session, desk.organisation_id, "wmhd-2027")


def test_loading_its_file_again_brings_a_removed_campaign_back(desk: Desk) -> None:
    desk.load(SAMPLE)
    waiting = [(row["id"], row["due_utc"], row["texts"]) for row in desk.waiting()]
    remove(desk)
    assert [change.kind for change in desk.load(SAMPLE).changes] == ["back"]
    assert [(row["id"], row["due_utc"], row["texts"]) for row in desk.waiting()] == waiting
    assert desk.load(SAMPLE).changes == []


def test_removing_what_is_not_there_is_a_misuse(desk: Desk) -> None:
    with pytest.raises(Misuse, match="no campaign 'unknown'"):
        remove(desk, "unknown")
    desk.load(SAMPLE)
    remove(desk)
    with pytest.raises(Misuse, match="no campaign"):
        remove(desk)


def test_a_listing_counts_posts_and_deliveries(desk: Desk) -> None:
    desk.load(SAMPLE)
    desk.put(desk.deliveries()[0]["id"], state="published", cursor=4)
    with read_session(desk.engine) as session:
        [line] = list_campaigns(session, desk.organisation_id)
        story = show_campaign(session, desk.organisation_id, "wmhd-2027")
    assert line.as_json() == {
        "slug": "wmhd-2027",
        "campaign": "World Mental Health Day 2027",
        "timezone": "Europe/London",
        "starts": "2027-10-01",
        "ends": "2027-10-14",
        "paused": False,
        "posts": 4,
        "deliveries": {"published": 1, "scheduled": 4},
        "next_due": "2027-10-04T08:00:00Z",
    }
    assert [post.when for post in story.posts] == ["2027-10-10 09:00", "queue", "queue", "recurring"]
    assert story.as_json()["posts"][3]["deliveries"] == {"scheduled": 2}


def test_another_organisation_sees_nothing_of_it(desk: Desk) -> None:
    desk.load(SAMPLE)
    with read_session(desk.engine) as session:
        assert list_campaigns(session, desk.organisation_id + 1) == []
        with pytest.raises(Misuse):
            show_campaign(session, desk.organisation_id + 1, "wmhd-2027")
