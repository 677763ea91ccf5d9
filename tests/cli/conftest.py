"""The command line as a person meets it: arguments in, words and an exit code out."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).parents[2] / "examples" / "wmhd-2027" / "campaign.yaml"


@dataclass(frozen=True)
class Said:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def empty_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory where nothing is yet, and no settings but that."""
    for name in [name for name in os.environ if name.startswith("BEACON_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BEACON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.fixture
def beacon(empty_install: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command in this process, on the install in `empty_install`."""
    del empty_install

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def install(empty_install: Path, sqlite_template: Path, beacon: Callable[..., Said]) -> Path:
    """An install that is set up, with the account `practice`."""
    empty_install.mkdir(mode=0o700)
    shutil.copy(sqlite_template, empty_install / "beacon.db")
    assert beacon("init").code == 0
    return empty_install


@pytest.fixture
def loaded(install: Path, beacon: Callable[..., Said]) -> Path:
    """The example campaign, loaded."""
    assert beacon("campaign", "load", str(EXAMPLE)).code == 0
    return install
