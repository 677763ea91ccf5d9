"""Two people edited one post: what only one of them changed is taken, and what both did is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from campaigns.plan.editing import post_at
from campaigns.plan.values import Unfit, parse_identifier
from campaigns.web.base.forms import Typed
from campaigns.web.base.languages import N_
from campaigns.web.composing.form import values_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from campaigns.plan.editing import Stale
    from campaigns.plan.spec import PostSpec
    from campaigns.web.base.visit import Visit
    from campaigns.web.composing.form import Values
    from campaigns.web.composing.work import Work

GROUPS = {
    "images": ("media",),
    "when": (
        *("when", "date", "time", "timezone", "every_n", "every_unit", "every_on", "every_time"),
        *("until", "except"),
    ),
    "hashtags": ("tag", "more_tags", "primary"),
    "accounts": ("accounts",),
    "late": ("late_within", "late_then"),
    "essential": ("essential",),
    "urgent": ("urgent",),
    "language": ("language",),
}
"""What is taken over from one of the two as a whole."""

LABELS = {
    "images": N_("Images"),
    "when": N_("When"),
    "hashtags": N_("Hashtags"),
    "accounts": N_("Accounts"),
    "late": N_("If it is late"),
    "essential": N_("Essential"),
    "urgent": N_("Urgent"),
    "language": N_("Language"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Both changed it, each otherwise."""

    name: str
    label: str
    mine: str
    theirs: str


def with_key(post: PostSpec, key: str) -> PostSpec:
    """The name that the form gave its post, so that a form sent twice makes one post."""
    try:
        return replace(post, id=parse_identifier(key)) if key else post
    except Unfit:
        return post


def both(visit: Visit, typed: Typed, work: Work, stale: Stale) -> Response:
    """The page that shows both texts. Choices made there come back in fields `take-when` and the like."""
    with visit.reading() as session:
        before = post_at(session, visit.organisation_id, stale.theirs.id, typed.whole("version"))
    theirs = values_of(stale.theirs.spec, work.spec)
    base = values_of(before, work.spec) if before else None
    merged, texts, choices = _merge(visit, typed, theirs, base)
    merged.fields["version"] = [str(stale.theirs.version)]
    return visit.page(
        "stale.html.j2",
        409,
        typed=merged,
        theirs={name: _first(theirs, name) for name in texts},
        labels=texts,
        choices=choices,
        who=stale.by or visit._("Somebody"),
        at_utc=stale.at_utc,
        version=stale.theirs.version,
        cancel=f"/posts/{stale.theirs.id}",
    )


def take_theirs(typed: Typed, theirs: Values) -> None:
    """What somebody chose on that page."""
    for name, members in GROUPS.items():
        if typed.text(f"take-{name}") == "theirs":
            _put(typed.fields, theirs, members)


def _merge(
    visit: Visit, typed: Typed, theirs: Values, base: Values | None
) -> tuple[Typed, dict[str, str], list[Choice]]:
    merged = Typed({name: values for name, values in typed.fields.items() if not name.startswith("take-")})
    texts: dict[str, str] = {}
    for name in sorted({name for name in (*merged.fields, *theirs) if _is_text(name)}):
        mine, other = _first(merged.fields, name), _first(theirs, name)
        known = _first(base, name) if base is not None else None
        if mine in {known, other}:
            merged.fields[name] = [other]
        elif other != known:
            texts[name] = _label(visit, name)
            merged.fields.setdefault(name, [""])
    choices = []
    for group, members in GROUPS.items():
        ours, others = _group(merged.fields, members), _group(theirs, members)
        if ours == others:
            continue
        knew = _group(base, members) if base is not None else None
        if ours == knew:
            _put(merged.fields, theirs, members)
        elif others != knew:
            choices.append(Choice(group, visit.say(LABELS[group]), _shown(ours), _shown(others)))
    return merged, texts, choices


def _is_text(name: str) -> bool:
    return name in {"text", "content_warning"} or name.startswith(("thread-", "variant-"))


def _label(visit: Visit, name: str) -> str:
    kind, _, which = name.partition("-")
    if kind == "thread":
        return visit._("Part %(n)s", n=int(which) + 1)
    if kind == "variant":
        return visit._("Text for %(name)s", name=which)
    return visit._("Content warning") if name == "content_warning" else visit._("Text")


def _first(values: Values, name: str) -> str:
    return values.get(name, [""])[0].replace("\r\n", "\n").strip()


def _belongs(name: str, members: tuple[str, ...]) -> bool:
    return name in members or ("media" in members and name.startswith("media-"))


def _group(values: Values, members: tuple[str, ...]) -> dict[str, list[str]]:
    """Without what is empty: a form may lack what a post says with nothing."""
    found = {name: [one.strip() for one in given if one.strip()] for name, given in values.items()}
    return {name: given for name, given in found.items() if given and _belongs(name, members)}


def _put(fields: Values, theirs: Values, members: tuple[str, ...]) -> None:
    for name in [name for name in fields if _belongs(name, members)]:
        del fields[name]
    fields.update({name: values for name, values in theirs.items() if _belongs(name, members)})


def _shown(group: dict[str, list[str]]) -> str:
    return ", ".join(value for values in group.values() for value in values) or "-"
