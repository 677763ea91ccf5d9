"""What is kept of an account when it is connected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from campaigns.core.db import read_session, write_session
from campaigns.core.vault import Vault
from campaigns.deliver.connecting import known, store_connection
from campaigns.platforms.practice.connect import offline_connection

if TYPE_CHECKING:
    from sqlalchemy import Engine

END = datetime(2027, 10, 10, 9, tzinfo=UTC)


def test_the_end_of_its_key_is_kept_until_it_is_connected_with_another(engine: Engine) -> None:
    vault, lasting = Vault("a key of the tests, long enough"), offline_connection("hope")

    def connected(expires_utc: datetime | None) -> datetime | None:
        with write_session(engine) as session:
            connection = replace(lasting, expires_utc=expires_utc)
            store_connection(session, vault, connection, platform="practice", name="hope", person="Alice")
        with read_session(engine) as session:
            return known(session, "hope").expires_utc

    assert connected(END) == END
    assert connected(None) is None
