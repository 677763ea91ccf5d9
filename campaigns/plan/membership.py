"""The accounts that a campaign file names: connected or not, and what that means for its posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from campaigns.core.findings import Finding, Level
from campaigns.core.words import N_, Sentence
from campaigns.models import Account, AccountState
from campaigns.platforms.registry import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlmodel import Session

    from campaigns.plan.spec import CampaignSpec, PostSpec


class Members:
    """An organisation's accounts, by the names that campaign files call them."""

    def __init__(self, session: Session, organisation_id: int) -> None:
        rows = session.exec(
            select(Account).where(col(Account.organisation_id) == organisation_id).order_by(col(Account.name))
        ).all()
        self.every = {account.name: account for account in rows}
        self.connected = {
            name: account for name, account in self.every.items() if account.state != AccountState.REMOVED
        }

    def of(self, post: PostSpec, spec: CampaignSpec) -> list[Account]:
        """The connected accounts that a post goes out on, each once."""
        names = spec.accounts if post.accounts is None else post.accounts
        return [self.connected[name] for name in dict.fromkeys(names) if name in self.connected]

    def findings(self, spec: CampaignSpec, line: int, *, whole: bool = True) -> Iterator[Finding]:
        """What is wrong with the names; `line` is where the file lists the campaign's accounts. Unless it is
        the `whole` campaign, its own accounts count only for the posts that have none of theirs."""
        for name, (file, where) in _first_places(spec, line, whole=whole).items():
            if name not in self.connected:
                yield self._stranger(name, file, where)
            elif self.connected[name].state == AccountState.RECONNECT:
                yield Finding(
                    file,
                    where,
                    Level.NOTE,
                    "account-reconnect",
                    Sentence(
                        "The account %(name)s must be connected again before anything goes out on it.",
                        name=name,
                    ),
                    Sentence(
                        "Run: beacon account connect %(platform)s --name %(name)s",
                        platform=self.connected[name].platform,
                        name=name,
                    ),
                )
        for post in spec.posts:
            for called in post.variants:
                if called not in PLATFORMS and called not in self.connected:
                    yield Finding(
                        spec.file_of(post),
                        post.line,
                        Level.PROBLEM,
                        "unknown-variant",
                        Sentence(
                            "The variant %(called)s is for neither a platform nor a connected account.",
                            called=repr(called),
                        ),
                        Sentence(
                            "Use one of: %(names)s.", names=", ".join(sorted({*PLATFORMS, *self.connected}))
                        ),
                    )

    def _stranger(self, name: str, file: str, line: int) -> Finding:
        told = (
            N_("The account %(name)s was removed.")
            if name in self.every
            else N_("The account %(name)s is not connected.")
        )
        alike = [account.name for account in self.connected.values() if account.platform == name]
        if alike:
            mend = Sentence(
                "Your %(name)s account is called %(either)s: write that name here.",
                name=name,
                either=_either(alike),
            )
        elif name in PLATFORMS:
            mend = Sentence("Run: beacon account connect %(name)s", name=name)
        else:
            known = _either(self.connected)
            mend = Sentence(
                "Run: beacon account connect PLATFORM --name %(name)s; or write another: %(known)s.",
                name=name,
                known=known,
            )
        return Finding(
            file,
            line,
            Level.PROBLEM,
            "account-not-connected",
            Sentence(told, name=repr(name)),
            mend,
        )


def _first_places(spec: CampaignSpec, line: int, *, whole: bool) -> dict[str, tuple[str, int]]:
    """The file and line where each name stands first."""
    theirs = whole or any(post.accounts is None for post in spec.posts)
    places = dict.fromkeys(spec.accounts if theirs else (), (spec.source, line))
    for post in spec.posts:
        for name in post.accounts or ():
            places.setdefault(name, (spec.file_of(post), post.line))
    return places


def _either(names: Iterable[str]) -> str:
    first, *others = sorted(names) or [Sentence("(none is connected yet)")]
    for other in others:
        first = Sentence("%(names)s or %(name)s", names=first, name=other)
    return first
