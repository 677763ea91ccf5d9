"""The states of a delivery and every arrow between them."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands. It speaks of the part that its cursor names; earlier parts are out."""

    SCHEDULED = "scheduled"
    RETRY_WAIT = "retry_wait"  # provably not accepted; waits to be tried again
    SUBMITTING = "submitting"  # intent committed; the request may be on the wire
    UNCERTAIN = "uncertain"  # the answer was lost; being looked up
    NEEDS_PERSON = "needs_person"  # the platform gives no answer; somebody must look
    HELD = "held"  # too late by its own rule, or a thread that stopped half-way: waits for a person
    MISSED = "missed"  # its late rule dropped it
    FAILED = "failed"  # refused for good
    CANCELLED = "cancelled"
    PARTLY_OUT = "partly_out"  # a thread whose rest was stopped
    PUBLISHED = "published"


ACTIVE = frozenset({State.SCHEDULED, State.RETRY_WAIT, State.SUBMITTING, State.UNCERTAIN})
"""The states that hold a lane: a later post waits for these."""

WAITING = frozenset({State.SCHEDULED, State.RETRY_WAIT})
"""The states from which a part may be sent."""

ASKING = frozenset({State.NEEDS_PERSON, State.HELD, State.MISSED, State.FAILED, State.PARTLY_OUT})
"""The states a person is shown with something to do."""

EDITABLE = frozenset({State.SCHEDULED, State.RETRY_WAIT, State.HELD, State.MISSED, State.FAILED})
"""The states in which an edited file may still change what goes out; what was refused can be mended."""

_S = State
ARROWS: frozenset[tuple[State, State]] = frozenset(
    {
        (_S.SCHEDULED, _S.SUBMITTING),
        (_S.RETRY_WAIT, _S.SUBMITTING),
        # the outcome of a send
        (_S.SUBMITTING, _S.PUBLISHED),
        (_S.SUBMITTING, _S.SCHEDULED),  # a thread's part is out; the next one waits its turn
        (_S.SUBMITTING, _S.RETRY_WAIT),
        (_S.SUBMITTING, _S.UNCERTAIN),
        (_S.SUBMITTING, _S.FAILED),
        (_S.SUBMITTING, _S.PARTLY_OUT),
        # reconcile: a look-up, or a replay under the same key
        (_S.UNCERTAIN, _S.SUBMITTING),
        (_S.SUBMITTING, _S.NEEDS_PERSON),  # the replay was refused, which says nothing of the first send
        (_S.UNCERTAIN, _S.PUBLISHED),
        (_S.UNCERTAIN, _S.SCHEDULED),
        (_S.UNCERTAIN, _S.RETRY_WAIT),
        (_S.UNCERTAIN, _S.NEEDS_PERSON),
        # before a send: late rules, refusals and poison
        *((state, to) for state in WAITING for to in (_S.HELD, _S.MISSED, _S.FAILED, _S.PARTLY_OUT)),
        (_S.SCHEDULED, _S.RETRY_WAIT),
        # a person: cancel, let it go after all, settle
        *(
            (state, to)
            for state in (_S.SCHEDULED, _S.RETRY_WAIT, _S.HELD, _S.NEEDS_PERSON, _S.MISSED)
            for to in (_S.CANCELLED, _S.PARTLY_OUT)
        ),
        *((state, _S.CANCELLED) for state in (_S.FAILED, _S.PARTLY_OUT)),  # put away: nothing more to do
        *(
            (state, _S.SCHEDULED)
            for state in (_S.RETRY_WAIT, _S.HELD, _S.NEEDS_PERSON, _S.MISSED, _S.FAILED, _S.PARTLY_OUT)
        ),
        *((_S.NEEDS_PERSON, to) for to in (_S.PUBLISHED, _S.SCHEDULED)),
        (_S.CANCELLED, _S.SCHEDULED),  # back in the file after having been taken out
    }
)


class BadArrowError(Exception):
    """A programming error: the engine tried a change of state that does not exist."""


def check_arrow(before: State, after: State) -> State:
    """Returns `after`, or raises when no such arrow stands in the table."""
    if (before, after) not in ARROWS:
        message = f"there is no arrow {before} -> {after}"
        raise BadArrowError(message)
    return after


def stopped(state: State, cursor: int) -> State:
    """What a delivery becomes when its current part stops for good: earlier parts stay out."""
    return State.PARTLY_OUT if cursor else state
