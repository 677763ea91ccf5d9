"""compose.yaml and the Dockerfile without Docker: each service's own command, as a process here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOUSE = Path(__file__).parents[2]
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def instructions() -> Iterator[tuple[str, str]]:
    """The Dockerfile's, each with its words on one line."""
    text = (HOUSE / "Dockerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, words = line.strip().partition(" ")
            yield name, " ".join(words.split())


def image_environment() -> dict[str, str]:
    """What the last stage of the image sets."""
    found: dict[str, str] = {}
    for name, words in instructions():
        if name == "FROM":
            found = {}
        elif name == "ENV":
            found.update(dict(pair.split("=", 1) for pair in words.split()))
    return found


def image_health() -> list[str]:
    (words,) = [words for name, words in instructions() if name == "HEALTHCHECK"]
    command: list[str] = json.loads(words.partition("CMD ")[2])
    return command


def services(variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """As `docker compose` would read them: anchors and merges resolved, then variables put in."""

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        return variables[name] if kind == "?" else variables.get(name) or rest or ""

    def filled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: filled(inner) for key, inner in node.items()}
        if isinstance(node, list):
            return [filled(inner) for inner in node]
        return _VARIABLE.sub(value, node) if isinstance(node, str) else node

    whole = yaml.safe_load((HOUSE / "compose.yaml").read_text("utf-8"))
    told: dict[str, dict[str, Any]] = filled(whole["services"])
    return told


@dataclass
class Natively:
    """Runs services with their own commands and environment; `instead` maps what only a container has."""

    told: Mapping[str, dict[str, Any]]
    instead: Mapping[str, str]
    more: Mapping[str, str]
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, service: str, *command: str) -> subprocess.Popen[bytes]:
        arguments = command or tuple(self.told[service]["command"])
        with (self.folder / f"{service}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "campaigns.cli", *arguments],
                cwd=HOUSE,
                env=self.environment(service),
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def healthy(self, service: str) -> bool:
        """Whether its own health check says so."""
        told = self.told[service].get("healthcheck")
        command = [self._here(word) for word in (told["test"][1:] if told else image_health())]
        if command[0] == "beacon":
            command[:1] = [sys.executable, "-m", "campaigns.cli"]
        if command[0] == "python":
            command[0] = sys.executable
        done = subprocess.run(
            command, cwd=HOUSE, env=self.environment(service), capture_output=True, check=False
        )
        return done.returncode == 0

    def environment(self, service: str) -> dict[str, str]:
        told = {**image_environment(), **self.told[service]["environment"]}
        del told["PATH"]
        ours = {name: self._here(str(value)) for name, value in told.items()}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("BEACON_")}
        return {**inherited, **ours, **self.more, "PYTHONDONTWRITEBYTECODE": ""}

    def log(self, service: str) -> str:
        return (self.folder / f"{service}.log").read_text("utf-8", "replace")

    def end(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()

    def _here(self, word: str) -> str:
        for there, here in self.instead.items():
            word = word.replace(there, here)
        return word
