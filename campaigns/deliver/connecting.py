"""Accounts come and go: connected, connected again, listed, removed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from campaigns.core.errors import Conflict, Misuse
from campaigns.core.moments import utc_now
from campaigns.deliver import people
from campaigns.models import ACTIVE, Account, AccountState, Audit, Delivery, State
from campaigns.models.defaults import default_organisation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from campaigns.core.vault import Vault
    from campaigns.platforms.contract import Connection

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def store_connection(
    session: Session,
    vault: Vault,
    connection: Connection,
    *,
    platform: str,
    name: str,
    person: str,
    organisation_id: int | None = None,
) -> Account:
    """Keeps a new account, or gives a known one of this name its new credentials; what was held for want
    of them goes on. Without `organisation_id` it is the default organisation's.

    Raises `Conflict` when the name belongs to another platform or another identity there: posts planned
    for one must not go out from the other.
    """
    organisation_id = organisation_id or default_organisation(session).id
    account = find(session, name, organisation_id)
    if account is None:
        account = Account(
            organisation_id=organisation_id, platform=platform, name=name, created_utc=utc_now()
        )  # fmt: skip
        session.add(account)
    else:
        _refuse_another(account, platform, connection)
        account.credentials_version += 1
    account.platform = platform  # a name that was given up may serve elsewhere
    account.server, account.handle = connection.server, connection.handle
    account.limits, account.sealed = connection.limits, vault.seal(connection.credentials)
    account.expires_utc = connection.expires_utc
    account.state, account.state_reason = AccountState.READY, ""
    session.flush()
    people.account_reconnected(session, account.id)
    _note(session, account, person, "account.connect", f"{platform} {connection.handle}".strip())
    return account


def proper_name(name: str) -> str:
    """The name, if an account may bear it; raises `Misuse`."""
    if not _NAME.fullmatch(name):
        raise Misuse(
            "An account's name has letters, digits, . _ and - only, 64 at most; %(name)s does not.",
            name=repr(name),
        )
    return name


def find(session: Session, name: str, organisation_id: int | None = None) -> Account | None:
    """Also one that was removed."""
    wanted = select(Account).where(Account.name == name)
    if organisation_id is not None:
        wanted = wanted.where(Account.organisation_id == organisation_id)
    return session.exec(wanted).first()


def known(session: Session, name: str, organisation_id: int | None = None) -> Account:
    """The account of that name; raises `Misuse` naming those there are."""
    account = find(session, name, organisation_id)
    if account is not None and account.state != AccountState.REMOVED:
        return account
    names = ", ".join(account.name for account in listing(session)) or "none yet"
    raise Misuse("There is no account %(name)s; there are: %(names)s.", name=repr(name), names=names)


def listing(session: Session) -> Sequence[Account]:
    """Every account that was not removed, by name."""
    wanted = select(Account).where(Account.state != AccountState.REMOVED).order_by(Account.name)
    return session.exec(wanted).all()


def remove(
    session: Session,
    name: str,
    person: str,
    *,
    cancel_posts: bool = False,
    organisation_id: int | None = None,
) -> int:
    """Forgets its credentials and takes it out of the list; what is out stays recorded. Returns how many
    posts were cancelled.

    Raises `Conflict` while posts wait on it, unless they may be cancelled, and while one is being sent."""
    account = known(session, name, organisation_id)
    waiting = waiting_on(session, account.id)
    if waiting and not cancel_posts:
        raise Conflict(
            "%(waiting)s posts still wait on the account %(name)s: cancel them first, or add --yes.",
            waiting=len(waiting),
            name=repr(name),
        )
    on_the_wire = [State.SUBMITTING, State.UNCERTAIN]
    if session.exec(
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.account_id == account.id, col(Delivery.state).in_(on_the_wire))
    ).one():
        raise Conflict(
            "A post is being sent from %(name)s just now: pause the account, then try again.", name=repr(name)
        )
    for delivery_id in waiting:
        people.cancel(session, delivery_id, person)
    account.state, account.sealed = AccountState.REMOVED, ""
    account.credentials_version += 1
    _note(session, account, person, "account.remove", f"{len(waiting)} posts cancelled" if waiting else "")
    return len(waiting)


def waiting_on(session: Session, account_id: int) -> Sequence[int]:
    """The deliveries that removing the account would cancel."""
    open_states = [*ACTIVE, State.HELD, State.NEEDS_PERSON]
    mine = Delivery.account_id == account_id, col(Delivery.state).in_(open_states)
    return session.exec(select(Delivery.id).where(*mine)).all()


def _refuse_another(account: Account, platform: str, connection: Connection) -> None:
    if account.state == AccountState.REMOVED:
        return
    if account.platform != platform:
        raise Conflict(
            "The name %(name)s is taken by an account on %(platform)s.",
            name=repr(account.name),
            platform=account.platform,
        )
    before, after = (account.server, account.handle), (connection.server, connection.handle)
    if before[1] and after[1] and before != after:
        raise Conflict(
            "%(name)s is %(before)s on %(there)s, but this is %(after)s on %(here)s: connect it "
            "under another name.",
            name=repr(account.name),
            before=before[1],
            there=before[0] or platform,
            after=after[1],
            here=after[0] or platform,
        )


def _note(session: Session, account: Account, person: str, action: str, detail: str) -> None:
    session.add(
        Audit(
            organisation_id=account.organisation_id,
            at_utc=utc_now(),
            person=person,
            action=action,
            subject=account.name,
            detail=detail,
        )
    )
