"""Passwords: hashed with Argon2id, one at a time so that a crowd at the door takes no memory."""

from __future__ import annotations

from threading import Lock

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from campaigns.core.errors import Misuse

LEAST, MOST = 12, 1000  # characters; the least is NIST SP 800-63B's advice for a password that stands alone

# Stronger than the least of OWASP's cheat sheet (19 MiB, 2 passes), and still light beside 150 MB a process.
_hasher = PasswordHash((Argon2Hasher(memory_cost=32 * 1024, time_cost=3, parallelism=1),))
_one_at_a_time = Lock()
_NOBODYS = "$argon2id$v=19$m=32768,t=3,p=1$N9JwMHoTHd++iVJSKaAscw$CAfDiDq4f7DBQfI+l53KyWxNY2ehk3GjjCv1t8waJBc"


def hash_password(password: str) -> str:
    """Raises `Misuse` when it is too short, or so long that hashing it would be an attack."""
    if len(password) < LEAST:
        raise Misuse(
            "A password needs at least %(least)s characters; four words in a row make a good one.",
            least=LEAST,
        )
    if len(password) > MOST:
        raise Misuse("A password has at most %(most)s characters.", most=MOST)
    with _one_at_a_time:
        return _hasher.hash(password)


def matches(password: str, stored: str) -> bool:
    """Takes as long for somebody who does not exist (`stored` empty) as for somebody who does."""
    with _one_at_a_time:
        right = _hasher.verify(password[:MOST], stored or _NOBODYS)
    return right and bool(stored)
