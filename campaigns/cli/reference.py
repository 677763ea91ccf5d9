"""The pages of docs/reference that follow from the code; run as a module, it renews them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from campaigns.cli.main import app
from campaigns.cli.metrics_reference import metrics
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS = Path("docs/reference/commands.md")
SETTINGS = Path("docs/reference/settings.md")
METRICS = Path("docs/reference/metrics.md")

_COMMANDS_INTRODUCTION = """\
# Commands

<!-- Written by `python -m campaigns.cli.reference` from the commands; change those, not this page. -->

Exit codes: 0 fine, 1 a problem was found, 2 the command was misused, 130 stopped by Ctrl-C.

With `--json`, listings, `rehearse` and `check` print one array, all others one object; times in it are UTC to
the second (`2027-10-10T08:00:00Z`). What is meant for a person meanwhile goes to standard error. Colour is
used on a terminal only, and never where `NO_COLOR` is set.
"""

_SETTINGS_INTRODUCTION = """\
# Settings

<!-- Written by `python -m campaigns.cli.reference` from config/settings.py; change that, not this page. -->

Each is an environment variable; or, without `BEACON_` and in lower case, a line of `beacon.toml` in the
folder that Beacon is started from (`data_dir = "/var/lib/beacon"`). The variable wins. Times are seconds.

| Setting | Default | What it is |
| --- | --- | --- |
"""


def commands() -> str:
    """The page of commands."""
    group: Any = typer.main.get_command(app)
    return _COMMANDS_INTRODUCTION + "".join(_sections("beacon", group.commands))


def settings() -> str:
    """The page of settings."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = default.get_secret_value() if hasattr(default, "get_secret_value") else default
        told = "" if shown in {"", None} else f"`{shown:g}`" if isinstance(shown, float) else f"`{shown}`"
        rows.append(f"| `BEACON_{name.upper()}` | {told} | {field.description} |\n")
    return _SETTINGS_INTRODUCTION + "".join(rows)


def _sections(before: str, found: dict[str, Any]) -> Iterator[str]:
    for name, command in found.items():
        if command.hidden:
            continue
        if inner := getattr(command, "commands", None):
            yield from _sections(f"{before} {name}", inner)
            continue
        places = [param for param in command.params if param.param_type_name == "argument"]
        usage = " ".join([before, name, *(param.metavar or param.name.upper() for param in places)])
        yield f"\n## `{usage}`\n\n{_prose(command.help)}\n"
        if params := [param for param in command.params if param.help and param.name != "help"]:
            yield "\n" + "".join(f"- `{_spelled(param)}`: {param.help}\n" for param in params)


def _spelled(param: Any) -> str:
    if param.param_type_name == "argument":
        return str(param.metavar)
    return " ".join([*(", ".join(param.opts),), *([param.metavar] if param.metavar else [])])


def _prose(text: str) -> str:
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


if __name__ == "__main__":
    COMMANDS.write_text(commands(), "utf-8")
    SETTINGS.write_text(settings(), "utf-8")
    METRICS.write_text(metrics(), "utf-8")
