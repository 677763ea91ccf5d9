"""A platform that loses answers, hangs, asks to wait, falls ill or forgets who we are."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from campaigns.core.db import write_session
from campaigns.deliver import people
from campaigns.models import Account, AccountState, State
from tests.faults.scenario import KINDS, Case, Scale, scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.world import World


def start_both(world: World, workers: int = 1) -> None:
    """A clock and workers, up and ready."""
    for part in ("clock", *["worker"] * workers):
        world.start(part)
    world.wait_for("clock")
    world.wait_for("worker", workers)


@scenario(
    9,
    "The platform accepts, and its answer is lost",
    "keyed and readable: one post each and no question; blind: a question each",
)
def lost_answers(scale: Scale) -> Iterator[Case]:
    for kind in KINDS:
        yield Case(kind, partial(_lost, kind, scale.pick(short=3, long=40)))


def _lost(kind: str, count: int, world: World) -> None:
    accounts = world.accounts([kind], each=2)
    world.practice.faults({"effect": "lose_answer", "endpoint": "posts", "count": count})
    world.plan(accounts, count * 2 if kind == "blind" else count)
    start_both(world)
    world.settle(120)
    asked = sum(state == State.NEEDS_PERSON for state in world.states().values())
    wanted = count if kind == "blind" else 0
    world.expect(asked == wanted, f"{asked} questions instead of {wanted}.")


@scenario(
    10, "The platform takes the request and does nothing", "readable: exactly one post, after quarantine"
)
def time_out_without_effect(scale: Scale) -> Iterator[Case]:
    count = scale.pick(short=1, long=4)  # one more opens the breaker, which is number 12
    for kind in KINDS:
        yield Case(kind, partial(_hanging, kind, count), {"call_deadline": 1.5})


def _hanging(kind: str, count: int, world: World) -> None:
    account = world.account(kind)
    world.practice.faults({"effect": "hang", "endpoint": "posts", "count": count})
    world.plan([account], count + 2)
    start_both(world)
    world.settle(180)
    asked = sum(state == State.NEEDS_PERSON for state in world.states().values())
    wanted = count if kind == "blind" else 0
    world.expect(asked == wanted, f"{asked} questions instead of {wanted}.")
    world.expect(len(world.practice.posts()) == count + 2 - wanted, "Not exactly one post each.")


@scenario(
    11,
    "429 with Retry-After on post 3 of 10",
    "no call before the time is over; order 1 to 10",
    patient=True,
)
def asked_to_wait(scale: Scale) -> Iterator[Case]:
    for kind in scale.pick(short=("keyed",), long=KINDS):
        yield Case(kind, partial(_asked_to_wait, kind, scale.pick(short=3, long=scale.some(120, least=10))))


def _asked_to_wait(kind: str, after: int, world: World) -> None:
    account = world.account(kind)
    world.plan([account], 2)
    start_both(world)
    world.settle()
    world.practice.faults({"effect": "ratelimit", "endpoint": "posts", "after": after, "count": 1})
    world.plan([account], 8)
    world.settle(after + 60)
    begun = [
        datetime.fromisoformat(line["at"])
        for line in world.practice.log("begun")
        if line["endpoint"] == "posts"
    ]
    gap = max((after - before).total_seconds() for before, after in pairwise(begun))
    world.measure("seconds without a call", gap)
    world.expect(gap >= after, f"The next call came after {gap:.1f} s, not {after}.")
    world.expect(len(begun) == 11, f"{len(begun)} calls for 10 posts and one refusal.")


@scenario(
    12,
    "5xx for ten minutes on one account",
    "at most 5 calls to open the breaker, then at most one a minute; the others' p99 lateness at most 2 s",
    patient=True,
)
def sick_platform(scale: Scale) -> Iterator[Case]:
    seconds = scale.pick(short=6, long=scale.some(600, least=30))
    for endpoint in (None, "posts"):
        yield Case(endpoint or "everything", partial(_sick, endpoint, seconds))


def _sick(endpoint: str | None, seconds: int, world: World) -> None:
    sick, well = world.account("keyed", "sick"), world.accounts(KINDS)
    world.practice.faults(
        {"effect": "status", "status": 503, "account": "sick", **({"endpoint": endpoint} if endpoint else {})}
    )
    start_both(world)
    soon = datetime.now(UTC) + timedelta(seconds=5 + seconds / 20)  # later than the plan is written, at load
    world.plan([sick], 10, due=soon)
    world.plan(well, seconds, due=soon, every=0.9)
    time.sleep((soon - datetime.now(UTC)).total_seconds() + seconds)
    calls = world.begun("sick")
    world.measure("calls to the sick account", calls)
    allowed = 5 + seconds // 60 + 1
    world.expect(calls <= allowed, f"{calls} calls in {seconds} s of 5xx; {allowed} are allowed.")
    world.practice.faults()
    world.settle(240)
    late = sorted(world.lateness([account.name for account in well]))
    world.measure("others' p99 lateness s", late[int(len(late) * 0.99)])
    world.expect(late[int(len(late) * 0.99)] <= 2, "The sick account held the others up.")


@scenario(
    13, "A token is revoked under eight workers", "the lane is held, and resumes in order when reconnected"
)
def revoked_token(scale: Scale) -> Iterator[Case]:
    for kind in scale.pick(short=("keyed",), long=KINDS):
        yield Case(kind, partial(_revoked, kind, scale.pick(short=2, long=8)))


def _revoked(kind: str, workers: int, world: World) -> None:
    account = world.account(kind)
    world.practice.faults({"effect": "revoke", "account": account.name})
    world.plan([account], 12)
    start_both(world, workers)

    def state() -> str:
        with write_session(world.engine) as session:
            return session.get_one(Account, account.id).state

    world.wait(lambda: state() == AccountState.RECONNECT, 60)
    calls = world.begun()
    time.sleep(2)
    world.expect(world.begun() == calls == 1, f"{world.begun()} calls with a token known to be bad.")
    world.expect(not world.practice.posts(), "Something went out with a revoked token.")
    _reconnect(world, account)
    world.settle()
    world.expect(len(world.practice.posts()) == 12, "Not everything went out after the account came back.")


def _reconnect(world: World, account: Account) -> None:
    """As a person does with `beacon account connect`."""
    world.practice.restore(account.name, world.tokens[account.name])
    with write_session(world.engine) as session:
        kept = session.get_one(Account, account.id)
        kept.state = AccountState.READY
        people.account_reconnected(session, account.id)
