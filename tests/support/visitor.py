"""A browser without a window: asks the application itself, keeps its cookies, fills in its forms."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import FastAPI

ORIGIN = "http://127.0.0.1:8420"
OWN = {"host": "127.0.0.1:8420", "sec-fetch-site": "same-origin", "accept-language": "en-GB"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def words(self) -> str:
        """What a reader sees, on one line."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.text.partition("<body>")[2] or self.text).split())

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def leads_to(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Visitor:
    app: FastAPI
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, **headers: str) -> Answer:
        """Sends a form as the page itself would; a list is sent as several fields of one name."""
        body = urlencode(fields or {}, doseq=True).encode()
        return self.ask("POST", path, body, {"content-type": "application/x-www-form-urlencoded", **headers})

    def send(
        self,
        path: str,
        files: Sequence[tuple[str, str, bytes]],
        fields: Mapping[str, str] | None = None,
        **headers: str,
    ) -> Answer:
        """A form with files, each as (field, file name, content)."""
        line = "beacon-test-boundary"
        parts = [(f'name="{name}"', value.encode()) for name, value in (fields or {}).items()]
        parts += [(f'name="{field}"; filename="{name}"', content) for field, name, content in files]
        body = b"".join(
            f"--{line}\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() + content + b"\r\n"
            for about, content in parts
        )
        return self.ask(
            "POST",
            path,
            body + f"--{line}--\r\n".encode(),
            {"content-type": f"multipart/form-data; boundary={line}", **headers},
        )

    def follow(self, answer: Answer) -> Answer:
        """The page that an accepted form leads to."""
        assert answer.status == 303, answer.words
        return self.get(answer.leads_to)

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """`headers` go over those of our own browser; an empty one takes its place away."""
        given = {**OWN, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies:
            given["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return asyncio.run(self._ask(method, path, body, {k: v for k, v in given.items() if v}))

    async def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(path)
        sent: list[Any] = []

        asked = False

        async def receive() -> Any:
            nonlocal asked
            if asked:
                await asyncio.Event().wait()  # stays connected, and has no more to say
            asked = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(
            {
                "type": "http",
                "asgi": {"version": "3.0"},
                "http_version": "1.1",
                "method": method,
                "scheme": "http",
                "path": parts.path,
                "raw_path": parts.path.encode(),
                "query_string": parts.query.encode(),
                "headers": [
                    (name.encode(), value.encode())
                    for name, value in {"content-length": str(len(body)), **headers}.items()
                ],
                "client": ("127.0.0.1", 50000),
                "server": ("127.0.0.1", 8420),
            },
            receive,
            send,
        )
        begin = next(message for message in sent if message["type"] == "http.response.start")
        for name, value in begin["headers"]:
            if name == b"set-cookie":
                self._keep(value.decode())
        return Answer(
            begin["status"],
            {name.decode(): value.decode() for name, value in begin["headers"]},
            b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body"),
        )

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value
