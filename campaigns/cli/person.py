"""`beacon person ...`."""

from __future__ import annotations

from typing import Annotated

import typer

from campaigns.cli.options import AsJson, AsPerson, Yes

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The people who may sign in.")
SignIn = Annotated[str, typer.Argument(metavar="SIGN-IN", help="E-mail address or sign-in name.")]


@app.command()
def add(
    sign_in: SignIn,
    name: Annotated[str, typer.Option(metavar="NAME", help="Their name; the sign-in name if left out.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="owner, editor or viewer.")] = "editor",
    person: AsPerson = "",
    as_json: AsJson = False,
) -> None:
    """Let somebody in; prints the one-time link with which they choose a password."""
    from campaigns.cli import people

    people.add(sign_in, name or sign_in, role, person, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List who may sign in."""
    from campaigns.cli import people

    people.show_all(as_json=as_json)


@app.command()
def link(sign_in: SignIn, as_json: AsJson = False) -> None:
    """Print a one-time link that signs somebody in: for a forgotten password."""
    from campaigns.cli import people

    people.link(sign_in, as_json=as_json)


@app.command()
def remove(sign_in: SignIn, yes: Yes = False, person: AsPerson = "", as_json: AsJson = False) -> None:
    """Sign somebody out everywhere and let them in no more."""
    from campaigns.cli import people

    people.remove(sign_in, person, yes=yes, as_json=as_json)
