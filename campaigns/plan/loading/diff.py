"""A plan against what is there: what to write, and what to say about it. Writes nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from campaigns.core.findings import Finding, Level
from campaigns.core.moments import iso_z
from campaigns.core.words import Sentence
from campaigns.models import EDITABLE, State
from campaigns.plan.loading import changes
from campaigns.plan.loading.changes import Change, Kind
from campaigns.plan.loading.values import delivery_values
from campaigns.plan.matching import How
from campaigns.plan.rows import campaign_values, wall_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from campaigns.plan.matching import Match
    from campaigns.plan.planning import Entry, Plan
    from campaigns.plan.spec import PostSpec
    from campaigns.plan.stored import StoredDelivery, StoredPost

IN_FLIGHT = frozenset({State.SUBMITTING, State.UNCERTAIN})
WORDING = frozenset({Kind.REWORDED, Kind.RETAGGED, Kind.REPICTURED})


@dataclass
class Work:
    """What has to be written."""

    campaign: bool = False  # its row is new or differs
    new: list[Match] = field(default_factory=list)
    changed: list[Match] = field(default_factory=list)  # its columns
    placed: list[Match] = field(default_factory=list)  # nothing but its place in the file
    repictured: list[Match] = field(default_factory=list)
    removed: list[StoredPost] = field(default_factory=list)
    create: list[Entry] = field(default_factory=list)
    joined: list[Entry] = field(default_factory=list)  # those of `create` whose post was there before
    rewrite: list[Entry] = field(default_factory=list)
    cancel: list[StoredDelivery] = field(default_factory=list)


@dataclass
class Diff:
    changes: list[Change]
    findings: list[Finding]
    work: Work

    @property
    def mark(self) -> str:
        """Names exactly what would be written: sentences, times and accounts."""
        work = self.work
        entries = [
            (
                entry.planned.post.place,
                entry.account.id,
                entry.planned.occurrence,
                iso_z(entry.planned.due_utc),
                entry.row.id if entry.row else 0,
            )
            for entry in (*work.create, *work.rewrite)
        ]
        return marked([change.as_json() for change in self.changes], entries, [row.id for row in work.cancel])


def marked(*parts: object) -> str:
    """SHA-256, in hex, of what JSON can hold."""
    return sha256(json.dumps(parts).encode()).hexdigest()


class Differ:
    def __init__(
        self,
        plan: Plan,
        payloads: Mapping[int, list[dict[str, Any]]],
        media_ids: Mapping[str, int],
        now: datetime,
    ) -> None:
        """`payloads` are those stored, by delivery; `media_ids` those known, by SHA-256."""
        self._plan, self._payloads, self._media_ids, self._now = plan, payloads, media_ids, now
        self._diff = Diff([], [], Work())
        before = plan.stored.spec.hashtags if plan.stored else plan.spec.hashtags
        self._retagged = before != plan.spec.hashtags
        self._by_post: dict[int, list[Entry]] = defaultdict(list)
        for entry in plan.entries:
            self._by_post[entry.planned.post.place].append(entry)

    def diff(self) -> Diff:
        self._compare_campaign()
        for match in self._plan.matches:
            if match.stored is None:
                self._add(match)
            else:
                self._compare(match, match.stored)
        self._tell_what_the_campaign_changes()
        self._compare_order()
        self._take_out_the_rest()
        self._in_order_of_due()
        return self._diff

    def _compare_campaign(self) -> None:
        stored, spec, work = self._plan.stored, self._plan.spec, self._diff.work
        if stored is None:
            work.campaign = True
            return
        if stored.campaign.removed_utc is not None:
            self._diff.changes.append(
                Change(Kind.BACK, 0, Sentence("The campaign is back after having been removed."))
            )
        self._diff.changes.extend(changes.of_campaign(spec, stored.spec))
        gone = stored.campaign.removed_utc is not None
        work.campaign = gone or campaign_values(spec) != campaign_values(stored.spec)

    def _tell_what_the_campaign_changes(self) -> None:
        """Accounts, days and tags of a campaign act on all of its posts: said once, with how many."""
        work, told = self._diff.work, {change.kind for change in self._diff.changes}
        if self._plan.stored is None or told.isdisjoint({Kind.CAMPAIGN, Kind.RETAGGED}):
            return
        anew = work.rewrite if self._retagged else []
        if meant := changes.meant(work.joined, anew, work.cancel):
            self._diff.changes.append(meant)

    def _add(self, match: Match) -> None:
        entries = self._by_post[match.post.place]
        self._diff.work.new.append(match)
        self._diff.work.create.extend(entries)
        self._diff.changes.append(changes.added(match.post, entries))

    def _compare(self, match: Match, stored: StoredPost) -> None:
        post, work = match.post, self._diff.work
        entries = self._by_post[post.place]
        pictures = [(picture.facts.sha256, picture.alt) for picture in self._plan.gallery.of(post)]
        found = [changes.back(post)] if stored.removed else []
        found += changes.between(post, stored, pictures)
        kinds = {change.kind for change in found}
        if found:
            work.changed.append(match)
        elif post.place != stored.spec.place:
            work.placed.append(match)
        if Kind.REPICTURED in kinds:
            work.repictured.append(match)
        found += self._compare_deliveries(entries, kinds)
        self._stop_what_is_not_planned(match, stored, entries)
        if match.how is How.PLACE:
            self._doubt(match, stored)
        self._diff.changes.extend(found)
        if found:
            self._tell_what_stays(match, entries)

    def _compare_deliveries(self, entries: list[Entry], kinds: set[Kind]) -> list[Change]:
        """Queues what differs; returns changes that the post's own do not explain."""
        unexplained: dict[Kind, Change] = {}
        for entry in entries:
            row = entry.row
            if row is None:
                self._join(entry)
            elif row.taken_out:
                if entry.planned.due_utc >= self._now:
                    self._diff.work.rewrite.append(entry)
            elif row.editable:
                self._compare_delivery(entry, row, kinds, unexplained)
        return list(unexplained.values())

    def _compare_delivery(
        self, entry: Entry, row: StoredDelivery, kinds: set[Kind], unexplained: dict[Kind, Change]
    ) -> None:
        wanted = delivery_values(entry)
        differs = any(getattr(row, name) != value for name, value in wanted.items())
        old, new = self._payloads.get(row.id, []), entry.writing.payloads(self._media_ids)
        if not differs and old == new:
            return
        self._diff.work.rewrite.append(entry)
        if row.due_utc != entry.planned.due_utc and Kind.MOVED not in kinds:
            was, will = f"{row.wall} {row.zone}", f"{wall_text(entry.planned.wall)} {entry.planned.zone}"
            unexplained.setdefault(Kind.MOVED, changes.retimed(entry, was, will))
        if old != new and not kinds & WORDING and not self._retagged:
            was, will = ("\n\n".join(part["text"] for part in parts) for parts in (old, new))
            unexplained.setdefault(Kind.REWORDED, changes.recomposed(entry, was, will))

    def _join(self, entry: Entry) -> None:
        """An occurrence or account that a known post did not have before."""
        post = entry.planned.post
        if entry.planned.due_utc >= self._now:
            self._diff.work.create.append(entry)
            self._diff.work.joined.append(entry)
        else:
            self._note(
                post,
                "too-late-to-join",
                Sentence(
                    "%(post)s will not go to %(name)s: its time has passed.",
                    post=changes.excerpt(post),
                    name=entry.account.name,
                ),
                Sentence("Give it a later time if it should."),
            )

    def _stop_what_is_not_planned(self, match: Match, stored: StoredPost, entries: list[Entry]) -> None:
        planned = {(entry.account.id, entry.planned.occurrence) for entry in entries}
        accounts = {account.id for account in self._plan.members.of(match.post, self._plan.spec)}
        for key, row in stored.deliveries.items():
            late_occurrence = match.post.every and row.due_utc < self._now and row.account_id in accounts
            if key not in planned and not late_occurrence:
                self._stop(row, match.post)

    def _stop(self, row: StoredDelivery, post: PostSpec | None) -> bool:
        if row.state in EDITABLE:
            self._diff.work.cancel.append(row)
            return True
        if row.state in IN_FLIGHT:
            self._note(
                post,
                "in-flight",
                Sentence(
                    "Delivery %(delivery)s is being sent just now and can't be taken back by a file.",
                    delivery=str(row.id),
                ),
                Sentence("See what became of it: beacon post show %(delivery)s", delivery=str(row.id)),
            )
        return False

    def _take_out_the_rest(self) -> None:
        still = {match.stored.id for match in self._plan.matches if match.stored}
        for stored in self._plan.stored.posts if self._plan.stored else ():
            if stored.id not in still and not stored.removed:
                stopped = sum([self._stop(row, None) for row in stored.deliveries.values()])
                self._diff.work.removed.append(stored)
                self._diff.changes.append(changes.removed(stored.spec, stopped))

    def _compare_order(self) -> None:
        if self._plan.stored and self._plan.stored.exchanges:
            return  # the other times say it
        places = [match.stored.spec.place for match in self._plan.matches if match.stored]
        if places != sorted(places):
            self._diff.changes.append(changes.reordered())

    def _doubt(self, match: Match, stored: StoredPost) -> None:
        self._note(
            match.post,
            "doubtful",
            Sentence(
                "%(post)s is taken for %(other)s, because it stands in its place.",
                post=changes.excerpt(match.post),
                other=changes.excerpt(stored.spec),
            ),
            Sentence("If it is another post, give it an `id` of its own."),
        )

    def _tell_what_stays(self, match: Match, entries: list[Entry]) -> None:
        out = [entry for entry in entries if entry.row and not entry.open]
        if out:
            names = ", ".join(dict.fromkeys(entry.account.name for entry in out))
            self._note(
                match.post,
                "stays-as-it-is",
                Sentence(
                    "%(post)s is out, stopped or being sent on %(names)s: that stays.",
                    post=changes.excerpt(match.post),
                    names=names,
                ),
                Sentence("Nothing to do if that suits."),
            )

    def _note(self, post: PostSpec | None, code: str, what: str, mend: str) -> None:
        spec = self._plan.spec
        file, line = (spec.file_of(post), post.line) if post else (spec.source, 0)
        self._diff.findings.append(Finding(file, line, Level.NOTE, code, what, mend))

    def _in_order_of_due(self) -> None:
        """New ids grow with due time, so that equal instants go out in the order of the file."""
        self._diff.work.create.sort(key=lambda entry: entry.order)
