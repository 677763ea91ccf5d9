"""Simulated platforms: an append-only log an account, behind a network that loses, delays and breaks.

A request lives outside every process: it goes on when its caller has given up, frozen or died.
"""

from __future__ import annotations

from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from campaigns.platforms.contract import (
    PlatformError,
    Receipt,
    Reconnect,
    Refused,
    Settles,
    TryLater,
    Unclear,
)

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Collection
    from datetime import datetime

    from campaigns.platforms.contract import Context as AdapterContext
    from campaigns.platforms.contract import MediaFile, Outgoing
    from tests.simulation.world import World

SETTLES = {
    "keyed": Settles(key_window=timedelta(hours=1)),
    "readable": Settles(readable=True),
    "both": Settles(key_window=timedelta(hours=1), readable=True),
    "blind": Settles(),
}

OUTSIDE = Context()
"""The context of what belongs to no process."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One post as the platform really has it. `delivery` and `place` only the oracle knows."""

    id: str
    text: str
    parent: str | None
    at: float
    delivery: int
    place: int

    @property
    def receipt(self) -> Receipt:
        return Receipt(self.id, f"https://sim.example/{self.id}")


@dataclass
class SimulatedAccount:
    id: int
    kind: str
    token: int = 1
    log: list[Entry] = field(default_factory=list)
    keys: dict[str, Entry] = field(default_factory=dict)
    sick_until: float = 0.0
    refusing_until: float = 0.0
    throttled_until: float = 0.0


@dataclass(slots=True)
class Call:
    """One request. `fault` is what befalls it, if anything."""

    kind: str  # send, look, upload, probe
    account: int
    token: int
    outgoing: Outgoing | None = None
    delivery: int = 0
    place: int = 0
    fault: str = ""
    read: Callable[[], Any] | None = None  # what a look-up finds at the moment it arrives


class SimulatedPlatform:
    """All accounts of all platforms."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.accounts = {plan.id: SimulatedAccount(plan.id, plan.kind) for plan in world.scenario.accounts}
        self._numbers = 0

    def open_adapter(self, _platform: str, context: AdapterContext) -> SimulatedAdapter:
        account = self.accounts[int(context.told["account"])]
        return SimulatedAdapter(self, account, context)

    def entries(self, delivery: int, place: int) -> list[Entry]:
        return [
            entry
            for account in self.accounts.values()
            for entry in account.log
            if (entry.delivery, entry.place) == (delivery, place)
        ]

    def new_id(self) -> str:
        self._numbers += 1
        return f"r{self._numbers}"

    def instant(self, moment: float) -> datetime:
        """The platforms' own clock is always right."""
        return self._world.begins_at + timedelta(seconds=moment)

    async def carry(self, call: Call) -> Any:
        """Takes a request there and its answer back."""
        self._world.call_begins(call)
        loop = self._world.loop
        chance = self._world.chance
        answer: asyncio.Future[Any] = loop.create_future()
        there = chance.uniform(0.005, 0.4)
        back = chance.uniform(0.005, 0.2)
        if call.fault == "refused_connection":
            loop.call_later(there, _fail, answer, TryLater("connection refused"), context=OUTSIDE)
        elif call.fault in {"lost_request", "reset_request"}:
            if call.fault == "reset_request":
                loop.call_later(there, _fail, answer, Unclear("reset by peer"), context=OUTSIDE)
        else:
            if call.fault == "slow":
                there += chance.uniform(1, 12)
            elif call.fault == "late":
                there = chance.uniform(self._world.settings.call_deadline + 1, self._world.latest_arrival)
            loop.call_later(there, self._arrive, call, answer, back, context=OUTSIDE)
        return await answer

    def _arrive(self, call: Call, answer: asyncio.Future[Any], back: float) -> None:
        loop = self._world.loop
        try:
            result = self._serve(call)
        except PlatformError as error:
            loop.call_later(back, _fail, answer, error, context=OUTSIDE)
            return
        match call.fault:
            case "lost_answer":
                return
            case "reset_answer":
                loop.call_later(back, _fail, answer, Unclear("reset by peer"), context=OUTSIDE)
            case "error_after":
                loop.call_later(back, _fail, answer, Unclear("502 Bad Gateway"), context=OUTSIDE)
            case "unreadable":
                unreadable = Unclear("200 with HTML", sick=False)
                loop.call_later(back, _fail, answer, unreadable, context=OUTSIDE)
            case _:
                loop.call_later(back, _tell, answer, result, context=OUTSIDE)

    def _serve(self, call: Call) -> Any:
        account = self.accounts[call.account]
        now = self._world.loop.time()
        if call.token != account.token:
            self._world.struck("401")
            raise Reconnect("401: the token was revoked")
        if now < account.sick_until or call.fault == "error_before":
            self._world.struck("503")
            raise Unclear("503 Service Unavailable")
        if call.kind in {"send", "upload"}:
            if now < account.throttled_until:
                self._world.struck("429 with Retry-After")
                raise TryLater("429", after=account.throttled_until - now)
            if call.fault == "429":
                raise TryLater("429 without Retry-After")
            if call.fault == "refused":
                raise Refused("422: not this text")
        if call.kind == "send" and call.outgoing:
            return self._publish(account, call, call.outgoing)
        if call.kind == "upload":
            return {"id": self.new_id()}
        return call.read() if call.read else None

    def _publish(self, account: SimulatedAccount, call: Call, outgoing: Outgoing) -> Receipt:
        keyed = SETTLES[account.kind].key_window is not None
        before = account.keys.get(outgoing.key) if keyed else None
        if before and self._world.loop.time() - before.at < 3600:
            self._world.struck("key replayed")
            return before.receipt
        entry = Entry(
            id=self.new_id(),
            text=outgoing.text,
            parent=outgoing.parent.id if outgoing.parent else None,
            at=self._world.loop.time(),
            delivery=call.delivery,
            place=call.place,
        )
        account.log.append(entry)
        account.keys[outgoing.key] = entry
        self._world.oracle.arrived(account, entry)
        return entry.receipt


class SimulatedAdapter:
    """The contract of `platforms.contract.Adapter`, over the simulated network."""

    def __init__(
        self, platform: SimulatedPlatform, account: SimulatedAccount, context: AdapterContext
    ) -> None:
        self._platform, self._account, self._context = platform, account, context
        self.settles = SETTLES[account.kind]

    async def upload(self, media: MediaFile) -> dict[str, Any]:
        uploaded: dict[str, Any] = await self._platform.carry(
            Call("upload", self._account.id, await self._token())
        )
        return {**uploaded, "of": media.id}

    def freeze(self, outgoing: Outgoing, moment: datetime) -> dict[str, Any]:
        del outgoing
        return {"at": moment.isoformat()}

    async def send(self, outgoing: Outgoing) -> Receipt:
        call = Call("send", self._account.id, await self._token(), outgoing)
        receipt: Receipt = await self._platform.carry(call)
        return receipt

    async def look_for(self, outgoing: Outgoing, since: datetime, known: Collection[str]) -> Receipt | None:
        def read() -> Receipt | None:
            parent = outgoing.parent.id if outgoing.parent else None
            for entry in self._account.log:
                told = self._platform.instant(entry.at) >= since and entry.id not in known
                if told and (entry.text, entry.parent) == (outgoing.text, parent):
                    return entry.receipt
            return None

        call = Call("look", self._account.id, await self._token(), outgoing, read=read)
        found: Receipt | None = await self._platform.carry(call)
        return found

    async def probe(self) -> None:
        await self._platform.carry(Call("probe", self._account.id, await self._token()))

    async def close(self) -> None: ...

    async def _token(self) -> int:
        return int((await self._context.credentials.current())["token"])


def _fail(answer: asyncio.Future[Any], error: PlatformError) -> None:
    if not answer.done():
        answer.set_exception(error)


def _tell(answer: asyncio.Future[Any], result: Any) -> None:
    if not answer.done():
        answer.set_result(result)
