"""Writes what a diff found, in the caller's one transaction: all of it, or nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, update

from campaigns.models import Audit
from campaigns.models.tables import campaign, post, post_media
from campaigns.plan.loading.scheduling import rewrite, schedule, take_out
from campaigns.plan.loading.versions import remember_versions
from campaigns.plan.rows import campaign_values, post_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from campaigns.plan.loading.diff import Diff
    from campaigns.plan.matching import Match
    from campaigns.plan.planning import Plan


@dataclass(frozen=True, slots=True)
class Applier:
    session: Session
    organisation_id: int
    plan: Plan
    diff: Diff
    now: datetime
    person: str

    def apply(self, media_ids: Mapping[str, int]) -> dict[int, int]:
        """Returns the posts' ids, by place. `media_ids` are the numbers of their images, by SHA-256."""
        work = self.diff.work
        campaign_id = self._write_campaign()
        post_ids = self._write_posts(campaign_id)
        self._write_post_media([*work.new, *work.repictured], post_ids, media_ids)
        take_out(self.session, work.cancel)
        rewrite(self.session, self.organisation_id, work.rewrite, media_ids)
        schedule(self.session, self.organisation_id, campaign_id, work.create, post_ids, media_ids)
        remember_versions(
            self.session,
            self.organisation_id,
            [*work.new, *work.changed],
            work.removed,
            post_ids,
            self.plan.gallery,
            self.person,
            self.now,
        )
        return post_ids

    def _write_campaign(self) -> int:
        values = campaign_values(self.plan.spec) | {"updated_utc": self.now, "removed_utc": None}
        stored = self.plan.stored
        if stored and not self.diff.work.campaign:
            self.session.execute(
                update(campaign).where(campaign.c.id == stored.campaign.id).values(updated_utc=self.now)
            )
            return stored.campaign.id
        if stored is None:
            fresh = {
                "organisation_id": self.organisation_id,
                "slug": self.plan.spec.slug,
                "paused": False,
                "pause_spares_essential": False,
                "version": 1,
                "created_utc": self.now,
            }
            made = insert(campaign).values(values | fresh).returning(campaign.c.id)
            return int(self.session.execute(made).scalar_one())
        self.session.execute(
            update(campaign)
            .where(campaign.c.id == stored.campaign.id)
            .values(values | {"version": campaign.c.version + 1})
        )
        return stored.campaign.id

    def _write_posts(self, campaign_id: int) -> dict[int, int]:
        """Post ids, by place in the file."""
        work, stored = self.diff.work, self.plan.stored
        ids = {match.post.place: match.stored.id for match in self.plan.matches if match.stored}
        keys = {one.key for one in stored.posts} if stored else set()
        keys |= stored.beyond.keys if stored and stored.beyond else set()
        keys |= {match.post.id for match in self.plan.matches if match.post.id}
        if work.new:
            rows = [
                post_values(match.post)
                | {
                    "organisation_id": self.organisation_id,
                    "campaign_id": campaign_id,
                    "key": match.post.id or _fresh_key(keys),
                    "version": 1,
                }
                for match in work.new
            ]
            made = self.session.execute(
                insert(post).returning(post.c.id, sort_by_parameter_order=True), rows
            ).scalars()
            ids |= {match.post.place: number for match, number in zip(work.new, made, strict=True)}
        self._update_posts(work.changed)
        self._update_places(work.placed)
        if work.removed:
            gone = (
                update(post)
                .where(post.c.id == bindparam("its_id"))
                .values(removed_utc=self.now, version=post.c.version + 1)
            )
            self.session.execute(gone, [{"its_id": one.id} for one in work.removed])
        return ids

    def _update_posts(self, matches: Sequence[Match]) -> None:
        rows = []
        for match in matches:
            if match.stored:
                values = post_values(match.post) | {"key": match.post.id or match.stored.key}
                rows.append(
                    {"its_id": match.stored.id} | {f"new_{name}": value for name, value in values.items()}
                )
        if rows:
            names = [name.removeprefix("new_") for name in rows[0] if name != "its_id"]
            columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
            columns |= {"version": post.c.version + 1, "removed_utc": None}
            self.session.execute(update(post).where(post.c.id == bindparam("its_id")).values(columns), rows)

    def _update_places(self, matches: Sequence[Match]) -> None:
        rows = [
            {"its_id": match.stored.id, "its_place": match.post.place} for match in matches if match.stored
        ]
        if rows:
            moved = update(post).where(post.c.id == bindparam("its_id")).values(place=bindparam("its_place"))
            self.session.execute(moved, rows)

    def _write_post_media(
        self, matches: Sequence[Match], post_ids: Mapping[int, int], media_ids: Mapping[str, int]
    ) -> None:
        again = [{"its_id": match.stored.id} for match in matches if match.stored]
        if again:
            self.session.execute(delete(post_media).where(post_media.c.post_id == bindparam("its_id")), again)
        rows = [
            {
                "post_id": post_ids[match.post.place],
                "place": place,
                "organisation_id": self.organisation_id,
                "media_id": media_ids[picture.facts.sha256],
                "file": picture.file,
                "alt": picture.alt,
            }
            for match in matches
            for place, picture in enumerate(self.plan.gallery.of(match.post))
        ]
        if rows:
            self.session.execute(insert(post_media), rows)


def note(
    session: Session,
    organisation_id: int,
    now: datetime,
    person: str,
    action: str,
    subject: str,
    detail: str,
) -> None:
    """A line in the audit trail."""
    session.add(
        Audit(
            organisation_id=organisation_id,
            at_utc=now,
            person=person,
            action=action,
            subject=subject,
            detail=detail,
        )
    )


def _fresh_key(taken: set[str]) -> str:
    """A short name that no post of the campaign has; remembered as taken."""
    while (key := secrets.token_hex(4)) in taken:
        pass
    taken.add(key)
    return key
