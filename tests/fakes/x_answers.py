"""What the fake X API answers, route by route."""

from __future__ import annotations

import base64
import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from tests.fakes.x_state import CLIENT_ID, USER, Post, Problem, XState

if TYPE_CHECKING:
    from collections.abc import Callable

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
LINK = re.compile(
    r"https?://[^\s]+?(?=[.,!?]?(?:\s|$))|\b(?:[a-z0-9-]+\.)+(?:org|com|eu)\b(?:/\S*)?", re.IGNORECASE
)
PAGE = 5  # posts a page at most, whatever is asked, so that paging is tried


def weighted_length(text: str) -> int:
    """Without emoji sequences: tests keep to what both count alike, and rules are tested by themselves."""
    text = LINK.sub("x" * 23, normalize("NFC", text))
    light = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
    return sum(1 if any(low <= ord(char) <= high for low, high in light) else 2 for char in text)


def refresh(state: XState, form: dict[str, list[str]]) -> dict[str, Any]:
    token = form.get("refresh_token", [""])[0]
    if state.revoked or token not in state.refresh_tokens or form.get("client_id") != [CLIENT_ID]:
        raise Problem(400, "invalid_request", "Value passed for the token was invalid.")
    state.refresh_tokens.remove(token)
    state.refreshes += 1
    return state.issue()


def _create(state: XState, body: dict[str, Any]) -> dict[str, Any]:
    text = body.get("text", "")
    media = body.get("media", {}).get("media_ids", [])
    reply_to = body.get("reply", {}).get("in_reply_to_tweet_id")
    if not text and not media:
        raise Problem(400, "Invalid Request", "One or more parameters to your request was invalid.")
    if weighted_length(text) > 280:
        raise Problem(403, "Forbidden", "Your Tweet text is too long. For more information, visit the docs.")
    if any(post.text == text for post in state.posts):
        raise Problem(403, "Forbidden", DUPLICATE)
    if len(media) > 4 or any(held not in state.media for held in media):
        raise Problem(400, "Invalid Request", "Your media IDs are invalid.")
    if reply_to and all(post.id != reply_to for post in state.posts):
        raise Problem(
            403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you."
        )
    post = Post(str(next(state.numbers)), text, reply_to, media, datetime.now(UTC))
    state.posts.append(post)
    return {"data": {"id": post.id, "text": _shown(post)["text"], "edit_history_tweet_ids": [post.id]}}


def _upload(state: XState, body: dict[str, Any]) -> dict[str, Any]:
    content = base64.b64decode(body["media"], validate=True)
    if len(content) > 5_000_000:
        raise Problem(413, "Payload Too Large", "The media is too large.")
    media_id = str(next(state.numbers))
    state.media[media_id] = {
        "category": body["media_category"],
        "size": len(content),
        "alt": None,
        "looks": state.slow_media,
    }
    return _media_status(state, {"media_id": media_id})


def _media_status(state: XState, query: dict[str, str]) -> dict[str, Any]:
    held = state.media.get(query.get("media_id", ""))
    if held is None:
        raise Problem(404, "Not Found", "There is no such media.")
    data = {"id": query["media_id"], "media_key": f"3_{query['media_id']}", "size": held["size"]}
    if held["looks"]:
        held["looks"] -= 1
        return {"data": {**data, "processing_info": {"state": "in_progress", "check_after_secs": 1}}}
    return {"data": data}


def _describe(state: XState, body: dict[str, Any]) -> dict[str, Any]:
    alt = body["metadata"]["alt_text"]["text"]
    if body["id"] not in state.media or len(alt) > 1000:
        raise Problem(400, "Invalid Request", "One or more parameters to your request was invalid.")
    state.media[body["id"]]["alt"] = alt
    return {"data": {"id": body["id"], "associated_metadata": {"alt_text": {"text": alt}}}}


def _timeline(state: XState, query: dict[str, str]) -> dict[str, Any]:
    since = datetime.fromisoformat(query["start_time"])
    newest_first = [post for post in reversed(state.posts) if post.created >= since]
    start = int(query.get("pagination_token", 0))
    page = newest_first[start : start + PAGE]
    meta: dict[str, Any] = {"result_count": len(page)}
    if start + PAGE < len(newest_first):
        meta["next_token"] = str(start + PAGE)
    return {"data": [_shown(post) for post in page], "meta": meta} if page else {"meta": meta}


def _shown(post: Post) -> dict[str, Any]:
    urls: list[dict[str, Any]] = []

    def shortened(target: str, **more: str) -> str:
        url = f"https://t.co/{post.id[-4:]}{len(urls)}"
        urls.append({"url": url, "expanded_url": target, **more})
        return url

    def link(found: re.Match[str]) -> str:
        written = found.group()
        return shortened(written if "://" in written else f"http://{written}")

    text = html.escape(LINK.sub(link, post.text), quote=False)
    for media_id in post.media[:1]:
        target = f"https://x.com/{USER['username']}/status/{post.id}/photo/1"
        text = f"{text} {shortened(target, media_key=f'3_{media_id}')}"
    shown: dict[str, Any] = {"id": post.id, "text": text, "created_at": post.created.isoformat()}
    if urls:
        shown["entities"] = {"urls": urls}
    if post.reply_to:
        shown["referenced_tweets"] = [{"type": "replied_to", "id": post.reply_to}]
    return shown


ROUTES: dict[str, tuple[int, Callable[[XState, dict[str, Any]], dict[str, Any]]]] = {
    "GET /2/users/me": (200, lambda _state, _asked: {"data": USER}),
    "POST /2/tweets": (201, _create),
    "POST /2/media/upload": (200, _upload),
    "GET /2/media/upload": (200, _media_status),
    "POST /2/media/metadata": (200, _describe),
    f"GET /2/users/{USER['id']}/tweets": (200, _timeline),
}
