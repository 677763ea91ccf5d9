"""Style sheets, scripts and pictures: read once, compressed once, and kept by browsers for ever.

Their address names the hash of them all (`/static/<hash>/js/enhance.js`), so that a new version has new
addresses. A script comes with the modules that it imports: see `modules`.
"""

from __future__ import annotations

import gzip
import mimetypes
from hashlib import sha256
from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.responses import Response

from campaigns.core.errors import Missing
from campaigns.web.base.lean import lean
from campaigns.web.base.modules import joined

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

FOR_EVER = "public, max-age=31536000, immutable"
SHORT = "public, no-cache"
TEXT = ("text/", "image/svg+xml", "application/manifest+json")
SHARED = "css/base.css"  # every file of css/base/, in the order of their names


class Assets:
    def __init__(self, folder: Path) -> None:
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        shared = [name for name in files if name.startswith("css/base/")]
        files[SHARED] = b"\n".join(files.pop(name) for name in shared)
        scripts = {name: content.decode() for name, content in files.items() if name.endswith(".js")}
        files |= {name: joined(name, scripts).encode() for name in scripts}
        files = {name: lean(name, content) for name, content in files.items()}
        self.version = sha256(b"\0".join(b"%s\0%s" % (n.encode(), files[n]) for n in files)).hexdigest()[:12]
        self._files = {name: _Asset(name, content) for name, content in files.items()}

    def __call__(self, name: str) -> str:
        """The address of an asset; raises KeyError for one that is not there, so that a page's test fails."""
        return f"/static/{self.version}/{self._files[name].name}"

    def drawn(self, name: str) -> Markup:
        """A picture to stand in a page itself: SVG on its own costs a phone a request and a document."""
        return Markup(self._files[name].plain.decode())  # noqa: S704 - a file of our own

    def answer(self, request: Request, version: str, name: str) -> Response:
        """Raises `Missing`. A page of the version before still gets something, though not for ever."""
        asset = self._files.get(name)
        if asset is None:
            raise Missing("There is no such file.")
        cache = FOR_EVER if version == self.version else SHORT
        return asset.answer(cache, packed="gzip" in request.headers.get("accept-encoding", ""))


class _Asset:
    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if name.endswith(".js"):
            self._type = "text/javascript"
        self.plain = content
        self._packed = gzip.compress(content, 9, mtime=0) if self._type.startswith(TEXT) else None

    def answer(self, cache: str, *, packed: bool) -> Response:
        headers = {"cache-control": cache, "vary": "Accept-Encoding"}
        if packed and self._packed:
            headers["content-encoding"] = "gzip"
            return Response(self._packed, media_type=self._type, headers=headers)
        return Response(self.plain, media_type=self._type, headers=headers)
