"""What every SDK built on `requests` may rely on."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from campaigns.platforms.contract import Refused, TryLater, Unclear
from campaigns.platforms.sdk import OnceSession, in_thread
from tests.support.proxy import lossy_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.proxy import LossyProxy


@pytest.fixture
def proxy() -> Iterator[LossyProxy]:
    """Has nothing behind it: it answers by itself."""
    with lossy_proxy("http://127.0.0.1:9") as proxy:
        yield proxy


@pytest.fixture
def session() -> Iterator[OnceSession]:
    with OnceSession("Example", deadline=2) as session:
        yield session


def test_a_redirect_is_never_followed(proxy: LossyProxy, session: OnceSession) -> None:
    for status in (301, 302, 303, 307, 308):
        proxy.answer(status, headers={"Location": f"{proxy.url}/elsewhere"})
        with pytest.raises((Refused, Unclear)):
            session.post(f"{proxy.url}/posts", data={"text": "x"})
    assert {path for _, path in proxy.seen} == {"/posts"}


def test_a_name_that_does_not_exist_is_provably_unsent(session: OnceSession) -> None:
    with pytest.raises(TryLater):
        session.post("http://no-such-host.invalid/posts")


def test_a_certificate_that_is_not_trusted_is_provably_unsent(tmp_path: Path, session: OnceSession) -> None:
    with _server_nobody_trusts(tmp_path) as port, pytest.raises(TryLater):
        session.post(f"https://localhost:{port}/posts")


def test_a_proxy_of_the_network_that_is_down_is_provably_unsent(
    session: OnceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(TryLater):
            session.post("https://example.org/posts")


def test_half_an_answer_is_unclear(session: OnceSession) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    with _raw_server(half) as port, pytest.raises(Unclear):
        session.post(f"http://127.0.0.1:{port}/posts")


def test_what_is_no_http_is_unclear(session: OnceSession) -> None:
    with _raw_server(b"SSH-2.0-OpenSSH\r\n") as port, pytest.raises(Unclear):
        session.post(f"http://127.0.0.1:{port}/posts")


def test_a_login_out_of_netrc_never_replaces_the_account_s_own(
    proxy: LossyProxy, session: OnceSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n", "utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    proxy.answer(200, body=b"{}")
    session.get(f"{proxy.url}/me", headers={"Authorization": "Bearer ours"}, auth=None)
    assert proxy.requests[0].headers["Authorization"] == "Bearer ours"


def test_a_secret_never_stands_in_what_a_person_reads(proxy: LossyProxy, session: OnceSession) -> None:
    proxy.answer(400, body=b'{"error": "bad token s3cr3t-token\\u0007\\nhere"}')
    with pytest.raises(Refused) as raised:
        session.get(f"{proxy.url}/me", headers={"Authorization": "Bearer s3cr3t-token"})
    assert str(raised.value) == "Example refused it (400): bad token [hidden] here"


def test_a_verdict_that_an_sdk_wrapped_comes_out_as_it_was() -> None:
    def sdk() -> None:
        raise OSError("Could not complete request") from TryLater("Slow down.", after=7)

    with pytest.raises(TryLater) as raised:
        asyncio.run(in_thread(sdk))
    assert raised.value.after == 7


def test_trouble_of_the_sdk_s_own_is_unclear() -> None:
    with pytest.raises(Unclear, match="unexpected shape"):
        asyncio.run(in_thread(lambda: _fail("unexpected shape")))


def _fail(words: str) -> None:
    raise KeyError(words)


def test_a_cancelled_call_ends_by_its_own_deadline(proxy: LossyProxy) -> None:
    proxy.hang()
    ended = threading.Event()

    def call() -> None:
        try:
            with OnceSession("Example", deadline=0.6) as session:
                session.post(f"{proxy.url}/posts")
        finally:
            ended.set()

    async def cancelled() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(in_thread(call), 0.1)

    started = time.monotonic()
    asyncio.run(cancelled())
    assert ended.wait(5)
    assert time.monotonic() - started < 3


def test_calls_that_hang_leave_room_for_others(proxy: LossyProxy) -> None:
    proxy.hang(path="/slow", count=12)
    proxy.answer(200, path="/fast", body=b'{"ok": true}')

    async def work() -> None:
        with OnceSession("Example", deadline=3) as session:
            slow = [
                asyncio.ensure_future(in_thread(lambda: OnceSession("Slow", 3).post(f"{proxy.url}/slow")))
                for _ in range(12)
            ]
            answer = await asyncio.wait_for(in_thread(lambda: session.post(f"{proxy.url}/fast")), 2)
            assert answer.json() == {"ok": True}
            proxy.clear()
            assert all(
                isinstance(end, Unclear) for end in await asyncio.gather(*slow, return_exceptions=True)
            )

    asyncio.run(work())


@contextmanager
def _raw_server(answer: bytes) -> Iterator[int]:
    """A port that answers its first connection with these bytes and closes it."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)


@contextmanager
def _server_nobody_trusts(folder: Path) -> Iterator[int]:
    """The port of an HTTPS server whose certificate it made itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def serve() -> None:
        with suppress(OSError), context.wrap_socket(listening.accept()[0], server_side=True):
            raise AssertionError("the client trusted it")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)
