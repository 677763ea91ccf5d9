"""What staff are told, and what is counted"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from campaigns.core.moments import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("account", sa.Column("expires_utc", UtcDateTime(), nullable=True))
    op.add_column("process", sa.Column("ticked_utc", UtcDateTime(), nullable=True))
    for name, length in (("lacks", 100), ("prints", 200)):
        op.add_column("process", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    op.create_table(
        "tally",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", "label"),
    )
    op.create_table(
        "alert",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("facts", _JSON, nullable=False),
        sa.Column("raised_utc", UtcDateTime(), nullable=False),
        sa.Column("over_utc", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("wake_utc", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reached", _JSON, nullable=False),
        sa.Column("told_utc", UtcDateTime(), nullable=True),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "alert_open",
        "alert",
        ["event"],
        unique=True,
        sqlite_where=sa.text("over_utc IS NULL"),
        postgresql_where=sa.text("over_utc IS NULL"),
    )
    op.create_index("alert_by_state", "alert", ["state", "wake_utc"])


def downgrade() -> None:
    op.drop_table("alert")
    op.drop_table("tally")
    for name in ("prints", "lacks", "ticked_utc"):
        op.drop_column("process", name)
    op.drop_column("account", "expires_utc")
