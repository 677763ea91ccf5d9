"""The how-tos of the documentation, as pages: they ship with Beacon and need no other site."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from campaigns.core.errors import Missing
from campaigns.web.base.visit import SignedIn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

INSTALLED, CHECKOUT = Path(__file__).with_name("docs"), Path(__file__).parents[2] / "docs"
FIRST = "README"

router = APIRouter()


@router.get("/help")
def begin(visit: SignedIn) -> Response:
    return page(visit, FIRST)


@router.get("/help/{name:path}")
def page(visit: SignedIn, name: str) -> Response:
    if name not in _pages():
        raise Missing(visit._("There is no how-to of that name; all of them are listed under Help."))
    title, body = _rendered(name)
    return visit.page("help.html.j2", title=title, body=body, first=name == FIRST)


@cache
def _pages() -> dict[str, Path]:
    """Each page by its path without the ending: `pause-everything`, `reference/commands`."""
    folder = INSTALLED if INSTALLED.is_dir() else CHECKOUT
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in folder.rglob("*.md")}


@cache
def _rendered(name: str) -> tuple[str, Markup]:
    """Its title, and the rest as HTML. The text is ours, and raw HTML in it is shown as text all the same."""
    # Only here: most never read a how-to.
    from markdown_it import MarkdownIt  # noqa: PLC0415

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(_pages()[name].read_text("utf-8"))
    title = ""
    if tokens and tokens[0].type == "heading_open":
        title, tokens = tokens[1].content, tokens[3:]
    _anchor_headings(tokens)
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            token.attrSet("tabindex", "0")  # it may scroll sideways, by keys too
        token.children = _own_links(token.children or [], posixpath.dirname(name))
    return title, Markup(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S704 - escaped above


def _anchor_headings(tokens: Sequence[Token]) -> None:
    """As the repository's viewers name them, so that the same links work."""
    for heading, content in pairwise(tokens):
        if heading.type == "heading_open":
            slug = re.sub(r"[^\w\- ]", "", content.content.lower()).replace(" ", "-")
            heading.attrSet("id", slug)


def _own_links(tokens: Sequence[Token], folder: str) -> list[Token]:
    """Links to other pages lead to ours; links to source files, which are not here, become plain words;
    pictures are left out."""
    kept: list[Token] = []
    lost = False
    for token in tokens:
        if token.type == "link_open":
            href = _own_link(str(token.attrGet("href")), folder)
            lost = not href
            token.attrSet("href", href)
        if token.type == "image" or (lost and token.type in {"link_open", "link_close"}):
            continue
        kept.append(token)
    return kept


def _own_link(href: str, folder: str) -> str:
    """Empty for what is not here."""
    if href.startswith(("https://", "http://", "#")):
        return href
    path, _, anchor = href.partition("#")
    name = posixpath.normpath(posixpath.join(folder, path)).removesuffix(".md")
    if name not in _pages():
        return ""
    return f"/help/{name}#{anchor}" if anchor else f"/help/{name}"
