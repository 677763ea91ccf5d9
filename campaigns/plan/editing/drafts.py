"""What somebody is still writing: kept with every pause in typing, told to others, never published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import col, delete, select

from campaigns.core.errors import Conflict, Missing, Misuse
from campaigns.models import Campaign, Draft, Person, Post

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

MOST_DRAFTS = 200
"""Of one person: more are a script gone wild."""

LONGEST = 1_000_000
"""Characters of a draft: the longest post that a campaign may hold, with all its parts."""

AT_WORK = timedelta(minutes=15)
"""Who saved a draft within this time is said to be writing still."""

Fields = dict[str, list[str]]
"""What a form held, by field name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One draft in a list. `campaign` is the title; empty where none is chosen yet."""

    id: int
    campaign: str
    post_id: int | None
    text: str
    updated_utc: datetime


@dataclass(frozen=True, slots=True)
class Other:
    name: str
    updated_utc: datetime


def keep(
    session: Session,
    person: Person,
    fields: Fields,
    now: datetime,
    *,
    draft_id: int = 0,
    version: int = 0,
    post_id: int | None = None,
    post_version: int = 0,
) -> Draft:
    """Saves a person's draft, a new one where `draft_id` is 0. `version` is the one this follows.

    Raises `Conflict` when another window saved it meanwhile, `Missing` for one that is gone or is not
    theirs. Nobody checks what it says.
    """
    if len(json.dumps(fields)) > LONGEST:
        raise Misuse("This is too long to be kept as a draft; make several posts of it.")
    draft = find(session, person, draft_id) if draft_id else of_post(session, person, post_id)
    if draft is None:
        draft = _new(session, person, post_id, now)
    elif draft.version != version or draft.fields.get("key") != fields.get("key"):
        raise Conflict(
            "This draft was changed in another window. Your text here is not lost: save the post "
            "from here, or load the page again to see the other."
        )
    else:
        draft.version += 1
    draft.fields, draft.updated_utc, draft.post_version = dict(fields), now, post_version
    draft.campaign_id = _campaign_id(session, person, (fields.get("campaign") or [""])[0])
    session.add(draft)
    session.flush()
    return draft


def find(session: Session, person: Person, draft_id: int) -> Draft:
    draft = session.get(Draft, draft_id)
    if draft is None or draft.person_id != person.id:
        raise Missing("There is no such draft; it was saved as a post, or discarded.")
    return draft


def of_post(session: Session, person: Person, post_id: int | None) -> Draft | None:
    """What this person has not saved yet of a post."""
    if post_id is None:
        return None
    return session.exec(
        select(Draft).where(col(Draft.person_id) == person.id, col(Draft.post_id) == post_id)
    ).first()


def of_person(session: Session, person: Person) -> list[Line]:
    """The newest first."""
    rows = session.exec(
        select(Draft, Campaign.title)
        .outerjoin(Campaign, col(Campaign.id) == col(Draft.campaign_id))
        .where(col(Draft.person_id) == person.id)
        .order_by(col(Draft.updated_utc).desc(), col(Draft.id).desc())
    ).all()
    return [
        Line(draft.id, title or "", draft.post_id, (draft.fields.get("text") or [""])[0], draft.updated_utc)
        for draft, title in rows
    ]


def others_on(session: Session, person: Person, post_id: int, now: datetime) -> list[Other]:
    """Who else is writing on a post just now."""
    rows = session.exec(
        select(Person.name, Draft.updated_utc)
        .join(Person, col(Person.id) == col(Draft.person_id))
        .where(
            col(Draft.post_id) == post_id,
            col(Draft.organisation_id) == person.organisation_id,
            col(Draft.person_id) != person.id,
            col(Draft.updated_utc) > now - AT_WORK,
        )
        .order_by(col(Person.name))
    ).all()
    return [Other(name, updated) for name, updated in rows]


def drop(session: Session, person: Person, *, draft_id: int = 0, post_id: int | None = None) -> None:
    """A draft that became a post, or is not wanted; one that is gone already stays so."""
    session.exec(
        delete(Draft).where(
            col(Draft.person_id) == person.id,
            (col(Draft.id) == draft_id) | (col(Draft.post_id) == post_id)
            if post_id
            else col(Draft.id) == draft_id,
        )
    )


def _new(session: Session, person: Person, post_id: int | None, now: datetime) -> Draft:
    count = session.exec(select(func.count()).where(col(Draft.person_id) == person.id)).one()
    if count >= MOST_DRAFTS:
        raise Misuse("You have %(most)s drafts already; discard some under Drafts.", most=MOST_DRAFTS)
    if post_id is not None:
        post = session.get(Post, post_id)
        if post is None or post.organisation_id != person.organisation_id:
            raise Missing("There is no such post here; it may have been removed.")
    return Draft(
        organisation_id=person.organisation_id,
        person_id=person.id,
        post_id=post_id,
        fields={},
        created_utc=now,
        updated_utc=now,
    )


def _campaign_id(session: Session, person: Person, slug: str) -> int | None:
    return session.exec(
        select(Campaign.id).where(
            col(Campaign.organisation_id) == person.organisation_id, col(Campaign.slug) == slug
        )
    ).first()
