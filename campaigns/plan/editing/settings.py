"""What stands above a campaign's posts: made, and changed by people who may be doing so at the same time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel import select as select_model

from campaigns.core.errors import Conflict, Missing
from campaigns.core.findings import Finding, Level
from campaigns.core.words import N_, Sentence
from campaigns.models import Campaign
from campaigns.models.tables import audit
from campaigns.plan.editing.carrying import carry_out
from campaigns.plan.editing.editor import Edited
from campaigns.plan.editing.fields import Form
from campaigns.plan.frame import read_frame
from campaigns.plan.keys import CAMPAIGN, QUEUE
from campaigns.plan.loading.load import load
from campaigns.plan.loading.locks import lock_campaign, lock_organisation
from campaigns.plan.reading import Read, settings_in
from campaigns.plan.report import Broken
from campaigns.plan.rows import campaign_values, spec_of
from campaigns.plan.stored import Beyond, Stored, read_stored

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlmodel import Session

    from campaigns.plan.editing.editor import Editor
    from campaigns.plan.spec import CampaignSpec, PostSpec, Slot
    from campaigns.plan.stored import StoredPost

SETTINGS = replace(CAMPAIGN, keys=tuple(key for key in CAMPAIGN.keys if key.name not in {"posts", "queue"}))
SAVED, MADE, LOADED = "campaign.save", "campaign.make", "campaign.load"


class StaleSettings(Conflict):
    """Somebody else changed the campaign while its settings were open; both are here, and nothing is lost."""

    def __init__(self, theirs: Campaign, by: str) -> None:
        super().__init__(
            N_("%(who)s has changed this campaign since you opened it; compare, and save what is right."),
            who=by or Sentence("Somebody"),
        )
        self.theirs, self.by = theirs, by


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """`findings` are by the field that each stands beside: `campaign`, `starts`, `hashtags.primary`."""

    spec: CampaignSpec | None
    findings: dict[str, list[Finding]] = field(default_factory=dict)


def read_settings(fields: dict[str, Any]) -> ReadSettings:
    """`fields` are a campaign's keys and values as in its file, without `posts` and `queue`."""
    form, spec = Form(fields), None
    with suppress(Broken):
        values = SETTINGS.read(form.node, "campaign", form.report)
        frame = read_frame(values, form.report)
        spec = settings_in(values, frame)
    findings = form.findings()
    return ReadSettings(None if findings else spec, findings)


@dataclass(frozen=True, slots=True)
class ReadSlots:
    """`findings` are by the field that each stands beside: `slots.0.at`, `slots.2.timezone`."""

    slots: tuple[Slot, ...]
    findings: dict[str, list[Finding]] = field(default_factory=dict)


def read_slots(rows: list[dict[str, Any]]) -> ReadSlots:
    """Rows with `days`, `at` and `timezone` as in a campaign file; none at all is a queue without slots."""
    known = [{key: row[key] for key in ("days", "at", "timezone")} for row in rows]
    form, slots = Form({"slots": known}), ()
    if known:
        with suppress(Broken):
            slots = QUEUE.read(form.node, "queue", form.report)
    return ReadSlots(slots, form.findings())


def create_campaign(editor: Editor, settings: CampaignSpec, media_dir: Path) -> Edited:
    """A campaign without posts. The same one made twice is made once.

    A slug that is taken, also by a campaign that was removed, is a problem.
    """
    lock_organisation(editor.session, editor.organisation_id)
    known = _campaign(editor.session, editor.organisation_id, settings.slug)
    if known is not None:
        same = campaign_values(spec_of(known, ())) == campaign_values(settings)
        if known.removed_utc is None and same:
            return Edited([], [], applied=True)
        removed = known.removed_utc is not None
        owner = (
            Sentence("a campaign that was removed")
            if removed
            else Sentence("the campaign %(title)s", title=repr(known.title))
        )
        what = Sentence("The slug %(slug)s belongs to %(owner)s.", slug=settings.slug, owner=owner)
        return Edited([_problem("slug-taken", what, Sentence("Choose another one."))], [], applied=False)
    loaded = load(
        editor.session,
        editor.organisation_id,
        Read(settings, []),
        editor.now,
        person=editor.person,
        media_dir=media_dir,
        action=MADE,
    )
    return Edited(loaded.findings, loaded.changes, applied=loaded.applied)


def save_settings(editor: Editor, slug: str, settings: CampaignSpec, version: int) -> Edited:
    """All but the slug and the slots. `version` is the one that was being edited: when the campaign has
    another by now, and says something else, `StaleSettings` is raised. Raises `Missing`."""
    stored = _whole(editor, slug)
    wanted = replace(settings, slug=slug, slots=stored.spec.slots)
    return _save(editor, stored, wanted, version)


def save_slots(editor: Editor, slug: str, slots: tuple[Slot, ...], version: int) -> Edited:
    """The queue's weekly slots; what waits in it takes them anew, in its order."""
    stored = _whole(editor, slug)
    return _save(editor, stored, replace(stored.spec, slots=slots), version)


def last_editor(session: Session, campaign: Campaign) -> str:
    """Who changed the campaign last; empty when nobody is on record."""
    by = (
        select(audit.c.person)
        .where(
            audit.c.organisation_id == campaign.organisation_id,
            audit.c.subject == campaign.slug,
            audit.c.action.in_((SAVED, MADE, LOADED)),
        )
        .order_by(audit.c.id.desc())
        .limit(1)
    )
    return session.execute(by).scalar() or ""


def _save(editor: Editor, stored: Stored, settings: CampaignSpec, version: int) -> Edited:
    if stored.campaign.version != version:
        if campaign_values(stored.spec) == campaign_values(settings):
            return Edited([], [], applied=not editor.dry_run)  # a second click
        raise StaleSettings(stored.campaign, last_editor(editor.session, stored.campaign))
    posts = [one for one in stored.posts if not one.removed]
    reslotted = (stored.spec.slots, stored.spec.timezone) != (settings.slots, settings.timezone)
    wanted = _in_queue_order(posts, editor.now) if reslotted else [(one.spec, one) for one in posts]
    dealt = {post.place for post, one in wanted if reslotted and _waits_in_queue(one, editor.now)}
    still = {post.place for post, one in wanted if post.at and _has_come(one, editor.now)}
    beyond = Beyond(dealt=frozenset(dealt), still=frozenset(still))
    return carry_out(editor, replace(stored, beyond=beyond), wanted, SAVED, settings=settings)


def _in_queue_order(posts: list[StoredPost], now: datetime) -> list[tuple[PostSpec, StoredPost]]:
    """What waits in the queue changes places, so that who comes first now is dealt to first."""
    queued = [one for one in posts if _waits_in_queue(one, now)]
    places = sorted(one.spec.place for one in queued)
    by_due = sorted(queued, key=lambda one: (_due(one), one.spec.place))
    given = {one.id: place for one, place in zip(by_due, places, strict=True)}
    return [(replace(one.spec, place=given.get(one.id, one.spec.place)), one) for one in posts]


def _waits_in_queue(one: StoredPost, now: datetime) -> bool:
    rows = [row for row in one.deliveries.values() if not row.taken_out]
    untimed = one.spec.at is None and one.spec.every is None
    return untimed and bool(rows) and all(row.editable and row.due_utc > now for row in rows)


def _has_come(one: StoredPost, now: datetime) -> bool:
    return all(row.due_utc < now for row in one.deliveries.values())


def _due(one: StoredPost) -> datetime:
    return min(row.due_utc for row in one.deliveries.values() if not row.taken_out)


def _whole(editor: Editor, slug: str) -> Stored:
    if not editor.dry_run:
        lock_campaign(editor.session, editor.organisation_id, slug)
    stored = read_stored(editor.session, editor.organisation_id, slug)
    if stored is None or stored.campaign.removed_utc is not None:
        raise Missing("There is no such campaign here; it may have been removed.")
    if stored.campaign.archived_utc is not None:
        raise Conflict(
            "The campaign %(slug)s is over, and its posts were archived: make a new one instead.", slug=slug
        )
    return stored


def _campaign(session: Session, organisation_id: int, slug: str) -> Campaign | None:
    return session.exec(
        select_model(Campaign).where(
            col(Campaign.organisation_id) == organisation_id, col(Campaign.slug) == slug
        )
    ).first()


def _problem(code: str, what: str, mend: str) -> Finding:
    return Finding("", 0, Level.PROBLEM, code, what, mend)
