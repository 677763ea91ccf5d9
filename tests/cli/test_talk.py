"""How a person answers when an account is connected."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from campaigns.cli.talk import Terminal, read_answers
from campaigns.core.errors import Misuse

if TYPE_CHECKING:
    from pathlib import Path


def test_options_answer_in_either_spelling() -> None:
    assert read_answers(["--server", "https://a.example", "--handle=bob"]) == {
        "server": "https://a.example",
        "handle": "bob",
    }


@pytest.mark.parametrize("arguments", [["server"], ["--server"], ["--", "x"]])
def test_what_is_no_option_is_misuse(arguments: list[str]) -> None:
    with pytest.raises(Misuse):
        read_answers(arguments)


def test_a_secret_is_not_taken_from_an_argument() -> None:
    with pytest.raises(Misuse, match="--token-file"):
        Terminal({"token": "s3cret"}).ask("token", "Access token", secret=True)


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    asked = Terminal({"token-file": str(tmp_path / "token")})
    assert asked.ask("token", "Access token", secret=True) == "s3cret"


def test_a_secret_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("s3cret\n"))
    assert Terminal({"token-file": "-"}).ask("token", "Access token", secret=True) == "s3cret"


def test_questions_without_options_read_standard_input_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("alice\ns3cret\n"))
    terminal = Terminal({})
    assert terminal.ask("handle", "Handle") == "alice"
    assert terminal.ask("password", "App password", secret=True) == "s3cret"


def test_a_default_spares_the_question_where_nobody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert Terminal({}).ask("server", "Server", default="https://a.example") == "https://a.example"


def test_a_question_nobody_answers_says_which_option_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(Misuse, match="--handle VALUE"):
        Terminal({}).ask("handle", "Handle")


def test_an_option_that_nothing_asked_for_is_a_slip() -> None:
    terminal = Terminal({"serv": "https://a.example", "server": "https://b.example"})
    terminal.ask("server", "Server")
    with pytest.raises(Misuse, match="--serv "):
        terminal.refuse_unasked()
