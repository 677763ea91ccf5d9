"""`beacon account ...`."""

from __future__ import annotations

from typing import Annotated

import typer

from campaigns.cli.options import AllowEssential, AsJson, AsPerson, Timeout, Yes

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The accounts that posts go out from.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The account's name.")]


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def connect(
    context: typer.Context,
    platform: Annotated[str, typer.Argument(metavar="PLATFORM", help="practice, mastodon, bluesky or x.")],
    name: Annotated[
        str,
        typer.Option(metavar="NAME", help="What campaign files call it; the platform's name if left out."),
    ] = "",
    person: AsPerson = "",
    as_json: AsJson = False,
) -> None:
    """Connect an account, or connect it again.

    What the platform asks can be answered beforehand: --server URL, --handle NAME ...; secrets by a file
    (--token-file FILE, - for standard input) or at the prompt, never as arguments.
    """
    from campaigns.cli import accounts

    accounts.connect(platform, name or platform, context.args, person, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the accounts and how they are."""
    from campaigns.cli import accounts

    accounts.show_all(as_json=as_json)


@app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One account; all if left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Ask each platform whether the account still works. Exit 1 when one does not."""
    from campaigns.cli import accounts

    accounts.check(name, as_json=as_json)


@app.command()
def pause(
    name: Name,
    allow_essential: AllowEssential = False,
    timeout: Timeout = None,
    person: AsPerson = "",
    as_json: AsJson = False,
) -> None:
    """Send nothing more from one account; returns once nothing of it is in flight."""
    from campaigns.cli import pausing

    pausing.pause_account(name, person, allow_essential=allow_essential, timeout=timeout, as_json=as_json)


@app.command()
def resume(name: Name, person: AsPerson = "", as_json: AsJson = False) -> None:
    """Let an account send again."""
    from campaigns.cli import pausing

    pausing.resume_account(name, person, as_json=as_json)


@app.command()
def remove(name: Name, yes: Yes = False, person: AsPerson = "", as_json: AsJson = False) -> None:
    """Forget an account and its credentials. With --yes, posts that wait on it are cancelled."""
    from campaigns.cli import accounts

    accounts.remove(name, person, yes=yes, as_json=as_json)
