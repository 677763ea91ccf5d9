"""`beacon init`."""

from __future__ import annotations

from campaigns.cli.options import AsJson, AsPerson


def init(as_json: AsJson = False, person: AsPerson = "") -> None:
    """Make this install ready: folder, secret key, database, and an account to practise with."""
    from campaigns.cli.output import print_json, say
    from campaigns.cli.setting_up import set_up
    from config.settings import Settings

    settings = Settings()
    changed = set_up(settings, person)
    if as_json:
        print_json(
            {
                "data_dir": str(settings.data_dir.resolve()),
                "database": settings.database_label,
                "changed": changed,
            }
        )
        return
    say(f"{'Ready' if changed else 'Already ready'}: {settings.data_dir.resolve()}")
    say(f"Database: {settings.database_label}")
    if changed:
        say("Next: `beacon up` starts everything; `beacon campaign load FILE` loads a campaign.")
