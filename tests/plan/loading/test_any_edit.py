"""Whatever an advocate turns one file into: loading it ends where a first load of it would have."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.core.db import open_engine
from campaigns.plan.writing import write_campaign
from tests.factories.desk import Desk
from tests.factories.specs import at, every, make_campaign, make_post, slot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.plan.spec import CampaignSpec, PostSpec

ACCOUNTS = ("practice", "second")
TEXTS = ("One", "Two", "Three", "Four")

texts = st.sampled_from(TEXTS)
accounts = st.none() | st.sampled_from([("practice",), ("second",), ACCOUNTS])
timed = st.one_of(
    st.builds(at, st.sampled_from(["2027-10-02 09:00", "2027-10-05 12:30", "2027-10-09 18:00"])),
    st.builds(
        every, st.sampled_from(["10:00", "16:30"]), weeks=st.just(1), on=st.sampled_from(["mon", "tue fri"])
    ),
)


def posts_of(kinds: st.SearchStrategy[PostSpec]) -> st.SearchStrategy[list[PostSpec]]:
    whole = st.builds(
        lambda post, text, where, thread: replace(post, text=text, accounts=where, thread=thread),
        kinds,
        texts,
        accounts,
        st.sampled_from([(), ("More",), ("More", "And more")]),
    )
    return st.lists(whole, min_size=1, max_size=4).flatmap(
        lambda posts: st.lists(
            st.none() | st.sampled_from(["a", "b", "c", "d", "e"]),
            min_size=len(posts),
            max_size=len(posts),
            unique_by=lambda name: name or object(),
        ).map(lambda names: [replace(post, id=name) for post, name in zip(posts, names, strict=True)])
    )


def campaigns_of(kinds: st.SearchStrategy[PostSpec]) -> st.SearchStrategy[CampaignSpec]:
    return posts_of(kinds).map(
        lambda posts: make_campaign(
            *posts, accounts=ACCOUNTS, slots=(slot("mon wed fri", "09:00"), slot("tue", "18:00"))
        )
    )


@contextmanager
def desk_on(template: Path) -> Iterator[Desk]:
    """A desk on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / "beacon.db")
        engine = open_engine(f"sqlite:///{folder}/beacon.db")
        try:
            yield Desk(engine, Path(folder), accounts=[("practice", name) for name in ACCOUNTS])
        finally:
            engine.dispose()


def going(desk: Desk) -> list[Any]:
    return sorted((row["due_utc"], row["account"], row["texts"]) for row in desk.waiting())


@given(st.lists(campaigns_of(timed), min_size=2, max_size=4))
@settings(max_examples=40, deadline=None)
def test_any_edit_ends_where_a_first_load_would_have(
    sqlite_template: Path, editions: list[CampaignSpec]
) -> None:
    with desk_on(sqlite_template) as desk:
        for edition in editions:
            assert desk.load(write_campaign(edition), yes=True).applied
            with desk_on(sqlite_template) as fresh:
                fresh.load(write_campaign(edition))
                assert going(desk) == going(fresh)
            before = desk.everything()
            assert desk.load(write_campaign(edition)).changes == []
            assert desk.everything() == before


@given(st.lists(campaigns_of(st.one_of(timed, st.builds(make_post))), min_size=2, max_size=4))
@settings(max_examples=40, deadline=None)
def test_whatever_is_edited_each_queue_post_has_a_slot_of_its_own(
    sqlite_template: Path, editions: list[CampaignSpec]
) -> None:
    with desk_on(sqlite_template) as desk:
        for edition in editions:
            assert desk.load(write_campaign(edition), yes=True).applied
            queued = {(row["post"], row["due_utc"]) for row in desk.waiting() if row["from_queue"]}
            slots = [due for _, due in queued]
            assert len(set(slots)) == len(slots)
            wanted = sum(post.at is None and post.every is None for post in edition.posts)
            assert len(queued) == wanted
            assert desk.load(write_campaign(edition)).changes == []
