"""Secrets at rest: one key per install, credentials sealed with it."""

from __future__ import annotations

import base64
import json
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from campaigns.core.errors import Unusable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from config.settings import Settings

LEAST_CHARACTERS = 32
LEAST_DISTINCT = 10


class Vault:
    """Seals and opens JSON objects. Several keys may be given, newest first, for rotation."""

    def __init__(self, *keys: str) -> None:
        self._fernet = MultiFernet([Fernet(_derive(key)) for key in keys])

    def seal(self, content: Mapping[str, Any]) -> str:
        return self._fernet.encrypt(json.dumps(content).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        try:
            opened: dict[str, Any] = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as wrong:
            message = (
                "Stored credentials were sealed with another secret key; "
                "set BEACON_SECRET_KEY to the one they were made with, or connect the account again."
            )
            raise Unusable(message) from wrong
        return opened


def open_vault(settings: Settings) -> Vault:
    """The install's vault. Several keys are separated by commas, the newest first.

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
    return Vault(*keys)


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


def _derive(key: str) -> bytes:
    return base64.urlsafe_b64encode(sha256(b"beacon vault v1\0" + key.encode()).digest())
