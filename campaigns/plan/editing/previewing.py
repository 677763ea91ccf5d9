"""A post that is still being written, as it would go out: to the character, for each of its accounts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from campaigns.core.findings import Level
from campaigns.plan.drafting import Writer
from campaigns.plan.editing.carrying import carry_out
from campaigns.plan.editing.fields import ReadFields, read_post
from campaigns.plan.editing.library import Library
from campaigns.plan.editing.touched import touch, touch_campaign
from campaigns.plan.membership import Members
from campaigns.plan.spec import Hashtags, MediaSpec, PostSpec
from campaigns.plan.timeline import plan_occurrences
from campaigns.platforms.registry import rules_of

if TYPE_CHECKING:
    from campaigns.compose.drafts import ComposedPart, Remark
    from campaigns.core.findings import Finding
    from campaigns.plan.editing.editor import Editor
    from campaigns.plan.pictures import Picture
    from campaigns.plan.stored import Stored
    from campaigns.plan.timeline import Planned

NEXT = 5
"""How many times a recurrence shows."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one account would post."""

    account: str
    platform: str
    label: str  # of the platform
    unit: str  # what its lengths count: characters, graphemes
    variant: str  # whose text this is: a name under `variants`, or empty for the post's own
    parts: tuple[ComposedPart, ...]
    remarks: tuple[Remark, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    sights: list[Sight]
    read: ReadFields
    findings: list[Finding] = field(default_factory=list)  # of the whole: times, accounts, neighbours
    times: list[Planned] = field(default_factory=list)  # the next ones

    @property
    def good(self) -> bool:
        """Whether it could be saved so."""
        return (
            self.read.spec is not None
            and not self.read.findings
            and not any(finding.level is Level.PROBLEM for finding in self.findings)
            and not any(remark.level is Level.PROBLEM for sight in self.sights for remark in sight.remarks)
        )


def preview(editor: Editor, fields: dict[str, Any], *, campaign: str = "", post_id: int = 0) -> Preview:
    """`fields` as `read_post` takes them; whatever is wrong with them, what can be shown is shown."""
    looking = replace(editor, dry_run=True)
    stored = touch(looking, [post_id]) if post_id else touch_campaign(looking, campaign)
    read = read_post(fields)
    sights = _sights(looking, stored, read.spec or _loose(fields))
    if read.spec is None or read.findings:
        return Preview(sights, read)
    before = stored.posts[0] if post_id else None
    spec = replace(read.spec, id=before.key, place=before.spec.place) if before else read.spec
    if before and before.removed:
        before = replace(before, removed=False)
    edited = carry_out(looking, stored, [(spec, before)], "plan.save")
    said = {remark.what for sight in sights for remark in sight.remarks}
    times = {entry.planned.due_utc: entry.planned for entry in edited.entries}
    if spec.every:  # also beyond what is planned so far
        alone = replace(stored.spec, posts=(spec,))
        times = {one.due_utc: one for one in plan_occurrences(alone, editor.now, horizon=None).planned}
    findings = [finding for finding in edited.findings if finding.what not in said]
    return Preview(sights, read, findings, [times[due] for due in sorted(times)][:NEXT])


def _sights(editor: Editor, stored: Stored, post: PostSpec) -> list[Sight]:
    spec = replace(stored.spec, posts=(replace(post, line=1),))
    library = Library(editor.session, editor.organisation_id, stored, spec)
    writer, pictures = Writer(spec, editor.bench), library.of(post)
    found = []
    for account in Members(editor.session, editor.organisation_id).of(post, spec):
        rules = rules_of(account.platform)
        composed = writer.write(post, account, pictures).composed
        variant = next((name for name in (account.name, account.platform) if post.variants.get(name)), "")
        found.append(
            Sight(
                account.name,
                account.platform,
                rules.label,
                rules.unit,
                variant,
                composed.parts,
                composed.remarks,
                pictures,
            )
        )
    return found


def _loose(fields: dict[str, Any]) -> PostSpec:
    """What the fields say, unchecked: enough to be composed and counted."""
    tags = fields.get("hashtags")
    return PostSpec(
        text=str(fields.get("text") or ""),
        place=0,
        thread=tuple(fields.get("thread") or ()),
        variants=dict(fields.get("variants") or {}),
        accounts=tuple(fields["accounts"]) if fields.get("accounts") else None,
        hashtags=None
        if tags is None
        else Hashtags(
            _bare(tags.get("primary")), tuple(filter(None, map(_bare, tags.get("supporting") or ())))
        ),
        language=fields.get("language") or None,
        content_warning=fields.get("content_warning") or None,
        media=tuple(MediaSpec(one.get("file", ""), one.get("alt", "")) for one in fields.get("media") or ()),
    )


def _bare(tag: str | None) -> str | None:
    return tag.removeprefix("#") or None if tag else None
