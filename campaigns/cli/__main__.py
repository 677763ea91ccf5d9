"""`python -m campaigns.cli`: how the supervisor starts its children, wherever `beacon` is installed."""

from campaigns.cli.main import run

run()
