"""Practice accounts: three classes, and tokens that can be made with no server running."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class Kind(StrEnum):
    """What the platform offers to settle an unknown outcome, so that each case can be rehearsed."""

    KEYED = "keyed"  # honours an Idempotency-Key
    READABLE = "readable"  # its timeline can be read
    BLIND = "blind"  # neither


NAME = re.compile(r"[a-z0-9_]{1,30}")
_TOKEN = re.compile(r"practice\.([a-z0-9_]{1,30})\.(keyed|readable|blind)\.[A-Za-z0-9_-]{32,64}")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token says of itself. The first use of a token whose name is free makes the account."""

    name: str
    kind: Kind


def new_token(name: str, kind: Kind) -> str:
    """A token that a practice server takes at its first use, if nobody has the name by then."""
    return f"practice.{name}.{kind}.{secrets.token_urlsafe(32)}"


def read_token(token: str) -> Claim | None:
    """What the token claims; None when it is not one of ours."""
    found = _TOKEN.fullmatch(token)
    return Claim(found[1], Kind(found[2])) if found else None


def hashed(token: str) -> str:
    """What the server keeps of a token. It is 256 random bits, so a plain hash is enough."""
    return sha256(token.encode()).hexdigest()
