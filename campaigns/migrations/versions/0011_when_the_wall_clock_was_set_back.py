"""When the wall clock was set back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from campaigns.core.moments import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("control", sa.Column("set_back_utc", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("control", "set_back_utc")
