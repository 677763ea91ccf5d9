"""A post as the record that Bluesky keeps (lexicon `app.bsky.feed.post`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from campaigns.platforms.bluesky.facets import facets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from campaigns.platforms.contract import MediaFile, Outgoing

COLLECTION = "app.bsky.feed.post"


def record_of(outgoing: Outgoing, created: datetime) -> dict[str, Any]:
    """The record; the same input gives the same bytes, since the server sorts its keys."""
    record: dict[str, Any] = {
        "$type": COLLECTION,
        "text": outgoing.text,
        "createdAt": created.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    if found := facets(outgoing.text):
        record["facets"] = found
    if outgoing.language:
        record["langs"] = [outgoing.language]
    if outgoing.media:
        images = [_image(media, outgoing.uploaded[str(media.id)]) for media in outgoing.media]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    if outgoing.root and outgoing.parent:
        record["reply"] = {"root": dict(outgoing.root.ref), "parent": dict(outgoing.parent.ref)}
    return record


def says(record: Mapping[str, Any], outgoing: Outgoing) -> bool:
    """Whether a record there is this text at this place in its thread, whenever it was made."""
    parent = (record.get("reply") or {}).get("parent", {}).get("uri")
    wanted = outgoing.parent.id if outgoing.parent else None
    return record.get("text") == outgoing.text and parent == wanted


def _image(media: MediaFile, uploaded: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "image": uploaded["blob"],
        "alt": media.alt,
        "aspectRatio": {"width": media.width, "height": media.height},
    }
