"""What every platform's test server offers, so that one contract suite can run over all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from campaigns.platforms.contract import Context

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aiohttp


class PlatformHarness(Protocol):
    """A running server of one platform, with one account on it.

    Each platform has `tests/support/<platform>.py` with a context manager `running_<platform>()`
    that yields one of these.
    """

    platform: str
    handle: str
    credentials: dict[str, Any]  # as `connect` would have returned them
    limits: dict[str, Any]  # what the server told of itself, as `Rules.limits` takes it

    @property
    def server(self) -> str:
        """Base URL, without a trailing slash."""

    def posts(self) -> list[dict[str, Any]]:
        """What the server really holds for the account, oldest first.

        Each: `id`, `text` (plain, as written), `reply_to` (id or None), `media` (a list of `{"alt"}`),
        `warning` (or None), `language` (or None); `tags` (in any case, without #) where the server
        says which hashtags became links other than on its pages."""

    def lose_next_answer(self) -> None:
        """The next request that would publish a post takes effect, but its answer never arrives."""

    def rate_limit_next(self, seconds: float) -> None:
        """The next request that would publish a post is answered 429: try again after `seconds`."""

    def revoke(self) -> None:
        """From now on the account's credentials are refused."""

    def restore(self) -> None:
        """The account's credentials work again."""

    def stop(self) -> None:
        """Connections are refused from now on; nothing is forgotten."""

    def start(self) -> None:
        """Listens again, at the same URL."""


class HeldCredentials:
    """Credentials in memory, with the compare-and-replace of the real store."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        self.held = dict(held)
        self.replaced = 0  # how often a refresh was stored

    async def current(self) -> dict[str, Any]:
        return dict(self.held)

    async def replace(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        if self.held == dict(before):
            self.held = dict(after)
            self.replaced += 1
        return dict(self.held)


def context_for(harness: PlatformHarness, http: aiohttp.ClientSession, *, deadline: float = 5) -> Context:
    """What an adapter gets for the harness's account; fresh credentials each time."""
    return Context(
        server=harness.server,
        handle=harness.handle,
        credentials=HeldCredentials(harness.credentials),
        http=http,
        deadline=deadline,
        told=harness.limits,
    )
