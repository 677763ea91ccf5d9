"""An asyncio loop on virtual time: when nothing is ready, the clock jumps to the next timer.

A simulated process is a context variable. What its tasks scheduled runs only while it lives: a dead
process never runs another line, not even a `finally`, as after SIGKILL; a frozen one runs it later.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context

MOST_TURNS = 3_000_000
"""A seed that needs more turns of the loop than this is spinning."""


class StuckError(BaseException):
    """Nothing will ever happen again, or everything happens for ever."""


class SimulatedCrash(BaseException):
    """Ends a simulated process in the middle of a line; no handler of the engine's may catch it."""


class Process:
    """What lives, freezes and dies in one piece."""

    def __init__(self, name: str, host: str, loop: VirtualLoop) -> None:
        self.name, self.host, self._loop = name, host, loop
        self.owner = ""  # as lanes and attempts record it
        self.alive = True
        self.frozen_since: float | None = None
        self._parked: list[asyncio.Handle] = []
        self.context = copy_context()
        self.context.run(PROCESS.set, self)
        loop.processes.append(self)

    def turn(self, own: list[asyncio.Handle], callback: Callable[..., object], *args: Any) -> None:
        """Runs one callback of this process, if it may run at all."""
        if self.alive and self.frozen_since is None:
            callback(*args)
        else:
            self._parked.append(own[0])

    def die(self) -> None:
        self.alive = False

    def bury(self) -> None:
        """Lets the tasks of a dead process, cancelled beforehand, come to their end."""
        self.alive = True
        self.thaw()

    def freeze(self) -> None:
        if self.frozen_since is None:
            self.frozen_since = self._loop.time()

    def thaw(self) -> None:
        self.frozen_since = None
        parked, self._parked = self._parked, []
        for handle in parked:
            self._loop.run_again(handle)

    @property
    def silence(self) -> float:
        """Seconds since its loop last turned."""
        return 0.0 if self.frozen_since is None else self._loop.time() - self.frozen_since


PROCESS: ContextVar[Process | None] = ContextVar("process", default=None)


class VirtualLoop(asyncio.BaseEventLoop):
    """No sockets, no threads, no wall time. `time()` counts virtual seconds since the world began."""

    def __init__(self) -> None:
        super().__init__()
        self._virtual = 0.0
        self.turns = 0
        self.processes: list[Process] = []
        self.troubles: list[str] = []
        self.begun: list[asyncio.Task[Any]] = []  # held, so that a dead process's tasks stay dead in peace
        self.set_task_factory(self._begin)
        self._selector = self  # the base loop asks its selector to wait; ours lets time pass instead

    def time(self) -> float:
        return self._virtual

    def select(self, timeout: float | None) -> list[object]:
        self.turns += 1
        if self.turns > MOST_TURNS:
            raise StuckError("the loop turns without end")
        if timeout is None:
            raise StuckError("nothing is scheduled any more")
        if timeout > 0:
            self._virtual = max(self._virtual, self._scheduled[0].when())  # type: ignore[attr-defined]
        return []

    def _process_events(self, _events: list[object]) -> None: ...

    def _write_to_self(self) -> None: ...

    def _begin(self, _loop: object, work: Any, **more: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(work, loop=self, **more)
        self.begun.append(task)
        return task

    def run_again(self, handle: asyncio.Handle) -> None:
        """Puts a parked handle back; one that was cancelled meanwhile is skipped by the loop itself."""
        self._ready.append(handle)  # type: ignore[attr-defined]

    def call_soon(  # type: ignore[override]  # typeshed's variadic types add nothing here
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        process = PROCESS.get() if context is None else context.get(PROCESS)
        if process is None:
            return super().call_soon(callback, *args, context=context)
        own: list[asyncio.Handle] = []
        own.append(super().call_soon(process.turn, own, callback, *args, context=context))
        return own[0]

    def call_at(  # type: ignore[override]  # ditto
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        process = PROCESS.get() if context is None else context.get(PROCESS)
        if process is None:
            return super().call_at(when, callback, *args, context=context)
        own: list[asyncio.Handle] = []
        handle = super().call_at(when, process.turn, own, callback, *args, context=context)
        own.append(handle)
        return handle

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception) and ("handle" in context or "task" in context):
            self.troubles.append(f"{context.get('message')}: {error!r}")


def bury(loop: VirtualLoop) -> None:
    """Ends whatever is left of every process, so that nothing outlives its world."""
    for _ in range(20):
        left = [task for task in loop.begun if not task.done()]
        if not left:
            return
        for task in left:
            task.cancel()
        for process in loop.processes:
            process.bury()
        loop.call_soon(loop.stop)
        loop.run_forever()
