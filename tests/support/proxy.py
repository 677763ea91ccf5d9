"""A small HTTP proxy on loopback that breaks things on request, in front of any real server."""

from __future__ import annotations

import http.client
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "proxy-connection",
}


@dataclass(slots=True)
class Fault:
    """What happens to the next `count` requests whose method and path fit."""

    kind: Literal["lose_answer", "hold_answer", "hang", "answer"]
    method: str | None = None
    path: str = ""  # the request's path contains this
    count: int = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"

    def fits(self, method: str, path: str) -> bool:
        return self.count > 0 and self.method in {None, method} and self.path in path


@dataclass(frozen=True, slots=True)
class Request:
    """One that arrived, whatever became of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class LossyProxy:
    """Forwards to `target`; faults are queued and used up in order."""

    def __init__(self, target: str) -> None:
        split = urlsplit(target)
        self.target = (split.hostname or "127.0.0.1", split.port or 80)
        self.requests: list[Request] = []
        self.stripped: set[str] = set()  # request headers, in lower case, that are not passed on
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._server: _Server | None = None
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def lose_answer(self, method: str | None = "POST", path: str = "", count: int = 1) -> None:
        """The request reaches the server and takes effect; the connection is cut instead of an answer."""
        self._add(Fault("lose_answer", method, path, count))

    def hold_answer(self, method: str | None = "POST", path: str = "", count: int = 1) -> None:
        """The request takes effect on the server; its answer is kept back until `clear`, then cut."""
        self._add(Fault("hold_answer", method, path, count))

    def hang(self, method: str | None = None, path: str = "", count: int = 1) -> None:
        """The request is read and nothing more happens; the server never sees it."""
        self._add(Fault("hang", method, path, count))

    def answer(
        self,
        status: int,
        *,
        headers: dict[str, str] | None = None,
        body: bytes = b'{"error": "as the test asked"}',
        method: str | None = None,
        path: str = "",
        count: int = 1,
    ) -> None:
        """The proxy answers by itself; the server never sees the request."""
        self._add(Fault("answer", method, path, count, status, headers or {}, body))

    def strip_header(self, name: str) -> None:
        """From now on the server never sees this request header."""
        self.stripped.add(name.lower())

    def clear(self) -> None:
        """Forgets every fault that was not used up; hanging requests are cut."""
        with self._lock:
            self._faults.clear()
        self._released.set()

    def stop(self) -> None:
        """Refuses connections from now on; open ones are cut."""
        if self._server:
            self._released.set()
            self._server.stop()
            self._server = None

    def start(self) -> None:
        """Listens (again), always on the same port."""
        if not self._server:
            self._released = threading.Event()
            self._server = _Server(self, self._port)
            self._port = self._server.server_address[1]

    @property
    def seen(self) -> list[tuple[str, str]]:
        """Method and path of every request that arrived."""
        return [(request.method, request.path) for request in self.requests]

    def take(self, request: Request) -> Fault | None:
        with self._lock:
            self.requests.append(request)
            for fault in self._faults:
                if fault.fits(request.method, request.path):
                    fault.count -= 1
                    return fault
        return None

    def wait_released(self) -> None:
        self._released.wait(60)

    def _add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)


@contextmanager
def lossy_proxy(target: str) -> Iterator[LossyProxy]:
    """`target` is a base URL; the proxy's own is `.url`."""
    proxy = LossyProxy(target)
    try:
        yield proxy
    finally:
        proxy.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, proxy: LossyProxy, port: int) -> None:
        self.proxy = proxy
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.shutdown()
        for connection in list(self.open):
            _cut(connection)
        self.server_close()
        self.thread.join()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    methods: ClassVar = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        super().finish()

    def handle_any(self) -> None:
        body = self._body()
        fault = self.server.proxy.take(Request(self.command, self.path, dict(self.headers), body))
        if fault and fault.kind == "hang":
            self.server.proxy.wait_released()
            self._hang_up()
            return
        if fault and fault.kind == "answer":
            self._reply(
                fault.status, list({"Content-Type": "application/json", **fault.headers}.items()), fault.body
            )
            return
        status, headers, content = self._forward(body)
        if fault:
            if fault.kind == "hold_answer":
                self.server.proxy.wait_released()
            self._hang_up()
            return
        self._reply(status, headers, content)

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = http.client.HTTPConnection(*self.server.proxy.target, timeout=60)
        try:
            left_out = _HOP_BY_HOP | self.server.proxy.stripped | {"content-length"}
            headers = {name: value for name, value in self.headers.items() if name.lower() not in left_out}
            if body or self.command not in {"GET", "HEAD"}:
                headers["Content-Length"] = str(len(body))
            upstream.request(self.command, self.path, body=body, headers=headers)
            answer = upstream.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            upstream.close()

    def _reply(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _hang_up(self) -> None:
        self.close_connection = True
        _cut(self.connection)

    def log_message(self, *_: object) -> None:
        """Silence: pytest shows what matters."""


for _method in _Handler.methods:
    setattr(_Handler, f"do_{_method}", _Handler.handle_any)


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # already gone
