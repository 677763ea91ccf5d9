"""May this part go now? One pure function, asked inside the transaction that would commit the intent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from campaigns.core.words import Sentence
from campaigns.models import WAITING, AccountState, AttemptKind, LateRule, PauseMode, State

LEAD = timedelta(milliseconds=100)
"""An intent may be committed this long before its post is due; the send itself is never early."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an account may go. Durations are timedeltas."""

    interval: timedelta | None  # GCRA's emission interval; None: no limit known
    burst: timedelta  # GCRA's tolerance
    late_after: timedelta
    late_every: timedelta


@dataclass(frozen=True, slots=True)
class Asked:
    """What the lane believes when it asks: read earlier, outside the transaction."""

    kind: AttemptKind
    delivery_id: int
    place: int
    version: int
    owner: str
    fence: int
    needs: timedelta  # how long the call may take; the lease must last longer
    pace: Pace


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true in the transaction."""

    state: State
    version: int
    cursor: int
    due: datetime
    late_within: timedelta
    late_then: LateRule
    essential: bool
    previous_out: datetime | None  # when the thread's part before this one went out
    behind: bool  # an earlier sibling still holds the lane
    campaign_paused: bool
    taken_out: bool  # its post or campaign was removed while it was on its way
    account_paused: bool
    account_state: AccountState
    install: PauseMode
    lane_owner: str | None
    lane_fence: int
    lane_until: datetime | None
    not_before: datetime | None
    breaker_until: datetime | None
    rate_tat: datetime | None
    late_not_before: datetime | None


class Why(StrEnum):
    """Why a part may not go now."""

    CHANGED = "changed"  # edited, cancelled, moved or already gone: read it again
    LANE = "lane"  # the lane is no longer ours, or not for long enough
    PAUSED = "paused"
    ACCOUNT = "account"
    BEHIND = "behind"
    EARLY = "early"
    ASKED_TO_WAIT = "asked_to_wait"  # 429, the breaker, our own rate or the pace of backlog


@dataclass(frozen=True, slots=True)
class Go:
    rate_tat: datetime | None = None  # the account's new values; None: as they were
    late_not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    why: Why
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Divert:
    """Not now and not by itself: its late rule has spoken, or it was taken out of its campaign."""

    to: State
    reason: str


Verdict = Go | Wait | Divert


def judge(asked: Asked, stands: Standing, now: datetime) -> Verdict:
    """Every condition under which a call may begin, in the order in which they matter."""
    refusal = _still_ours(asked, stands, now) or _paused(stands)
    if refusal:
        return refusal
    if stands.taken_out and asked.kind is not AttemptKind.REPLAY:
        return Divert(State.CANCELLED, Sentence("It was taken out of its campaign."))
    if asked.kind is AttemptKind.UPLOAD:
        return _patience(stands, now) or Go()
    if asked.kind is AttemptKind.SEND:
        if stands.behind:
            return Wait(Why.BEHIND)
        if stands.due - now > LEAD:
            return Wait(Why.EARLY, stands.due)
    return _patience(stands, now) or _in_time(asked, stands, now)


def _still_ours(asked: Asked, stands: Standing, now: datetime) -> Wait | None:
    allowed = frozenset({State.UNCERTAIN}) if asked.kind is AttemptKind.REPLAY else WAITING
    if stands.state not in allowed or (stands.version, stands.cursor) != (asked.version, asked.place):
        return Wait(Why.CHANGED)
    mine = stands.lane_owner == asked.owner and stands.lane_fence == asked.fence
    if not mine or stands.lane_until is None or stands.lane_until - now < asked.needs:
        return Wait(Why.LANE)
    return None


def _paused(stands: Standing) -> Wait | None:
    if may_pass(stands.install, stands.essential) and not (stands.campaign_paused or stands.account_paused):
        return None if stands.account_state is AccountState.READY else Wait(Why.ACCOUNT)
    return Wait(Why.PAUSED)


def may_pass(install: PauseMode, essential: bool) -> bool:
    """Whether the install's pause lets a post through."""
    return install is PauseMode.NONE or (install is PauseMode.CRISIS and essential)


def _patience(stands: Standing, now: datetime) -> Wait | None:
    until = max((moment for moment in (stands.not_before, stands.breaker_until) if moment), default=now)
    return Wait(Why.ASKED_TO_WAIT, until) if until > now else None


def _in_time(asked: Asked, stands: Standing, now: datetime) -> Verdict:
    if asked.kind is AttemptKind.SEND:
        late = _late(stands, now)
        if late:
            return late
    catching_up = stands.cursor == 0 and now - stands.due > asked.pace.late_after
    if catching_up and stands.late_not_before and stands.late_not_before > now:
        return Wait(Why.ASKED_TO_WAIT, stands.late_not_before)
    tat = None
    if asked.pace.interval:
        arrival = max(stands.rate_tat or now, now)
        if arrival - now > asked.pace.burst:
            return Wait(Why.ASKED_TO_WAIT, arrival - asked.pace.burst)
        tat = arrival + asked.pace.interval
    return Go(tat, now + asked.pace.late_every if catching_up else None)


def _late(stands: Standing, now: datetime) -> Divert | None:
    """The late rule judges a post's first part; a thread's rest that falls behind always asks a person."""
    since = max(stands.due, stands.previous_out or stands.due)
    if now - since <= stands.late_within:
        return None
    minutes = round((now - since).total_seconds() / 60)
    if stands.cursor:
        return Divert(
            State.HELD,
            Sentence("The thread stopped %(minutes)s min ago; its rest waits for a person.", minutes=minutes),
        )
    if stands.late_then is LateRule.SEND:
        return None
    if stands.late_then is LateRule.DROP:
        return Divert(
            State.MISSED, Sentence("It was %(minutes)s min late; its late rule says drop.", minutes=minutes)
        )
    return Divert(
        State.HELD, Sentence("It was %(minutes)s min late; its late rule says hold.", minutes=minutes)
    )
