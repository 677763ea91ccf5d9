"""A campaign as a YAML file that reads back to the same campaign, in any reader: ours or a YAML 1.1 one."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from yaml.resolver import Resolver

from campaigns.plan.nodes import Kind, core_kind
from campaigns.plan.spec import DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from campaigns.plan.spec import CampaignSpec, Every, Hashtags, Late, PostSpec, Slot

# Unquoted text begins with a letter or digit, holds no line break or invisible character, and nothing
# that ends it early. In brackets a few signs more would end it.
_PLAIN = re.compile(r"[^\W_](?:[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]*[^\s:\x7f-\xa0\ufeff])?")
_ENDS_EARLY = re.compile(r":\s|\s#|:$")
_IN_BRACKETS = re.compile(r"[,\[\]{}:?]")
_LETTERS_OF_YAML_1_1 = frozenset({"y", "Y", "n", "N"})  # its specification takes them for true and false
_BLOCK = re.compile(r"[^\s\x7f-\xa0\ufeff][^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*")
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
_STEP = "  "


def write_campaign(spec: CampaignSpec) -> str:
    """The campaign file of a spec. Its texts have no spaces at their ends, as the reader leaves them."""
    return "\n".join(_campaign(spec)) + "\n"


def _campaign(spec: CampaignSpec) -> Iterator[str]:
    yield f"campaign: {scalar(spec.title)}"
    yield f"slug: {scalar(spec.slug)}"
    if spec.goal:
        yield from _text("goal", spec.goal, "")
    yield f"timezone: {scalar(spec.timezone)}"
    yield f"starts: {scalar(str(spec.starts))}"
    yield f"ends: {scalar(str(spec.ends))}"
    for key in ("languages", "regions", "topics"):
        if words := getattr(spec, key):
            yield f"{key}: {_list(words)}"
    if spec.hashtags.primary or spec.hashtags.supporting:
        yield f"hashtags: {_hashtags(spec.hashtags)}"
    yield f"accounts: {_list(spec.accounts)}"
    if spec.slots:
        yield "queue:"
        yield f"{_STEP}slots:"
        yield from (f"{_STEP * 2}- {_slot(slot)}" for slot in spec.slots)
    yield "posts:" if spec.posts else "posts: []"
    for post in spec.posts:
        lead = f"{_STEP}- "
        for line in _post(post):
            yield f"{lead}{line}" if line else ""
            lead = _STEP * 2


def _post(post: PostSpec) -> Iterator[str]:
    if post.id is not None:
        yield f"id: {scalar(post.id)}"
    yield from _text("text", post.text, "")
    yield from _when(post)
    yield from _parts(post)
    yield from _where(post)


def _when(post: PostSpec) -> Iterator[str]:
    if post.at:
        yield f"at: {scalar(f'{post.at:%Y-%m-%d %H:%M}')}"
    if post.every:
        yield f"every: {_every(post.every)}"
    if post.timezone:
        yield f"timezone: {scalar(post.timezone)}"
    if post.late:
        yield f"late: {_late(post.late)}"
    yield from (f"{flag}: true" for flag in ("essential", "urgent") if getattr(post, flag))


def _parts(post: PostSpec) -> Iterator[str]:
    if post.thread:
        yield "thread:"
        for part in post.thread:
            yield from _text("-", part, _STEP)
    if post.media:
        yield "media:"
        for image in post.media:
            yield f"{_STEP}- {_flow({'file': image.file, 'alt': image.alt})}"
    if post.variants:
        yield "variants:"
        for name, text in post.variants.items():
            yield from _text(scalar(name), text, _STEP)


def _where(post: PostSpec) -> Iterator[str]:
    if post.accounts is not None:
        yield f"accounts: {_list(post.accounts)}"
    if post.hashtags is not None:
        yield f"hashtags: {_hashtags(post.hashtags)}"
    if post.language:
        yield f"language: {scalar(post.language)}"
    if post.content_warning is not None:
        yield f"content_warning: {scalar(post.content_warning)}"


def _hashtags(hashtags: Hashtags) -> str:
    primary = {"primary": hashtags.primary} if hashtags.primary else {}
    supporting = {"supporting": hashtags.supporting} if hashtags.supporting else {}
    return _flow({**primary, **supporting})


def _slot(slot: Slot) -> str:
    zone = {"timezone": slot.timezone} if slot.timezone else {}
    return _flow({"days": [DAYS[day] for day in slot.days], "at": f"{slot.at:%H:%M}", **zone})


def _every(every: Every) -> str:
    counts = {key: count for key in ("days", "weeks", "months") if (count := getattr(every, key))}
    on = {"on": [DAYS[day] for day in every.on]} if every.on else {}
    until = {"until": str(every.until)} if every.until else {}
    exceptions = {"except": [str(day) for day in every.exceptions]} if every.exceptions else {}
    return _flow({**counts, **on, "at": f"{every.at:%H:%M}", **until, **exceptions})


def _late(late: Late) -> str:
    minutes = late.within // timedelta(minutes=1)
    unit, length = next(
        (unit, size) for unit, size in (("d", 1440), ("h", 60), ("m", 1)) if not minutes % size
    )
    return _flow({"within": f"{minutes // length}{unit}", "then": late.then})


def _text(key: str, text: str, indent: str) -> Iterator[str]:
    """`key: text`, or `- text`: several lines as a block, so that they read as they will be posted."""
    colon = "" if key == "-" else ":"
    if "\n" not in text or not _BLOCK.fullmatch(text):
        yield f"{indent}{key}{colon} {scalar(text)}"
        return
    yield f"{indent}{key}{colon} |"
    yield from (f"{indent}{_STEP}{line}" if line else "" for line in text.split("\n"))


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(scalar(word, in_brackets=True) for word in words)}]"


def _flow(pairs: dict[str, Any]) -> str:
    return f"{{{', '.join(f'{key}: {_value(value)}' for key, value in pairs.items())}}}"


def _value(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    return scalar(value, in_brackets=True) if isinstance(value, str) else _list(value)


def scalar(text: str, *, in_brackets: bool = False) -> str:
    """Text as YAML: unquoted where every reader takes it for this very text, else in double quotes."""
    if (
        _PLAIN.fullmatch(text)
        and not _ENDS_EARLY.search(text)
        and not (in_brackets and _IN_BRACKETS.search(text))
        and core_kind(text) is Kind.TEXT
        and not _is_special_in_1_1(text)
    ):
        return text
    return _ESCAPED.sub(lambda odd: f"\\u{ord(odd[0]):04x}", json.dumps(text, ensure_ascii=False))


def _is_special_in_1_1(text: str) -> bool:
    resolvers = Resolver.yaml_implicit_resolvers.get(text[0], ())
    return text in _LETTERS_OF_YAML_1_1 or any(grammar.match(text) for _, grammar in resolvers)
