"""Many posts at once: other tags, copies in another campaign, and how many are too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from campaigns.core.errors import Misuse
from campaigns.models.tables import audit, campaign
from campaigns.plan.editing import MOST_AT_ONCE, copy_posts, move_posts, retag_posts
from tests.factories.desk import SAMPLE
from tests.support.edits import TWO, agrees_with_its_file

if TYPE_CHECKING:
    from tests.factories.desk import Desk


def test_tags_are_added_and_left_out_for_many_at_once(desk: Desk) -> None:
    desk.load(TWO)
    ids = [desk.post(key).id for key in ("one", "two")]
    with desk.editing() as editor:
        retag_posts(editor, ids, add=["#TimeToTalk"], drop=["worldmentalhealthday"])
    assert [row["texts"] for row in desk.waiting()] == [["One #TimeToTalk"], ["Two #TimeToTalk"]]
    with desk.editing() as editor:
        retag_posts(editor, ids, as_campaign=True)
    assert desk.waiting()[0]["texts"] == ["One #WorldMentalHealthDay"]
    with pytest.raises(Misuse, match="one word"), desk.editing() as editor:
        retag_posts(editor, ids, add=["time to talk"])
    agrees_with_its_file(desk)


def test_copies_go_to_another_campaign_on_other_days_with_their_images(desk: Desk) -> None:
    desk.load(SAMPLE)
    desk.load(
        TWO.replace("wmhd-2027", "next")
        .replace("2027-10", "2028-10")
        .replace("Europe/London", "America/New_York")
        .replace("campaign: World", "campaign: Next World")
    )
    with desk.engine.connect() as connection:
        ids = [row["post_id"] for row in desk.deliveries() if row["wall"] == "2027-10-10 09:00"]
        assert connection.execute(select(campaign.c.slug)).all()
    with desk.editing() as editor:
        edited = copy_posts(editor, ids, "next", days=366)
    assert edited.applied
    copy = desk.deliveries()[-1]
    assert (copy["wall"], copy["zone"]) == ("2028-10-10 09:00", "Europe/London")
    assert copy["texts"] == ["One conversation can change a day. Who will you call? #WorldMentalHealthDay"]
    with desk.engine.connect() as connection:
        assert connection.execute(select(audit.c.action).order_by(audit.c.id.desc())).scalars().first() == (
            "plan.copy"
        )


def test_an_edit_takes_a_bounded_number_of_posts_of_one_campaign(desk: Desk) -> None:
    desk.load(TWO)
    desk.load(TWO.replace("wmhd-2027", "next"))
    with desk.engine.connect() as connection:
        ids = {row["campaign_id"]: row["post_id"] for row in desk.deliveries()}
        assert connection.execute(select(campaign.c.id)).all()
    with desk.editing() as editor:
        with pytest.raises(Misuse, match="several campaigns"):
            move_posts(editor, list(ids.values()), days=1)
        with pytest.raises(Misuse, match="choose fewer"):
            move_posts(editor, range(1, MOST_AT_ONCE + 2), days=1)
