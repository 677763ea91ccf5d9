"""Events as a calendar program reads them: RFC 5545."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

FOLD_OCTETS = 75
"""The longest line of a calendar without its end: RFC 5545, section 3.1."""


@dataclass(frozen=True, slots=True)
class Event:
    """At one moment. `uid` stays when it moves, so that calendar programs move it too."""

    uid: str
    at_utc: datetime
    summary: str
    description: str
    cancelled: bool = False


def calendar_text(title: str, events: Iterable[Event], now: datetime) -> str:
    """What was cancelled is marked so; no event makes its reader look busy."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Beacon//Campaign calendar//EN",
        f"X-WR-CALNAME:{_escaped(title)}",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_escaped(event.uid)}",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(event.at_utc)}",
            f"SUMMARY:{_escaped(event.summary)}",
            f"DESCRIPTION:{_escaped(event.description)}",
            f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """A TEXT value: RFC 5545, section 3.3.11; it has no place for control characters."""
    lines = "\n".join(text.splitlines())
    shown = "".join(sign for sign in lines if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
    for sign in ("\\", ";", ","):
        shown = shown.replace(sign, f"\\{sign}")
    return shown.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Broken between characters, never within one's octets; a space continues."""
    folded, room = [""], FOLD_OCTETS
    for sign in line:
        octets = len(sign.encode())
        if octets > room:
            folded.append(" ")
            room = FOLD_OCTETS - 1
        folded[-1] += sign
        room -= octets
    return "\r\n".join(folded)
