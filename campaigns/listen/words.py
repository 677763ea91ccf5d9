"""An alert in words: what is wrong, how to mend it, and where. Names and numbers only: a post's text may be
somebody's story, and a message to staff travels far."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from campaigns.core.moments import iso_z
from campaigns.listen import standing
from campaigns.models import PauseMode, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from campaigns.listen.outbox import Claimed

SHOWN = 10  # of each kind; the others are counted

_HEADLINES = {  # the gravest first
    standing.TICKING: ("nothing goes out", "nothing goes out"),
    standing.RECONNECT: ("{} account needs connecting again", "{} accounts need connecting again"),
    standing.NEEDS_PERSON: ("{} post needs a person", "{} posts need a person"),
    standing.UNREACHED: (
        "posts on {} account do not get through",
        "posts on {} accounts do not get through",
    ),
    standing.EXPIRING: (
        "{} account must be connected again soon",
        "{} accounts must be connected again soon",
    ),
    standing.PAUSE: ("everything is still paused", "everything is still paused"),
    standing.CAMPAIGN_PAUSE: ("{} campaign is still paused", "{} campaigns are still paused"),
    standing.ACCOUNT_PAUSE: ("{} account is still paused", "{} accounts are still paused"),
}

_WHY = {
    State.NEEDS_PERSON: "nobody can tell from here whether it is out",
    State.HELD: "it is held, too late by its own rule",
    State.MISSED: "its late rule dropped it",
    State.FAILED: "it was refused, or given up after many tries",
    State.PARTLY_OUT: "its thread stopped half-way",
}


def title(alerts: Sequence[Claimed]) -> str:
    kinds = _by_kind(alerts)
    return "Beacon: " + ", ".join(
        one.format(1) if len(kinds[kind]) == 1 else many.format(len(kinds[kind]))
        for kind, (one, many) in _HEADLINES.items()
        if kind in kinds
    )


def body(alerts: Sequence[Claimed], address: str) -> str:
    kinds = _by_kind(alerts)
    said: list[str] = []
    for kind in _HEADLINES:
        found = kinds.get(kind, [])
        said += [_LINES[kind](one.facts, one.event.partition("/")[2], address) for one in found[:SHOWN]]
        if len(found) > SHOWN:
            said.append(f"And {len(found) - SHOWN} more like these.")
    said.append(f"All that waits for you: {address}/ or: beacon post questions")
    return "\n\n".join(said)


def headline(kind: str, facts: Mapping[str, Any], event: str) -> str:
    """The first line of an alert, for a list."""
    return _LINES[kind](facts, event.partition("/")[2], "").partition("\n")[0]


def test_message() -> tuple[str, str]:
    return (
        "Beacon: a test of the alerts",
        "If you can read this, alerts reach you. Nothing is wrong, and nothing is to be done.",
    )


def _by_kind(alerts: Sequence[Claimed]) -> dict[str, list[Claimed]]:
    kinds: defaultdict[str, list[Claimed]] = defaultdict(list)
    for one in alerts:
        kinds[one.kind].append(one)
    return kinds


def _needs_person(facts: Mapping[str, Any], its_id: str, address: str) -> str:
    return (
        f"Post {its_id} of {facts['campaign']} on {facts['account']}: {_WHY[State(facts['state'])]}.\n"
        f"Decide: {address}/deliveries/{its_id} or: beacon post show {its_id}"
    )


def _reconnect(facts: Mapping[str, Any], _id: str, address: str) -> str:
    return (
        f"The account {facts['account']} ({facts['platform']}) no longer works; its posts wait.\n"
        + _connect(facts, address)
    )


def _unreached(facts: Mapping[str, Any], _id: str, address: str) -> str:
    return (
        f"Posts on {facts['account']} ({facts['platform']}) are late: the platform cannot be reached, or "
        "asks to wait. They are tried again by themselves.\n"
        f"What it said: {address}/ or: beacon post list, then: beacon post show ID"
    )


def _expiring(facts: Mapping[str, Any], _id: str, address: str) -> str:
    ends = iso_z(datetime.fromisoformat(facts["ends"]))
    return (
        f"The account {facts['account']} ({facts['platform']}) works until {ends}, then its posts wait.\n"
        + _connect(facts, address)
    )


def _connect(facts: Mapping[str, Any], address: str) -> str:
    return (
        f"Connect it again: {address}/accounts/{facts['account']}/connect or: "
        f"beacon account connect {facts['platform']} --name {facts['account']}"
    )


def _ticking(_facts: Mapping[str, Any], _id: str, address: str) -> str:
    return (
        "No clock has looked for due posts for a minute, so nothing goes out.\n"
        f"Start it: beacon up, or: beacon clock. What is wrong: beacon doctor, or {address}/status"
    )


def _pause(facts: Mapping[str, Any], _id: str, address: str) -> str:
    what = "only essential posts go out" if facts["mode"] == PauseMode.CRISIS else "nothing goes out"
    since = iso_z(datetime.fromisoformat(facts["since"]))
    return (
        f"Everything is paused since {since}, by {facts['person']}: {what}.\n"
        f"If that is no longer wanted: {address}/ or: beacon resume"
    )


def _campaign_pause(facts: Mapping[str, Any], _id: str, address: str) -> str:
    slug = facts["campaign"]
    return (
        f"The campaign {slug} is paused, and posts of it are long due.\n"
        f"If that is no longer wanted: {address}/campaigns/{slug} or: beacon campaign resume {slug}"
    )


def _account_pause(facts: Mapping[str, Any], _id: str, address: str) -> str:
    name = facts["account"]
    return (
        f"The account {name} ({facts['platform']}) is paused, and posts on it are long due.\n"
        f"If that is no longer wanted: {address}/accounts or: beacon account resume {name}"
    )


_LINES: dict[str, Callable[[Mapping[str, Any], str, str], str]] = {
    standing.TICKING: _ticking,
    standing.RECONNECT: _reconnect,
    standing.NEEDS_PERSON: _needs_person,
    standing.UNREACHED: _unreached,
    standing.EXPIRING: _expiring,
    standing.PAUSE: _pause,
    standing.CAMPAIGN_PAUSE: _campaign_pause,
    standing.ACCOUNT_PAUSE: _account_pause,
}
