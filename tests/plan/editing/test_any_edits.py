"""Whatever is edited in whichever order, the database says what the campaign's file says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.core.errors import Misuse
from campaigns.plan.editing import (
    Editor,
    bring_back,
    copy_posts,
    move_occurrence,
    move_posts,
    order_queue,
    queue_posts,
    remove_posts,
    requeue_post,
    retag_posts,
    save_post,
)
from campaigns.plan.stored import StoredPost, read_stored
from campaigns.plan.writing import write_campaign
from tests.factories.specs import at, every, make_campaign, make_post, slot
from tests.plan.loading.test_any_edit import ACCOUNTS, desk_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from campaigns.plan.editing import Edited
    from tests.factories.desk import Desk

START = make_campaign(
    at("2027-10-02 09:00", text="One"),
    at("2027-10-05 12:30", text="Two", thread=("More",)),
    replace(every("10:00", weeks=1, on="mon thu"), text="Again"),
    make_post(text="Queued"),
    make_post(text="Queued too"),
    accounts=ACCOUNTS,
    slots=(slot("mon wed fri", "09:00"), slot("tue", "18:00")),
)

A_SLOT = datetime(2027, 10, 6, 8, tzinfo=UTC)

times = st.sampled_from(["2027-10-03 08:00", "2027-10-05 12:30", "2027-10-12 20:00"]).map(
    datetime.fromisoformat
)


@dataclass(frozen=True)
class Step:
    """One edit, of the posts that `picks` choose among those there are at that time."""

    name: str
    picks: tuple[int, ...]
    wall: datetime
    days: int
    text: str

    def take(self, editor: Editor, posts: list[StoredPost]) -> Edited | None:
        chosen = list({posts[pick % len(posts)].id: None for pick in self.picks})
        one = posts[self.picks[0] % len(posts)]
        takes: dict[str, Callable[[], Edited]] = {
            "save": lambda: save_post(
                editor, replace(one.spec, text=self.text), post_id=one.id, version=one.version
            ),
            "make": lambda: save_post(editor, make_post(text=self.text), campaign="wmhd-2027"),
            "move": lambda: move_posts(editor, chosen, to=self.wall),
            "shift": lambda: move_posts(editor, chosen, days=self.days),
            "one": lambda: move_occurrence(
                editor, one.id, datetime.fromisoformat(one_day(one)).date(), self.wall
            ),
            "remove": lambda: remove_posts(editor, chosen),
            "back": lambda: bring_back(editor, chosen),
            "copy": lambda: copy_posts(editor, chosen, "wmhd-2027", days=self.days),
            "retag": lambda: retag_posts(editor, chosen, add=[self.text]),
            "queue": lambda: queue_posts(editor, chosen),
            "order": lambda: order_queue(editor, chosen),
            "requeue": lambda: requeue_post(editor, one.id, A_SLOT),
        }
        try:
            return takes[self.name]()
        except Misuse:  # nothing to move, no slot to give, taken out: said, and nothing was done
            return None


def one_day(post: StoredPost) -> str:
    days = [row.wall for row in post.deliveries.values() if row.occurrence != "once" and not row.taken_out]
    if not days:
        raise Misuse("it does not recur")
    return days[0]


steps = st.builds(
    Step,
    name=st.sampled_from(
        [
            "save",
            "make",
            "move",
            "shift",
            "one",
            "remove",
            "back",
            "copy",
            "retag",
            "queue",
            "order",
            "requeue",
        ]
    ),
    picks=st.lists(st.integers(0, 9), min_size=1, max_size=3).map(tuple),
    wall=times,
    days=st.sampled_from([-3, 1, 4]),
    text=st.sampled_from(["Uno", "Dos", "Tres"]),
)


@given(st.lists(steps, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_any_edits_end_where_a_load_of_the_exported_file_ends(
    sqlite_template: Path, done: list[Step]
) -> None:
    with desk_on(sqlite_template) as desk:
        assert desk.load(write_campaign(START)).applied
        for step in done:
            posts = stored_posts(desk)
            with desk.editing() as editor:
                step.take(editor, [post for post in posts if post.removed == (step.name == "back")] or posts)
        if all(post.removed for post in stored_posts(desk)):
            return  # a file without posts is none
        exported = desk.export()
        before = desk.everything()
        again = desk.load(exported)
        assert (again.changes, again.applied) == ([], True)
        assert desk.everything() == before
        with desk_on(sqlite_template) as fresh:
            assert fresh.load(exported).applied
            assert timed(desk) == timed(fresh)
            assert len(desk.waiting()) == len(fresh.waiting()), "each of the queue has a slot in both"


def stored_posts(desk: Desk) -> list[StoredPost]:
    with desk.editing(dry_run=True) as editor:
        stored = read_stored(editor.session, desk.organisation_id, "wmhd-2027")
        assert stored is not None
        return stored.posts


def timed(desk: Desk) -> list[Any]:
    """What goes out at a time of its own; slots are given in the order in which posts came to the queue."""
    return sorted(
        (row["due_utc"], row["account"], row["texts"]) for row in desk.waiting() if not row["from_queue"]
    )
