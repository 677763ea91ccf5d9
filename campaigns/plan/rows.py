"""A campaign as rows and as a spec: two spellings of the same, and the way from each to the other."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from campaigns.plan.spec import DAYS, CampaignSpec, Every, Hashtags, Late, PostSpec, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from campaigns.models import Campaign
    from campaigns.plan.spec import MediaSpec

Values = dict[str, Any]


def wall_text(wall: datetime) -> str:
    """`2027-10-10 09:00`: a wall time as rows and files hold it; seconds only where there are any."""
    return wall.isoformat(" ", "seconds" if wall.second else "minutes")


def campaign_values(spec: CampaignSpec) -> Values:
    """The columns of a campaign that its file decides, but for its slug."""
    return {
        "title": spec.title,
        "goal": spec.goal,
        "timezone": spec.timezone,
        "starts": spec.starts,
        "ends": spec.ends,
        "languages": list(spec.languages),
        "regions": list(spec.regions),
        "topics": list(spec.topics),
        "hashtags": _hashtags_row(spec.hashtags),
        "queue": {"slots": [_slot_row(slot) for slot in spec.slots]},
        "accounts": list(spec.accounts),
    }


def post_values(post: PostSpec) -> Values:
    """The columns of a post that its file decides, but for its key."""
    return {
        "place": post.place,
        "text": post.text,
        "at": wall_text(post.at) if post.at else None,
        "every": _every_row(post.every) if post.every else None,
        "timezone": post.timezone,
        "accounts": None if post.accounts is None else list(post.accounts),
        "hashtags": None if post.hashtags is None else _hashtags_row(post.hashtags),
        "language": post.language,
        "content_warning": post.content_warning,
        "thread": list(post.thread),
        "variants": dict(post.variants),
        "late": _late_row(post.late) if post.late else None,
        "essential": post.essential,
        "urgent": post.urgent,
    }


def spec_of(campaign: Campaign, posts: Iterable[PostSpec]) -> CampaignSpec:
    """The campaign that these rows hold."""
    return CampaignSpec(
        title=campaign.title,
        slug=campaign.slug,
        timezone=campaign.timezone,
        starts=campaign.starts,
        ends=campaign.ends,
        accounts=tuple(campaign.accounts),
        posts=tuple(posts),
        goal=campaign.goal,
        languages=tuple(campaign.languages),
        regions=tuple(campaign.regions),
        topics=tuple(campaign.topics),
        hashtags=_hashtags_of(campaign.hashtags),
        slots=tuple(_slot_of(row) for row in campaign.queue.get("slots", ())),
    )


def post_of(row: Mapping[str, Any], media: tuple[MediaSpec, ...] = ()) -> PostSpec:
    """The post that a row of the table holds; its `id` is its key."""
    return PostSpec(
        id=row["key"],
        text=row["text"],
        place=row["place"],
        at=datetime.fromisoformat(row["at"]) if row["at"] else None,
        every=_every_of(row["every"]) if row["every"] else None,
        timezone=row["timezone"],
        accounts=None if row["accounts"] is None else tuple(row["accounts"]),
        hashtags=None if row["hashtags"] is None else _hashtags_of(row["hashtags"]),
        language=row["language"],
        content_warning=row["content_warning"],
        thread=tuple(row["thread"]),
        media=media,
        variants=dict(row["variants"]),
        essential=row["essential"],
        urgent=row["urgent"],
        late=_late_of(row["late"]) if row["late"] else None,
    )


def _hashtags_row(hashtags: Hashtags) -> Values:
    return {"primary": hashtags.primary, "supporting": list(hashtags.supporting)}


def _hashtags_of(row: Mapping[str, Any]) -> Hashtags:
    return Hashtags(row.get("primary"), tuple(row.get("supporting", ())))


def _slot_row(slot: Slot) -> Values:
    return {"days": _names(slot.days), "at": _time_text(slot.at), "timezone": slot.timezone}


def _slot_of(row: Mapping[str, Any]) -> Slot:
    return Slot(_numbers(row["days"]), time.fromisoformat(row["at"]), row["timezone"])


def _every_row(every: Every) -> Values:
    return {
        "at": _time_text(every.at),
        "until": every.until.isoformat() if every.until else None,
        "days": every.days,
        "weeks": every.weeks,
        "months": every.months,
        "on": _names(every.on),
        "except": [day.isoformat() for day in every.exceptions],
    }


def _every_of(row: Mapping[str, Any]) -> Every:
    return Every(
        at=time.fromisoformat(row["at"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        days=row["days"],
        weeks=row["weeks"],
        months=row["months"],
        on=_numbers(row["on"]),
        exceptions=tuple(date.fromisoformat(day) for day in row.get("except", ())),  # not in older rows
    )


def _late_row(late: Late) -> Values:
    return {"within": int(late.within.total_seconds()), "then": late.then}


def _late_of(row: Mapping[str, Any]) -> Late:
    return Late(timedelta(seconds=row["within"]), row["then"])


def _time_text(at: time) -> str:
    return at.isoformat("seconds" if at.second else "minutes")


def _names(days: tuple[int, ...]) -> list[str]:
    return [DAYS[day] for day in days]


def _numbers(names: Iterable[str]) -> tuple[int, ...]:
    return tuple(DAYS.index(name) for name in names)
