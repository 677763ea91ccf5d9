"""A person who connects an account, with the answers written down beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class ScriptedTalk:
    """Implements `contract.Talk`. An answer may be a function of the talk so far."""

    def __init__(self, **answers: str | Callable[[ScriptedTalk], str]) -> None:
        self.answers = answers
        self.told: list[str] = []
        self.asked: list[str] = []
        self.secrets: set[str] = set()

    def ask(self, name: str, question: str, *, secret: bool = False, default: str | None = None) -> str:
        del question
        self.asked.append(name)
        if secret:
            self.secrets.add(name)
        answer = self.answers.get(name, default)
        if answer is None:
            raise AssertionError(f"asked for {name}, which the test has no answer for")
        return answer(self) if callable(answer) else answer

    def tell(self, message: str) -> None:
        self.told.append(message)
