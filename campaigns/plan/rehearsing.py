"""The whole timeline of a campaign file as it would go out; nothing is sent, nothing is written."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from campaigns.core.findings import Level
from campaigns.core.moments import iso_z
from campaigns.core.zones import Oddity
from campaigns.models import State

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.core.findings import Finding
    from campaigns.plan.checking import Checked
    from campaigns.plan.planning import Entry, Plan


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One delivery. `text`, `length` and `limit` are those of its first part, in the platform's unit."""

    due: str  # 2027-10-10T08:00:00Z
    local: str  # 2027-10-10 09:00 BST (UTC+01:00)
    account: str
    platform: str
    text: str
    parts: list[str]  # the texts of all parts, the first one too
    length: int
    limit: int
    problems: list[str]
    notes: list[str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def rehearse(checked: Checked) -> list[Rehearsed]:
    """One for each delivery, in order of time; none when the file couldn't be understood.

    The texts are those that a load makes, to the character.
    """
    plan = checked.plan
    if plan is None:
        return []
    by_post = _by_post(checked.findings, plan)
    return [_rehearsed(entry, by_post[entry.planned.post.place]) for entry in plan.entries if _goes(entry)]


def local_time(moment: datetime, zone: str) -> str:
    """`2027-10-10 09:00 BST (UTC+01:00)`; a zone without letters of its own shows its offset alone."""
    local = moment.astimezone(ZoneInfo(zone))
    name, offset = local.tzname() or "", local.strftime("%z")
    told = f"UTC{offset[:3]}:{offset[3:5]}"
    return f"{local:%Y-%m-%d %H:%M} {name} ({told})" if name.isalpha() else f"{local:%Y-%m-%d %H:%M} {told}"


def _goes(entry: Entry) -> bool:
    return entry.row is None or entry.row.state is not State.CANCELLED or entry.row.taken_out


def _rehearsed(entry: Entry, about_post: list[Finding]) -> Rehearsed:
    composed, planned = entry.writing.composed, entry.planned
    said = [
        *((remark.level, remark.what) for remark in composed.remarks),
        *((finding.level, finding.what) for finding in about_post if _concerns(finding, entry)),
    ]
    first = composed.parts[0]
    return Rehearsed(
        due=iso_z(planned.due_utc),
        local=local_time(planned.due_utc, planned.zone),
        account=entry.account.name,
        platform=entry.account.platform,
        text=first.text,
        parts=[part.text for part in composed.parts],
        length=first.length,
        limit=first.limit,
        problems=[what for level, what in said if level is Level.PROBLEM],
        notes=[what for level, what in said if level is Level.NOTE],
    )


def _by_post(findings: list[Finding], plan: Plan) -> defaultdict[int, list[Finding]]:
    """The findings that stand in each post's lines, without what composing said of any account."""
    remarks = {remark.what for entry in plan.entries for remark in entry.writing.composed.remarks}
    starts = sorted((plan.spec.file_of(post), post.line, post.place) for post in plan.spec.posts)
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        index = bisect_right(starts, (finding.file, finding.line, len(starts))) - 1
        if index >= 0 and starts[index][0] == finding.file and finding.what not in remarks:
            found[starts[index][2]].append(finding)
    return found


def _concerns(finding: Finding, entry: Entry) -> bool:
    """A strange local time concerns the one occurrence that has it."""
    if not finding.code.startswith("time-"):
        return True
    planned = entry.planned
    return planned.oddity is not Oddity.NONE and str(planned.wall.date()) in finding.what
