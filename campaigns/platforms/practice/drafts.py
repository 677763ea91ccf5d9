"""Reading what a client sent: a post or an image within the limits, or the reason why not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from campaigns.platforms.practice import grammar
from campaigns.platforms.practice.records import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

LARGEST_JSON = 100_000  # bytes
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
_BEGINNINGS = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}


class UnprocessableError(Exception):
    """The request is over a limit or makes no sense; the message is answered with 422."""


async def read_body(request: Request, most: int) -> bytes:
    """The request's body, of at most so many bytes."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise UnprocessableError(f"This is larger than {most:,} bytes.")
    return bytes(content)


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the request's body."""
    try:
        told = json.loads(await read_body(request, LARGEST_JSON))
    except (ValueError, RecursionError) as unreadable:
        raise UnprocessableError("The body is not JSON.") from unreadable
    if not isinstance(told, dict):
        raise UnprocessableError("The body is not a JSON object.")
    return told


def read_draft(told: Mapping[str, Any]) -> Draft:
    """A post to be, within the platform's limits."""
    text = _string(told, "text")
    if not text or not text.strip():
        raise UnprocessableError("A post needs a text.")
    warning = _string(told, "content_warning") or None
    over = grammar.too_long(text, warning)
    if over:
        raise UnprocessableError(
            f"The text is {over} characters too long: {grammar.LONGEST_TEXT} fit, the content warning's"
            f" included, and a link counts {grammar.LINK_LENGTH}."
        )
    language = _string(told, "language") or None
    if language and not _LANGUAGE.fullmatch(language):
        raise UnprocessableError(f"{language[:40]!r} is not a language tag such as en or pt-BR.")
    media = told.get("media") or []
    if not isinstance(media, list) or len(media) > grammar.MOST_IMAGES:
        raise UnprocessableError(f"media is a list of at most {grammar.MOST_IMAGES} image ids.")
    reply_to = told.get("reply_to")
    return Draft(
        text, language, warning, tuple(map(read_id, media)), None if reply_to is None else read_id(reply_to)
    )


def read_id(told: Any) -> int:
    """The number in an id; ids are strings of digits."""
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) <= 18:  # noqa: PLR2004 - 2**63
        return int(told)
    raise UnprocessableError("An id is a string of digits.")


def check_image(mime: str, alt: str, content: bytes) -> None:
    """Raises unless this is an image that the platform takes, with words for who cannot see it."""
    if not alt.strip():
        raise UnprocessableError("An image needs an alt text.")
    if len(alt) > grammar.LONGEST_ALT:
        raise UnprocessableError(f"An alt text has at most {grammar.LONGEST_ALT} characters.")
    beginning = _BEGINNINGS.get(mime)
    if beginning is None:
        raise UnprocessableError("An image is a JPEG, PNG, GIF or WebP.")
    if not beginning.match(content):
        raise UnprocessableError(f"The bytes are not those of {mime}.")


def _string(told: Mapping[str, Any], name: str) -> str | None:
    found = told.get(name)
    if found is None or isinstance(found, str):
        return _storable(found, name)
    raise UnprocessableError(f"{name} is a text.")


def _storable(text: str | None, name: str) -> str | None:
    """Text as it is; half a surrogate pair, which JSON can spell but UTF-8 cannot, is refused."""
    try:
        (text or "").encode()
    except UnicodeEncodeError as broken:
        raise UnprocessableError(f"{name} has a character that is not Unicode.") from broken
    return text
