"""Loads while other processes write: other loads, and the engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from campaigns.core.db import writing
from campaigns.models.tables import campaign, delivery, part
from tests.factories.desk import HEAD, SAMPLE

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.factories.desk import Desk

POSTS = 12


def edition(number: int) -> str:
    """The same posts, each in the words of this edition."""
    lines = (
        f'  - {{id: p{post}, text: "Post {post} edition {number}", at: 2027-10-{post + 1:02} 09:00}}\n'
        for post in range(1, POSTS + 1)
    )
    return HEAD + "".join(lines)


def test_several_people_loading_the_same_file_at_once_make_it_once(desk: Desk) -> None:
    path = desk.write(SAMPLE)
    with ThreadPoolExecutor(4) as people:
        loads = list(people.map(lambda _: desk.load_file(path), range(4)))
    assert sorted(len(loaded.changes) for loaded in loads) == [0, 0, 0, 4]
    assert len(desk.deliveries()) == 5
    with desk.engine.connect() as connection:
        assert len(connection.execute(select(campaign)).all()) == 1


def test_what_the_engine_sends_while_a_file_is_edited_keeps_the_words_it_was_sent_with(desk: Desk) -> None:
    desk.load(edition(0))
    sent: dict[int, str] = {}
    wire = Event()

    def send_one_after_another() -> None:
        for row in desk.deliveries():
            with writing(desk.engine) as connection:
                locked = select(delivery.c.id).where(delivery.c.id == row["id"]).with_for_update()
                connection.execute(locked).one()
                payload = connection.execute(
                    select(part.c.payload).where(part.c.delivery_id == row["id"])
                ).scalar_one()
                _bring(connection, row["id"], "submitting", 0)
            sent[row["id"]] = payload["text"]
            wire.wait(0.02)  # the time that a request takes; nobody sets it
            with writing(desk.engine) as connection:
                _bring(connection, row["id"], "published", 1)

    with ThreadPoolExecutor(1) as engine:
        sending = engine.submit(send_one_after_another)
        for number in range(1, 40):
            assert desk.load(edition(number)).applied
            if sending.done():
                break
        sending.result()
    assert {row["id"]: row["texts"][0] for row in desk.deliveries()} == sent
    assert {row["state"] for row in desk.deliveries()} == {"published"}


def _bring(connection: Connection, delivery_id: int, state: str, cursor: int) -> None:
    connection.execute(
        update(delivery).where(delivery.c.id == delivery_id).values(state=state, cursor=cursor)
    )
