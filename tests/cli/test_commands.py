"""The commands there are, how quickly they explain themselves, and what the pages say of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from campaigns.cli import metrics_reference, reference
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

ROOT = Path(__file__).parents[2]

CONTRACT = [
    *(
        "init",
        "up",
        "web",
        "clock",
        "worker",
        "practice",
        "demo",
        "doctor",
        "status",
        "days",
        "pause",
        "resume",
    ),
    *(f"account {verb}" for verb in ("connect", "list", "check", "pause", "resume", "remove")),
    *(
        f"campaign {verb}"
        for verb in (
            "schema",
            "check",
            "rehearse",
            "load",
            "list",
            "show",
            "export",
            "pause",
            "resume",
            "remove",
        )
    ),
    *(f"post {verb}" for verb in ("list", "show", "now", "move", "cancel", "settle")),
]


@pytest.mark.parametrize("command", CONTRACT)
def test_every_command_of_the_contract_is_there_and_explains_itself(
    command: str, beacon: Callable[..., Said]
) -> None:
    said = beacon(*command.split(), "--help")
    assert said.code == 0
    assert "Usage:" in said.out


@pytest.mark.parametrize(
    "page",
    [
        (reference.COMMANDS, reference.commands),
        (reference.SETTINGS, reference.settings),
        (reference.METRICS, metrics_reference.metrics),
    ],
)
def test_the_reference_says_what_the_code_does(page: tuple[Path, Callable[[], str]]) -> None:
    path, written = page
    assert (ROOT / path).read_text("utf-8") == written(), "run: python -m campaigns.cli.reference"


def test_every_setting_has_words() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_help_imports_neither_database_nor_sdk() -> None:
    """It must be there at once; what is heavy is imported by the command that needs it."""
    code = (
        "import sys; from campaigns.cli.main import main; main(['--help']); "
        "heavy = {'sqlalchemy', 'celery', 'fastapi', 'rich', 'pydantic'}; print(heavy & {*sys.modules})"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert told.stdout.strip().endswith("set()")


def test_a_command_that_does_not_exist_is_misuse(beacon: Callable[..., Said]) -> None:
    assert beacon("publish").code == 2


@pytest.mark.usefixtures("install")
def test_a_reader_who_has_had_enough_is_no_error() -> None:
    """`beacon campaign schema | head -1`."""
    beacon = subprocess.Popen(
        [sys.executable, "-m", "campaigns.cli", "campaign", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert beacon.stdout
    beacon.stdout.close()
    _, complaints = beacon.communicate(timeout=60)
    assert complaints == b""
