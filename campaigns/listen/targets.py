"""Where alerts go. An apprise address is a secret through and through: of many services the token is all it
has. So nothing but its kind is ever shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from campaigns.core.errors import Unusable

if TYPE_CHECKING:
    from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Target:
    place: int  # in the setting, from 1
    address: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """By which an alert remembers who has it."""
        return sha256(b"beacon target v1\0" + self.address.encode()).hexdigest()[:16]

    def __str__(self) -> str:
        kind, colon, _ = self.address.partition("://")
        return f"target {self.place} ({kind if colon and kind.isalnum() else 'no address'})"


def read_targets(settings: Settings) -> list[Target]:
    """Those of BEACON_ALERT_TARGETS, then those of its file; `Unusable` when that cannot be read."""
    given = settings.alert_targets.get_secret_value().split()
    if settings.alert_targets_file:
        try:
            lines = settings.alert_targets_file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as unreadable:
            raise Unusable(
                f"BEACON_ALERT_TARGETS_FILE: {settings.alert_targets_file} cannot be read."
            ) from unreadable
        given += [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return [Target(place, address) for place, address in enumerate(dict.fromkeys(given), start=1)]
