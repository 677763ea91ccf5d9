"""The practice platform's append-only log against the database: what was lost, doubled or out of order."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from campaigns.models import ACTIVE, State
from campaigns.models.tables import account, delivery, part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Engine
    from sqlalchemy.engine import RowMapping


@dataclass
class Verdict:
    """Counts over what was planned and not cancelled; `complaints` says each breach in a sentence."""

    posts: int = 0
    parts: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    asked: int = 0
    complaints: list[str] = field(default_factory=list)


def judge(database: Engine, accepted: Iterable[Mapping[str, Any]]) -> Verdict:
    """Compares every part with the posts that the platform really holds. Texts must be unique by account."""
    parts = _parts(database)
    by_text: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for post in accepted:
        by_text[post["account"], post["text"]].append(post)
    meant = [row for row in parts if row["state"] != State.CANCELLED]
    verdict = Verdict(
        posts=len({row["delivery_id"] for row in meant}),
        parts=len(meant),
        asked=len({row["delivery_id"] for row in parts if row["state"] == State.NEEDS_PERSON}),
    )
    for row in parts:
        _judge_part(verdict, row, len(by_text.pop(_mark(row), ())))
    for (name, text), posts in by_text.items():
        verdict.doubled += len(posts)
        verdict.complaints.append(f"{name} shows {text[:60]!r}, which nobody planned.")
    verdict.out_of_order = _disorder(parts, accepted, verdict.complaints)
    return verdict


def _parts(database: Engine) -> Sequence[RowMapping]:
    query = (
        select(
            part.c.delivery_id,
            part.c.place,
            part.c.payload,
            part.c.remote_id,
            account.c.name.label("account"),
            *delivery.c["state", "cursor", "due_utc", "urgent"],
        )
        .join(delivery, delivery.c.id == part.c.delivery_id)
        .join(account, account.c.id == delivery.c.account_id)
        .order_by(delivery.c.due_utc, delivery.c.id, part.c.place)
    )
    with database.connect() as connection:
        return connection.execute(query).mappings().all()


def _mark(row: RowMapping) -> tuple[str, str]:
    return row["account"], row["payload"]["text"]


def _judge_part(verdict: Verdict, row: RowMapping, times: int) -> None:
    name = f"part {row['place']} of post {row['delivery_id']} ({row['account']}, {row['state']})"
    if times > 1:
        verdict.doubled += times - 1
        verdict.complaints.append(f"{name} went out {times} times.")
    recorded = row["place"] < row["cursor"]
    asking = row["place"] == row["cursor"] and row["state"] == State.NEEDS_PERSON
    if recorded and not times:
        verdict.lost += 1
        verdict.complaints.append(f"{name} is recorded as out and is not.")
    elif not recorded and row["state"] in ACTIVE:
        verdict.lost += 1
        verdict.complaints.append(f"{name} never came to an end.")
    elif times and not recorded and not asking:
        verdict.lost += 1
        verdict.complaints.append(f"{name} is out and the database does not say so.")


def _disorder(
    parts: Sequence[RowMapping], accepted: Iterable[Mapping[str, Any]], complaints: list[str]
) -> int:
    """Neighbours in one account's log that came the wrong way round, and replies to the wrong post."""
    places = {_mark(row): (row["due_utc"], row["delivery_id"], row["place"]) for row in parts}
    urgent = {_mark(row) for row in parts if row["urgent"]}
    remote = {(row["delivery_id"], row["place"]): row["remote_id"] for row in parts}
    seen: Counter[tuple[str, str]] = Counter()
    lanes: dict[str, list[tuple[Any, int, int]]] = defaultdict(list)
    wrong = 0
    for post in accepted:
        mark = (post["account"], post["text"])
        seen[mark] += 1
        if mark not in places or seen[mark] > 1:
            continue
        place = places[mark]
        if mark not in urgent:
            lanes[post["account"]].append(place)
        if place[2] and post["reply_to"] != remote[place[1], place[2] - 1]:
            wrong += 1
            complaints.append(f"part {place[2]} of post {place[1]} answers the wrong post.")
    for name, lane in lanes.items():
        for before, after in pairwise(lane):
            if after < before:
                wrong += 1
                complaints.append(f"{name} sent post {after[1]} part {after[2]} after post {before[1]}.")
    return wrong
