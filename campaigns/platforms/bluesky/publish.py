"""Publishing on Bluesky: each part gets its record key before it is sent, so a second send is a no-op."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from campaigns.core.words import Sentence
from campaigns.platforms.bluesky.record import COLLECTION, record_of, says
from campaigns.platforms.bluesky.session import LABEL, Session, error_name
from campaigns.platforms.bluesky.tid import TidClock
from campaigns.platforms.contract import Receipt, Reconnect, Refused, Settles, Unclear
from campaigns.platforms.images import read_image
from campaigns.platforms.verdicts import Answer

if TYPE_CHECKING:
    from collections.abc import Collection

    from campaigns.platforms.contract import Context, MediaFile, Outgoing, PlatformError

PAGE, MOST_PAGES = 100, 5
CLOCK_DIFFERENCE = timedelta(minutes=2)  # between who wrote a record and us, when records are searched


class BlueskyAdapter:
    """One account. Putting an identical record under its key again changes nothing, whenever it comes,
    and reading that key settles what became of it; the window only bounds how long anyone would ask."""

    settles = Settles(key_window=timedelta(days=30), readable=True)

    def __init__(self, context: Context) -> None:
        self._handle = context.handle
        self._session = Session(context)
        self._keys = TidClock()

    async def upload(self, media: MediaFile) -> dict[str, Any]:
        content = await read_image(media)
        answer = await self._session.call(
            "POST",
            "com.atproto.repo.uploadBlob",
            data=content,
            headers={"Content-Type": media.mime},
        )
        answer.text("blob", "ref", "$link")
        return {"blob": answer.body["blob"]}

    def freeze(self, outgoing: Outgoing, moment: datetime) -> dict[str, Any]:
        return {"rkey": self._keys.next(moment), "record": record_of(outgoing, moment)}

    async def send(self, outgoing: Outgoing) -> Receipt:
        answer = await self._session.call(
            "POST",
            "com.atproto.repo.putRecord",
            body={
                "repo": await self._session.did(),
                "collection": COLLECTION,
                "rkey": outgoing.frozen["rkey"],
                "record": outgoing.frozen["record"],
                "swapRecord": None,  # never overwrite a record of anyone else under the same key
            },
            judge=_key_taken,
        )
        return self._receipt(answer)

    async def look_for(self, outgoing: Outgoing, since: datetime, known: Collection[str]) -> Receipt | None:
        if not outgoing.frozen:  # its key was chosen after the backup that was put back
            return await self._look_through(outgoing, since, known)
        try:
            answer = await self._session.call(
                "GET",
                "com.atproto.repo.getRecord",
                params={
                    "repo": await self._session.did(),
                    "collection": COLLECTION,
                    "rkey": outgoing.frozen["rkey"],
                },
                judge=_not_there,
            )
        except _NotThereError:
            return None
        if answer.body.get("value") != outgoing.frozen["record"]:
            return None
        receipt = self._receipt(answer)
        return None if receipt.id in known else receipt

    async def _look_through(
        self, outgoing: Outgoing, since: datetime, known: Collection[str]
    ) -> Receipt | None:
        """By text and place in its thread, among the account's own records, the newest first."""
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            answer = await self._session.call(
                "GET",
                "com.atproto.repo.listRecords",
                params={
                    "repo": await self._session.did(),
                    "collection": COLLECTION,
                    "limit": str(PAGE),
                    **({"cursor": cursor} if cursor else {}),
                },
            )
            for record, created in map(_dated, answer.body["records"]):
                if created < since - CLOCK_DIFFERENCE:
                    return None
                if record["uri"] not in known and says(record["value"], outgoing):
                    return self._receipt(Answer(answer.status, answer.headers, record))
            cursor = answer.body.get("cursor")
            if not cursor:
                return None
        raise Unclear(
            Sentence("The account posts so much that its records could not be searched."), sick=False
        )

    async def probe(self) -> None:
        try:
            await self._session.call("GET", "com.atproto.server.getSession")
        except Refused:
            raise Reconnect(
                Sentence(
                    "%(platform)s no longer has the account %(handle)s, or has taken it down; look there, "
                    "then connect it again.",
                    platform=LABEL,
                    handle=self._handle,
                )
            ) from None

    async def close(self) -> None:
        """Nothing to free: the HTTP session is shared, and the login outlives the adapter."""

    def _receipt(self, answer: Answer) -> Receipt:
        uri = answer.text("uri")
        rkey = uri.rpartition("/")[2]
        return Receipt(
            id=uri,
            url=f"https://bsky.app/profile/{self._handle}/post/{rkey}",
            ref={"uri": uri, "cid": answer.text("cid")},
        )


def _dated(record: dict[str, Any]) -> tuple[dict[str, Any], datetime]:
    """A record with when its author says it was made; one that does not say counts as new."""
    try:
        created = datetime.fromisoformat(record["value"]["createdAt"])
    except (KeyError, ValueError):
        return record, datetime.max.replace(tzinfo=UTC)
    return record, created if created.tzinfo else created.replace(tzinfo=UTC)


class _NotThereError(Refused):
    """No record under this key."""


def _not_there(answer: Answer) -> PlatformError | None:
    return _NotThereError(answer.words) if error_name(answer) == "RecordNotFound" else None


def _key_taken(answer: Answer) -> PlatformError | None:
    if error_name(answer) != "InvalidSwap":
        return None
    return Refused(
        Sentence(
            "%(platform)s holds another text under the record key of this post: it was edited there, "
            "or two posts drew the same key; look at the account, then post it again if it is "
            "missing.",
            platform=LABEL,
        )
    )


def open_adapter(context: Context) -> BlueskyAdapter:
    return BlueskyAdapter(context)
