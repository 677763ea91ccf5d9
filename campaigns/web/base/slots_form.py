"""The week grid of a queue as a form: one row a slot, with its time, its zone and its days, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaigns.core.errors import Misuse
from campaigns.plan.spec import DAYS
from campaigns.plan.values import fits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.core.findings import Finding
    from campaigns.plan.spec import Slot
    from campaigns.web.base.forms import Typed

AT, ZONE, ON = "at-", "zone-", "on-"
MOST_ROWS = 100  # as many as a campaign file may have


def filled(slots: Sequence[Slot]) -> dict[str, list[str]]:
    """The form of these slots, without the empty row that follows them."""
    fields: dict[str, list[str]] = {}
    for row, slot in enumerate(slots):
        fields[f"{AT}{row}"] = [f"{slot.at:%H:%M}"]
        fields[f"{ZONE}{row}"] = [slot.timezone or ""]
        fields[f"{ON}{row}"] = [DAYS[day] for day in slot.days]
    return fields


def rows(typed: Typed) -> range:
    """All that were sent, and one empty row, which makes one more slot when it is filled in."""
    return range(min(_last(typed) + 2, MOST_ROWS))


def as_keys(typed: Typed) -> list[dict[str, Any]]:
    """What a campaign file would hold under `slots`; a row without a day is no slot."""
    if _last(typed) >= MOST_ROWS:
        raise Misuse(f"A queue has at most {MOST_ROWS} rows; put days with the same time into one.")
    kept = []
    for row in range(_last(typed) + 1):
        days = typed.all(f"{ON}{row}")
        if days:
            kept.append(
                {
                    "row": row,
                    "days": days,
                    "at": typed.text(f"{AT}{row}"),
                    "timezone": typed.text(f"{ZONE}{row}"),
                }
            )
    return kept


def told(typed: Typed, findings: dict[str, list[Finding]]) -> None:
    """Each finding beside the field that it is about: `slots.2.at` beside `at-2` of the form."""
    kept = as_keys(typed)
    for path, found in findings.items():
        _, _, rest = path.partition("slots.")
        place, _, key = rest.partition(".")
        row = kept[int(place)]["row"] if place.isdecimal() else 0
        field = {"timezone": ZONE, "days": ON}.get(key.partition(".")[0], AT)
        for finding in found:
            typed.wrong(f"{field}{row}", finding.said)


def _last(typed: Typed) -> int:
    """The number of the last row; -1 when there is none."""
    sent = (name.removeprefix(AT) for name in typed.fields if name.startswith(AT))
    numbers = [int(number) for number in sent if fits(r"^[0-9]{1,4}$", number)]
    return max(numbers, default=-1)
