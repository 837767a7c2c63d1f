"""Alembic's entry: migrates over the connection that `agent.records.database` hands it."""

from __future__ import annotations

from alembic import context

from agent.records.tables import Table, UtcTime

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transactional_ddl=True,
    render_as_batch=True,
    render_item=lambda kind, item, _: "sa.DateTime(timezone=True)" if isinstance(item, UtcTime) else False,
)
with context.begin_transaction():
    context.run_migrations()
