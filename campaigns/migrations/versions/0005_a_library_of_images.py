"""A library of images"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media", sa.Column("name", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("media", sa.Column("alt", sa.String(length=5000), nullable=False, server_default=""))
    op.create_table(
        "media_origin",
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "sha256"),
    )
    op.create_index("ix_media_origin_media_id", "media_origin", ["media_id"])
    op.create_index("ix_post_media_media_id", "post_media", ["media_id"])


def downgrade() -> None:
    op.drop_index("ix_post_media_media_id", table_name="post_media")
    op.drop_table("media_origin")
    op.drop_column("media", "alt")
    op.drop_column("media", "name")
