"""`beacon post ...`."""

from __future__ import annotations

from typing import Annotated

import typer

from campaigns.cli.options import AsJson, AsPerson

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Single posts: look, move, settle.")
Id = Annotated[int, typer.Argument(metavar="ID", help="The number that `beacon post list` shows.")]


@app.command("list")
def list_(
    campaign: Annotated[str, typer.Option(metavar="SLUG", help="Only of this campaign.")] = "",
    account: Annotated[str, typer.Option(metavar="NAME", help="Only to this account.")] = "",
    state: Annotated[str, typer.Option(metavar="STATE", help="Only in this state: scheduled, held ...")] = "",
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, help="At most this many, the earliest first.")
    ] = 1000,
    as_json: AsJson = False,
) -> None:
    """List posts by the time they are due."""
    from campaigns.cli import posts

    posts.show_all(campaign=campaign, account=account, state=state, limit=limit, as_json=as_json)


@app.command()
def questions(as_json: AsJson = False) -> None:
    """List what waits for a person: what happened, what is known, and what one can do."""
    from campaigns.cli import posts

    posts.show_questions(as_json=as_json)


@app.command()
def show(id: Id, as_json: AsJson = False) -> None:
    """Show one post: its text, where it stands and why, and every attempt to send it."""
    from campaigns.cli import posts

    posts.show_one(id, as_json=as_json)


@app.command()
def now(id: Id, person: AsPerson = "", as_json: AsJson = False) -> None:
    """Send it now, out of turn if need be; also what lets a held post go."""
    from campaigns.cli import posts

    posts.send_now(id, person, as_json=as_json)


@app.command()
def move(
    id: Id,
    when: Annotated[str, typer.Argument(metavar="WHEN", help="YYYY-MM-DD HH:MM, in the post's own zone.")],
    person: AsPerson = "",
    as_json: AsJson = False,
) -> None:
    """Move it to another time."""
    from campaigns.cli import posts

    posts.move(id, when, person, as_json=as_json)


@app.command()
def cancel(id: Id, person: AsPerson = "", as_json: AsJson = False) -> None:
    """Take it out: it will not be sent. What is out already stays out."""
    from campaigns.cli import posts

    posts.cancel(id, person, as_json=as_json)


@app.command()
def settle(
    id: Id,
    live: Annotated[str, typer.Option(metavar="URL", help="It is out, here.")] = "",
    again: Annotated[bool, typer.Option("--again", help="It is not out: post it again.")] = False,
    person: AsPerson = "",
    as_json: AsJson = False,
) -> None:
    """Say what became of a post whose outcome Beacon cannot find out."""
    from campaigns.cli import posts

    if bool(live) == again:
        raise typer.BadParameter("say either --live URL or --again.", param_hint="--live")
    posts.settle(id, live, person, as_json=as_json)
