"""What `beacon account` does: connect, list, check, remove."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from campaigns.cli.install import open_install
from campaigns.cli.output import print_json, say, table
from campaigns.cli.talk import Terminal, read_answers
from campaigns.core.moments import iso_z
from campaigns.deliver import connecting
from campaigns.deliver.probing import probe
from campaigns.models import AccountState
from campaigns.platforms.http import open_session
from campaigns.platforms.registry import connect_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.models import Account
    from campaigns.platforms.contract import Connect, Connection


def connect(platform: str, name: str, extra: Sequence[str], person: str, *, as_json: bool) -> None:
    """Raises `Misuse` for an unknown platform or option, `PlatformError` when the platform says no."""
    connecting.proper_name(name)
    lead = connect_of(platform)
    terminal = Terminal(read_answers(extra))
    with open_install() as install:
        connection = asyncio.run(_lead(lead, terminal))
        terminal.refuse_unasked()
        with install.writing() as session:
            account = connecting.store_connection(
                session, install.vault(), connection, platform=platform, name=name, person=person
            )
            shown = _as_json(account)
    if as_json:
        print_json(shown)
    else:
        say(
            f"Connected: {name} ({' '.join(filter(None, [platform, connection.handle, connection.server]))})."
        )


async def _lead(lead: Connect, terminal: Terminal) -> Connection:
    async with open_session() as http:
        return await lead(terminal, http)


def show_all(*, as_json: bool) -> None:
    with open_install() as install, install.reading() as session:
        accounts = [_as_json(account) for account in connecting.listing(session)]
    if as_json:
        print_json(accounts)
        return
    table(
        ["NAME", "PLATFORM", "HANDLE", "STATE", "SERVER"],
        [[a["name"], a["platform"], a["handle"], _state(a), a["server"]] for a in accounts],
        empty="No account yet: connect one with `beacon account connect PLATFORM`.",
    )


def check(name: str, *, as_json: bool) -> None:
    """Exit 1 when an account does not work."""
    with open_install() as install:
        with install.reading() as session:
            accounts = [connecting.known(session, name)] if name else connecting.listing(session)
        vault = install.vault()
        deadline = install.settings.call_deadline
        troubles = asyncio.run(probe(install.engine, vault, accounts, deadline))
    results: list[dict[str, Any]] = [
        _as_json(account) | {"works": not trouble, "trouble": trouble}
        for account, trouble in zip(accounts, troubles, strict=True)
    ]
    if as_json:
        print_json(results)
    else:
        table(
            ["NAME", "PLATFORM", "ANSWER"],
            [[r["name"], r["platform"], r["trouble"] or "works"] for r in results],
            empty="No account yet: connect one with `beacon account connect PLATFORM`.",
        )
    if any(troubles):
        sys.exit(1)


def remove(name: str, person: str, *, yes: bool, as_json: bool) -> None:
    with open_install() as install, install.writing() as session:
        cancelled = connecting.remove(session, name, person, cancel_posts=yes)
    if as_json:
        print_json({"name": name, "removed": True, "cancelled": cancelled})
    else:
        say(f"Removed: {name}." + (f" {cancelled} posts were cancelled." if cancelled else ""))


def _as_json(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "platform": account.platform,
        "handle": account.handle,
        "server": account.server,
        "state": account.state,
        "reason": account.state_reason,
        "paused": account.paused,
        "connected": iso_z(account.created_utc),
    }


def _state(account: dict[str, Any]) -> str:
    if account["state"] == AccountState.RECONNECT:
        return f"reconnect: {account['reason']}" if account["reason"] else "reconnect"
    return "paused" if account["paused"] else str(account["state"])
