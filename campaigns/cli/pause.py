"""`beacon pause` and `beacon resume`: the whole install."""

from __future__ import annotations

from typing import Annotated

import typer

from campaigns.cli.options import AsJson, AsPerson, Timeout


def pause(
    crisis: Annotated[
        bool, typer.Option("--crisis", help="Only posts marked essential still go out.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Nothing at all goes out (the default).")] = False,
    timeout: Timeout = None,
    person: AsPerson = "",
    as_json: AsJson = False,
) -> None:
    """Stop sending. Returns once nothing is in flight: from then on nothing goes out."""
    from campaigns.cli import pausing

    if crisis and full:
        raise typer.BadParameter("choose one of --crisis and --full.", param_hint="--crisis")
    pausing.pause_install(crisis=crisis, person=person, timeout=timeout, as_json=as_json)


def resume(
    ask_about_threads: Annotated[
        bool,
        typer.Option(
            "--ask-about-threads",
            help="After a restore: do not wait for threads to be looked up, ask about each.",
        ),
    ] = False,
    person: AsPerson = "",
    as_json: AsJson = False,
) -> None:
    """Send again. What became late meanwhile follows its late rule, one post a minute per account."""
    from campaigns.cli import pausing

    pausing.resume_install(person, ask_about_threads=ask_about_threads, as_json=as_json)
