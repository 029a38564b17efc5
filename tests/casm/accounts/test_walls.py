"""The accounts' schema: what the classes say, out of the inventory's reach, and no more of it than is needed."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from casm.accounts import invitation, passkey, recovery_code, throttle, totp
from casm.accounts.gate_row import GateRow
from casm.accounts.origin import gatekeeper
from casm.db.roles import GATE
from casm.sharing.viewer import Viewer

MODULES = (invitation, passkey, recovery_code, throttle, totp)


def test_the_migration_lays_down_what_the_classes_say(module_database_urls):
    engine = create_engine(module_database_urls.migrator, poolclass=NullPool)
    with engine.connect() as connection:

        def ours(item, _name, kind, reflected, _compared) -> bool:
            # Indexes, unique and foreign keys are the migration's own; the classes only read and write.
            return kind in ("table", "column") and (kind != "table" or item.schema == "casm_gate")

        options = {"compare_type": False, "include_object": ours, "include_schemas": True}
        context = MigrationContext.configure(connection, opts=options)
        drift = [change for changes in compare_metadata(context, GateRow.metadata) for change in changes]
        assert [change for change in drift if change[0] != "modify_comment"] == []
    assert len(GateRow.metadata.tables) == 11


def tables(tree) -> list[str]:
    """The accounts' tables."""
    with tree.database.gate_session(gatekeeper()) as gate:
        return list(gate.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'casm_gate'")))


def test_an_injection_in_the_inventory_reads_no_account(tree):
    found = tables(tree)
    assert len(found) == 11
    for viewer in (Viewer.local_administrator(), Viewer.of_owner("x", tree.campbell)):
        for statement in (
            *(f"SELECT * FROM casm_gate.{table}" for table in found),
            *(f"UPDATE casm_gate.{table} SET id = id" for table in found[:2]),
            "SELECT casm_gate.asker_id()",
            f"SET ROLE {GATE}",
            "SET ROLE casm_owner",
            f"SET SESSION AUTHORIZATION {GATE}",
        ):
            with pytest.raises(ProgrammingError, match="denied"), tree.database.session(viewer) as session:
                session.execute(text(statement))
        with tree.database.session(viewer) as session:
            told = session.execute(text("SELECT * FROM pg_stats WHERE schemaname = 'casm_gate'")).all()
            assert told == []


def test_the_accounts_role_does_no_more_than_it_needs(tree):
    for statement in (
        "SELECT * FROM casm.site", "SELECT * FROM casm.history", "SELECT * FROM casm_sec.seal",
        "INSERT INTO casm.membership SELECT * FROM casm.membership", "UPDATE casm.membership SET role = 'auditor'",
        "UPDATE casm.owner SET name = 'x'", "DELETE FROM casm_gate.account", "SET ROLE casm_owner", "SET ROLE casm_app",
        "CREATE TABLE casm_gate.mine (n int)", "CREATE TEMPORARY TABLE mine (n int)", "TRUNCATE casm_gate.account",
    ):  # fmt: skip
        with pytest.raises(ProgrammingError, match=r"denied|must be"), tree.database.gate_session(gatekeeper()) as gate:
            gate.execute(text(statement))


def test_the_gate_works_as_its_own_role_and_leaves_nothing_behind(tree):
    with tree.database.gate_session(Viewer.local_administrator()) as gate:
        assert gate.scalar(text("SELECT current_user")) == GATE
        assert len(gate.scalar(text("SELECT casm_gate.managed_owners()"))) > 3
    with tree.database.gate_session(gatekeeper()) as gate:
        assert gate.scalar(text("SELECT casm_gate.managed_owners()")) == []
    with tree.database.gate_engine.connect() as connection:
        assert connection.scalar(text("SELECT nullif(current_setting('casm.context', true), '')")) is None
