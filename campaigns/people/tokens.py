"""Random tokens: the holder has the token, the database only its hash."""

from __future__ import annotations

import secrets
from hashlib import sha256

BYTES = 32


def new_token() -> str:
    """256 random bits, safe in a URL and in a cookie."""
    return secrets.token_urlsafe(BYTES)


def hashed(token: str) -> str:
    """As it is stored. A fast hash is enough: nobody can guess 256 random bits."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
