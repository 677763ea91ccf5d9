"""A pipe from the supervisor to its children: when it closes, the supervisor is gone, and they end too."""

from __future__ import annotations

import os
import signal
import threading
import time

PATIENCE = 30
"""Seconds a child has to finish what it is sending once its supervisor has gone."""


class Leash:
    """The supervisor's end. It is closed by the kernel too, whatever ends the supervisor."""

    def __init__(self) -> None:
        self.child_end, self._held = os.pipe()

    def close(self) -> None:
        os.close(self._held)
        os.close(self.child_end)


def follow(descriptor: int) -> None:
    """The child's end: SIGTERM to ourselves when the supervisor has gone. Negative: there is none."""
    if descriptor < 0:
        return
    os.set_inheritable(descriptor, False)
    threading.Thread(target=_wait, args=(descriptor,), name="beacon-leash", daemon=True).start()


def _wait(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os.kill(os.getpid(), signal.SIGKILL)
