"""A stage for the engine: a database, a practice platform, accounts on it, and posts to walk."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from campaigns.core.db import write_session
from campaigns.core.mediastore import keep_cleaned
from campaigns.models import Delivery, Media, State
from tests.factories.cast import BORN
from tests.factories.deliveries import make_campaign, make_connected, make_delivery
from tests.support.engine import run_until
from tests.support.pictures import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from campaigns.models import Account, Campaign
    from config.settings import Settings
    from tests.support.practice import PracticeServer


@dataclass
class Stage:
    database: Engine
    settings: Settings
    practice: PracticeServer
    _campaign: Campaign | None = None
    _tokens: dict[str, str] = field(default_factory=dict)

    def account(self, kind: str = "keyed", name: str = "practice") -> Account:
        connection = self.practice.account(name, kind)
        self._tokens[name] = connection.credentials["token"]
        with write_session(self.database) as session:
            return make_connected(session, self.settings, connection, name=name)

    @property
    def tokens(self) -> list[str]:
        return list(self._tokens.values())

    def restore(self, account: Account) -> None:
        """The platform takes the account's token again."""
        self.practice.restore(account.name, self._tokens[account.name])

    def plan(self, account: Account, *texts: str, image: str = "", **more: Any) -> Delivery:
        """A delivery with these parts, all of one campaign; `image` says what a picture on it shows."""
        with write_session(self.database) as session:
            if self._campaign is None:
                self._campaign = make_campaign(session, account.organisation_id)
            pictures = [self._picture(session, account.organisation_id, image)] if image else []
            return make_delivery(session, self._campaign, account, *texts, images=pictures, **more)

    def _picture(self, session: Session, organisation_id: int, alt: str) -> dict[str, Any]:
        _, facts = keep_cleaned(self.settings.media_dir, draw(self.settings.data_dir / "drawn.png"))
        kept = Media(organisation_id=organisation_id, created_utc=BORN, **asdict(facts))
        session.add(kept)
        session.flush()
        return {"id": kept.id, "alt": alt}

    @property
    def campaign(self) -> Campaign:
        assert self._campaign, "plan something first"
        return self._campaign

    def run(self, wanted: Callable[[dict[int, str]], object] | State) -> dict[int, str]:
        """Runs the engine until the states are as wanted, or until all are in the one state."""
        if isinstance(wanted, State):
            state = wanted
            return run_until(self.settings, self.database, lambda found: set(found.values()) == {state})
        return run_until(self.settings, self.database, wanted)

    def run_for(self, seconds: float) -> None:
        """Runs the engine for a while, for what must not happen."""
        ends = time.monotonic() + seconds
        run_until(self.settings, self.database, lambda _: time.monotonic() > ends)

    def get(self, delivery_id: int) -> Delivery:
        with Session(self.database) as session:
            return session.get_one(Delivery, delivery_id)

    def texts(self, account: Account | None = None) -> list[str]:
        """What the platform really holds, in order of arrival."""
        return [post["text"] for post in self.practice.posts(account.name if account else None)]
