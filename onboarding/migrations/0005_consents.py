"""Consent: questions on their way, consents, links for a bookkeeper, and consents that wait to be handed over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_consent_link_created_by_user")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_consent_link_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_consent_link_token_hash")),
    )
    op.create_index(op.f("ix_consent_link_expires_at"), "consent_link", ["expires_at"], unique=False)
    op.create_index(op.f("ix_consent_link_ticket_id"), "consent_link", ["ticket_id"], unique=False)
    op.create_table(
        "authorisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("package", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("redirect_uri", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["consent_link.id"], name=op.f("fk_authorisation_link_id_consent_link")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_authorisation_ticket_id_ticket")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_authorisation_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_authorisation_state_hash")),
    )
    op.create_index(op.f("ix_authorisation_expires_at"), "authorisation", ["expires_at"], unique=False)
    op.create_index(op.f("ix_authorisation_outcome"), "authorisation", ["outcome"], unique=False)
    op.create_index(op.f("ix_authorisation_ticket_id"), "authorisation", ["ticket_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("package", sa.String(length=40), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("authorisation_id", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(length=1000), nullable=False),
        sa.Column("obtained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=40), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("refresh_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_doubt", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("unlisted", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"], ["authorisation.id"], name=op.f("fk_consent_authorisation_id_authorisation")
        ),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_consent_connection_id_connection")),
        sa.ForeignKeyConstraint(["given_by"], ["user.id"], name=op.f("fk_consent_given_by_user")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["credential_version.id"], name=op.f("fk_consent_version_id_credential_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_connection_id"), "consent", ["connection_id"], unique=False)
    op.create_index(op.f("ix_consent_lease_until"), "consent", ["lease_until"], unique=False)
    op.create_index(op.f("ix_consent_refresh_started_at"), "consent", ["refresh_started_at"], unique=False)
    op.create_index(op.f("ix_consent_state"), "consent", ["state"], unique=False)
    op.create_index(op.f("ix_consent_version_id"), "consent", ["version_id"], unique=False)
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("package", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("authorisation_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.String(length=1000), nullable=False),
        sa.Column("obtained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"], ["authorisation.id"], name=op.f("fk_hand_over_authorisation_id_authorisation")
        ),
        sa.ForeignKeyConstraint(["claimed_by"], ["user.id"], name=op.f("fk_hand_over_claimed_by_user")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_hand_over_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("authorisation_id", name=op.f("uq_hand_over_authorisation_id")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_hand_over_code_hash")),
    )
    op.create_index(op.f("ix_hand_over_expires_at"), "hand_over", ["expires_at"], unique=False)
    op.create_table(
        "sealed_hand_over",
        sa.Column("hand_over_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hand_over_id"], ["hand_over.id"], name=op.f("fk_sealed_hand_over_hand_over_id_hand_over")
        ),
        sa.PrimaryKeyConstraint("hand_over_id", name=op.f("pk_sealed_hand_over")),
    )
    op.create_index(op.f("ix_sealed_hand_over_key_id"), "sealed_hand_over", ["key_id"], unique=False)
    op.add_column("credential_version", sa.Column("consent_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("credential_version", "consent_id")
    op.drop_index(op.f("ix_sealed_hand_over_key_id"), table_name="sealed_hand_over")
    op.drop_table("sealed_hand_over")
    op.drop_index(op.f("ix_hand_over_expires_at"), table_name="hand_over")
    op.drop_table("hand_over")
    op.drop_index(op.f("ix_consent_version_id"), table_name="consent")
    op.drop_index(op.f("ix_consent_state"), table_name="consent")
    op.drop_index(op.f("ix_consent_refresh_started_at"), table_name="consent")
    op.drop_index(op.f("ix_consent_lease_until"), table_name="consent")
    op.drop_index(op.f("ix_consent_connection_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_authorisation_ticket_id"), table_name="authorisation")
    op.drop_index(op.f("ix_authorisation_outcome"), table_name="authorisation")
    op.drop_index(op.f("ix_authorisation_expires_at"), table_name="authorisation")
    op.drop_table("authorisation")
    op.drop_index(op.f("ix_consent_link_ticket_id"), table_name="consent_link")
    op.drop_index(op.f("ix_consent_link_expires_at"), table_name="consent_link")
    op.drop_table("consent_link")
