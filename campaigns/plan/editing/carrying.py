"""Carries an edit out: checked, compared and written as a load is, for the posts that it touches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from campaigns.core.findings import Finding, Level, has_problem
from campaigns.core.words import Sentence
from campaigns.plan.checking import Ground, check
from campaigns.plan.editing.editor import Edited
from campaigns.plan.editing.library import Library
from campaigns.plan.editing.touched import look_beyond
from campaigns.plan.frame import OUTSIDE, strays
from campaigns.plan.keys import MOST_POSTS
from campaigns.plan.loading.applying import Applier, note
from campaigns.plan.loading.changes import Change, back, counted
from campaigns.plan.loading.diff import Differ
from campaigns.plan.loading.images import known_images
from campaigns.plan.loading.scheduling import read_payloads
from campaigns.plan.matching import How, Match
from campaigns.plan.membership import Members
from campaigns.plan.reading import Read
from campaigns.plan.timeline import HORIZON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from campaigns.plan.editing.editor import Editor
    from campaigns.plan.loading.diff import Diff
    from campaigns.plan.planning import Plan
    from campaigns.plan.spec import CampaignSpec, PostSpec
    from campaigns.plan.stored import Stored, StoredPost

LONGEST_SUBJECT = 200


def carry_out(
    editor: Editor,
    stored: Stored,
    wanted: Sequence[tuple[PostSpec, StoredPost | None]],
    action: str,
    found: Iterable[Finding] = (),
    settings: CampaignSpec | None = None,
) -> Edited:
    """`wanted` are the posts as they are to be, beside what they were; the others of `stored` are taken out.
    `found` was found before. `action` is for the audit trail. `settings` are the campaign's own to be."""
    session, organisation_id = editor.session, editor.organisation_id
    adds = any(before is None or before.removed for _, before in wanted)
    if settings is None:  # else all of the campaign is here
        stored = look_beyond(editor, stored, (post for post, _ in wanted), adds=adds)
    matches = _placed(stored, wanted)
    spec = replace(settings or stored.spec, posts=tuple(match.post for match in matches))
    findings = [*found, *_outside(spec), *_too_many(stored, matches)]
    members, library = Members(session, organisation_id), Library(session, organisation_id, stored, spec)
    ground = Ground(stored, sorted(matches, key=lambda match: match.post.place), members, library)
    checked = check(session, Read(spec, findings), ground, editor.now, bench=editor.bench, horizon=HORIZON)
    plan, ids = checked.plan, tuple(match.stored.id if match.stored else 0 for match in matches)
    entries = tuple(plan.entries) if plan else ()
    says = tuple(match.post.text for match in matches)
    if plan is None or has_problem(checked.findings):
        return Edited(checked.findings, [], applied=False, posts=ids, entries=entries, says=says)
    media_ids = known_images(session, organisation_id, _digests(plan))
    diff = Differ(plan, read_payloads(session, stored), media_ids, editor.now).diff()
    diff.changes.extend(_revived(diff))
    told = sorted({*checked.findings, *diff.findings})
    mark = diff.mark
    overtaken = editor.expected not in {"", mark}
    applies = not editor.dry_run and not overtaken
    if applies and diff.changes:
        made = Applier(session, organisation_id, plan, diff, editor.now, editor.person).apply(media_ids)
        ids = tuple(made[match.post.place] for match in matches)
        about = replace(stored, posts=[]) if settings else stored  # not of the one post it may have
        remember(editor, about, action, diff.changes)
    work = diff.work
    return Edited(
        told,
        diff.changes,
        applied=applies,
        posts=ids,
        entries=entries,
        says=says,
        deliveries=len(work.create) + len(work.rewrite) + len(work.cancel),
        mark=mark,
        overtaken=overtaken,
    )


def remember(editor: Editor, stored: Stored, action: str, changes: list[Change]) -> None:
    """A line in the audit trail: which campaign, which post if it is one, and what was done."""
    subject = stored.campaign.slug
    if len(stored.posts) == 1:
        subject += f" {stored.posts[0].key}"
    note(
        editor.session,
        editor.organisation_id,
        editor.now,
        editor.person,
        action,
        subject[:LONGEST_SUBJECT],
        counted(changes),
    )


def problem(place: int, code: str, what: str, mend: str) -> Finding:
    """About the post at this place of the call, from 0."""
    return Finding("", place + 1, Level.PROBLEM, code, what, mend)


def _placed(stored: Stored, wanted: Sequence[tuple[PostSpec, StoredPost | None]]) -> list[Match]:
    """In the order of the call, each with a place in the campaign that is its own: new ones at the end."""
    taken = {before.spec.place for _, before in wanted if before and not before.removed}
    taken |= stored.beyond.places if stored.beyond else set()
    end = max(taken, default=-1) + 1
    matches = []
    for line, (post, before) in enumerate(wanted, 1):
        place = post.place
        if before is None or (before.removed and place in taken):
            place, end = end, end + 1
        taken.add(place)
        how = How.NEW if before is None else How.ID
        matches.append(Match(replace(post, place=place, line=line, source=""), before, how))
    return matches


def _outside(spec: CampaignSpec) -> Iterable[Finding]:
    for post in spec.posts:
        for _, what, mend in strays(post, spec.starts, spec.ends):
            yield Finding("", post.line, Level.PROBLEM, OUTSIDE, what, mend)


def _too_many(stored: Stored, matches: list[Match]) -> Iterable[Finding]:
    new = sum(match.stored is None or match.stored.removed for match in matches)
    if new and stored.beyond and len(stored.beyond.places) + len(matches) > MOST_POSTS:
        what = Sentence(
            "A campaign has at most %(most)s posts, and this one would have more.",
            most=MOST_POSTS,
        )
        yield Finding(
            "", 0, Level.PROBLEM, "too-many", what, Sentence("Put the new ones into another campaign.")
        )


def _digests(plan: Plan) -> set[str]:
    """Of the images that the posts have and had."""
    found = {picture.facts.sha256 for match in plan.matches for picture in plan.gallery.of(match.post)}
    before = plan.stored.posts if plan.stored else ()
    return found | {picture.facts.sha256 for post in before for picture in post.pictures}


def _revived(diff: Diff) -> list[Change]:
    """What goes out again without any other change to its post, for which a load has no word."""
    told = {change.line for change in diff.changes}
    posts = {
        entry.planned.post.line: entry.planned.post
        for entry in diff.work.rewrite
        if entry.row and entry.row.taken_out
    }
    return [back(post) for line, post in posts.items() if line not in told]
