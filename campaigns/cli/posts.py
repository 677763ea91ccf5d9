"""What `beacon post` does."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from campaigns.cli.install import open_install
from campaigns.cli.output import print_json, say, table
from campaigns.core.errors import Misuse
from campaigns.core.moments import iso_z
from campaigns.deliver import overview, people
from campaigns.deliver.story import questions, story
from campaigns.models import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

_WALL = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?")


def show_all(*, campaign: str, account: str, state: str, limit: int, as_json: bool) -> None:
    if state and state not in set(State):
        raise Misuse(f"There is no state {state!r}; there are: {', '.join(State)}.")
    with open_install() as install, install.reading() as session:
        rows = overview.deliveries(
            session, campaign=campaign or None, account=account or None, state=state or None, limit=limit
        )
    if as_json:
        print_json([row.as_json() for row in rows])
        return
    table(
        ["ID", "DUE (UTC)", "LOCAL", "ACCOUNT", "STATE", "TEXT"],
        [
            [row.id, iso_z(row.due_utc), f"{row.wall} {row.zone}", row.account, row.state, row.text]
            for row in rows
        ],
        empty="No post matches.",
    )


def show_one(delivery_id: int, *, as_json: bool) -> None:
    with open_install() as install, install.reading() as session:
        told = story(session, delivery_id)
    if as_json:
        print_json(told.as_json())
        return
    for line in told.lines():
        say(line)


def show_questions(*, as_json: bool) -> None:
    with open_install() as install, install.reading() as session:
        waiting = questions(session)
    if as_json:
        print_json([told.as_json() for told in waiting])
        return
    for told in waiting:
        for line in told.question():
            say(line)
    if not waiting:
        say("Nothing waits for a person.")


def send_now(delivery_id: int, person: str, *, as_json: bool) -> None:
    _act(delivery_id, lambda session: people.post_now(session, delivery_id, person), as_json=as_json)


def move(delivery_id: int, when: str, person: str, *, as_json: bool) -> None:
    wall = read_wall(when)
    _act(delivery_id, lambda session: people.move(session, delivery_id, wall, person), as_json=as_json)


def cancel(delivery_id: int, person: str, *, as_json: bool) -> None:
    _act(delivery_id, lambda session: people.cancel(session, delivery_id, person), as_json=as_json)


def settle(delivery_id: int, live: str, person: str, *, as_json: bool) -> None:
    if live:
        _act(
            delivery_id,
            lambda session: people.settle_live(session, delivery_id, live, person),
            as_json=as_json,
        )
    else:
        _act(delivery_id, lambda session: people.settle_again(session, delivery_id, person), as_json=as_json)


def read_wall(when: str) -> datetime:
    """A naive wall time from `YYYY-MM-DD HH:MM`; raises `Misuse`."""
    try:
        if _WALL.fullmatch(when.strip()):
            return datetime.fromisoformat(when.strip())
    except ValueError:
        pass  # a 31st of February
    raise Misuse(f"{when!r} is no time: write it as 2027-10-10 09:00, in the post's own zone.")


def _act(delivery_id: int, change: Callable[[Session], Any], *, as_json: bool) -> None:
    with open_install() as install:
        with install.writing() as session:
            change(session)
        with install.reading() as session:
            told = story(session, delivery_id)
    if as_json:
        print_json(told.as_json())
    else:
        for line in told.headline():
            say(line)
