"""A paused queue goes on without a burst."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.core.db import write_session
from campaigns.core.errors import Misuse
from campaigns.deliver import pause
from campaigns.deliver.progress import find_campaign
from campaigns.plan.editing import Editor, deal_anew
from campaigns.plan.queue import missed_slots

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine


def resume_in_turn(database: Engine, organisation_id: int, slug: str, person: str, now: datetime) -> bool:
    """What missed its slot takes the queue's next free ones first. False: there were too few, so it follows
    its late rule. Raises `Misuse` for a campaign that is not there."""
    with write_session(database) as session:
        campaign = find_campaign(session, organisation_id, slug)
        if campaign is None:
            raise Misuse("There is no campaign %(slug)s.", slug=slug)
        missed = missed_slots(session, campaign, now)
        dealt = not missed or deal_anew(Editor(session, organisation_id, person, now), missed).applied
    pause.resume_queue(database, slug, person, organisation_id=organisation_id)
    return dealt
