"""The shipped proxy examples: nginx for real, before the real web process."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.packaging.compose import HOUSE
from tests.support.engine import until
from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROXIES = HOUSE / "packaging" / "proxy"
NAME = "beacon.example.org"


def test_caddy_takes_its_example() -> None:
    if not shutil.which("caddy"):
        pytest.skip("caddy is not installed (Debian: apt install caddy)")
    done = subprocess.run(
        ["caddy", "adapt", "--validate", "--config", str(PROXIES / "Caddyfile"), "--adapter", "caddyfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "127.0.0.1:8420" in done.stdout


class Behind:
    """The web process behind nginx, asked by the name that the world knows."""

    def __init__(self, port: int, certificate: Path, log: Path, link: str) -> None:
        self._port, self.log, self.link = port, log, link
        self._trust = ssl.create_default_context(cafile=str(certificate))
        self.cookie = ""

    def connect(self) -> http.client.HTTPSConnection:
        plain = socket.create_connection(("127.0.0.1", self._port), timeout=20)
        try:
            sock = self._trust.wrap_socket(plain, server_hostname=NAME)
        except OSError:
            plain.close()
            raise
        connection = http.client.HTTPSConnection(NAME, self._port, timeout=20)
        connection.sock = sock
        return connection

    def ask(
        self, method: str, path: str, body: str = "", host: str = NAME
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Host": host, "User-Agent": "NosyBrowser/7", "Cookie": self.cookie}
        if body or method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{NAME}"}
        with closing(self.connect()) as connection:
            connection.request(method, path, body.encode(), headers)
            answer = connection.getresponse()
            return answer, answer.read()


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Behind]:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed (Debian: apt install nginx-light)")
    _certificate(tmp_path)
    web, front, plain = free_port(), free_port(), free_port()
    shipped = (PROXIES / "nginx.conf").read_text("utf-8")
    for there, here in (
        (r"127\.0\.0\.1:8420", f"127.0.0.1:{web}"),
        (r"listen 443 ", f"listen 127.0.0.1:{front} "),
        (r"listen 80;", f"listen 127.0.0.1:{plain};"),
        (rf"/etc/letsencrypt/live/{NAME}", str(tmp_path)),
        (r"/var/log/nginx", str(tmp_path)),
    ):
        shipped, found = re.subn(there, here, shipped)
        assert found
    (tmp_path / "beacon.conf").write_text(shipped, "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"{user} daemon off; pid {tmp_path}/pid; error_log {tmp_path}/main.log; events {{}} http {{ "
        + "".join(
            f"{kind}_temp_path {tmp_path}/{kind}; "
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"include {tmp_path}/beacon.conf; }}\n",
        "utf-8",
    )
    config = ["-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path), "-e", str(tmp_path / "main.log")]
    tried = subprocess.run([nginx, "-t", *config], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BEACON_")} | {
        "BEACON_DATA_DIR": str(tmp_path / "data"),
        "BEACON_HTTP_PORT": str(web),
        "BEACON_PUBLIC_URL": f"https://{NAME}",
    }
    beacon = [sys.executable, "-m", "campaigns.cli"]
    subprocess.run([*beacon, "init"], env=environment, cwd=HOUSE, check=True, capture_output=True)
    added = subprocess.run(
        [*beacon, "person", "add", "ann@example.org", "--role", "owner", "--json"],
        env=environment,
        cwd=HOUSE,
        check=True,
        capture_output=True,
    )
    with ExitStack() as stack:
        for command in ([*beacon, "web"], [nginx, *config]):
            process = subprocess.Popen(command, env=environment, cwd=HOUSE)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        seen = Behind(
            front, tmp_path / "fullchain.pem", tmp_path / "beacon.log", json.loads(added.stdout)["link"]
        )

        def answers() -> bool:
            try:
                return seen.ask("GET", "/health")[0].status == 200
            except OSError:
                return False

        until(answers)
        yield seen


def test_nginx_passes_pages_events_and_names_and_logs_nobody(behind: Behind) -> None:
    assert behind.link.startswith(f"https://{NAME}/link/")
    path = behind.link.removeprefix(f"https://{NAME}")
    answer, _ = behind.ask("POST", path, "timezone=UTC")
    assert answer.status == 303
    behind.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    assert "Secure" in (answer.getheader("Set-Cookie") or "")
    page, body = behind.ask("GET", "/")
    assert (page.status, b"<html" in body) == (200, True)

    # Server-sent events: the first line comes at once, not when a buffer is full.
    with closing(behind.connect()) as connection:
        connection.request("GET", "/events", headers={"Host": NAME, "Cookie": behind.cookie})
        with closing(connection.getresponse()) as events:
            assert events.getheader("Content-Type", "").startswith("text/event-stream")
            assert events.readline() == b"retry: 3000\n"

    # A name that is not ours is refused, also when nginx lets it through.
    assert behind.ask("GET", "/", host="rebound.example.net")[0].status == 421

    until(lambda: behind.log.exists() and behind.log.read_text("utf-8").count("\n") >= 3)
    logged = behind.log.read_text("utf-8")
    assert "POST /link 303" in logged
    for secret in (path.rpartition("/")[2], "127.0.0.1", "NosyBrowser", "ann"):
        assert secret not in logged
