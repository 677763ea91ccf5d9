"""What `beacon alerts` does."""

from __future__ import annotations

import sys

from campaigns.cli.install import open_install
from campaigns.cli.output import print_json, say, table
from campaigns.core.db import writing
from campaigns.core.errors import Misuse
from campaigns.core.moments import iso_z, utc_now
from campaigns.listen import words
from campaigns.listen.courier import Message, carry_here
from campaigns.listen.history import listed
from campaigns.listen.outbox import try_again
from campaigns.listen.targets import read_targets
from config.settings import Settings


def show_all(*, every: bool, as_json: bool) -> None:
    with open_install() as install, install.reading() as session:
        rows = listed(session, every=every)
    if as_json:
        print_json([row.as_json() for row in rows])
        return
    table(
        ["SINCE (UTC)", "WHAT", "STATE", "TROUBLE"],
        ([iso_z(row.raised_utc), row.what, row.state, row.trouble] for row in rows),
        empty=_nothing(Settings()),
    )


def test(*, as_json: bool) -> None:
    """Raises `Misuse` when there are no targets."""
    targets = read_targets(Settings())
    if not targets:
        raise Misuse("Nobody would be told: set BEACON_ALERT_TARGETS; see docs/watch-it-run.md.")
    answers = carry_here([Message(target, *words.test_message()) for target in targets])
    if as_json:
        print_json(
            [
                {"target": str(target), "took_it": not answer, "trouble": answer}
                for target, answer in zip(targets, answers, strict=True)
            ]
        )
    else:
        for target, answer in zip(targets, answers, strict=True):
            say(answer or f"{target} took the message: look whether it has arrived.")
    sys.exit(1 if any(answers) else 0)


def retry(*, as_json: bool) -> None:
    with open_install() as install, writing(install.engine) as connection:
        many = try_again(connection, utc_now())
    if as_json:
        print_json({"tried_again": many})
    else:
        say(f"{many} to be told again, within minutes." if many else "Nothing was given up.")


def _nothing(settings: Settings) -> str:
    if read_targets(settings):
        return "Nothing needs anybody."
    return "Nothing is watched for: set BEACON_ALERT_TARGETS, and staff are told what needs them."
