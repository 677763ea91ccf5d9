"""Why a promise is missed, where somebody has found out: by the words that the promise begins with."""

_BEFORE = (
    "measured before a lane kept its agenda and before statements went to the driver itself, which took more "
    "than half of a worker's time; it is to be measured again. On a machine in use, lateness tells of the "
    "others as well."
)

REASONS = {
    "burst": _BEFORE,
    "CPU per post": _BEFORE,
    "CPU s per 1,000 at 100 posts/s": _BEFORE,
    "lateness": _BEFORE,
    "100 ms platform": _BEFORE,
    "memory in the burst": (
        "two Python processes with Celery, SQLAlchemy and aiohttp each load these for themselves; the "
        "peer's two processes are forked from one that has loaded all, and share it."
    ),
    "5,000 accounts": "an agenda, a lease and a connection for each single post.",
}
