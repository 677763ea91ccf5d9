"""From a seed to a scenario. The same seed gives the same scenario on every machine."""

from __future__ import annotations

import random
from typing import Any

from tests.simulation.faults import NETWORK, POINTS
from tests.simulation.scenario import DAY, HOUR, AccountPlan, Happening, PostPlan, Scenario

KINDS = ("keyed", "readable", "blind", "both")
POSTS_A_DAY = 3  # for each account, on average; one in four is a thread
BEGINS = ("2027-03-27T06:00:00+00:00", "2027-10-30T06:00:00+00:00", "2027-06-01T06:00:00+00:00")
"""The nights after the first two are those on which European clocks change."""

YEAR_HOURS = 365 * 24.0


def generate(seed: int, days: int = 2) -> Scenario:
    chance = random.Random(f"{seed}/scenario")  # noqa: S311 - to be repeated
    accounts = tuple(AccountPlan(number, KINDS[(seed + number) % 4]) for number in range(1, 4))
    posts = tuple(_posts(chance, accounts, days))
    workers = tuple(chance.choice(("north", "north", "south")) for _ in range(chance.choice((1, 2, 2, 3))))
    clocks = ("north", *(chance.choice(("north", "south")) for _ in range(chance.choice((0, 0, 1)))))
    scenario = Scenario(seed, days, accounts, posts, workers, clocks, (), chance.choice(BEGINS))
    storm = chance.choice((0, 3, 8, 8, 20, 35)) * days // 2
    happenings = [_happening(chance, scenario) for _ in range(storm)]
    happenings.sort(key=lambda one: (one.at, one.kind, repr(one.about)))
    return Scenario(seed, days, accounts, posts, workers, clocks, tuple(happenings), scenario.begins)


def _posts(chance: random.Random, accounts: tuple[AccountPlan, ...], days: int) -> list[PostPlan]:
    found: list[PostPlan] = []
    for account in accounts:
        for _ in range(POSTS_A_DAY * days + chance.randint(-1, 1)):
            found.append(_post(chance, account, len(found) + 1, days, found))
    return found


def _post(
    chance: random.Random, account: AccountPlan, number: int, days: int, before: list[PostPlan]
) -> PostPlan:
    due = round(chance.uniform(0.02, days - 0.02) * DAY / 60) * 60.0
    if before and before[-1].account == account.id and chance.random() < 0.3:
        due = min(before[-1].due + chance.choice((0, 0, 1, 60, 600)), days * DAY - 60)
    text = "How are you, really?" if chance.random() < 0.15 else f"Post {number}"
    parts = chance.choice((2, 2, 3, 4)) if chance.random() < 0.25 else 1
    return PostPlan(
        id=number,
        account=account.id,
        campaign=chance.choice((1, 1, 2)),
        due=due,
        texts=(text, *(f"{text}, part {place}" for place in range(2, parts + 1))),
        late_within=chance.choice((60, 900, 3600, 3600, 7200)),
        late_then=chance.choice(("hold", "hold", "send", "drop")),
        essential=chance.random() < 0.2,
        urgent=chance.random() < 0.05,
        image=chance.random() < 0.15,
    )


def _happening(chance: random.Random, scenario: Scenario) -> Happening:
    kind = chance.choices(list(_MAKERS), [weight for weight, _ in _MAKERS.values()])[0]
    post = chance.choice(scenario.posts)
    at = min(max(post.due + chance.choice((-30, -2, 0.05, 0.4, 2, 30)) + chance.gauss(0, 1), 1.0),
             scenario.days * DAY - HOUR / 2)  # fmt: skip
    timed, about = _MAKERS[kind][1](chance, scenario, post)
    return Happening(round(at, 3) if timed else 0.0, kind, about)


Made = tuple[bool, tuple[Any, ...]]


def _slot(chance: random.Random, scenario: Scenario) -> str:
    slots = [f"worker{number}" for number in range(1, len(scenario.workers) + 1)]
    return chance.choice([*slots, *slots, *(f"clock{n}" for n in range(1, len(scenario.clocks) + 1))])


def _worker(chance: random.Random, scenario: Scenario) -> str:
    return f"worker{chance.randint(1, len(scenario.workers))}"


def _network(chance: random.Random, _scenario: Scenario, post: PostPlan) -> Made:
    call = "upload" if post.image and chance.random() < 0.3 else chance.choice(("send",) * 4 + ("look",))
    return False, (call, post.id, chance.choice((1, 1, 1, 2, 2, 3)), chance.choice(NETWORK))


def _crash_at(chance: random.Random, scenario: Scenario, post: PostPlan) -> Made:
    point = chance.choice(POINTS)
    if point in {"preparing", "uploaded"}:
        post = chance.choice([one for one in scenario.posts if one.image] or [post])
    return False, (point, post.id, chance.choice((1, 1, 2)))


def _span(chance: random.Random) -> float:
    return round(chance.choice((5, 20, 70, 150, 600, 4000)) * chance.uniform(0.5, 1.5), 1)


_MAKERS: dict[str, tuple[int, Any]] = {
    "network": (40, _network),
    "crash_at": (16, _crash_at),
    "poison": (2, lambda _c, _s, p: (False, (p.id,))),
    "kill": (6, lambda c, s, _p: (True, (_slot(c, s),))),
    "stumble": (
        10,
        lambda c, s, _p: (True, (_worker(c, s), c.choice(("crash", "error")), c.choice(("before", "after")))),
    ),
    "drain": (3, lambda c, s, _p: (True, (_worker(c, s),))),
    "freeze": (6, lambda c, s, _p: (True, (_slot(c, s), _span(c)))),
    "cut_off": (4, lambda c, _s, _p: (True, (c.choice(("", "north", "south")), min(_span(c), 600.0)))),
    "slow_database": (3, lambda c, _s, _p: (True, (min(_span(c), 600.0),))),
    "broker_down": (2, lambda c, _s, _p: (True, (_span(c),))),
    "nudges": (4, lambda c, _s, _p: (True, (c.choice(("lost", "doubled", "delayed")), _span(c)))),
    "wall_jump": (2, lambda c, _s, _p: (True, (c.choice((3.0, 3.0, -3.0, -3.0, 0.02, YEAR_HOURS)),))),
    "sick": (3, lambda c, _s, p: (True, (p.account, _span(c)))),
    "throttle": (3, lambda c, _s, p: (True, (p.account, _span(c)))),
    "revoke": (2, lambda c, _s, p: (True, (p.account, _span(c)))),
    "cancel": (3, lambda _c, _s, p: (True, (p.id,))),
    "hurry": (3, lambda _c, _s, p: (True, (p.id,))),
    "move": (3, lambda c, _s, p: (True, (p.id, c.choice((30.0, 600.0, 4 * HOUR))))),
    "edit": (5, lambda c, _s, p: (True, (p.id, f"Post {p.id}, edited {c.randint(1, 9)}"))),
    "pause_install": (3, lambda c, _s, _p: (True, (c.choice(("full", "crisis")), _span(c)))),
    "pause_campaign": (2, lambda c, _s, p: (True, (p.campaign, _span(c), c.random() < 0.5))),
    "pause_account": (2, lambda c, _s, p: (True, (p.account, _span(c), c.random() < 0.5))),
}
