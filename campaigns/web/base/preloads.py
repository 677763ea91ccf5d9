"""A `Link` header for what a page's head asks for: it arrives before the page is unpacked and read, and a
slow phone asks that much sooner (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Link)."""

from __future__ import annotations

import re

ASKED_FOR = re.compile(
    r'<link rel="stylesheet" href="(?P<style>/static/[^"]+)"'
    r'|<script type="module" src="(?P<script>/static/[^"]+)"'
)


def preloads(page: str) -> str:
    """The header's value for a page that was drawn; empty if its head asks for nothing."""
    head, _, _ = page.partition("</head>")
    return ", ".join(
        f"<{found['style']}>; rel=preload; as=style"
        if found["style"]
        else f"<{found['script']}>; rel=modulepreload"
        for found in ASKED_FOR.finditer(head)
    )
