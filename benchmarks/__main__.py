"""`make bench`: measures everything in turn, prints the tables and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console

from benchmarks import machine, report
from benchmarks.catalogue import MEASURES, SCRIPTS
from benchmarks.harness.databases import Databases
from benchmarks.harness.environment import HOUSE, environment
from benchmarks.harness.ledger import Ledger
from benchmarks.harness.measure import Bench
from benchmarks.harness.peering import TooSlowError

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.harness.measure import Measure

PAGE = HOUSE / "docs/benchmarks.md"
LEDGER = HOUSE / "build/bench/ledger.json"
QUICK_PAGE, QUICK_LEDGER = HOUSE / "build/bench/quick.md", HOUSE / "build/bench/quick.json"


def main() -> int:
    asked = _asked()
    console = Console()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: whatever was started is ended
    page, path = (QUICK_PAGE, QUICK_LEDGER) if asked.quick else (PAGE, LEDGER)
    head = {**machine.describe(), "quick": asked.quick, "note": asked.note}
    head["began"] = datetime.now(UTC).isoformat(timespec="minutes")
    ledger = Ledger(path, head, keep=asked.resume or bool(asked.only))
    wanted = asked.only or [*(name for name, one in MEASURES.items() if not one.by_name), *SCRIPTS]
    if not asked.resume:
        for name in wanted:
            ledger.forget(name)
    try:
        with Databases() as databases:
            bench = Bench(databases, asked.quick)
            for name in wanted:
                if name in MEASURES:
                    _take(console, bench, MEASURES[name], ledger)
                elif not ledger.said(name):
                    ledger.say(name, _run(console, SCRIPTS[name]))
    except KeyboardInterrupt:
        console.print("Stopped; `make bench ARGS=--resume` goes on.")
        return 130
    report.show(console, ledger)
    report.write_page(page, ledger)
    console.print(f"Written to {os.path.relpath(page)}.")
    return 0


def _take(console: Console, bench: Bench, measure: Measure, ledger: Ledger) -> None:
    """Its rounds, the subjects in turn, so that a busy minute falls on all of them."""
    console.print(f"[bold]{measure.title}[/]")
    for number in range(measure.rounds if not bench.quick else 1):
        for subject, once in measure.subjects.items():
            taken = len(ledger.rounds(measure.name, subject))
            if taken > number or number >= measure.rounds_of(subject, quick=bench.quick):
                continue
            if subject in ledger.failures(measure.name):
                continue
            try:
                figures = once(bench)
            except (
                RuntimeError,
                AssertionError,
                OSError,
                TooSlowError,
                subprocess.CalledProcessError,
            ) as failed:
                ledger.failed(measure.name, subject, f"could not be measured: {failed}")
                console.print(f"  {subject}: [red]{failed}[/]")
                continue
            ledger.add(measure.name, subject, figures)
            shown = [
                f"{column.head} {figures[column.key]:{column.form}}"
                for column in measure.columns
                if column.key in figures
            ]
            console.print(f"  {number + 1} {subject}: {', '.join(shown)}", highlight=False)


def _run(console: Console, script: Path) -> str:
    console.print(f"[bold]{script.stem}[/]")
    ran = subprocess.run(
        [sys.executable, str(script)],
        cwd=HOUSE,
        env=environment(PYTHONPATH=str(HOUSE)),
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout.strip() or f"It failed: {ran.stderr.strip()[-300:]}"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="one smaller round of each; writes build/bench/quick.md"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="SECTION",
        choices=[*MEASURES, *SCRIPTS],
        help="these alone; the others stay",
    )
    parser.add_argument("--resume", action="store_true", help="go on with what an interrupted run left")
    parser.add_argument("--note", default="", help="a sentence on how it was run, for the page")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
