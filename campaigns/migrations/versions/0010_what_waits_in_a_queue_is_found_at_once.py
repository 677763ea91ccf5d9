"""What waits in a queue is found at once"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "delivery_queue",
        "delivery",
        ["campaign_id", "due_utc", "post_id"],
        unique=False,
        sqlite_where=text("from_queue = 1"),
        postgresql_where=text("from_queue"),
    )


def downgrade() -> None:
    op.drop_index("delivery_queue", "delivery")
