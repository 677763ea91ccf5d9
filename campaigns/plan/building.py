"""A record's values become the parts of a `CampaignSpec`; here stands what spans several of its keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from campaigns.core.words import Sentence
from campaigns.plan.report import Broken
from campaigns.plan.spec import DAYS, Every, Hashtags, Late, MediaSpec, PostSpec, Slot

if TYPE_CHECKING:
    from campaigns.plan.containers import Values
    from campaigns.plan.report import Report

DEFAULT_LATE = Late(timedelta(hours=1), "hold")


@dataclass(frozen=True, slots=True)
class ReadPost:
    """A post, and the lines of its keys, for what only the whole campaign can say."""

    spec: PostSpec
    lines: dict[str, int]


def build_hashtags(values: Values, _report: Report) -> Hashtags:
    return Hashtags(values.get("primary"), values.get("supporting", ()))


def build_slot(values: Values, _report: Report) -> Slot:
    _require(values, "days", "at", "timezone")
    return Slot(_weekdays(values, "days"), values.get("at"), values.get("timezone"))


def build_queue(values: Values, _report: Report) -> tuple[Slot, ...]:
    _require(values, "slots")
    slots: tuple[Slot, ...] = values.get("slots")
    return slots


def build_every(values: Values, report: Report) -> Every:
    counts = [name for name in ("days", "weeks", "months") if name in values.lines]
    if len(counts) != 1:
        what = (
            Sentence("has %(value)s", value=" and ".join(f"`{name}`" for name in counts))
            if counts
            else Sentence("has no count")
        )
        report.problem(
            values.line,
            "every-count",
            Sentence("This recurrence %(what)s.", what=what),
            Sentence("Give exactly one of days, weeks and months."),
        )
        raise Broken
    if "on" in values.lines and counts != ["weeks"]:
        report.problem(
            values.lines["on"],
            "on-without-weeks",
            Sentence("`on` names weekdays, and they go with `weeks` only."),
            Sentence("Remove it, or count in weeks."),
        )
        raise Broken
    _require(values, "at", "until", "on", "except", *counts)
    return Every(
        at=values.get("at"),
        until=values.get("until"),
        days=values.get("days"),
        weeks=values.get("weeks"),
        months=values.get("months"),
        on=_weekdays(values, "on"),
        exceptions=tuple(sorted(values.get("except", ()))),
    )


def build_late(values: Values, report: Report) -> Late:
    if not values.lines:
        report.problem(
            values.line,
            "no-value",
            Sentence("`late` has no value."),
            Sentence("Give within or then, or remove it."),
        )
    _require(values, "within", "then")
    return Late(values.get("within", DEFAULT_LATE.within), values.get("then", DEFAULT_LATE.then))


def build_media(values: Values, _report: Report) -> MediaSpec:
    """An image without alt text is still given, so that its file is looked at in the same run."""
    _require(values, "file")
    return MediaSpec(values.get("file"), values.get("alt", ""), values.line)


def build_post(values: Values, report: Report) -> ReadPost:
    """Raises `Broken` where it is not known what the post says or when."""
    if "at" in values.lines and "every" in values.lines:
        report.problem(
            values.lines["every"],
            "at-and-every",
            Sentence("This post has both `at` and `every`."),
            Sentence("Keep `at` for one time, or `every` for a recurrence."),
        )
        raise Broken
    _require(values, "text", "at", "every", "timezone", "thread")
    return ReadPost(
        PostSpec(
            text=values.get("text"),
            place=0,
            line=values.line,
            id=values.get("id"),
            at=values.get("at"),
            every=values.get("every"),
            timezone=values.get("timezone"),
            accounts=values.get("accounts"),
            hashtags=values.get("hashtags"),
            language=values.get("language"),
            content_warning=values.get("content_warning"),
            thread=values.get("thread", ()),
            media=values.get("media", ()),
            variants=values.get("variants", {}),
            essential=values.get("essential", False),
            urgent=values.get("urgent", False),
            late=values.get("late"),
        ),
        values.lines,
    )


def _weekdays(values: Values, key: str) -> tuple[int, ...]:
    return tuple(sorted(DAYS.index(day) for day in values.get(key, ())))


def _require(values: Values, *names: str) -> None:
    if values.broken.intersection(names):
        raise Broken
