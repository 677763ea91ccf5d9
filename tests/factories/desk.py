"""An advocate at work: writes a campaign file, loads it, and looks at what stands in the database."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from campaigns.core.db import read_session, write_session
from campaigns.models.tables import account, campaign, delivery, part, post
from campaigns.plan.checking import check_campaign
from campaigns.plan.editing import Editor, post_of_campaign
from campaigns.plan.exporting import campaign_text
from campaigns.plan.loading import load
from campaigns.plan.reading import read_campaign
from tests.factories.cast import make_account, make_organisation
from tests.support.pictures import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from campaigns.plan.checking import Checked
    from campaigns.plan.loading import Loaded
    from campaigns.plan.stored import StoredPost

EARLY = datetime(2027, 9, 1, 12, tzinfo=UTC)
"""A month before the campaigns of the tests begin."""

HEAD = """\
campaign: World Mental Health Day 2027
slug: wmhd-2027
timezone: Europe/London
starts: 2027-10-01
ends: 2027-10-14
hashtags: {primary: WorldMentalHealthDay}
accounts: [practice]
queue:
  slots:
    - {days: [mon, wed, fri], at: "09:00"}
posts:
"""

SAMPLE = """\
campaign: World Mental Health Day 2027
slug: wmhd-2027
goal: 500 people take one conversation to a friend
timezone: Europe/London
starts: 2027-10-01
ends: 2027-10-14
languages: [en, es]
regions: [GB, ES, US]
topics: [mental-health]
hashtags:
  primary: WorldMentalHealthDay
  supporting: [TimeToTalk, MentalHealthMatters]
accounts: [practice]
queue:
  slots:
    - {days: [mon, wed, fri], at: "09:00"}
    - {days: [tue, thu], at: "18:30", timezone: America/New_York}
posts:
  - text: |
      One conversation can change a day. Who will you call? {hashtags}
    at: 2027-10-10 09:00
    media:
      - {file: images/door.png, alt: A half-open door with warm light behind it}
    variants:
      x: Who will you call today? {hashtags}
    late: {within: 2h, then: hold}
  - text: "Three questions that open a conversation. {hashtags}"
    thread:
      - "1. How are you, really?"
      - "2. What has this week been like?"
      - "3. What would help right now?"
  - text: "Lo que ayuda: escuchar sin arreglar. {hashtags}"
    language: es
    content_warning: Salud mental
  - text: "Monday check-in: one word for your week? {hashtags}"
    every: {weeks: 1, on: [mon], at: "10:00", until: 2027-10-14}
"""


@dataclass
class Desk:
    engine: Engine
    folder: Path
    now: datetime = EARLY
    accounts: Sequence[tuple[str, str]] = (("practice", "practice"),)  # platform and name
    organisation_id: int = field(init=False)

    def __post_init__(self) -> None:
        draw(self.folder / "images" / "door.png")
        with write_session(self.engine) as session:
            self.organisation_id = make_organisation(session).id
        for platform, name in self.accounts:
            self.connect(platform, name)

    @property
    def media_dir(self) -> Path:
        return self.folder / "kept"

    def connect(self, platform: str, name: str, **more: Any) -> None:
        with write_session(self.engine) as session:
            make_account(session, make_organisation(session), platform, name, **more)

    def write(self, text: str) -> Path:
        path = self.folder / "campaign.yaml"
        path.write_text(text, "utf-8")
        return path

    def check(self, text: str) -> Checked:
        with read_session(self.engine) as session:
            return check_campaign(session, self.organisation_id, read_campaign(self.write(text)), self.now)

    def load(self, text: str, **how: Any) -> Loaded:
        return self.load_file(self.write(text), **how)

    def load_file(self, path: Path, **how: Any) -> Loaded:
        with write_session(self.engine) as session:
            return load(
                session,
                self.organisation_id,
                read_campaign(path),
                self.now,
                person="Alice",
                media_dir=self.media_dir,
                **how,
            )

    @contextmanager
    def editing(self, person: str = "Alice", *, dry_run: bool = False) -> Iterator[Editor]:
        """Somebody at the pages, in one transaction."""
        opened = read_session if dry_run else write_session
        with opened(self.engine) as session:
            yield Editor(session, self.organisation_id, person, self.now, dry_run=dry_run)

    def post(self, key: str) -> StoredPost:
        """A post as it stands, also one that was taken out."""
        with self.editing(dry_run=True) as editor:
            number = editor.session.execute(select(post.c.id).where(post.c.key == key)).scalar_one()
            return post_of_campaign(editor, number)

    def export(self, slug: str = "wmhd-2027") -> str:
        with read_session(self.engine) as session:
            return campaign_text(session, self.organisation_id, slug)

    def deliveries(self) -> list[dict[str, Any]]:
        """Each delivery with its account's name, its post's key and the texts of its parts; by due time."""
        with self.engine.connect() as connection:
            texts: dict[int, list[str]] = {}
            for row in connection.execute(select(part).order_by(part.c.delivery_id, part.c.place)):
                texts.setdefault(row.delivery_id, []).append(row.payload["text"])
            rows = connection.execute(
                select(delivery, account.c.name.label("account"), post.c.key.label("post"))
                .join(account, account.c.id == delivery.c.account_id)
                .join(post, post.c.id == delivery.c.post_id)
                .order_by(delivery.c.due_utc, delivery.c.id)
            ).mappings()
            return [{**row, "texts": texts.get(row["id"], [])} for row in rows]

    def waiting(self) -> list[dict[str, Any]]:
        return [row for row in self.deliveries() if row["state"] == "scheduled"]

    def put(self, delivery_id: int, **values: Any) -> None:
        """Moves a delivery to where the engine would have brought it."""
        with self.engine.begin() as connection:
            connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(**values))

    def everything(self) -> list[list[dict[str, Any]]]:
        """Every row that a load may write."""
        with self.engine.connect() as connection:
            return [
                [
                    dict(row)
                    for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
                ]
                for table in (campaign, post, delivery, part)
            ]
