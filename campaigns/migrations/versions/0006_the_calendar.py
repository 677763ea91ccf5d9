"""The calendar reads a month from one index"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = ["organisation_id", "due_utc", "post_id", "campaign_id", "account_id"]


def upgrade() -> None:
    op.create_index("delivery_calendar", "delivery", COLUMNS, unique=False)


def downgrade() -> None:
    op.drop_index("delivery_calendar", "delivery")
