"""From what is stored to what a page shows. Every character of a post is escaped here, once."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from campaigns.platforms.practice import grammar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.platforms.practice.records import Post

HERE = Path(__file__).parent


class Conversation(NamedTuple):
    """A thread as a page shows it."""

    posts: list[Post]
    more: int = 0  # posts that are left out at the end


def page(template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page, never kept by the browser: the feed is always as it is now."""
    html = _templates().get_template(template).render(**shown)
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(linked=linked, moment=moment, tag_path=tag_path)
    return templates


def linked(text: str) -> Markup:
    """The text with its hashtags and web links made into links."""
    return Markup().join(_pieces(text))


def _pieces(text: str) -> Iterator[Markup]:
    done = 0
    for start, end in sorted(chain(grammar.tags(text), grammar.links(text))):
        piece = text[start:end]
        yield escape(text[done:start])
        if piece[0] in "#\uff03":
            yield Markup('<a class="tag" href="{}">{}</a>').format(tag_path(piece[1:]), piece)
        else:
            yield Markup('<a href="{}" rel="nofollow noopener noreferrer">{}</a>').format(piece, piece)
        done = end
    yield escape(text[done:])


def tag_path(tag: str) -> str:
    return f"/tags/{quote(tag, safe='')}"


def moment(at: str) -> str:
    """An ISO instant in UTC as people read it, its zone named."""
    instant = datetime.fromisoformat(at)
    return f"{instant.day} {instant:%b %Y, %H:%M} UTC"
