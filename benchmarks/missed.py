"""Why a promise is missed, where somebody has found out: by the words that the promise begins with."""

_A_COMMIT = (
    "a lane sends only what is committed, and one interpreter does all of it: 1.2 ms of Python a post, of "
    "which on SQLite the HTTP client takes 45%, the database 21%, the log line 6%. On PostgreSQL a commit of "
    "24 outcomes and 24 intents takes about 12 ms in the server (26 before decision 0017), which keeps ten "
    "indexes of `delivery` up to date twice a post. Tried without a gain: a shorter switch interval of the "
    "interpreter, and log lines made by code of our own. A leaner HTTP client, fewer indexes on what changes "
    "state, and one statement instead of eight a commit would come next."
)

REASONS = {
    "burst": _A_COMMIT,
    "CPU per post": _A_COMMIT,
    "CPU s per 1,000 at 100 posts/s": (
        "at this pace a commit is shared by a few posts instead of two dozen, and every post wakes worker, "
        "database and platform anew. Intents and outcomes wait up to 50 ms for each other; longer would cost "
        "lateness, which is the dearer promise. The bare HTTP client alone takes most of what was promised, "
        "several times what it takes in a burst: see `limit, at this pace`."
    ),
    "lateness": (
        "the bare HTTP client takes more than a millisecond of CPU for a request when it wakes for each one "
        "(see `limit, at this pace`), several times what it takes when it is warm; beside PostgreSQL's "
        "processes on the same two cores it is colder still."
    ),
    "empty scan": (
        "the clock's look touches nine pages an account whatever lies behind them, as its plan shows; at ten "
        "million rows the indexes no longer fit into the 128 MB that PostgreSQL keeps by default, so some of "
        "these pages are likely to come from the system's cache instead. With one plan kept it is 1.9 times "
        "the cost; planned anew each time, as before, it was 2.7."
    ),
    "a whole idle install": (
        "five Python processes, each of which loads SQLAlchemy, SQLModel and structlog for itself, which "
        "takes 38 MB; parts forked from one that has loaded them would share most of it."
    ),
    "100 ms platform": (
        "an account's next post waits for the commit that is under way, and then for its own: together about "
        "half as long as the platform's answer."
    ),
    "memory in the burst": (
        "two Python processes with Celery, SQLAlchemy and aiohttp each load these for themselves; the "
        "peer's two processes are forked from one that has loaded all, and share it."
    ),
    "5,000 accounts": "a lease, an agenda, an adapter and a connection for each single post.",
}
