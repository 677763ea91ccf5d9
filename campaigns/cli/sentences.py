"""Whatever went wrong becomes one sentence that says how to mend it, and an exit code."""

from __future__ import annotations

import errno
import os
import re
import tempfile
import traceback
from pathlib import Path

from pydantic import ValidationError

from campaigns.core.errors import BeaconError, Misuse
from campaigns.core.moments import iso_z, utc_now

PROBLEM, MISUSE, INTERRUPTED = 1, 2, 130

# What SQLite, psycopg and the operating system say, and what it means to a person.
_DATABASE = {
    "database is locked": "The database is busy: another program has held it for too long; try again.",
    "readonly database": "The database is read-only: let this user write to it and to its folder.",
    "disk is full": "The disk is full: make room where the data directory stands, then try again.",
    "unable to open database": "The database cannot be opened: see that its folder exists and is yours.",
    "not a database": "The database file is damaged or is no SQLite database: put back a copy of it.",
    "malformed": "The database file is damaged: put back a copy of it.",
    "no such table": "This database has no tables of Beacon's, or old ones: run `beacon init`.",
    "does not exist": "This database, or a table in it, does not exist: create it, then run `beacon init`.",
    "password authentication": "The database refused the password: mend BEACON_DATABASE_URL.",
}
_UNREACHABLE = "The database does not answer: see that its server runs and that BEACON_DATABASE_URL names it."

_SYSTEM = {
    errno.ENOSPC: "The disk is full: make room and try again.",
    errno.EROFS: "The disk is read-only: set BEACON_DATA_DIR to a folder that can be written to.",
    errno.EMFILE: "Too many files are open: raise the limit (ulimit -n) and try again.",
}


def explain(trouble: BaseException) -> tuple[str, int]:
    """The sentence for a person (may be empty) and the exit code."""
    if isinstance(trouble, KeyboardInterrupt):
        return "", INTERRUPTED
    if isinstance(trouble, BeaconError):
        return str(trouble), MISUSE if isinstance(trouble, Misuse) else PROBLEM
    if sentence := _about_settings(trouble):
        return sentence, MISUSE
    return _about_system(trouble) or _about_database(trouble) or _unexpected(trouble), PROBLEM


def _about_system(trouble: BaseException) -> str | None:
    if isinstance(trouble, OSError) and trouble.errno in _SYSTEM:
        return _SYSTEM[trouble.errno]
    if isinstance(trouble, FileNotFoundError | IsADirectoryError | NotADirectoryError | PermissionError):
        return f"{trouble.filename}: {(trouble.strerror or 'cannot be used').lower()}."
    return None


def _about_database(trouble: BaseException) -> str | None:
    from sqlalchemy.exc import DBAPIError

    if not isinstance(trouble, DBAPIError):
        return None
    said = str(trouble.orig).lower()
    for words, sentence in _DATABASE.items():
        if words in said:
            return sentence
    return _UNREACHABLE if trouble.connection_invalidated or "connect" in said else None


def _about_settings(trouble: BaseException) -> str | None:
    if type(trouble).__module__ == "tomllib":
        return f"beacon.toml is not valid TOML: {trouble}."
    if not isinstance(trouble, ValidationError) or trouble.title != "Settings":
        return None
    first = trouble.errors()[0]
    setting = "_".join(str(step) for step in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"beacon.toml: there is no setting {setting!r}."
    what = first["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{what}." if what.startswith("BEACON_") else f"BEACON_{setting.upper()}: {what}."


def _unexpected(trouble: BaseException) -> str:
    """Keeps the details in a file and says where it is. Secrets may stand in them: for us only."""
    details = "".join(traceback.format_exception(trouble))
    details = re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:***@", details)
    path = _log_file()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as log:
        log.write(f"--- {iso_z(utc_now())}\n{details}\n")
    return f"Something unexpected happened ({type(trouble).__name__}); the details are in {path}."


def _log_file() -> Path:
    from config.settings import Settings

    try:
        folder = Settings().data_dir
        if folder.is_dir() and os.access(folder, os.W_OK):
            return folder / "errors.log"
    except (ValidationError, OSError, ValueError):
        pass
    return Path(tempfile.mkdtemp(prefix="beacon-")) / "errors.log"
