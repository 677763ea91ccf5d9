"""The hidden `beacon prepare`: what the supervisor has done in another process, to stay small itself."""

from __future__ import annotations

import typer

from campaigns.cli.options import AsPerson

app = typer.Typer(rich_markup_mode=None, hidden=True)


@app.command()
def up(person: AsPerson = "") -> None:
    """Make the install ready; tell whether an account practises on this machine."""
    from campaigns.cli.output import print_json
    from campaigns.cli.setting_up import practises_here, set_up
    from config.settings import Settings

    settings = Settings()
    changed = set_up(settings, person)
    print_json({"changed": changed, "practice": practises_here(settings)})


@app.command()
def demo() -> None:
    """Make the demo's install ready; begin a round of the sample campaign when none is under way."""
    from campaigns.cli.output import print_json
    from campaigns.cli.sample.rounds import begin_or_go_on
    from config.settings import Settings

    print_json(begin_or_go_on(Settings()))
