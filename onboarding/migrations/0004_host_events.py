"""What the host hears of connections, and what it knows clubs by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "host_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("once", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name=op.f("fk_host_event_connection_id_connection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_host_event_event_id")),
        sa.UniqueConstraint("once", name=op.f("uq_host_event_once")),
    )
    for column in ("connection_id", "given_up_at", "next_at"):
        op.create_index(op.f(f"ix_host_event_{column}"), "host_event", [column], unique=False)
    op.add_column("club", sa.Column("host_id", sa.String(length=120), nullable=True))
    op.create_index(op.f("ix_club_host_id"), "club", ["host_id"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_club_host_id"), table_name="club")
    op.drop_column("club", "host_id")
    for column in ("next_at", "given_up_at", "connection_id"):
        op.drop_index(op.f(f"ix_host_event_{column}"), table_name="host_event")
    op.drop_table("host_event")
