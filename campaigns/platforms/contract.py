"""What a platform is to Beacon: rules known beforehand, a way to connect, a way to publish.

A platform is one folder with four modules, and its name in `registry.PLATFORMS`:

- `rules.py` has `RULES`, a `Rules`: limits, lengths, tag grammar. Light to import: no SDK, no network.
- `form.py` has `FORM`, a `Form`: what a page asks of who connects an account, in plain words.
- `connect.py` has `connect(talk, http)`, a `Connect`: leads a person to working credentials.
- `publish.py` has `open_adapter(context)`, returning an `Adapter`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from campaigns.core.errors import BeaconError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping
    from datetime import datetime, timedelta
    from pathlib import Path

    import aiohttp


# What may go wrong: four ways, no more.


class PlatformError(BeaconError):
    """A platform did not do what was asked; the message says what it answered, for a person."""


class TryLater(PlatformError):  # noqa: N818 - the four read as verdicts
    """Provably not accepted: connection refused before a byte was sent, or 429. Safe to send again."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        """`after`: seconds that the platform asked us to wait, if it said."""
        super().__init__(message)
        self.after = after


class Refused(PlatformError):  # noqa: N818
    """A definite no to this content; sending it again would get the same answer."""


class Reconnect(PlatformError):  # noqa: N818
    """The credentials no longer work; provably not accepted."""


class Unclear(PlatformError):  # noqa: N818
    """It may have been accepted: time-out, reset, 5xx, an unreadable 2xx. Never retried blindly.

    `sick` says whether it speaks of the platform's health (5xx and time-outs do), for the breaker.
    """

    def __init__(self, message: str, *, sick: bool = True) -> None:
        super().__init__(message)
        self.sick = sick


# What is known before sending.


@dataclass(frozen=True, slots=True)
class Rate:
    """How many posts an account may send in how many seconds."""

    posts: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account may post. Sizes in bytes, lengths in the unit of `Rules.unit`."""

    length: int
    utf8_bytes: int | None = None  # a second limit beside the length, where a platform has one
    url_length: int | None = None  # what a link counts, whatever its length; None: as written
    images: int = 4
    image_bytes: int = 5_000_000
    image_types: frozenset[str] = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
    alt_text: int | None = None  # characters; None: no limit known
    tags_advised: int | None = None  # how many hashtags the platform advises; None: no advice
    tags_most: int | None = None  # how many it allows
    rate: Rate | None = None  # None: no limit known


class Rules(Protocol):
    """What a platform accepts, computed without the network."""

    name: str  # as in campaign files and the database: "mastodon"
    label: str  # as people write it: "Mastodon"
    unit: str  # what `length` counts, in words: "characters", "graphemes"
    warning_is_field: bool  # content warnings have a field of their own; else they lead the text

    def profile(self, server: str, handle: str) -> str:
        """The address at which people read the account, given what its `Connection` says."""

    def limits(self, told: Mapping[str, Any]) -> Limits:
        """The limits in force, given what the account's server told of its own (may be empty)."""

    def length(self, text: str, limits: Limits, warning: str | None = None) -> int:
        """How long the platform will find this text, together with its content-warning field."""

    def tag_trouble(self, tag: str) -> str | None:
        """Why `#tag` would not link here, as the end of a sentence ("digits alone never link").

        None: it links."""

    def facets(self, text: str) -> list[tuple[int, int]]:
        """Spans of the hashtags that will link in this text: (start, end) in code points, with the #."""


# What goes over the wire.


@dataclass(frozen=True, slots=True)
class MediaFile:
    """An image of ours, ready to be uploaded."""

    id: int
    path: Path
    mime: str
    alt: str
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a part is out. `ref` is whatever a reply to it needs; JSON."""

    id: str
    url: str
    ref: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One part, composed: what is sent is exactly this."""

    key: str  # the same for every send of the same content in the same place
    text: str
    language: str | None = None
    content_warning: str | None = None
    media: tuple[MediaFile, ...] = ()
    uploaded: Mapping[str, Any] = field(default_factory=dict)  # str(MediaFile.id) -> what `upload` returned
    root: Receipt | None = None  # the first part of its thread
    parent: Receipt | None = None  # the part before it
    frozen: Mapping[str, Any] = field(default_factory=dict)  # what `freeze` returned at the first intent


@dataclass(frozen=True, slots=True)
class Settles:
    """What a platform offers to settle an unknown outcome. Neither: it is blind, and a person is asked."""

    key_window: timedelta | None = None  # a second send with the same key inside this time is harmless
    readable: bool = False  # `look_for` can find a part


class Adapter(Protocol):
    """Talks to one account on one platform. One call does one request (or the SDK's one), without retries.

    Every method raises only `PlatformError`s. The caller puts a deadline on each call.
    """

    settles: Settles

    async def upload(self, media: MediaFile) -> dict[str, Any]:
        """Uploads an image with its alt text; returns JSON that `send` needs. Uploading twice is harmless."""

    def freeze(self, outgoing: Outgoing, moment: datetime) -> dict[str, Any]:
        """Whatever must be the same in every send of this part: record key, creation time. No network."""

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Publishes one part; with the key or frozen record of an earlier send, at most once in all."""

    async def look_for(self, outgoing: Outgoing, since: datetime, known: Collection[str]) -> Receipt | None:
        """Finds the part if it is out: by record key, or on the account's own timeline since the given
        instant by its exact text and place in its thread.

        `known` are ids already recorded for other parts: never those."""

    async def probe(self) -> None:
        """The cheapest read there is, to see whether the platform is well and the credentials work."""

    async def close(self) -> None:
        """Frees what the adapter holds of its own; the shared HTTP session stays open."""


class Credentials(Protocol):
    """The account's credentials: read at every call, replaced when a token was refreshed."""

    async def current(self) -> dict[str, Any]: ...

    async def replace(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        """Stores refreshed credentials if they still are `before`; returns those now in force."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an adapter gets."""

    server: str  # base URL, without a trailing slash
    handle: str
    credentials: Credentials
    http: aiohttp.ClientSession
    deadline: float  # seconds; an SDK with time-outs of its own sets them to this
    told: Mapping[str, Any] = field(default_factory=dict)  # the `Connection.limits` kept at connecting


# How an account is connected.


@dataclass(frozen=True, slots=True)
class Connection:
    """A working account. `limits` is what the server told of itself, as `Rules.limits` takes it.

    `expires_utc` is when the credentials end at the latest and a person must connect again. None where the
    adapter renews them by itself, or the platform names no end: an end is never guessed.
    """

    server: str
    handle: str
    credentials: dict[str, Any]
    limits: dict[str, Any] = field(default_factory=dict)
    expires_utc: datetime | None = None


class Talk(Protocol):
    """The person who connects an account: answers come from options, a prompt, a file or standard input."""

    def ask(self, name: str, question: str, *, secret: bool = False, default: str | None = None) -> str:
        """`name` is the option that answers it beforehand (`server`, `handle`, `token`)."""

    def tell(self, message: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One of `Connect`'s questions on a page. Words are marked with `N_`, and translated where they show."""

    name: str  # as `Talk.ask` calls it
    label: str
    hint: str = ""
    usual: str = ""  # what it is filled with beforehand
    secret: bool = False  # never shown again, by no page
    choices: tuple[tuple[str, str], ...] = ()  # values with their words; () where it is typed


@dataclass(frozen=True, slots=True)
class Form:
    """What a person needs and does to connect an account; every field must be filled in."""

    needs: str  # in a sentence or two
    steps: tuple[str, ...]  # before the form is filled in; `what is copied exactly` between backticks
    fields: tuple[Field, ...]
    howto: str  # page of the documentation
    rehearses: bool = False  # this install's own: its server's address is known


Connect: TypeAlias = "Callable[[Talk, aiohttp.ClientSession], Awaitable[Connection]]"
OpenAdapter: TypeAlias = "Callable[[Context], Adapter]"
