"""The hidden `beacon prepare`: what the supervisor has done in another process, to stay small itself."""

from __future__ import annotations

import typer

from campaigns.cli.options import AsPerson

app = typer.Typer(rich_markup_mode=None, hidden=True)


@app.command()
def up(person: AsPerson = "") -> None:
    """Make the install ready, unless it runs; tell the ground, whether an account practises on this machine,
    and the link that makes the first owner while there is none."""
    from campaigns.cli.alone import ELSEWHERE, alone
    from campaigns.cli.ground import Ground
    from campaigns.cli.output import print_json
    from campaigns.cli.people import first_link
    from campaigns.cli.practising import follow_practice_server, practises_here
    from campaigns.cli.setting_up import set_up
    from config.settings import Settings

    settings = Settings()
    with alone(settings.data_dir, otherwise=ELSEWHERE):
        set_up(settings, person)
        follow_practice_server(settings)
        print_json(
            {
                "ground": Ground.of(settings).as_json(),
                "practice": practises_here(settings),
                "link": first_link(settings),
            }
        )


@app.command()
def demo() -> None:
    """Make the demo's install ready, on free ports; begin a round of the sample, or go on with one."""
    from campaigns.cli.ground import Ground
    from campaigns.cli.output import print_json
    from campaigns.cli.ports import free
    from campaigns.cli.rounds import begin_or_go_on
    from config.settings import Settings

    settings = Settings()
    ports = {name: free("127.0.0.1", getattr(settings, name)) for name in ("http_port", "practice_port")}
    settings = settings.model_copy(update=ports)
    print_json({"ground": Ground.of(settings).as_json(), **begin_or_go_on(settings)})
