"""Alembic's entry: run the migrations on the connection that casm.db.schema hands over."""

from alembic import context

from casm.db.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table="schema_revision",
    version_table_schema="public",
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
