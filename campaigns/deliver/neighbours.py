"""The other owners of lanes: whose process can be seen from here, lives, beats, and can be ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from campaigns.deliver.owner import Heartbeat

if TYPE_CHECKING:
    from campaigns.deliver.owner import Owner
    from config.settings import Settings


class Neighbours(Protocol):
    """What the sweeper asks of an owner before it takes its lanes away."""

    def sees(self, owner: Owner) -> bool:
        """Whether its process can be seen from this host; the rest may be asked only then."""

    def lives(self, owner: Owner) -> bool:
        """Whether exactly that process still runs."""

    def silence(self, owner: Owner) -> float:
        """Seconds since its loop last turned; infinite when it never did."""

    def end(self, owner: Owner) -> bool:
        """Ends its process; True once it has surely ended."""


class LocalNeighbours:
    """The real thing: pids with their start times, and heartbeat files in the run folder."""

    def __init__(self, settings: Settings) -> None:
        self._beats = settings.run_dir / "beats"

    def sees(self, owner: Owner) -> bool:
        return owner.is_local

    def lives(self, owner: Owner) -> bool:
        return owner.is_alive()

    def silence(self, owner: Owner) -> float:
        return Heartbeat(self._beats, owner.nonce).silence()

    def end(self, owner: Owner) -> bool:
        return owner.kill()
