"""What may have become of a call or a look-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.platforms.contract import Receipt


@dataclass(frozen=True, slots=True)
class Out:
    """The part is out: here is the proof."""

    receipt: Receipt
    name: ClassVar[str] = "published"


@dataclass(frozen=True, slots=True)
class Again:
    """Provably not accepted; may be sent again from `at`. `whole_lane`: nothing of the account before.
    `unsent`: no call was made, so it does not count as a try."""

    at: datetime
    reason: str
    whole_lane: bool = False
    unsent: bool = False
    name: ClassVar[str] = "retry"


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer was lost; look it up from `at`."""

    at: datetime
    reason: str
    sick: bool = True
    name: ClassVar[str] = "uncertain"


@dataclass(frozen=True, slots=True)
class No:
    """Refused for good."""

    reason: str
    name: ClassVar[str] = "refused"


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The account must be connected again; the part waits in its place.

    `unknown`: it was said to a look-up or replay, so whether the part is out is still a question.
    """

    reason: str
    unknown: bool = False
    name: ClassVar[str] = "reconnect"


@dataclass(frozen=True, slots=True)
class AskPerson:
    """Nobody but a person can say whether it is out."""

    reason: str
    name: ClassVar[str] = "needs_person"


@dataclass(frozen=True, slots=True)
class NotSeen:
    """A look-up did not find it, or could not look; look again at `at`. `absent`: the look-up worked."""

    at: datetime
    absent: bool
    sick: bool = False
    reason: str = ""
    name: ClassVar[str] = "not_seen"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The part's media so far; `complete`: all of them."""

    checkpoint: dict[str, Any]
    complete: bool
    name: ClassVar[str] = "uploaded"


Outcome = Out | Again | Unknown | No | Disconnected | AskPerson | NotSeen | Uploaded
