"""What a clock or worker says of itself with each sign of life."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from campaigns.core.errors import Unusable
from campaigns.core.secretkeys import prints_of, read_keys
from campaigns.deliver.presence import Sign
from workers.broker import reaches

if TYPE_CHECKING:
    from config.settings import Settings


def sign_of(settings: Settings, broker_url: str) -> Sign:
    return Sign(lacks="" if reaches(broker_url) else "broker", prints=_prints(settings))


@cache
def _prints(settings: Settings) -> str:
    try:
        return prints_of(read_keys(settings))
    except Unusable:  # a clock does without; a worker has said so and ended
        return ""
