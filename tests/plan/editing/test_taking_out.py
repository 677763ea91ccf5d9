"""Posts are taken out or cancelled, and brought back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from campaigns.plan.editing import bring_back, cancel_posts, move_posts, remove_posts
from tests.support.edits import TWO, agrees_with_its_file, codes, going, said

if TYPE_CHECKING:
    from tests.factories.desk import Desk


def test_what_is_removed_comes_back_as_it_was(desk: Desk) -> None:
    desk.load(TWO)
    before, ids = going(desk), [desk.post(key).id for key in ("one", "two")]
    with desk.editing() as editor:
        assert said(remove_posts(editor, ids)) == ["removed", "removed"]
    assert going(desk) == {}
    with desk.editing() as editor:
        assert said(bring_back(editor, ids)) == ["back", "back"]
    assert going(desk) == before
    agrees_with_its_file(desk)


def test_what_is_cancelled_stays_cancelled_until_somebody_brings_it_back(desk: Desk) -> None:
    desk.load(TWO)
    before, one = going(desk), desk.post("one").id
    with desk.editing() as editor:
        assert said(cancel_posts(editor, [one])) == ["cancelled"]
    assert list(going(desk)) == ["two"]
    assert desk.deliveries()[0]["reason"] == "Cancelled by Alice."
    agrees_with_its_file(desk)
    with desk.editing() as editor:
        assert said(bring_back(editor, [one])) == ["back"]
    assert going(desk) == before


def test_an_account_that_is_gone_does_not_keep_a_post_from_being_taken_out(desk: Desk) -> None:
    desk.load(TWO)
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET state = 'removed'")
    with desk.editing() as editor:
        assert not move_posts(editor, [desk.post("one").id], days=1).applied
        assert remove_posts(editor, [desk.post("one").id]).applied


def test_time_that_passed_is_said_before_a_post_comes_back(desk: Desk) -> None:
    desk.load(TWO)
    one = desk.post("one").id
    with desk.editing() as editor:
        remove_posts(editor, [one])
    desk.now += timedelta(days=40)
    with desk.editing() as editor:
        assert codes(bring_back(editor, [one])) == [(1, "in-the-past")]
