"""Which platforms there are. A new one is a folder beside this file and its name in this tuple."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from campaigns.core.errors import Misuse

if TYPE_CHECKING:
    from types import ModuleType

    from campaigns.platforms.contract import Adapter, Connect, Context, Form, Rules

PLATFORMS = ("practice", "mastodon", "bluesky", "x")


@cache
def rules_of(platform: str) -> Rules:
    """The platform's rules; raises `Misuse` when there is no such platform."""
    return cast("Rules", _module(platform, "rules").RULES)


def form_of(platform: str) -> Form:
    """What a page asks of who connects an account there."""
    return cast("Form", _module(platform, "form").FORM)


def connect_of(platform: str) -> Connect:
    """How to connect an account there."""
    return cast("Connect", _module(platform, "connect").connect)


def open_adapter(platform: str, context: Context) -> Adapter:
    """An adapter that publishes there; imports the platform's SDK, if any."""
    return cast("Adapter", _module(platform, "publish").open_adapter(context))


def _module(platform: str, name: str) -> ModuleType:
    if platform not in PLATFORMS:
        raise Misuse(
            "There is no platform %(platform)s; there are: %(platforms)s.",
            platform=repr(platform),
            platforms=", ".join(PLATFORMS),
        )
    return import_module(f"campaigns.platforms.{platform}.{name}")
