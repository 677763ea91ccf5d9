"""The composer's form and a post: two spellings of the same, and the way from each to the other.

The form is flat, since it must work without a script: `thread-1`, `variant-x`, `media-1-alt` and so on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from campaigns.plan.spec import DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from campaigns.plan.spec import CampaignSpec, Every, Hashtags, Late, PostSpec
    from campaigns.web.base.forms import Typed

Values = dict[str, list[str]]

UNITS = ("days", "weeks", "months")
WHEN = ("at", "queue", "every", "now")
_PART = re.compile(r"thread-([1-9][0-9]?)")
_VARIANT = re.compile(r"variant-(\S+)")
_IMAGE = re.compile(r"media-([1-9][0-9]?)-file")
_BETWEEN = re.compile(r"[\s,;]+")

BESIDE = {
    "at": "date",
    "timezone": "timezone",
    "every": "every_n",
    "every.days": "every_n",
    "every.weeks": "every_n",
    "every.months": "every_n",
    "every.on": "every_on",
    "every.at": "every_time",
    "every.until": "until",
    "every.except": "except",
    "late": "late_within",
    "late.within": "late_within",
    "hashtags": "more_tags",
}
"""Beside which field stands what is wrong with a post's key."""


@dataclass
class Form:
    """A post's keys and values as `read_post` takes them, and which field each of them came from."""

    fields: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def field_of(self, path: str) -> str:
        """The field beside which something about this key is said; `text` where there is none."""
        while path:
            if found := self.names.get(path) or BESIDE.get(path):
                return found
            path = path.rpartition(".")[0]
        return "text"


def read_form(typed: Typed, campaign: CampaignSpec, now: datetime) -> Form:
    """What was typed, as a post's keys. `now` is for a post that goes out at once."""
    form = Form()
    for key in ("text", "content_warning", "language"):
        form.fields[key], form.names[key] = typed.text(key), key
    _read_parts(form, typed)
    _read_variants(form, typed)
    _read_images(form, typed)
    _read_tags(form, typed, campaign)
    _read_when(form, typed, campaign, now)
    chosen = typed.all("accounts")
    form.names["accounts"] = "accounts"
    if set(chosen) != set(campaign.accounts):
        form.fields["accounts"] = chosen
    if typed.text("late_then") or typed.text("late_within"):
        form.fields["late"] = {"within": typed.text("late_within"), "then": typed.text("late_then")}
    form.fields |= {flag: True for flag in ("essential", "urgent") if typed.ticked(flag)}
    return form


def numbered(typed: Typed, pattern: re.Pattern[str]) -> list[str]:
    """The names of a kind of field, by their numbers."""
    found = ((int(match[1]), name) for name in typed.fields if (match := pattern.fullmatch(name)))
    return [name for _, name in sorted(found)]


def part_names(typed: Typed) -> list[str]:
    return numbered(typed, _PART)


def image_numbers(typed: Typed) -> list[str]:
    """`1`, `2`: of the images that the form holds."""
    return [name.split("-")[1] for name in numbered(typed, _IMAGE)]


def _read_parts(form: Form, typed: Typed) -> None:
    written = [name for name in part_names(typed) if typed.text(name)]
    form.fields["thread"] = [typed.text(name) for name in written]
    form.names |= {f"thread.{place}": name for place, name in enumerate(written)}


def _read_variants(form: Form, typed: Typed) -> None:
    names = {match[1]: name for name in typed.fields if (match := _VARIANT.fullmatch(name))}
    form.fields["variants"] = {called: typed.text(name) for called, name in names.items()}
    form.names |= {f"variants.{called}": name for called, name in names.items()}


def _read_images(form: Form, typed: Typed) -> None:
    numbers = image_numbers(typed)
    form.fields["media"] = [
        {"file": typed.text(f"media-{number}-file"), "alt": typed.text(f"media-{number}-alt")}
        for number in numbers
    ]
    for place, number in enumerate(numbers):
        form.names[f"media.{place}"] = f"media-{number}-alt"


def _read_tags(form: Form, typed: Typed, campaign: CampaignSpec) -> None:
    """Those of the campaign as they are count as none of its own, so that the post follows the campaign."""
    picked = typed.all("tag") + [tag.removeprefix("#") for tag in words(typed.text("more_tags"))]
    if picked == tag_list(campaign.hashtags):
        return
    primary = next((tag for tag in picked if tag == typed.text("primary")), None)
    supporting = [tag for tag in picked if tag != primary]
    form.fields["hashtags"] = {"primary": primary, "supporting": supporting} if picked else {}


def _read_when(form: Form, typed: Typed, campaign: CampaignSpec, now: datetime) -> None:
    when, zone = typed.text("when"), typed.text("timezone")
    timed = when in {"at", "every"}
    if timed and zone != campaign.timezone:
        form.fields["timezone"] = zone
    if when == "at":
        form.fields["at"] = f"{typed.text('date')} {typed.text('time')}".strip() or "no date"
    if when == "now":
        minute = (now + timedelta(minutes=1)).replace(second=0, microsecond=0)
        local = minute.astimezone(ZoneInfo(campaign.timezone))
        form.fields["at"] = f"{local:%Y-%m-%d %H:%M}"
    if when == "every":
        unit = typed.text("every_unit") if typed.text("every_unit") in UNITS else UNITS[0]
        form.fields["every"] = {
            unit: _count(typed.text("every_n")),
            "on": [day for day in DAYS if day in typed.all("every_on")] if unit == "weeks" else [],
            "at": typed.text("every_time"),
            "until": typed.text("until"),
            "except": words(typed.text("except")),
        }


def values_of(post: PostSpec, campaign: CampaignSpec) -> Values:
    """The form that holds this post."""
    tags = campaign.hashtags if post.hashtags is None else post.hashtags
    when = "at" if post.at else "every" if post.every else "queue"
    values = {
        "text": post.text,
        "content_warning": post.content_warning or "",
        "language": post.language or "",
        "primary": tags.primary or "",
        "when": when,
        "timezone": post.timezone or campaign.timezone,
        "date": f"{post.at:%Y-%m-%d}" if post.at else "",
        "time": f"{post.at:%H:%M}" if post.at else "",
        **{f"thread-{place}": part for place, part in enumerate(post.thread, 1)},
        **{f"variant-{name}": text for name, text in post.variants.items()},
        **_recurrence(post.every),
        **_late(post.late),
    }
    for place, image in enumerate(post.media, 1):
        values |= {f"media-{place}-file": image.file, f"media-{place}-alt": image.alt}
    found = {name: [value] for name, value in values.items()}
    found["tag"] = tag_list(tags)
    found["accounts"] = list(campaign.accounts if post.accounts is None else post.accounts)
    found["every_on"] = [DAYS[day] for day in post.every.on] if post.every else []
    return found | {flag: ["on"] for flag in ("essential", "urgent") if getattr(post, flag)}


def fresh_values(campaign: CampaignSpec) -> Values:
    """The form of a post that nobody has begun."""
    return {
        "when": ["queue" if campaign.slots else "at"],
        "timezone": [campaign.timezone],
        "primary": [campaign.hashtags.primary or ""],
        "tag": tag_list(campaign.hashtags),
        "accounts": list(campaign.accounts),
        "every_n": ["1"],
        "every_unit": ["weeks"],
    }


def tag_list(tags: Hashtags) -> list[str]:
    return [tag for tag in (tags.primary, *tags.supporting) if tag]


def words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text) if word]


def renumbered(values: Values, parts: Iterable[str]) -> Values:
    """With these thread parts, numbered from 1."""
    kept = {name: value for name, value in values.items() if not _PART.fullmatch(name)}
    return kept | {f"thread-{place}": [part] for place, part in enumerate(parts, 1)}


def _recurrence(every: Every | None) -> dict[str, str]:
    if every is None:
        return {"every_n": "1", "every_unit": "weeks", "every_time": "", "until": "", "except": ""}
    unit, count = next((unit, count) for unit in UNITS if (count := getattr(every, unit)))
    return {
        "every_n": str(count),
        "every_unit": unit,
        "every_time": f"{every.at:%H:%M}",
        "until": every.until.isoformat() if every.until else "",
        "except": " ".join(day.isoformat() for day in every.exceptions),
    }


def _late(late: Late | None) -> dict[str, str]:
    if late is None:
        return {"late_within": "", "late_then": ""}
    minutes = late.within // timedelta(minutes=1)
    unit, size = next((unit, size) for unit, size in (("d", 1440), ("h", 60), ("m", 1)) if not minutes % size)
    return {"late_within": f"{minutes // size}{unit}", "late_then": late.then}


def _count(text: str) -> int | str:
    """A number where it is one; else the text, which is then told to be none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else text or "no number"  # noqa: PLR2004
