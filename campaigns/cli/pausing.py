"""What `pause` and `resume` do, for the install, a campaign, its queue or an account."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from campaigns.cli.install import open_install
from campaigns.cli.output import complain, print_json, say
from campaigns.core.errors import Misuse
from campaigns.core.moments import iso_z, utc_now
from campaigns.deliver import pause
from campaigns.deliver.sweep import sweep
from campaigns.models import PauseMode
from campaigns.models.defaults import default_organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.cli.install import Install
    from campaigns.deliver.pause import InFlight, Scope


def pause_install(*, crisis: bool, person: str, timeout: float | None, as_json: bool) -> None:
    """Exit 1 when something was still in flight after `timeout` seconds."""
    mode = PauseMode.CRISIS if crisis else PauseMode.FULL
    with open_install() as install:
        scope = pause.pause_install(install.engine, mode, person)
        what = "Only essential posts go out now." if crisis else "Nothing goes out now."
        _wait(install, scope, what, timeout=timeout, as_json=as_json)


def pause_campaign(
    slug: str, person: str, *, allow_essential: bool, timeout: float | None, as_json: bool
) -> None:
    what = f"{_nothing(allow_essential)} of {slug} goes out now."
    _pause_part(pause.pause_campaign, slug, what, person, allow_essential, timeout, as_json=as_json)


def pause_queue(
    slug: str, person: str, *, allow_essential: bool, timeout: float | None, as_json: bool
) -> None:
    if allow_essential:
        raise Misuse("A queue is paused whole: leave out --allow-essential, or pause the campaign with it.")
    with open_install() as install:
        scope = pause.pause_queue(install.engine, slug, person, organisation_id=_own_organisation(install))
        _wait(install, scope, f"Nothing of {slug}'s queue goes out now.", timeout=timeout, as_json=as_json)


def pause_account(
    name: str, person: str, *, allow_essential: bool, timeout: float | None, as_json: bool
) -> None:
    what = f"{_nothing(allow_essential)} goes out from {name} now."
    _pause_part(pause.pause_account, name, what, person, allow_essential, timeout, as_json=as_json)


def resume_install(person: str, *, ask_about_threads: bool, as_json: bool) -> None:
    with open_install() as install:
        pause.resume_install(install.engine, person, ask_about_threads=ask_about_threads)
    _resumed("Posts go out again.", as_json=as_json)


def resume_campaign(slug: str, person: str, *, as_json: bool) -> None:
    with open_install() as install:
        pause.resume_campaign(install.engine, slug, person, organisation_id=_own_organisation(install))
    _resumed(f"{slug} goes on.", as_json=as_json)


def resume_queue(slug: str, person: str, *, as_json: bool) -> None:
    from campaigns.deliver.queue_resume import resume_in_turn

    with open_install() as install:
        in_turn = resume_in_turn(install.engine, _own_organisation(install), slug, person, utc_now())
    if not in_turn:
        complain("For posts that missed their slots there is no free one left: they follow their late rule.")
    _resumed(f"{slug}'s queue goes on.", as_json=as_json)


def resume_account(name: str, person: str, *, as_json: bool) -> None:
    with open_install() as install:
        pause.resume_account(install.engine, name, person, organisation_id=_own_organisation(install))
    _resumed(f"Posts go out from {name} again.", as_json=as_json)


def _pause_part(
    pauses: Callable[..., Scope],
    name: str,
    what: str,
    person: str,
    allow_essential: bool,
    timeout: float | None,
    *,
    as_json: bool,
) -> None:
    with open_install() as install:
        scope = pauses(
            install.engine,
            name,
            person,
            allow_essential=allow_essential,
            organisation_id=_own_organisation(install),
        )
        _wait(install, scope, what, timeout=timeout, as_json=as_json)


def _own_organisation(install: Install) -> int:
    with install.reading() as session:
        return default_organisation(session).id


def _nothing(allow_essential: bool) -> str:
    return "Nothing but essential posts" if allow_essential else "Nothing"


def _wait(install: Install, scope: Scope, what: str, *, timeout: float | None, as_json: bool) -> None:
    """The pause is acknowledged only when nothing is in flight; until then says what it waits for."""
    told: set[int] = set()
    left: list[InFlight] = []

    def tell(flying: list[InFlight]) -> None:
        left[:] = flying
        for flight in flying:
            if flight.delivery_id not in told:
                told.add(flight.delivery_id)
                complain(
                    f"Waiting for post {flight.delivery_id} on {flight.account} "
                    f"({flight.kind}, since {iso_z(flight.since_utc)})."
                )

    quiet = pause.wait_until_quiet(
        install.engine,
        scope,
        timeout,
        tell,
        sweep=lambda: sweep(install.engine, install.settings, utc_now()),
    )
    if as_json:
        waiting = [] if quiet else [flight.delivery_id for flight in left]
        print_json({"paused": True, "quiet": quiet, "in_flight": waiting})
    elif quiet:
        say(f"Paused. {what}")
    if not quiet:
        complain(
            f"Paused, but {len(left)} posts are still in flight after {timeout:g} s; no new one begins: "
            "give the same command again to wait on."
        )
        sys.exit(1)


def _resumed(what: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"paused": False})
    else:
        say(what)
