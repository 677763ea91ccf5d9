"""No traceback ever reaches a person: whatever goes wrong becomes a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from campaigns.core.collector import collect_seldom

if TYPE_CHECKING:
    from collections.abc import Callable


def guarded(work: Callable[[], object]) -> int:
    """Does the work; returns 0, or the exit code of what went wrong: 1 a problem, 2 misuse, 130 Ctrl-C."""
    collect_seldom()
    try:
        try:
            done = work()
        finally:
            sys.stdout.flush()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except BrokenPipeError:  # who read our output has had enough: `beacon post list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except BaseException as trouble:
        from campaigns.cli.sentences import explain  # heavy, and only when something went wrong

        sentence, code = explain(trouble)
        if sentence:
            sys.stderr.write(f"{sentence}\n")
        return code
    return done if isinstance(done, int) else 0
