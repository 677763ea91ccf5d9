"""What the scenarios showed: as a table in the terminal, and as docs/faults.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

from tests.faults.figures import Figures
from tests.faults.opening import USUAL
from tests.faults.scenario import WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.faults.scenario import Scenario

    Row = tuple[str, Scenario, str, Figures]

COLUMNS = ("posts", "parts", "kills", "lost", "doubled", "out of order", "asked", "recovery")

PROMISE = """\
# Faults: what Beacon promises, and how it was broken

**The promise.** A post is never lost. It is never doubled where the platform offers a key or can be read
back; where it offers neither, never *silently*: Beacon asks a person instead of guessing. Within an account
posts go out in order.

**The one hole that remains.** A worker on *another* host that freezes between its last check and the write to
the socket, for longer than its lease and one call's deadline, and then wakes: nobody else can end a process
on a host they cannot reach. On a platform without a key its late request may come second, readable or not.
On one host it cannot happen: a frozen worker is killed before its account moves to another.

Repeat it all with `make faults` (`python -m tests.faults --resume` goes on after an interruption;
`--scenario NAME`, `--database` and `--seed` narrow it down). Every process is a real one: clocks, Celery
workers, Valkey, PostgreSQL, the practice platform. Every kill is a SIGKILL, every freeze a SIGSTOP. The
judge is the practice platform's append-only log, compared with the database part by part.
"""

COUNTED = """\
*lost*: recorded as out and not there, out and not recorded, or never brought to an end. *doubled*: beyond the
first on the platform, with or without a key. *out of order*: neighbours of one account that came the wrong
way round, or a thread's part under the wrong one. *asked*: posts that wait for a person to say whether they
are live. *recovery*: seconds from a kill until no lane or post of the dead process is left hanging; the
longest.

The engine's code is the shipped one: a worker is killed at a named point through the runtime that it is
given, not through hooks. Leases and waits are settings, shortened here unless a scenario says otherwise:
"""


def table(rows: Sequence[Row]) -> Table:
    """For the terminal."""
    shown = Table(header_style="bold", box=box.SIMPLE, padding=(0, 0))
    for name in ("#", "fault", "database", *COLUMNS, "s", ""):
        shown.add_column(name, justify="left" if name in {"fault", "database", ""} else "right")
    for name, scenario, database, figures in rows:
        verdict = "[green]ok[/]" if figures.ok else "[red]NOT ok[/]"
        shown.add_row(
            str(scenario.number), name, database, *_numbers(figures), f"{figures.seconds:.0f}", verdict
        )
    return shown


def write_page(path: Path, rows: Sequence[Row], head: dict[str, Any]) -> None:
    """docs/faults.md, whole."""
    path.write_text(
        "\n".join([PROMISE, *_how(rows, head), *_totals(rows), COUNTED, _settings(), *_each(rows)]), "utf-8"
    )


def _how(rows: Sequence[Row], head: dict[str, Any]) -> list[str]:
    wrong = sum(not figures.ok for *_, figures in rows)
    held = "All held." if not wrong else f"**{wrong} did not hold; see below.**"
    told = (
        f"{head['began'][:10]}, {head['machine']}, seed {head['seed']}, {head['seconds'] / 60:.0f} minutes "
        f"for {len(rows)} scenario runs. Random kills asked for: {head['kills']} over {head['posts']} posts "
        f"on each database{_share(head)}. {held} A case's choices follow from this seed and its name, so "
        f"`--scenario NAME --seed {head['seed']}` makes them again."
    )
    if head.get("note"):
        told += f" {head['note']}"
    return ["## The last run", "", told, ""]


def _settings() -> str:
    told = (f"`{name}` {value}" for name, value in USUAL.items() if name != "log_level")
    return ", ".join(told) + ".\n"


def _share(head: dict[str, Any]) -> str:
    """What a smaller run than the whole proof leaves out."""
    share = min(1.0, head["kills"] / WHOLE)
    if share == 1:
        return ""
    return f", so the other counts and the long waits are about {share:.0%} of the whole proof's"


def _totals(rows: Sequence[Row]) -> list[str]:
    lines = [_line(["database", *COLUMNS]), _line(["---", *["---:" for _ in COLUMNS]])]
    for database in dict.fromkeys(row[2] for row in rows):
        total = Figures()
        for row in rows:
            total = total + row[3] if row[2] == database else total
        lines.append(_line([database, *_numbers(total)]))
    return [*lines, ""]


def _each(rows: Sequence[Row]) -> list[str]:
    lines = ["## The twenty faults", ""]
    for scenario in {row[0]: row[1] for row in rows}.values():
        mine = [row for row in rows if row[1] is scenario]
        lines += [
            f"### {scenario.number}. {scenario.fault}",
            "",
            f"`{mine[0][0]}`. Expected: {scenario.expected}.",
            "",
        ]
        lines += [_line(["database", *COLUMNS, "verdict"]), _line(["---", *["---:" for _ in COLUMNS], "---"])]
        for _, _, database, figures in mine:
            lines.append(_line([database, *_numbers(figures), "ok" if figures.ok else "**NOT ok**"]))
        lines.append("")
        for _, _, database, figures in mine:
            if figures.measured:
                told = "; ".join(f"{name} {value:g}" for name, value in figures.measured.items())
                lines += [f"- {database}: {told}."]
            lines += [f"- {said}" for said in figures.broken]
        lines += [""] if lines[-1] else []
    return lines


def _numbers(figures: Figures) -> list[str]:
    counts = (figures.posts, figures.parts, figures.kills, figures.lost, figures.doubled)
    recovery = "" if figures.recovery is None else f"{figures.recovery:.1f} s"
    return [*(f"{count:,}" for count in (*counts, figures.out_of_order, figures.asked)), recovery]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
