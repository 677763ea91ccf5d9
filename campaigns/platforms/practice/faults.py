"""Fault knobs: what may be made to go wrong, for whom, and how many times."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from campaigns.platforms.practice.store import Store

ENDPOINTS = ("accounts", "me", "media", "posts", "timeline")
LONGEST_WAIT = 3600.0  # seconds


class Effect(StrEnum):
    """What goes wrong. Every one but `hang` waits `seconds` first, whether or not the caller stays."""

    LATENCY = "latency"  # nothing else: the answer is the true one
    REFUSE = "refuse"  # the connection is cut before anything is accepted
    HANG = "hang"  # no answer for `seconds`, then the connection is cut; without seconds: never
    LOSE_ANSWER = "lose_answer"  # accepted, then the connection is cut
    STATUS = "status"  # answers `status`, any 4xx or 5xx
    RATELIMIT = "ratelimit"  # answers 429 with `Retry-After: after`
    REVOKE = "revoke"  # the account's token stops to work, until it signs up again
    HTML = "html"  # answers 200 with a web page
    HUGE = "huge"  # answers 200 with 100 MB of JSON
    SLOW_HEADERS = "slow_headers"  # the true answer, its head sent byte by byte over `seconds`


_TRUE_ANSWER = frozenset({Effect.LATENCY, Effect.SLOW_HEADERS})


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule. `accept`: the request takes effect before the fault shows."""

    effect: Effect
    account: str | None = None  # None: whoever asks
    endpoint: str | None = None  # one of ENDPOINTS; None: each
    seconds: float | None = None
    status: int = 503
    after: int = 30  # seconds, for `ratelimit`
    accept: bool = False
    count: int | None = None  # how many times; None: until taken away

    def hits(self, account: str | None, endpoint: str) -> bool:
        return self.account in {None, account} and self.endpoint in {None, endpoint}

    @property
    def gives_true_answer(self) -> bool:
        return self.effect in _TRUE_ANSWER

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class BadFaultError(ValueError):
    """A rule makes no sense; the message says why."""


def read_fault(told: Any) -> Fault:
    """A rule from its JSON; raises `BadFaultError`."""
    if not isinstance(told, dict):
        raise BadFaultError("A rule is an object.")
    unknown = set(told) - set(Fault.__dataclass_fields__)
    if unknown:
        raise BadFaultError(f"A rule has no {min(unknown)!r}.")
    if told.get("effect") not in tuple(Effect):
        raise BadFaultError(f"effect is one of: {', '.join(Effect)}.")
    effect = Effect(told["effect"])
    if told.get("endpoint") not in (None, *ENDPOINTS):
        raise BadFaultError(f"endpoint is one of: {', '.join(ENDPOINTS)}; or null for each.")
    if not isinstance(told.get("account"), str | None):
        raise BadFaultError("account is a name, or null for whoever asks.")
    seconds = told.get("seconds")
    return Fault(
        effect=effect,
        account=told.get("account"),
        endpoint=told.get("endpoint"),
        seconds=None if seconds is None else _number(seconds, "seconds", 0, LONGEST_WAIT),
        status=int(_number(told.get("status", 503), "status", 400, 599)),
        after=int(_number(told.get("after", 30), "after", 0, LONGEST_WAIT)),
        accept=effect is Effect.LOSE_ANSWER or bool(told.get("accept", False)),
        count=None if told.get("count") is None else int(_number(told["count"], "count", 1, 1_000_000)),
    )


def _number(told: Any, name: str, least: float, most: float) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float) or not least <= told <= most:
        raise BadFaultError(f"{name} is a number from {least:g} to {most:g}.")
    return told


class Faults:
    """The rules in force; they stand in the store, so that a restart keeps them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def replace(self, rules: list[Fault]) -> None:
        self._store.set_faults([(json.dumps(rule.as_json()), rule.count) for rule in rules])

    def now(self) -> list[Fault]:
        """Each with the count that is left."""
        return [
            read_fault({**json.loads(rule), "count": left}) for _place, rule, left in self._store.faults()
        ]

    def take(self, account: str | None, endpoint: str) -> Fault | None:
        """The first rule that hits this request, one use of it spent; the log has it."""
        for place, rule, left in self._store.faults():
            fault = read_fault(json.loads(rule))
            if fault.hits(account, endpoint):
                if left is not None:
                    self._store.spend_fault(place)
                self._store.note("fault", account, effect=fault.effect, endpoint=endpoint)
                return fault
        return None
