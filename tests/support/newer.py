"""A Beacon that is one migration ahead of this one.

python -m tests.support.newer FOLDER worker
"""

from __future__ import annotations

import sys
from pathlib import Path

from campaigns import migrations
from campaigns.cli.main import main

if __name__ == "__main__":
    migrations.VERSIONS.append(Path(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
