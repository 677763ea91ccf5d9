"""Runs the tests against one broken copy of the project, and says which of them noticed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.mutants.catalogue import Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("campaigns", "config", "workers", "tests", "examples", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__")

HUNTERS = (
    (
        "tests/deliver/test_verdict.py",
        "tests/deliver/test_ownership.py",
        "tests/deliver/test_gate.py",
        "tests/compose/test_payload.py",
    ),
    ("tests/deliver",),
    ("tests/simulation", "tests/workers/test_processes.py", "tests/plan/loading"),
)
"""The quickest first; the next ones only when those saw nothing."""

SECONDS = 600


def catcher(mutant: Mutant) -> str | None:
    """The first test that fails on the mutant; None when it lives."""
    with tempfile.TemporaryDirectory(prefix="beacon-mutant-") as folder:
        copy = Path(folder)
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name, ignore=LEFT_OUT)
            else:
                shutil.copy(ROOT / name, copy / name)
        file = copy / mutant.file
        file.write_text(mutant.broken(file.read_text("utf-8")), "utf-8")
        for tests in HUNTERS:
            if caught := _run(copy, tests):
                return caught
    return None


def _run(copy: Path, tests: tuple[str, ...]) -> str | None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        *("-n", "2"),
        "-p",
        "no:cacheprovider",
        "--hypothesis-seed=0",
        "--no-header",
        *tests,
    ]
    try:
        ended = subprocess.run(
            command,
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            env={**os.environ, "PYTHONPATH": str(copy)},
        )
    except subprocess.TimeoutExpired:
        return f"{' '.join(tests)} did not end within {SECONDS} s"
    if ended.returncode == 0:
        return None
    named = re.search(r"^(?:FAILED|ERROR) (\S+)", ended.stdout, re.MULTILINE)
    return named[1] if named else f"pytest ended with {ended.returncode}"
