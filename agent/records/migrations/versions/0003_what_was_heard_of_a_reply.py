"""How much of a reply the caller heard before breaking in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of earlier turns nothing is known, which counts as heard to the end."""
    op.add_column("turns", sa.Column("said_heard", sa.Text(), nullable=True))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("turns") as turns:
        turns.drop_column("said_heard")
