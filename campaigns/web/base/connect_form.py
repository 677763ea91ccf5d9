"""A platform's questions at connecting, answered by a form that somebody sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from campaigns.core.errors import Misuse
from campaigns.core.words import Sentence
from campaigns.platforms.addresses import base_url, refuse_private
from campaigns.platforms.contract import PlatformError, Reconnect
from campaigns.platforms.registry import connect_of, form_of
from campaigns.web.base.forms import SECRETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from campaigns.platforms.contract import Connection
    from campaigns.web.base.forms import Typed

DEADLINE = 60.0  # seconds; for all that a platform is asked while a person waits


class FormTalk:
    """A `Talk`. `given` are answers that nobody types; `guarded`: servers in private networks are refused."""

    def __init__(self, typed: Typed, given: Mapping[str, str], *, guarded: bool) -> None:
        self._typed, self._given, self._guarded = typed, given, guarded
        self.asked = ""  # the field that was asked for last: what is refused next is about that one
        self.told: list[str] = []

    def ask(self, name: str, question: str, *, secret: bool = False, default: str | None = None) -> str:
        if name in self._given:
            return self._given[name]
        self.asked = name
        answer = self._typed.raw(name) if secret else self._typed.text(name)
        if not answer.strip():
            if default is None:
                raise Misuse(f"{question}: please answer this.")
            return default
        if name == "server" and self._guarded:
            refuse_private(base_url(answer, example="https://social.example"))
        return answer

    def tell(self, message: str) -> None:
        self.told.append(message)


def lead(platform: str, talk: FormTalk, typed: Typed) -> Connection | None:
    """Connects, in this thread; None when the platform did not, and then `typed` says why, beside the
    secret when that was not taken, else beside the server's address."""
    fields = {field.name for field in form_of(platform).fields}
    try:
        return asyncio.run(_lead(platform, talk))
    except PlatformError as refused:
        asked = talk.asked if isinstance(refused, Reconnect) and talk.asked in SECRETS else "server"
        typed.wrong(asked if asked in fields else "", refused.sentence)
    except Misuse as refused:
        typed.wrong(talk.asked, refused.sentence)
    except TimeoutError:
        typed.wrong(
            "server" if "server" in fields else "",
            Sentence("It gave no answer within %(seconds)s s; try again later.", seconds=f"{DEADLINE:g}"),
        )
    return None


async def _lead(platform: str, talk: FormTalk) -> Connection:
    # Only here: an HTTP client is 9 MB that no other page needs.
    from campaigns.platforms.http import open_session  # noqa: PLC0415

    async with asyncio.timeout(DEADLINE), open_session() as http:
        return await connect_of(platform)(talk, http)
