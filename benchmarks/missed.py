"""Why a promise is missed, where somebody has found out: by the words that the promise begins with."""

_REREAD = (
    "each lane reads its agenda again every second, four statements each, however little of it it has sent; "
    "half of the worker's time goes there. On a machine in use, lateness tells of the others as well."
)

REASONS = {
    "burst": _REREAD,
    "CPU per post": _REREAD,
    "CPU s per 1,000 at 100 posts/s": _REREAD,
    "lateness": _REREAD,
    "100 ms platform": _REREAD,
    "memory in the burst": (
        "two Python processes with Celery, SQLAlchemy and aiohttp each load these for themselves; the "
        "peer's two processes are forked from one that has loaded all, and share it."
    ),
    "5,000 accounts": "an agenda, a lease and a connection for each single post.",
}
