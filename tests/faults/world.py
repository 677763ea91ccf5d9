"""One install and one practice platform to break: a database, a broker, clocks and workers, all real."""

from __future__ import annotations

import itertools
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from campaigns.core import mediastore
from campaigns.core.db import write_session
from campaigns.core.mediapaths import path_of
from campaigns.models import ACTIVE, Account, Campaign, Media, State
from campaigns.models.tables import account as account_table
from campaigns.models.tables import delivery, process
from campaigns.models.tables import part as part_table
from tests.factories.deliveries import make_campaign, make_connected, make_delivery
from tests.faults.figures import Figures
from tests.faults.oracle import judge
from tests.support.engine import states, until
from tests.support.pictures import draw
from tests.support.processes import Processes

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

    from config.settings import Settings
    from tests.faults.doomed import Doom
    from tests.support import postgres
    from tests.support.practice import PracticeServer
    from workers.broker import Broker


class World:
    """What a case breaks, and what it finds out."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        practice: PracticeServer,
        broker: Broker,
        url: str,
        seed: str,
    ) -> None:
        self.settings, self.engine, self.practice = settings, engine, practice
        self.broker = broker
        self.random = random.Random(seed)  # noqa: S311 - a seed makes it repeatable, which is the point
        self.figures = Figures()
        self.processes = Processes(settings, url)
        self.broker_url = url
        self.server: postgres.Server | None = None  # one of its own, if the case asked for it
        self.tokens: dict[str, str] = {}  # each account's, as first signed up
        self._numbers = itertools.count(1)
        self._campaign: Campaign | None = None
        self._image: int | None = None
        self._recovering: dict[int, tuple[float, frozenset[int]]] = {}  # by pid: since when, which posts

    @property
    def on_postgres(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    # What is planned.

    def account(self, kind: str, name: str | None = None) -> Account:
        name = name or f"{kind}{next(self._numbers)}"
        connection = self.practice.account(name, kind)
        self.tokens[name] = connection.credentials["token"]
        with write_session(self.engine) as session:
            account = make_connected(session, self.settings, connection, name=name)
            self._campaign = self._campaign or make_campaign(session, account.organisation_id)
        return account

    def accounts(self, kinds: Sequence[str], each: int = 1) -> list[Account]:
        return [self.account(kind) for kind in kinds for _ in range(each)]

    def plan(
        self,
        accounts: Sequence[Account],
        count: int,
        *,
        due: datetime | None = None,
        every: float = 0.001,
        thread: Callable[[int], int] = lambda _: 1,
        image: Callable[[int], bool] = lambda _: False,
        **more: Any,
    ) -> list[int]:
        """Plans that many posts, one account after the other, `every` seconds apart from `due` (now) on.

        `thread` gives the number of parts of the n-th, `image` whether it carries one. Returns their ids."""
        start = due or datetime.now(UTC)
        ids = []
        images = [{"id": self._picture(), "alt": "A door"}] if any(map(image, range(count))) else []
        with write_session(self.engine) as session:
            for number in range(count):
                account, unique = accounts[number % len(accounts)], next(self._numbers)
                texts = [f"{unique:05}.{place}" for place in range(thread(number))]
                moment = start + timedelta(seconds=every * number)
                planned = make_delivery(
                    session,
                    self.campaign,
                    account,
                    *texts,
                    due=moment,
                    wall=wall_of(moment),
                    images=images if image(number) else (),
                    **{"late_within": 30 * 86400, **more},
                )
                ids.append(planned.id)
        return ids

    @property
    def campaign(self) -> Campaign:
        assert self._campaign, "make an account first"
        return self._campaign

    def _picture(self) -> int:
        if self._image is None:
            drawn = draw(self.settings.data_dir / "door.png")
            facts = mediastore.inspect(drawn)
            kept = path_of(self.settings.media_dir, facts.sha256)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(drawn.read_bytes())
            with write_session(self.engine) as session:
                media = Media(
                    organisation_id=self.campaign.organisation_id,
                    sha256=facts.sha256,
                    mime=facts.mime,
                    size=facts.size,
                    width=facts.width,
                    height=facts.height,
                    created_utc=datetime.now(UTC),
                )
                session.add(media)
                session.flush()
                self._image = media.id
        return self._image

    # Who works on it.

    def start(self, part: str, doom: Doom | None = None) -> subprocess.Popen[bytes]:
        """A `clock` or `worker`, doomed or not."""
        if doom is None:
            return self.processes.start(part)
        return self.processes.start(part, "tests.faults.doomed", part, doom.as_argument())

    def command(self, doom: Doom, *arguments: str) -> subprocess.Popen[bytes]:
        """A person's `beacon` command, doomed or (a point that never comes) not."""
        return self.processes.start(
            "command", "tests.faults.doomed", "command", doom.as_argument(), *arguments
        )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.died(process)

    def died(self, process: subprocess.Popen[bytes]) -> None:
        """A process was killed: counts it, and watches until what it held has moved on."""
        self.figures.kills += 1
        touched = {State.SUBMITTING, State.UNCERTAIN}
        held = frozenset(number for number, state in self.states().items() if state in touched)
        self._recovering[process.pid] = (time.monotonic(), held)

    def look(self) -> None:
        """Notes which kills have been recovered from: no lane of theirs, none of their posts in the air."""
        if not self._recovering:
            return
        with self.engine.connect() as connection:
            owners = connection.execute(
                select(account_table.c.lane_owner).where(account_table.c.lane_owner.is_not(None))
            ).scalars()
            pids = {int(owner.split("|")[1]) for owner in owners}
            in_air = set(
                connection.execute(
                    select(delivery.c.id).where(delivery.c.state.in_([State.SUBMITTING, State.UNCERTAIN]))
                ).scalars()
            )
        for pid, (since, held) in list(self._recovering.items()):
            if pid not in pids and not held & in_air:
                self._recovered(time.monotonic() - since)
                del self._recovering[pid]
            else:
                self._recovering[pid] = (since, held & in_air)

    def _recovered(self, seconds: float) -> None:
        self.figures.recovery = max(self.figures.recovery or 0.0, seconds)

    # How it goes.

    def states(self) -> dict[int, str]:
        return states(self.engine)

    def unfinished(self) -> int:
        return sum(state in ACTIVE for state in self.states().values())

    def wait(self, true: Callable[[], Any], seconds: float) -> Any:
        """Until something holds; an assertion fails after so many seconds."""
        return until(true, seconds, every=self.look)

    def wait_for(self, kind: str, count: int = 1) -> None:
        """Until that many clocks or workers have said that they are up."""

        def up() -> bool:
            with self.engine.connect() as connection:
                query = select(func.count()).select_from(process).where(process.c.kind == kind)
                return bool(connection.execute(query).scalar_one() >= count)

        self.wait(up, 90)

    def settle(self, seconds: float = 60) -> None:
        """Until nothing moves any more; what does not come to an end shows in the verdict."""
        deadline = time.monotonic() + seconds
        while self.unfinished() and time.monotonic() < deadline:
            self.look()
            time.sleep(0.1)
        self.look()

    def asking(self) -> set[str]:
        """The accounts with a post that needs a person."""
        with self.engine.connect() as connection:
            return set(
                connection.execute(
                    select(account_table.c.name)
                    .join(delivery, delivery.c.account_id == account_table.c.id)
                    .where(delivery.c.state == State.NEEDS_PERSON)
                ).scalars()
            )

    def begun(self, *accounts: str) -> int:
        """How many posts the platform was asked to take (on these accounts), whatever became of it."""
        return sum(
            line["endpoint"] == "posts" and (not accounts or line["account"] in accounts)
            for line in self.practice.log("begun")
        )

    def lateness(self, names: Sequence[str] = ()) -> list[float]:
        """Seconds from due to accepted of each post's first part, on these accounts or all."""
        with self.engine.connect() as connection:
            due = {
                row.id: row.due_utc for row in connection.execute(select(delivery.c.id, delivery.c.due_utc))
            }
            texts = self.texts(connection)
        return [
            (
                datetime.fromisoformat(post["at"]) - due[texts[post["account"], post["text"]][0]]
            ).total_seconds()
            for post in self.practice.posts()
            if texts[post["account"], post["text"]][1] == 0 and (not names or post["account"] in names)
        ]

    @staticmethod
    def texts(connection: Any) -> dict[tuple[str, str], tuple[int, int]]:
        """Which delivery and place an account's text belongs to."""
        rows = connection.execute(
            select(part_table.c.delivery_id, part_table.c.place, part_table.c.payload, account_table.c.name)
            .join(delivery, delivery.c.id == part_table.c.delivery_id)
            .join(account_table, account_table.c.id == delivery.c.account_id)
        )
        return {(row.name, row.payload["text"]): (row.delivery_id, row.place) for row in rows}

    # What it shows.

    def expect(self, truth: object, otherwise: str) -> None:
        """Something the fault must not change; `otherwise` is the sentence for when it did."""
        if not truth:
            self.figures.broken.append(otherwise)

    def measure(self, name: str, value: float) -> None:
        self.figures.measured[name] = round(value, 2)

    def conclude(self) -> Figures:
        """Asks the oracle."""
        self.look()
        verdict = judge(self.engine, self.practice.posts())
        for name in ("posts", "parts", "lost", "doubled", "out_of_order", "asked"):
            setattr(self.figures, name, getattr(verdict, name))
        self.figures.broken += verdict.complaints[:10]
        self.expect(not self._recovering, "A killed worker's lane or post had not moved on at the end.")
        return self.figures


def wall_of(due: datetime) -> str:
    """To the microsecond: the clock keeps what waits at its wall time, which people write in minutes."""
    return due.astimezone(UTC).replace(tzinfo=None).isoformat()
