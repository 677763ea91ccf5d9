"""Progress is read from one index"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DELIVERIES = ["campaign_id", "state", "due_utc", "id", "account_id", "post_id"]
POSTS = ["campaign_id", "removed_utc", "language"]


def upgrade() -> None:
    op.create_index("delivery_progress", "delivery", DELIVERIES, unique=False)
    op.create_index("post_of_campaign", "post", POSTS, unique=False)
    op.drop_index("ix_post_campaign_id", "post")


def downgrade() -> None:
    op.create_index("ix_post_campaign_id", "post", ["campaign_id"], unique=False)
    op.drop_index("post_of_campaign", "post")
    op.drop_index("delivery_progress", "delivery")
