"""How the demo looks at its install: through the status page, so that it needs no database itself."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Glance:
    """Figures of the present round, and what comes next."""

    due: int = -1  # -1: nobody has looked yet
    sent: int = 0
    late: int = 0
    asking: int = 0
    upcoming: list[tuple[str, str]] = field(default_factory=list)  # due (UTC), text

    @property
    def done(self) -> bool:
        return self.due == 0


def look(host: str, port: int, before: int) -> Glance | None:
    """None while the web process is not up. `before`: posts that were out before this round."""
    line = http.client.HTTPConnection(host, port, timeout=5)
    try:
        line.request("GET", "/status.json")
        answer = line.getresponse()
        told = json.loads(answer.read()) if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        line.close()
    if told is None:
        return None
    return Glance(
        due=told["due"],
        sent=told["sent"] - before,
        late=told["late"],
        asking=told["needs_person"],
        upcoming=[(row["due"], row["text"]) for row in told["next"]],
    )
