"""Publishing on a Mastodon server, at most once."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from campaigns.core.words import Sentence
from campaigns.platforms.contract import Receipt, Refused, Settles, TryLater, Unclear
from campaigns.platforms.images import read_image
from campaigns.platforms.mastodon.client import open_client, open_session
from campaigns.platforms.mastodon.plain import plain, same_words
from campaigns.platforms.sdk import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mastodon import Mastodon

    from campaigns.platforms.contract import Context, MediaFile, Outgoing

# The server remembers an Idempotency-Key for an hour (docs.joinmastodon.org/methods/statuses).
KEY_WINDOW = timedelta(minutes=50)
CLOCK_DIFFERENCE = timedelta(minutes=2)  # between the server and us, when its timeline is searched
PAGE, MOST_PAGES = 40, 5
PROCESSING_SHARE = 0.75  # of the deadline: how long an upload may take to be processed
PROCESSING_PAUSE = 1.0  # seconds between two looks


class MastodonAdapter:
    settles = Settles(key_window=KEY_WINDOW, readable=True)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = open_session(context.deadline)
        self._account_id: str | None = None

    async def upload(self, media: MediaFile) -> dict[str, Any]:
        """Returns {"id": ...} once the server has processed the image, so that it can be posted."""
        ends = time.monotonic() + self._context.deadline * PROCESSING_SHARE
        content = await read_image(media)
        held = await self._call(
            lambda client: client.media_post(content, mime_type=media.mime, description=media.alt or None)
        )
        media_id = _id_of(held)
        while not held.get("url"):  # null while it is processed (202, then 206)
            if time.monotonic() + PROCESSING_PAUSE > ends:
                raise TryLater(Sentence("Mastodon is still processing the image."))
            await asyncio.sleep(PROCESSING_PAUSE)
            held = await self._call(lambda client: client.media(media_id))
        return {"id": media_id}

    def freeze(self, outgoing: Outgoing, moment: datetime) -> dict[str, Any]:
        del outgoing, moment
        return {}

    async def send(self, outgoing: Outgoing) -> Receipt:
        sent = _fields(outgoing)
        return _receipt(await self._call(lambda client: client.status_post(outgoing.text, **sent)))

    async def look_for(self, outgoing: Outgoing, since: datetime, known: Collection[str]) -> Receipt | None:
        parent = outgoing.parent.id if outgoing.parent else None
        for status in await self._statuses_since(since - CLOCK_DIFFERENCE):
            replied_to = status.get("in_reply_to_id")
            if _id_of(status) in known or (str(replied_to) if replied_to else None) != parent:
                continue
            if await self._says(status, outgoing):
                return _receipt(status)
        return None

    async def probe(self) -> None:
        await self._call(lambda client: client.account_verify_credentials())

    async def close(self) -> None:
        self._session.close()

    async def _call(self, ask: Callable[[Mastodon], Any]) -> Any:
        credentials = await self._context.credentials.current()
        client = open_client(self._context.server, self._session, credentials["access_token"])
        return await in_thread(lambda: ask(client))

    async def _statuses_since(self, since: datetime) -> list[Any]:
        """The account's own statuses from the given instant on, oldest first."""
        if self._account_id is None:
            account = await self._call(lambda client: client.account_verify_credentials())
            self._account_id = _id_of(account)
        found: list[Any] = []
        for _ in range(MOST_PAGES):
            page = await self._call(partial(_page, self._account_id, _id_of(found[-1]) if found else None))
            found += page
            if not page or _instant(page[-1]) < since:
                return [status for status in reversed(found) if _instant(status) >= since]
        raise Unclear(
            Sentence("The account posts so much that its timeline could not be searched."), sick=False
        )

    async def _says(self, status: Any, outgoing: Outgoing) -> bool:
        """Whether it is this text under this warning: by its source as written, which only its author
        may read; where a server has no such thing, by the words of its HTML."""
        if _written(status.get("spoiler_text") or "") != _written(outgoing.content_warning or ""):
            return False
        try:
            source = await self._call(lambda client: client.status_source(_id_of(status)))
        except Refused:
            return same_words(outgoing.text, plain(status.get("content") or ""))
        return _written(source.get("text") or "") == _written(outgoing.text)


def open_adapter(context: Context) -> MastodonAdapter:
    return MastodonAdapter(context)


def _fields(outgoing: Outgoing) -> dict[str, Any]:
    """Only what was set: some fediverse servers refuse a field that Mastodon.py sends by itself."""
    warning = outgoing.content_warning or None
    media = [outgoing.uploaded[str(file.id)]["id"] for file in outgoing.media]
    return {
        "idempotency_key": outgoing.key,
        "in_reply_to_id": outgoing.parent.id if outgoing.parent else None,
        "language": outgoing.language,
        "media_ids": media or None,
        "sensitive": True if warning and media else None,
        "spoiler_text": warning,
    }


def _page(account_id: str, before: str | None, client: Mastodon) -> Any:
    return client.account_statuses(account_id, exclude_reblogs=True, limit=PAGE, max_id=before)


def _receipt(status: Any) -> Receipt:
    return Receipt(id=_id_of(status), url=str(status.get("url") or status.get("uri") or ""))


def _id_of(thing: Any) -> str:
    found = thing.get("id") if isinstance(thing, dict) else None
    if not found:
        raise Unclear(Sentence("Mastodon's answer has no id, so it cannot be relied upon."), sick=False)
    return str(found)


def _instant(status: Any) -> datetime:
    moment = status.get("created_at")
    if not isinstance(moment, datetime):
        raise Unclear(Sentence("Mastodon's answer has no date, so it cannot be relied upon."), sick=False)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _written(text: str) -> str:
    """What a server may not change without changing what is said: all but white space and composition."""
    return " ".join(normalize("NFC", text).split())
