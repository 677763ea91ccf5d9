"""A queue's weekly slots as a lazy, ascending run of instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import merge
from typing import TYPE_CHECKING

from campaigns.core.zones import Oddity, resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from campaigns.plan.spec import CampaignSpec, Slot

WIDEST_OFFSET = timedelta(days=2)  # no zone's date is further from UTC's than this


@dataclass(frozen=True, slots=True)
class SlotTime:
    """One slot on one day."""

    wall: datetime  # naive
    zone: str
    utc: datetime
    oddity: Oddity


def free_slots(spec: CampaignSpec, since: datetime, taken: Collection[datetime] = ()) -> Iterator[SlotTime]:
    """The slots at or after `since` (UTC) that nobody holds, earliest first, each instant once.

    A slot belongs to the campaign when its date, in the slot's own zone, lies between `starts` and `ends`.
    """
    held = set(taken)
    first = max(spec.starts, (since - WIDEST_OFFSET).date())
    runs = (_times(slot, slot.timezone or spec.timezone, first, spec.ends) for slot in spec.slots)
    for slot_time in merge(*runs, key=lambda slot_time: slot_time.utc):
        if slot_time.utc >= since and slot_time.utc not in held:
            held.add(slot_time.utc)
            yield slot_time


def _times(slot: Slot, zone: str, first: date, last: date) -> Iterator[SlotTime]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day.weekday() in slot.days:
            wall = datetime.combine(day, slot.at)
            resolved = resolve(wall, zone)
            yield SlotTime(wall, zone, resolved.utc, resolved.oddity)
