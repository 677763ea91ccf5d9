"""The person who connects an account: answers come from options, from files, a prompt or standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from campaigns.cli.output import clean, complain
from campaigns.core.errors import Misuse

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_answers(arguments: Sequence[str]) -> dict[str, str]:
    """`--server URL --token-file FILE` or `--server=URL`, as name -> value; raises `Misuse`."""
    answers: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        option, equals, value = rest.pop(0).partition("=")
        name = option.removeprefix("--")
        if name == option or not name:
            raise Misuse(f"{option!r} is no option; answers are given as --NAME VALUE or --NAME-file FILE.")
        if not equals:
            if not rest:
                raise Misuse(f"{option} needs a value.")
            value = rest.pop(0)
        answers[name] = value
    return answers


class Terminal:
    """A `Talk`. Secrets never come from an argument: other users of the machine could read it there."""

    def __init__(self, answers: dict[str, str]) -> None:
        self._answers = answers
        self._asked: set[str] = set()

    def ask(self, name: str, question: str, *, secret: bool = False, default: str | None = None) -> str:
        self._asked |= {name, f"{name}-file"}
        if f"{name}-file" in self._answers:
            return _from_file(name, self._answers[f"{name}-file"])
        if name in self._answers:
            if secret:
                raise Misuse(
                    f"Secrets are not taken from arguments: use --{name}-file FILE "
                    f"(- for standard input), or leave it out to be asked."
                )
            return self._answers[name]
        if sys.stdin.isatty():
            return str(typer.prompt(clean(question), hide_input=secret, default=default, err=True)).strip()
        if default is not None:
            return default
        if answer := sys.stdin.readline().strip():
            return answer
        mend = f"--{name}-file FILE" if secret else f"--{name} VALUE"
        raise Misuse(f"{question.rstrip(' ?:')}: no answer came from standard input; give {mend}.")

    def tell(self, message: str) -> None:
        complain(message)

    def refuse_unasked(self) -> None:
        """Raises `Misuse` for an option that nothing asked for: a slip of the keyboard, most likely."""
        for name in self._answers:
            if name not in self._asked:
                known = ", ".join(f"--{asked}" for asked in sorted(self._asked) if "-file" not in asked)
                raise Misuse(
                    f"There is no option --{name} here; this platform asks for: {known or 'nothing'}."
                )


def _from_file(name: str, path: str) -> str:
    if path == "-":
        content = sys.stdin.readline()
    else:
        try:
            content = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as unreadable:
            raise Misuse(f"--{name}-file: {path} cannot be read.") from unreadable
    if not content.strip():
        raise Misuse(f"--{name}-file: {path} is empty.")
    return content.strip()
