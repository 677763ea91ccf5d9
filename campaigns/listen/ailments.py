"""What may be wrong with an install, in words: what it is, and the sentence that mends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Level(StrEnum):
    PROBLEM = "problem"  # posts will not go out as they should
    REMARK = "remark"  # worth knowing


def N_(sentence: str) -> str:  # noqa: N802 - the name by which gettext's tools know it
    """Marks what the page of the install says, which is translated there."""
    return sentence


SENTENCES: dict[str, tuple[str, str]] = {
    "not-set-up": ("There is no Beacon in %(folder)s yet.", "Run `beacon init`."),
    "open-folder": (
        "Other users of this machine may look into %(folder)s, where the secret key stands.",
        "Run: chmod 700 %(folder)s",
    ),
    "disk": (
        N_("Only %(megabytes)s MB are free on the disk of %(folder)s."),
        N_("Make room: with a full disk nothing is sent."),
    ),
    "secret-key": ("%(what)s", ""),
    "old-database": ("The database is empty or from an older Beacon.", "Run `beacon init`."),
    "database": ("%(what)s", ""),
    "clocks": (
        N_("The clock of %(host)s and the database's are %(seconds)s s apart."),
        N_("Set both by a time server (NTP): posts go out by the database's clock."),
    ),
    "wall-clock": (
        "This machine's clock is %(seconds)s s off, says %(server)s.",
        "Set it by a time server (NTP): posts go out by it.",
    ),
    "no-clock": (N_("No clock is running, so nothing goes out."), N_("Run `beacon up`, or `beacon clock`.")),
    "no-worker": (
        N_("No worker is running, so nothing goes out."),
        N_("Run `beacon up`, or `beacon worker`."),
    ),
    "not-ticking": (
        N_("The clock is up, but has not looked for due posts for %(seconds)s s, so nothing goes out."),
        N_("Stop it and start it again; its log says what holds it up."),
    ),
    "broker": ("%(what)s", N_("Start it, or mend BEACON_REDIS_URL; posts go out up to 45 s late.")),
    "broker-unreached": (
        N_("The broker does not answer on %(host)s."),
        N_("Start it, or mend BEACON_REDIS_URL; posts go out up to 45 s late."),
    ),
    "two-keys": (
        N_("Processes on %(hosts)s work on this database with different secret keys."),
        N_("Give all the same BEACON_SECRET_KEY, or one of the installs a database of its own."),
    ),
    "other-key": (
        N_("The credentials of %(account)s were sealed with another secret key."),
        N_(
            "Set BEACON_SECRET_KEY to that one. Or run "
            "`beacon account connect %(platform)s --name %(account)s`."
        ),
    ),
    "reconnect": (
        N_("The account %(account)s no longer works."),
        N_("Run `beacon account connect %(platform)s --name %(account)s`."),
    ),
    "expiring": (
        N_("The account %(account)s works until %(ends)s only."),
        N_("Connect it again before: `beacon account connect %(platform)s --name %(account)s`."),
    ),
    "practice": ("%(what)s", "Run `beacon up`, or `beacon practice`."),
    "paused": (N_("The install is paused (%(mode)s)."), N_("Run `beacon resume`.")),
    "undecided": (
        N_("Posts that wait for your decision: %(posts)s."),
        N_("See `beacon post questions`."),
    ),
    "late": (N_("Posts that are late: %(posts)s."), N_("See `beacon post list`.")),
    "untold": (
        N_("Alerts that nobody could be told: %(alerts)s. %(trouble)s"),
        N_("Mend BEACON_ALERT_TARGETS, run `beacon alerts test`, then `beacon alerts retry`."),
    ),
}


@dataclass(frozen=True, slots=True)
class Ailment:
    code: str  # stable, for machines: "no-worker"
    values: Mapping[str, str] = field(default_factory=dict)
    level: Level = Level.PROBLEM

    @property
    def what(self) -> str:
        return SENTENCES[self.code][0] % self.values

    @property
    def mend(self) -> str:
        """Empty where `what` says it already."""
        return SENTENCES[self.code][1] % self.values

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "what": self.what.strip(), "mend": self.mend, "level": self.level}

    def __str__(self) -> str:
        return f"{self.level}: {self.what.strip()} {self.mend}".rstrip()
