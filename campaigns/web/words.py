"""How pages say times and states."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.models import State

STATE_WORDS = {
    State.SCHEDULED: "waiting for its time",
    State.RETRY_WAIT: "will be tried again",
    State.SUBMITTING: "being sent",
    State.UNCERTAIN: "being looked up",
    State.NEEDS_PERSON: "needs you to look",
    State.HELD: "held for you",
    State.MISSED: "dropped as too late",
    State.FAILED: "refused",
    State.CANCELLED: "cancelled",
    State.PARTLY_OUT: "partly out",
    State.PUBLISHED: "out",
}


def when(moment: datetime, zone: str) -> str:
    """`Sun 10 Oct 2027, 09:00`: in this zone."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %-d %b %Y, %H:%M:%S}"


def ago(moment: datetime, now: datetime) -> str:
    """`in 5 minutes`, `12 seconds ago`."""
    seconds = round((moment - now) / timedelta(seconds=1))
    size, unit = abs(seconds), "second"
    for length, name in ((60, "minute"), (60, "hour"), (24, "day")):
        if size < length:
            break
        size, unit = size // length, name
    if seconds == 0:
        return "now"
    amount = f"{size} {unit}{'' if size == 1 else 's'}"
    return f"in {amount}" if seconds > 0 else f"{amount} ago"
