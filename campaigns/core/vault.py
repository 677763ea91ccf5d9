"""Secrets at rest: one key per install, credentials sealed with it."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from campaigns.core.errors import Unusable
from campaigns.core.secretkeys import read_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.settings import Settings


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
    """The install's vault; raises `Unusable` as `read_keys` does."""
    return Vault(*read_keys(settings))


def _derive(key: str) -> bytes:
    return base64.urlsafe_b64encode(sha256(b"beacon vault v1\0" + key.encode()).digest())
