"""The systemd units, as systemd itself reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from campaigns.cli.serving import PARTS
from tests.packaging.compose import HOUSE

if TYPE_CHECKING:
    from pathlib import Path

UNITS = sorted((HOUSE / "packaging" / "systemd").iterdir())


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_to_complain_about(unit: Path, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed (Debian: apt install systemd)")
    for other in UNITS:  # the program stands elsewhere on this machine, and its user is not here
        text = re.sub(r"/opt/beacon/bin/beacon", sys.executable, other.read_text("utf-8"))
        (tmp_path / other.name).write_text(re.sub(r"(?m)^User=.*\n", "", text), "utf-8")
    name = unit.name.replace("@.", "@worker.")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "beacon" in line]
    assert (complaints, done.returncode) == ([], 0)


def test_the_template_starts_any_part() -> None:
    text = (HOUSE / "packaging" / "systemd" / "beacon@.service").read_text("utf-8")
    assert "ExecStart=/opt/beacon/bin/beacon %i\n" in text
    assert {"web", "clock", "worker"} <= set(PARTS)


@pytest.mark.parametrize("name", ["beacon.service", "beacon@.service"])
def test_a_service_may_finish_what_it_sends_and_touch_nothing_else(name: str) -> None:
    text = (HOUSE / "packaging" / "systemd" / name).read_text("utf-8")
    assert int(re.findall(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)[0]) > 20 + 15
    for line in ("ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "User=beacon"):
        assert f"\n{line}\n" in text
