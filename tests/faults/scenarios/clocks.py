"""Clocks that die, that are many, that are wrong, and the two strange nights of the year."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from campaigns.core.db import write_session
from campaigns.models import LateRule, State
from campaigns.models.tables import delivery, process
from campaigns.plan.loading import load
from campaigns.plan.reading import read_campaign
from tests.faults.doomed import Doom
from tests.faults.scenario import KINDS, Case, Scale, scenario
from tests.faults.scenarios.platform import start_both

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from campaigns.core.findings import Finding
    from tests.faults.world import World


@scenario(3, "The clock is killed ten times, once for a minute", "lateness at most the downtime + 2 s")
def clock_killed(scale: Scale) -> Iterator[Case]:
    minute = float(scale.some(60, least=5))
    downtimes = scale.pick(short=(1.0,), long=(1.0, 2.0, 5.0, 1.0, 10.0, 1.0, 3.0, 1.0, minute, 2.0))
    yield Case("killed", partial(_killed, downtimes))


def _killed(downtimes: Sequence[float], world: World) -> None:
    accounts = world.accounts(KINDS, each=2)
    world.start("worker")
    longest = 0.0
    clock = world.start("clock")
    world.wait_for("clock")
    for downtime in downtimes:
        world.plan(accounts, int(8 + downtime * 4), every=0.4)
        time.sleep(1 + world.random.random())
        began = time.monotonic()
        world.kill(clock)
        time.sleep(downtime)
        _forget(world, "clock")
        clock = world.start("clock")
        world.wait_for("clock")
        longest = max(longest, time.monotonic() - began)
        world.settle(120)
    worst = max(world.lateness())
    world.measure("longest downtime s", longest)
    world.measure("worst lateness s", worst)
    world.expect(
        worst <= longest + 2, f"A post was {worst:.1f} s late after {longest:.1f} s without a clock."
    )


def _forget(world: World, kind: str) -> None:
    with world.engine.begin() as connection:
        connection.execute(process.delete().where(process.c.kind == kind))


DAILY = """\
campaign: A month of small steps
slug: steps
timezone: Europe/London
starts: {starts}
ends: {ends}
accounts: [{accounts}]
posts:
{posts}
"""


@scenario(4, "Five clocks plan the same recurrences at the same moment", "each occurrence is made once")
def five_clocks(scale: Scale) -> Iterator[Case]:
    yield Case("five clocks", partial(_five, scale.pick(short=2, long=12)))


def _five(posts: int, world: World) -> None:
    """Loaded as if 85 days ago, so that the clocks find 85 days to plan, for each post."""
    accounts = world.accounts(KINDS)
    now = datetime.now(UTC)
    began = now - timedelta(days=85)
    daily = "\n".join(
        f'  - text: "Step {number} of today: breathe out slowly. {{hashtags}}"\n'
        f'    every: {{days: 1, at: "{number:02}:{number:02}"}}'
        for number in range(posts)
    ).replace(" {hashtags}", "")
    findings = _load(
        world,
        DAILY.format(
            starts=(now - timedelta(days=84)).date(),
            ends=(now + timedelta(days=89)).date(),
            accounts=", ".join(account.name for account in accounts),
            posts=daily,
        ),
        began,
    )
    before = _count(world)
    world.expect(before, f"The campaign was not loaded: {findings}")
    with world.engine.begin() as connection:  # what is past is not this scenario's business
        connection.execute(update(delivery).where(delivery.c.due_utc < now).values(state=State.CANCELLED))
    for _ in range(5):
        world.start("clock")
    world.wait_for("clock", 5)
    wanted = posts * len(accounts) * 174
    last = 0
    deadline = time.monotonic() + 120
    while _count(world) < wanted - posts * len(accounts) and time.monotonic() < deadline:
        time.sleep(0.5)
    while last != (last := _count(world)):
        time.sleep(2)
    with world.engine.connect() as connection:
        keys = delivery.c["post_id", "account_id", "occurrence"]
        unique = len(set(connection.execute(select(*keys)).all()))
    world.measure("occurrences made by the clocks", last - before)
    world.expect(last == unique, f"{last} deliveries for {unique} occurrences.")
    world.expect(
        abs(last - wanted) <= posts * len(accounts),
        f"{last} deliveries, {wanted} occurrences were asked for.",
    )
    with world.engine.begin() as connection:
        connection.execute(update(delivery).values(state=State.CANCELLED))


def _count(world: World) -> int:
    with world.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(delivery)).scalar_one())


def _load(world: World, text: str, now: datetime) -> list[Finding]:
    path = world.settings.data_dir / "campaign.yaml"
    path.write_text(text, "utf-8")
    with write_session(world.engine) as session:
        loaded = load(
            session,
            world.campaign.organisation_id,
            read_campaign(path),
            now,
            person="Alice",
            media_dir=world.settings.media_dir,
        )
    world.expect(loaded.applied, "The campaign file was not taken.")
    return loaded.findings


NIGHT = """\
campaign: One night
slug: night
timezone: Europe/Paris
starts: {day}
ends: {day}
accounts: [{account}]
posts:
  - text: "Awake at night? You are not alone."
    at: {day} 02:30
"""


def _night(day: str, instant: datetime, flag: str, world: World) -> None:
    """Planned months ahead; then its moment is now."""
    account = world.account("keyed")
    findings = _load(world, NIGHT.format(day=day, account=account.name), datetime(2027, 1, 5, 12, tzinfo=UTC))
    with world.engine.begin() as connection:
        due = connection.execute(select(delivery.c.due_utc)).scalars().all()
        connection.execute(update(delivery).values(due_utc=datetime.now(UTC), wake_utc=datetime.now(UTC)))
    world.expect(due == [instant], f"Due at {due}, not once at {instant}.")
    world.expect(any(flag in str(finding) for finding in findings), f"Nothing was said of it: {findings}")
    start_both(world)
    world.settle()
    world.expect(len(world.practice.posts()) == 1, "It did not go out exactly once.")


@scenario(15, "02:30 in Paris on 2027-03-28, which does not exist", "once, at 01:30Z, and flagged")
def night_without_that_hour(scale: Scale) -> Iterator[Case]:
    del scale
    yield Case(
        "spring", partial(_night, "2027-03-28", datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "does not exist")
    )


@scenario(16, "02:30 in Paris on 2027-10-31, which comes twice", "once, at 00:30Z")
def night_with_that_hour_twice(scale: Scale) -> Iterator[Case]:
    del scale
    yield Case("autumn", partial(_night, "2027-10-31", datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "twice"))


@scenario(
    17,
    "The clock jumps by +3 h, -3 h, +1 year",
    "0 sent twice; what is too late follows its late rule; backlog keeps its pace, one post at a time",
)
def clock_jumps(scale: Scale) -> Iterator[Case]:
    jumps = {"+3 h": 3 * 3600, "-3 h": -3 * 3600, "+1 year": 365 * 86400}
    for label in scale.pick(short=("+3 h",), long=tuple(jumps)):
        pace = scale.pick(short=1.5, long=4.0)
        yield Case(label, partial(_jump, jumps[label], pace), {"catch_up_every": pace, "catch_up_after": 60})


def _jump(seconds: int, pace: float, world: World) -> None:
    """Three posts go out, then the clock jumps over those that were planned for the next hours."""
    offset = world.settings.data_dir / "offset"
    offset.write_text("0", "ascii")
    wrong = Doom("never", offset_file=str(offset), settle=4)
    accounts = world.accounts(KINDS)
    world.plan(accounts, 3)
    world.start("clock", wrong)
    world.start("worker", wrong)
    world.settle()
    later = datetime.now(UTC) + timedelta(hours=1)
    rules = {rule: world.plan(accounts, 6, due=later, late_within=600, late_then=rule) for rule in LateRule}
    offset.write_text(str(seconds), "ascii")
    if seconds < 0:
        time.sleep(10)
        world.expect(len(world.practice.posts()) == 3, "Something went out before its time.")
        offset.write_text("7200", "ascii")
    world.settle(120)
    wanted = {LateRule.SEND: State.PUBLISHED, LateRule.HOLD: State.HELD, LateRule.DROP: State.MISSED}
    found = world.states()
    for rule, ids in rules.items():
        wrongly = [found[number] for number in ids if found[number] != wanted[rule]]
        world.expect(not wrongly, f"Late rule {rule}: {wrongly}.")
    gaps = _gaps(world)
    world.measure("shortest gap of backlog s", min(gaps))
    world.expect(min(gaps) >= pace - 0.1, f"Backlog came {min(gaps):.2f} s apart, not {pace} s.")


def _gaps(world: World) -> list[float]:
    """Seconds between an account's posts after its first."""
    gaps = []
    for name in world.tokens:
        moments = [datetime.fromisoformat(post["at"]) for post in world.practice.posts(name)][1:]
        gaps += [(after - before).total_seconds() for before, after in pairwise(moments)]
    return gaps
