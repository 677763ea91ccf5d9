"""A backup from the middle of a campaign, put back after more of it went out."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, col, select

from campaigns.core.db import open_engine, write_session
from campaigns.core.errors import Conflict
from campaigns.deliver import pause, people
from campaigns.keep import archive
from campaigns.keep.backup import back_up
from campaigns.keep.restore import bring_back
from campaigns.models import ACTIVE, Account, Delivery, Organisation, Part, State

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.postgres import Server
    from tests.support.stage import Stage

KINDS = ("keyed", "readable", "blind")


class Story:
    """On each kind of platform an account that spoke after the backup, and one that kept silent."""

    def __init__(self, stage: Stage, file: Path) -> None:
        self.stage, self._file = stage, file
        self.spoke = {kind: stage.account(kind, f"{kind}_spoke") for kind in KINDS}
        self.silent = {kind: stage.account(kind, f"{kind}_silent") for kind in KINDS}
        self.planned: list[str] = []
        accounts = [*self.spoke.values(), *self.silent.values()]
        for account in accounts:
            self.plan(account, f"before {account.name}")
        stage.run(State.PUBLISHED)
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        self.later = [self.plan(account, f"later {account.name}", due=tomorrow) for account in accounts]
        for account in accounts:
            self.plan(account, f"single {account.name}")
            self.plan(account, *(f"thread {account.name} {place}" for place in range(3)))
        back_up(stage.database, stage.settings.media_dir, file)
        self._more_goes_out()

    def plan(self, account: Account, *texts: str, **more: Any) -> int:
        self.planned += texts
        return self.stage.plan(account, *texts, **more).id

    def _more_goes_out(self) -> None:
        for account in self.silent.values():
            pause.pause_account(
                self.stage.database, account.name, "Ann", organisation_id=account.organisation_id
            )
        quiet = {account.id for account in self.silent.values()}
        self.stage.run(lambda _: not self.numbers(ACTIVE, but=quiet))

    def put_back(self) -> int:
        """Returns how many posts are in doubt."""
        with archive.reading(self._file) as reader:
            return bring_back(self.stage.database, self.stage.settings.media_dir, reader, "Ann").asked

    def numbers(self, states: frozenset[State] | set[State], *, but: set[int] = frozenset()) -> list[int]:  # type: ignore[assignment]
        """Of the deliveries due by now in one of these states."""
        with Session(self.stage.database) as session:
            return list(
                session.exec(
                    select(Delivery.id)
                    .where(col(Delivery.state).in_(states), col(Delivery.account_id).not_in(but))
                    .where(col(Delivery.due_utc) <= datetime.now(UTC))
                    .order_by(col(Delivery.id))
                )
            )

    def asked(self) -> set[str]:
        """The accounts with a post that needs a person."""
        with Session(self.stage.database) as session:
            return set(
                session.exec(
                    select(Account.name)
                    .join(Delivery, col(Delivery.account_id) == Account.id)
                    .where(Delivery.state == State.NEEDS_PERSON)
                )
            )

    def answer_truthfully(self) -> None:
        """A person looks at the feed, and says of each part whether it is there."""
        posts = {post["text"]: post["id"] for post in self.stage.practice.posts()}
        with write_session(self.stage.database) as session:
            for number in session.exec(select(Delivery.id).where(Delivery.state == State.NEEDS_PERSON)).all():
                text = text_of(session, number)
                if text in posts:
                    people.settle_live(session, number, f"http://127.0.0.1/{posts[text]}", "Ann")
                else:
                    people.settle_again(session, number, "Ann")


def text_of(session: Session, number: int) -> str:
    delivery = session.get_one(Delivery, number)
    return str(session.get_one(Part, (number, delivery.cursor)).payload["text"])


@pytest.fixture
def story(stage: Stage, tmp_path: Path) -> Story:
    return Story(stage, tmp_path / "backup.zip")


def test_a_restore_in_the_middle_of_a_campaign_sends_nothing_twice_and_loses_nothing(story: Story) -> None:
    stage = story.stage
    sent = len(stage.practice.posts())
    assert story.put_back() == 2 * len(KINDS) * 2

    # Everything is paused, and what can be read is looked up: without a single send.
    still = {story.spoke["keyed"].name, story.silent["keyed"].name}
    stage.run(lambda _: not _waiting_for_a_look(stage, but=still))
    assert len(stage.practice.posts()) == sent
    assert story.asked() == {story.spoke["blind"].name, story.silent["blind"].name}

    with pytest.raises(Conflict, match="2 threads are being looked up"):
        pause.resume_install(stage.database, "Ann")
    pause.resume_install(stage.database, "Ann", ask_about_threads=True)
    stage.run(lambda _: not story.numbers(ACTIVE))
    assert story.asked() == {account.name for kind in ("keyed", "blind") for account in _both(story, kind)}

    story.answer_truthfully()
    with write_session(stage.database) as session:
        for number in story.later:
            people.post_now(session, number, "Ann")
    stage.run(lambda _: not story.numbers(ACTIVE))

    assert Counter(stage.texts()) == Counter(story.planned)


def _both(story: Story, kind: str) -> list[Account]:
    return [story.spoke[kind], story.silent[kind]]


def _waiting_for_a_look(stage: Stage, *, but: set[str]) -> bool:
    """Whether something is in doubt that was not looked up, or whose thread goes on."""
    with Session(stage.database) as session:
        return bool(
            session.exec(
                select(Delivery.id)
                .join(Account, col(Account.id) == Delivery.account_id)
                .where(col(Account.name).not_in(but), col(Delivery.due_utc) <= datetime.now(UTC))
                .where(
                    (Delivery.state == State.UNCERTAIN)
                    | ((Delivery.state == State.SCHEDULED) & (Delivery.cursor > 0))
                )
            ).first()
        )


def test_what_is_loaded_again_after_a_restore_is_looked_up_and_never_sent_under_a_new_key(
    stage: Stage, tmp_path: Path
) -> None:
    """A post that was planned after the backup is not in it; its campaign file brings it back."""
    accounts = {kind: stage.account(kind, kind) for kind in KINDS}
    for account in accounts.values():
        stage.plan(account, f"first {account.name}")
    stage.run(State.PUBLISHED)
    back_up(stage.database, stage.settings.media_dir, tmp_path / "backup.zip")
    due = datetime.now(UTC)
    for account in accounts.values():
        stage.plan(account, f"second {account.name}", due=due)
    stage.run(State.PUBLISHED)
    with archive.reading(tmp_path / "backup.zip") as reader:
        assert bring_back(stage.database, stage.settings.media_dir, reader, "Ann").asked == 0
    for account in accounts.values():  # as loading the campaign's file again would
        stage.plan(account, f"second {account.name}", due=due)
    pause.resume_install(stage.database, "Ann")
    states = stage.run(lambda found: not set(found.values()) & ACTIVE)
    assert sorted(states.values()) == [
        "needs_person",
        "needs_person",
        "published",
        "published",
        "published",
        "published",
    ]
    assert set(Counter(stage.texts()).values()) == {1}


def test_a_backup_of_one_kind_of_database_can_be_put_back_into_the_other(
    stage: Stage, tmp_path: Path, sqlite_template: Path, postgres_server: Server
) -> None:
    stage.plan(stage.account(), "Grüße, 世界", image="A door", late_then="drop")
    stage.run(State.PUBLISHED)
    back_up(stage.database, stage.settings.media_dir, tmp_path / "one.zip")
    if stage.settings.on_sqlite:
        url = postgres_server.create_database("other", template="template_beacon")
    else:
        url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'other.db')}"
    other = open_engine(url)
    with archive.reading(tmp_path / "one.zip") as reader:
        bring_back(other, tmp_path / "media", reader, "Ann")
    back_up(other, tmp_path / "media", tmp_path / "two.zip")
    with archive.reading(tmp_path / "one.zip") as one, archive.reading(tmp_path / "two.zip") as two:
        for table in {*one.tables()} - {"account", "audit", "control", "restoration"}:
            assert list(two.rows(table)) == list(one.rows(table)), table
    with write_session(other) as session:  # its numbers go on after those that were put back
        session.add(Organisation(slug="second", name="Second", created_utc=datetime.now(UTC)))
    other.dispose()
    if stage.settings.on_sqlite:
        postgres_server.drop_database("other")
