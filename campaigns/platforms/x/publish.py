"""Publishing on X, at most once.

X has no idempotency key. It refuses with 403 a text that the account posted lately, which is a hint
only: on a first try the text is somebody's earlier post, and the refusal is final; on a later try it may
be our own post, whose answer was lost, and the timeline has to say.
"""

from __future__ import annotations

import asyncio
import base64
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from campaigns.core.words import Sentence
from campaigns.platforms.contract import Receipt, Refused, Settles, TryLater, Unclear
from campaigns.platforms.images import read_image
from campaigns.platforms.x.access import Access
from campaigns.platforms.x.client import is_duplicate
from campaigns.platforms.x.timeline import is_same, replied_to

if TYPE_CHECKING:
    from collections.abc import Collection

    import tweepy

    from campaigns.platforms.contract import Context, MediaFile, Outgoing

CLOCK_DIFFERENCE = timedelta(minutes=2)  # between X and us, when the timeline is searched
PAGE, MOST_PAGES = 100, 5
FIRST_TRY = timedelta(seconds=5)  # a send this soon after its intent is the first; later ones wait longer
PROCESSING_SHARE = 0.75  # of the deadline: how long an upload may take to be processed
PROCESSING_PAUSE = 1.0  # seconds between two looks
_UNPROCESSED = {"pending", "in_progress"}
_FAILED = "failed"


class XAdapter:
    settles = Settles(readable=True)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._access = Access(context.server, context.deadline, context.credentials)
        self._user_id: str | None = None

    async def upload(self, media: MediaFile) -> dict[str, Any]:
        """Returns {"id": ...} once X has processed the image and knows its alt text."""
        ends = time.monotonic() + self._context.deadline * PROCESSING_SHARE
        content = base64.b64encode(await read_image(media)).decode()
        category = "tweet_gif" if media.mime == "image/gif" else "tweet_image"
        body = {"media": content, "media_category": category, "media_type": media.mime}
        held = _data(await self._access.call(partial(_post, "/2/media/upload", body)))
        media_id = _id_of(held)
        while (state := (held.get("processing_info") or {}).get("state")) in _UNPROCESSED:
            if time.monotonic() + PROCESSING_PAUSE > ends:
                raise TryLater(Sentence("X is still processing the image."))
            await asyncio.sleep(PROCESSING_PAUSE)
            held = _data(await self._access.call(partial(_media_status, media_id)))
        if state == _FAILED:
            raise Refused(Sentence("X could not make use of the image %(name)s.", name=media.path.name))
        if media.alt:
            described = {"id": media_id, "metadata": {"alt_text": {"text": media.alt}}}
            await self._access.call(partial(_post, "/2/media/metadata", described))
        return {"id": media_id}

    def freeze(self, outgoing: Outgoing, moment: datetime) -> dict[str, Any]:
        """When the part was first meant to be sent, to tell a first try from a later one."""
        del outgoing
        return {"first_intent": moment.isoformat()}

    async def send(self, outgoing: Outgoing) -> Receipt:
        try:
            answer = await self._access.call(partial(_create, outgoing))
        except Refused as refused:
            if is_duplicate(str(refused)) and _was_tried_before(outgoing):
                raise Unclear(
                    Sentence("X has this text already; it may be ours, of an earlier try."), sick=False
                ) from refused
            raise
        return self._receipt(_data(answer))

    async def look_for(self, outgoing: Outgoing, since: datetime, known: Collection[str]) -> Receipt | None:
        parent = outgoing.parent.id if outgoing.parent else None
        for post in reversed(await self._posts_since(since - CLOCK_DIFFERENCE)):
            if _id_of(post) not in known and replied_to(post) == parent and is_same(outgoing.text, post):
                return self._receipt(post)
        return None

    async def probe(self) -> None:
        await self._access.call(_me)

    async def close(self) -> None:
        self._access.close()

    async def _posts_since(self, since: datetime) -> list[dict[str, Any]]:
        """The account's own posts from the given instant on, newest first. X charges for each."""
        if self._user_id is None:
            self._user_id = _id_of(_data(await self._access.call(_me)))
        found: list[dict[str, Any]] = []
        token: str | None = None
        for _ in range(MOST_PAGES):
            page = await self._access.call(partial(_timeline, self._user_id, since, token))
            found += page.get("data") or []
            token = (page.get("meta") or {}).get("next_token")
            if not token:
                return found
        raise Unclear(
            Sentence("The account posts so much that its timeline could not be searched."), sick=False
        )

    def _receipt(self, post: dict[str, Any]) -> Receipt:
        post_id = _id_of(post)
        return Receipt(post_id, f"https://x.com/{self._context.handle.lstrip('@')}/status/{post_id}")


def open_adapter(context: Context) -> XAdapter:
    return XAdapter(context)


def _create(outgoing: Outgoing, client: tweepy.Client, user_auth: bool) -> Any:
    return client.create_tweet(
        text=outgoing.text,
        media_ids=[outgoing.uploaded[str(file.id)]["id"] for file in outgoing.media] or None,
        in_reply_to_tweet_id=outgoing.parent.id if outgoing.parent else None,
        user_auth=user_auth,
    )


def _post(route: str, body: dict[str, Any], client: tweepy.Client, user_auth: bool) -> Any:
    """An endpoint that tweepy 4.17 has no method for."""
    return client.request("POST", route, json=body, user_auth=user_auth).json()


def _media_status(media_id: str, client: tweepy.Client, user_auth: bool) -> Any:
    asked = {"command": "STATUS", "media_id": media_id}
    return client.request("GET", "/2/media/upload", params=asked, user_auth=user_auth).json()


def _me(client: tweepy.Client, user_auth: bool) -> Any:
    return client.get_me(user_auth=user_auth)


def _timeline(
    user_id: str, since: datetime, token: str | None, client: tweepy.Client, user_auth: bool
) -> Any:
    more = {"pagination_token": token} if token else {}
    return client.get_users_tweets(
        user_id,
        start_time=since,
        exclude=["retweets"],
        max_results=PAGE,
        tweet_fields=["created_at", "entities", "referenced_tweets"],
        user_auth=user_auth,
        **more,
    )


def _data(answer: Any) -> dict[str, Any]:
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict):
        raise Unclear(Sentence("X's answer has no data, so it cannot be relied upon."), sick=False)
    return data


def _id_of(thing: dict[str, Any]) -> str:
    if not thing.get("id"):
        raise Unclear(Sentence("X's answer has no id, so it cannot be relied upon."), sick=False)
    return str(thing["id"])


def _was_tried_before(outgoing: Outgoing) -> bool:
    first = outgoing.frozen.get("first_intent")
    return first is None or datetime.now(UTC) - datetime.fromisoformat(first) > FIRST_TRY
