"""People who sign in at the host."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "host_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("clubs", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_host_identity_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_host_identity_issuer")),
    )
    op.create_index(op.f("ix_host_identity_user_id"), "host_identity", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_host_identity_user_id"), table_name="host_identity")
    op.drop_table("host_identity")
