"""A delivery's columns, and those of its parts, as a plan wants them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from campaigns.compose.payload import part_key
from campaigns.models import LateRule
from campaigns.plan.rows import wall_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from campaigns.plan.planning import Entry

LATE_WITHIN = timedelta(hours=1)


def delivery_values(entry: Entry) -> dict[str, Any]:
    """What the file decides about a delivery, but for its content."""
    planned, post = entry.planned, entry.planned.post
    within = post.late.within if post.late else LATE_WITHIN
    return {
        "wall": wall_text(planned.wall),
        "zone": planned.zone,
        "from_queue": planned.from_queue,
        "due_utc": planned.due_utc,
        "essential": post.essential,
        "urgent": entry.urgent,
        "late_within": int(within.total_seconds()),
        "late_then": post.late.then if post.late else LateRule.HOLD.value,
    }


def part_rows(
    organisation_id: int, delivery_id: int, payloads: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Fresh parts: nothing uploaded, nothing frozen, and a key that only this content has."""
    for place, payload in enumerate(payloads):
        yield {
            "delivery_id": delivery_id,
            "place": place,
            "organisation_id": organisation_id,
            "payload": payload,
            "key": part_key(delivery_id, place, payload),
            "checkpoint": {},
            "frozen": {},
            "remote": {},
        }
