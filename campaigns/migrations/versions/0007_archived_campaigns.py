"""Archived campaigns"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from campaigns.core.moments import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("campaign", sa.Column("archived", _JSON, nullable=False, server_default="{}"))
    op.add_column("campaign", sa.Column("archived_utc", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("campaign", "archived_utc")
    op.drop_column("campaign", "archived")
