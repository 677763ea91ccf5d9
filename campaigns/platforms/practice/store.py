"""What the practice platform remembers: a SQLite file with a log that is only ever added to."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from campaigns.platforms.practice import grammar
from campaigns.platforms.practice.accounts import Kind, hashed, read_token
from campaigns.platforms.practice.records import Account, Media, Post, as_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from campaigns.platforms.practice.records import Draft

_SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, event TEXT NOT NULL,
  account TEXT, detail TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS log_never_changes BEFORE UPDATE ON log
  BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
CREATE TRIGGER IF NOT EXISTS log_never_forgets BEFORE DELETE ON log
  BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
CREATE TABLE IF NOT EXISTS account (
  name TEXT PRIMARY KEY, kind TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE,
  revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS media (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL REFERENCES account,
  mime TEXT NOT NULL, alt TEXT NOT NULL, bytes BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS post (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, account TEXT NOT NULL REFERENCES account,
  key TEXT, text TEXT NOT NULL, language TEXT, warning TEXT, media TEXT NOT NULL,
  reply_to INTEGER REFERENCES post, root INTEGER, UNIQUE (account, key)
);
CREATE INDEX IF NOT EXISTS post_of_account ON post (account, id);
CREATE INDEX IF NOT EXISTS post_of_thread ON post (root, id);
CREATE INDEX IF NOT EXISTS post_begins_thread ON post (id) WHERE reply_to IS NULL;
CREATE TABLE IF NOT EXISTS tag (folded TEXT, post INTEGER REFERENCES post, PRIMARY KEY (folded, post));
CREATE TABLE IF NOT EXISTS fault (place INTEGER PRIMARY KEY, rule TEXT NOT NULL, remaining INTEGER);
"""

_POSTS = "SELECT id, at, account, text, language, warning, media, reply_to, COALESCE(root, id) FROM post "


class Store:
    """One per process. Every method is one transaction; none waits for the network."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # NORMAL: an accepted post outlives the death of this process, if not a power cut
        self._db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-2000;" + _SCHEMA
        )

    def close(self) -> None:
        self._db.close()

    # The log.

    def note(self, event: str, account: str | None = None, **detail: Any) -> int:
        """Adds a line to the log; returns its number."""
        added = self._db.execute(
            "INSERT INTO log (at, event, account, detail) VALUES (?, ?, ?, ?)",
            (_now(), event, account, json.dumps(detail, ensure_ascii=False)),
        )
        return added.lastrowid or 0

    def log(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """The log's lines, oldest first: seq, at, event, account, and what the event tells."""
        rows = self._db.execute("SELECT * FROM log WHERE seq > ? ORDER BY seq", (after,))
        for seq, at, event, account, detail in rows:
            yield {"seq": seq, "at": at, "event": event, "account": account, **json.loads(detail)}

    # Accounts.

    def account(self, name: str) -> Account | None:
        row = self._db.execute("SELECT name, kind, revoked FROM account WHERE name = ?", (name,)).fetchone()
        return Account(row[0], Kind(row[1]), bool(row[2])) if row else None

    def owner(self, token: str) -> Account | None:
        """Whose token it is, revoked or not. A good token whose name is free makes its account."""
        row = self._db.execute("SELECT name FROM account WHERE token_hash = ?", (hashed(token),)).fetchone()
        if row:
            return self.account(row[0])
        claim = read_token(token)
        if claim is None or self.account(claim.name):
            return None
        return self.sign_up(claim.name, claim.kind, token)

    def sign_up(self, name: str, kind: Kind, token: str) -> Account:
        """Makes the account, or gives a known one this token and class."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "INSERT INTO account (name, kind, token_hash) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
                " SET kind = excluded.kind, token_hash = excluded.token_hash, revoked = 0",
                (name, kind, hashed(token)),
            )
            self.note("signed_up", name, kind=kind)
        return Account(name, kind, revoked=False)

    def revoke(self, name: str) -> None:
        self._db.execute("UPDATE account SET revoked = 1 WHERE name = ?", (name,))

    # Images.

    def add_media(self, account: str, mime: str, alt: str, content: bytes) -> int:
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            added = self._db.execute(
                "INSERT INTO media (account, mime, alt, bytes) VALUES (?, ?, ?, ?)",
                (account, mime, alt, content),
            )
            self.note("uploaded", account, id=str(added.lastrowid), mime=mime, size=len(content), alt=alt)
        return added.lastrowid or 0

    def media_bytes(self, number: int) -> tuple[str, bytes] | None:
        """Type and content of an image."""
        row: tuple[str, bytes] | None = self._db.execute(
            "SELECT mime, bytes FROM media WHERE id = ?", (number,)
        ).fetchone()
        return row

    def missing_media(self, account: str, numbers: Sequence[int]) -> list[int]:
        """Those of the images that are not this account's."""
        held = {row[0] for row in self._db.execute("SELECT id FROM media WHERE account = ?", (account,))}
        return [number for number in numbers if number not in held]

    # Posts.

    def accept(self, account: str, draft: Draft, key: str | None) -> tuple[Post, bool]:
        """The accepted post, and whether it is new; a known key returns the post that it made."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            if key is not None and (known := self._one("WHERE account = ? AND key = ?", account, key)):
                self.note("replayed", account, id=str(known.id), key=key)
                return known, False
            parent = self.post(draft.reply_to) if draft.reply_to is not None else None
            added = self._db.execute(
                "INSERT INTO post (at, account, key, text, language, warning, media, reply_to, root)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_now(), account, key, draft.text, draft.language, draft.warning, json.dumps(draft.media))
                + ((parent.id, parent.root) if parent else (None, None)),
            )
            number = added.lastrowid or 0
            self._db.executemany(
                "INSERT OR IGNORE INTO tag VALUES (?, ?)",
                [(grammar.fold(draft.text[a + 1 : b]), number) for a, b in grammar.tags(draft.text)],
            )
            post = self.post(number)
            assert post is not None  # noqa: S101 - inserted a moment ago
            self.note("accepted", account, key=key, **as_told(post))
        return post, True

    def post(self, number: int) -> Post | None:
        return self._one("WHERE id = ?", number)

    def thread(self, root: int) -> list[Post]:
        """A thread from its beginning."""
        return self._posts("WHERE id = ? OR root = ? ORDER BY id", root, root)

    def beginnings(self, before: int, most: int, account: str | None = None) -> list[Post]:
        """Posts that answer none, newest first, older than the given id."""
        mine = "AND account = ?" if account else ""
        return self._posts(
            f"WHERE reply_to IS NULL AND id < ? {mine} ORDER BY id DESC LIMIT ?",
            *((before, account, most) if account else (before, most)),
        )

    def tagged(self, tag: str, before: int, most: int) -> list[Post]:
        """Posts with this tag, in any spelling, newest first, older than the given id."""
        return self._posts(
            "WHERE id IN (SELECT post FROM tag WHERE folded = ?) AND id < ? ORDER BY id DESC LIMIT ?",
            grammar.fold(tag),
            before,
            most,
        )

    def timeline(self, account: str, since: str, after: int, most: int) -> list[Post]:
        """An account's posts since an instant (ISO 8601 as in `Post.at`), oldest first, above an id."""
        return self._posts(
            "WHERE account = ? AND at >= ? AND id > ? ORDER BY id LIMIT ?", account, since, after, most
        )

    def _one(self, where: str, *values: Any) -> Post | None:
        found = self._posts(where, *values)
        return found[0] if found else None

    def _posts(self, where: str, *values: Any) -> list[Post]:
        rows = self._db.execute(_POSTS + where, values).fetchall()
        return [Post._make((*row[:6], self._media(json.loads(row[6])), *row[7:])) for row in rows]

    def _media(self, numbers: Sequence[int]) -> tuple[Media, ...]:
        found = (
            self._db.execute("SELECT id, mime, alt FROM media WHERE id = ?", (number,)).fetchone()
            for number in numbers
        )
        return tuple(Media(*row) for row in found if row)

    # Faults.

    def set_faults(self, rules: Sequence[tuple[str, int | None]]) -> None:
        """Replaces all fault rules: each its JSON, and how many times it applies (None: always)."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("DELETE FROM fault")
            self._db.executemany("INSERT INTO fault (rule, remaining) VALUES (?, ?)", rules)

    def faults(self) -> list[tuple[int, str, int | None]]:
        """Fault rules that still apply: place, JSON, how many times more."""
        return self._db.execute("SELECT place, rule, remaining FROM fault ORDER BY place").fetchall()

    def spend_fault(self, place: int) -> None:
        """Counts one use of a rule; the last one removes it."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("UPDATE fault SET remaining = remaining - 1 WHERE place = ?", (place,))
            self._db.execute("DELETE FROM fault WHERE remaining <= 0")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
