"""`python -m campaigns.core.imaging keep|small MEDIA_DIR PATH`: one image, in a process of its own.

Answers with a line of JSON. Started by `campaigns.core.imaging.apart`.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from campaigns.core.imaging.smaller import smaller
from campaigns.core.mediapaths import path_of, small_path_of
from campaigns.core.mediastore import MediaTrouble, keep_cleaned, write_whole

MEMORY = 1_500_000_000  # bytes of address space; the largest image that is taken needs a third of it
SECONDS = 40  # of processor time


def main(verb: str, media_dir: Path, what: str) -> dict[str, Any]:
    _confine()
    try:
        if verb == "small":
            write_whole(small_path_of(media_dir, what), smaller(path_of(media_dir, what)))
            return {}
        given, kept = keep_cleaned(media_dir, Path(what))
    except MediaTrouble as trouble:
        return {"trouble": str(trouble)}
    except MemoryError:
        return {"trouble": "is too large to be opened here; save it smaller."}
    return {"given": given.sha256, "kept": asdict(kept)}


def _confine() -> None:
    """A decoder that goes astray is stopped by the system, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with suppress(ValueError, OSError):  # macOS knows no limit of the first kind
            resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])) + "\n")
