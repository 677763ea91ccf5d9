"""What holds for every edit: what is out stays, others see nothing of it, and a dry run writes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from campaigns.core.errors import Missing
from campaigns.core.moments import iso_z
from campaigns.models.tables import organisation
from campaigns.plan.editing import (
    bring_back,
    cancel_posts,
    copy_posts,
    move_posts,
    remove_posts,
    retag_posts,
    save_post,
    versions_of,
)
from tests.factories.specs import make_post
from tests.support.edits import TWO, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.plan.editing import Edited
    from tests.factories.desk import Desk


def test_a_dry_run_says_what_would_be_and_writes_nothing(desk: Desk) -> None:
    desk.load(TWO)
    one, before = desk.post("one"), desk.everything()
    with desk.editing(dry_run=True) as editor:
        edited = move_posts(editor, [one.id], days=1)
    assert (said(edited), edited.applied) == (["moved"], False)
    assert [iso_z(entry.planned.due_utc) for entry in edited.entries] == ["2027-10-03T08:00:00Z"]
    assert desk.everything() == before


@pytest.mark.parametrize("state", ["published", "submitting", "uncertain"])
def test_what_is_out_or_being_sent_is_never_touched(desk: Desk, state: str) -> None:
    desk.load(TWO)
    one = desk.post("one")
    desk.put(desk.deliveries()[0]["id"], state=state, cursor=int(state == "published"))
    before = desk.deliveries()
    with desk.editing() as editor:
        for edited in (
            save_post(editor, replace(one.spec, text="Other"), post_id=one.id, version=one.version),
            move_posts(editor, [one.id], days=1),
            cancel_posts(editor, [one.id]),
            retag_posts(editor, [one.id], add=["TimeToTalk"]),
            remove_posts(editor, [one.id]),
        ):
            assert edited.applied
            assert [row["version"] for row in desk.deliveries()] == [row["version"] for row in before]
    assert desk.deliveries() == before


def test_posts_of_others_are_not_there(desk: Desk) -> None:
    desk.load(TWO)
    one = desk.post("one").id
    with desk.engine.begin() as connection:
        other = connection.execute(
            organisation.insert()
            .values(slug="charlie", name="Charlie", created_utc=desk.now)
            .returning(organisation.c.id)
        ).scalar_one()
    with desk.editing("Charlie") as editor:
        charlie = replace(editor, organisation_id=other)
        attempts: tuple[Callable[[], Edited], ...] = (
            lambda: move_posts(charlie, [one], days=1),
            lambda: remove_posts(charlie, [one]),
            lambda: cancel_posts(charlie, [one]),
            lambda: bring_back(charlie, [one]),
            lambda: retag_posts(charlie, [one], add=["Mine"]),
            lambda: copy_posts(charlie, [one], "wmhd-2027"),
            lambda: save_post(charlie, make_post(), post_id=one, version=1),
            lambda: save_post(charlie, make_post(), campaign="wmhd-2027"),
        )
        for attempt in attempts:
            with pytest.raises(Missing):
                attempt()
        assert versions_of(charlie.session, other, one) == []
