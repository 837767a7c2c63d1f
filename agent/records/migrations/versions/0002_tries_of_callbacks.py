"""How often a callback was tried in vain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the tries of every callback, from none."""
    op.add_column("callbacks", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Forget the tries."""
    with op.batch_alter_table("callbacks") as callbacks:
        callbacks.drop_column("tries")
