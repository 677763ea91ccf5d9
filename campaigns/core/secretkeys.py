"""The install's secret keys: where they come from, whether they are any good, and how to tell two apart."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from campaigns.core.errors import Unusable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from config.settings import Settings

LEAST_CHARACTERS = 32
LEAST_DISTINCT = 10
PRINT_DIGITS = 16


def read_keys(settings: Settings) -> list[str]:
    """The keys, the newest first; several are separated by commas.

    Raises `Unusable` when a given key is weak; makes a key in the data directory when none is given.
    """
    given = settings.secret_key.get_secret_value()
    if not given and settings.secret_key_file:
        try:
            given = settings.secret_key_file.read_text("utf-8").strip()
        except OSError as unreadable:
            message = (
                f"BEACON_SECRET_KEY_FILE: {settings.secret_key_file} cannot be read ({unreadable.strerror})."
            )
            raise Unusable(message) from unreadable
    keys = [key.strip() for key in given.split(",") if key.strip()] or [_own_key(settings.data_dir)]
    for key in keys:
        if len(key) < LEAST_CHARACTERS or len(set(key)) < LEAST_DISTINCT:
            message = (
                f"The secret key is too weak: it needs at least {LEAST_CHARACTERS} random characters; "
                'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
            raise Unusable(message)
    return keys


def prints_of(keys: Iterable[str]) -> str:
    """Fingerprints, in their order, separated by blanks: they tell keys apart and give nothing away."""
    return " ".join(sha256(b"beacon print v1\0" + key.encode()).hexdigest()[:PRINT_DIGITS] for key in keys)


def disagree(ours: str, theirs: str) -> bool:
    """Whether one side seals with a key that the other does not have. Empty: unknown, so no."""
    mine, yours = ours.split(), theirs.split()
    return bool(mine and yours) and (mine[0] not in yours or yours[0] not in mine)


def _own_key(data_dir: Path) -> str:
    path = data_dir / "secret.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".secret.{secrets.token_hex(8)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), "utf-8")
        try:
            path.hardlink_to(fresh)  # atomic, and never replaces a key another process just made
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text("utf-8").strip()
