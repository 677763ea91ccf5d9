"""Takes messages to their targets, in a process of its own: apprise is 30 MB, and alerts are rare.

`carry` starts it, hands it the addresses by a pipe (others see what a command is called with), and waits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.listen.targets import Target

DEADLINE = 90.0  # seconds for all targets together
EACH = 20.0  # seconds for one


@dataclass(frozen=True, slots=True)
class Message:
    target: Target
    title: str
    body: str


def carry(messages: Sequence[Message]) -> list[str]:
    """For each message what went wrong, in a sentence without a secret; empty: it was accepted."""
    told = [(message.target.address, message.title, message.body) for message in messages]
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "campaigns.listen.courier"],
            input=json.dumps(told).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=DEADLINE,
            check=True,
        )
        answers: list[str] = json.loads(ended.stdout)
    except subprocess.TimeoutExpired:
        answers = [f"gave no answer within {DEADLINE:.0f} s"] * len(messages)
    except (subprocess.CalledProcessError, OSError, ValueError):
        answers = ["could not be tried"] * len(messages)
    return _sentences(messages, answers)


def carry_here(messages: Sequence[Message]) -> list[str]:
    """The same in this process, for one that ends soon."""
    answers = [_take(message.target.address, message.title, message.body) for message in messages]
    return _sentences(messages, answers)


def _sentences(messages: Sequence[Message], answers: Sequence[str]) -> list[str]:
    return [
        f"{message.target} {said}." if said else "" for message, said in zip(messages, answers, strict=True)
    ]


def _take(address: str, title: str, body: str) -> str:
    import apprise  # noqa: PLC0415 - here and nowhere else

    asset = apprise.AppriseAsset(service_timeout=EACH)
    asset.app_id, asset.app_desc = "Beacon", "Beacon alerts"
    there = apprise.Apprise(asset=asset)
    if not there.add(address):
        return "is no address that apprise knows"
    accepted = there.notify(
        body=body, title=title, notify_type=apprise.NotifyType.WARNING, body_format=apprise.NotifyFormat.TEXT
    )
    return "" if accepted else "did not take it"


def main() -> None:
    """Reads messages from standard input; answers on standard output, where nothing else may speak."""
    answer, sys.stdout = sys.stdout, sys.stderr
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a device
        sys.stderr = nowhere
        answers = [_take(*told) for told in json.load(sys.stdin)]
    json.dump(answers, answer)


if __name__ == "__main__":
    main()
