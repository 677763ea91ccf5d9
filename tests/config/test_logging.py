"""Every line of the log can be read by a program, and none holds a secret."""

from __future__ import annotations

import json
import subprocess
import sys

SAY = """
import logging, structlog
from config.logging import set_up
set_up("INFO", {form!r})
log = structlog.get_logger("beacon")
log.info("connected", token="hunter2", url="redis://:hunter2@127.0.0.1/0", account="hope")
log.info("deep", told={{"sealed": "hunter2", "lines": ["postgresql://me:hunter2@db/beacon"]}})
log.info("alerts", alert_targets="hunter2")
log.debug("not shown")
more = {{"delivery": 7, "password": "hunter2"}}
logging.getLogger("other").warning("lost %s", "amqp://me:hunter2@broker/", extra=more)
try:
    raise ValueError("postgresql://me:hunter2@db/beacon")
except ValueError:
    log.exception("failed")
    logging.getLogger("other").exception("failed too")
"""


def _said(form: str) -> list[str]:
    ended = subprocess.run(
        [sys.executable, "-c", SAY.format(form=form)], capture_output=True, text=True, check=True
    )
    assert ended.stdout == ""
    return ended.stderr.splitlines()


def test_every_line_is_json_whoever_wrote_it_and_no_secret_is_in_it() -> None:
    lines = _said("json")
    assert "hunter2" not in "".join(lines)
    told = [json.loads(line) for line in lines]
    assert [line["event"] for line in told] == [
        "connected",
        "deep",
        "alerts",
        "lost amqp://me:***@broker/",
        "failed",
        "failed too",
    ]
    assert told[0]["account"] == "hope"
    assert told[3]["delivery"] == 7
    assert "ValueError" in told[4]["exception"]
    assert all({"level", "timestamp"} <= line.keys() for line in told)


def test_text_is_for_reading_and_keeps_secrets_too() -> None:
    lines = _said("text")
    assert "hunter2" not in "".join(lines)
    assert not lines[0].startswith("{")
    assert any("account=hope" in line for line in lines)


def test_a_terminal_that_is_gone_ends_nothing() -> None:
    went_on = SAY.format(form="json").replace(
        'log.info("connected"', 'import os; os.close(2)\nlog.info("connected"'
    )
    ended = subprocess.run(
        [sys.executable, "-c", f"{went_on}\nprint('still here')"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert ended.stdout == "still here\n"
