"""Where a ticket lies in support's queue, kept with the ticket and indexed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TICKET = sa.table(
    "ticket",
    sa.column("turn", sa.String),
    sa.column("news_for_support", sa.Boolean),
    sa.column("submitted_at", sa.DateTime(timezone=True)),
    sa.column("waiting_since", sa.DateTime(timezone=True)),
    sa.column("last_move_at", sa.DateTime(timezone=True)),
    sa.column("pile", sa.String),
    sa.column("pile_since", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.add_column("ticket", sa.Column("pile", sa.String(length=20), nullable=True))
    op.add_column("ticket", sa.Column("pile_since", sa.DateTime(timezone=True), nullable=True))
    news = sa.and_(TICKET.c.news_for_support, TICKET.c.turn != "other_agent")
    pile = sa.case((news, "support"), (TICKET.c.turn == "nobody", "closed"), else_=TICKET.c.turn)
    since = sa.case((pile == "closed", TICKET.c.last_move_at), else_=TICKET.c.waiting_since)
    op.execute(sa.update(TICKET).where(TICKET.c.submitted_at.is_not(None)).values(pile=pile, pile_since=since))
    op.create_index(
        "ix_ticket_pile",
        "ticket",
        ["pile", "pile_since", "id"],
        sqlite_where=sa.text("pile IS NOT NULL"),
        postgresql_where=sa.text("pile IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_waits_for_package",
        "ticket",
        ["package", "waiting_since"],
        sqlite_where=sa.text("turn = 'package'"),
        postgresql_where=sa.text("turn = 'package'"),
    )
    op.drop_index("ix_ticket_turn_waiting", table_name="ticket")


def downgrade() -> None:
    op.create_index("ix_ticket_turn_waiting", "ticket", ["turn", "waiting_since", "id"], unique=False)
    op.drop_index("ix_ticket_waits_for_package", table_name="ticket")
    op.drop_index("ix_ticket_pile", table_name="ticket")
    op.drop_column("ticket", "pile_since")
    op.drop_column("ticket", "pile")
