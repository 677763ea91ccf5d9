from __future__ import annotations

import subprocess
import sys

COUNT = """
import gc
import campaigns.deliver.engine
from campaigns.core.collector import keep_what_is_there
before = len(gc.get_objects())
keep_what_is_there()
print(before, len(gc.get_objects()))
"""


def test_what_a_process_imported_is_not_looked_at_again() -> None:
    printed = subprocess.run([sys.executable, "-c", COUNT], check=True, capture_output=True, text=True)
    before, after = map(int, printed.stdout.split())
    assert after < before / 100
