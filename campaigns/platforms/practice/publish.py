"""Publishing to the practice platform."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from campaigns.core.errors import Unusable
from campaigns.core.words import N_, Sentence
from campaigns.platforms.contract import Receipt, Settles, Unclear
from campaigns.platforms.http import ask
from campaigns.platforms.images import read_image
from campaigns.platforms.practice.accounts import Kind

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from campaigns.platforms.contract import Context, MediaFile, Outgoing
    from campaigns.platforms.verdicts import Answer

LABEL = N_("The practice platform")

_SETTLES = {
    Kind.KEYED: Settles(key_window=timedelta(hours=24)),  # the server itself never forgets a key
    Kind.READABLE: Settles(readable=True),
    Kind.BLIND: Settles(),
}


def open_adapter(context: Context) -> PracticeAdapter:
    return PracticeAdapter(context)


class PracticeAdapter:
    """One practice account; what settles an unknown outcome is told by its class."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.settles = _SETTLES[_kind(context)]

    async def upload(self, media: MediaFile) -> dict[str, Any]:
        content = await read_image(media)
        answer = await self._ask(
            "POST", "media", params={"alt": media.alt}, data=content, headers={"Content-Type": media.mime}
        )
        return {"id": answer.text("id")}

    def freeze(self, outgoing: Outgoing, moment: datetime) -> dict[str, Any]:
        del outgoing, moment
        return {}

    async def send(self, outgoing: Outgoing) -> Receipt:
        answer = await self._ask(
            "POST",
            "posts",
            headers={"Idempotency-Key": outgoing.key},
            body={
                "text": outgoing.text,
                "language": outgoing.language,
                "content_warning": outgoing.content_warning,
                "media": [outgoing.uploaded[str(media.id)]["id"] for media in outgoing.media],
                "reply_to": outgoing.parent.id if outgoing.parent else None,
            },
        )
        return Receipt(answer.text("id"), answer.text("url"))

    async def look_for(self, outgoing: Outgoing, since: datetime, known: Collection[str]) -> Receipt | None:
        parent = outgoing.parent.id if outgoing.parent else None
        after, more = "0", True
        while more:
            answer = await self._ask(
                "GET", "timeline", params={"since": since.astimezone(UTC).isoformat(), "after": after}
            )
            posts, more = _page(answer)
            for post in posts:
                if (post["text"], post["reply_to"]) == (outgoing.text, parent) and post["id"] not in known:
                    return Receipt(post["id"], post["url"])
                after = post["id"]
        return None

    async def probe(self) -> None:
        await self._ask("GET", "me")

    async def close(self) -> None:
        pass

    async def _ask(
        self, method: str, endpoint: str, headers: dict[str, str] | None = None, **what: Any
    ) -> Answer:
        credentials = await self._context.credentials.current()
        return await ask(
            self._context.http,
            method,
            f"{self._context.server}/api/{endpoint}",
            label=LABEL,
            deadline=self._context.deadline,
            headers={"Authorization": f"Bearer {credentials['token']}", **(headers or {})},
            **what,
        )


def _kind(context: Context) -> Kind:
    try:
        return Kind(context.told["kind"])
    except (KeyError, ValueError):
        raise Unusable(
            f"What the practice account {context.handle!r} offers is not known; connect it again."
        ) from None


def _page(answer: Answer) -> tuple[list[dict[str, Any]], bool]:
    """A page of the timeline; raises `Unclear` when it is not one."""
    try:
        posts = [
            {"id": post["id"], "url": post["url"], "text": post["text"], "reply_to": post["reply_to"]}
            for post in answer.body["posts"]
        ]
        return posts, bool(posts) and bool(answer.body["more"])
    except (KeyError, TypeError):
        raise Unclear(
            Sentence("%(platform)s answered with something that is not a timeline.", platform=LABEL),
            sick=False,
        ) from None
