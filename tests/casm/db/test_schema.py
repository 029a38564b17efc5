"""The migrations lay down exactly what the mapped classes say, and can be undone and redone."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from casm.db import schema
from casm.db.engine import SEARCH_PATH
from casm.db.tables import Base
from casm.errors import CasmError


@pytest.fixture
def migrator(database_urls):
    engine = create_engine(
        database_urls.migrator, poolclass=NullPool, connect_args={"options": f"-c search_path={SEARCH_PATH}"}
    )
    with engine.connect() as connection:
        yield connection


def drift(connection) -> list:
    """Differences between the database and the mapped classes, but for what only the migration makes."""

    def ours(_item, name, kind, reflected, _compared) -> bool:
        foreign = kind == "table" and reflected and name in ("spatial_ref_sys", "schema_revision")
        spatial = kind == "index" and reflected and ("_owner_" in name or name.endswith("_alone"))
        return not (foreign or spatial)

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
    return compare_metadata(context, Base.metadata)


def test_the_migrations_lay_down_what_the_classes_say(migrator):
    assert drift(migrator) == []


def test_drift_is_noticed(migrator):
    migrator.execute(text("ALTER TABLE casm.site DROP COLUMN asr_number"))
    assert drift(migrator) != []


def check_names(connection) -> set[tuple[str, str]]:
    rows = connection.execute(
        text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'c' AND connamespace = 'casm'::regnamespace"
        )
    )
    return {(table.removeprefix("casm."), name) for table, name in rows}


def test_every_check_of_the_classes_is_in_the_database(migrator):
    from sqlalchemy import CheckConstraint

    declared = {
        (table.name, str(constraint.name))
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    shortened = {(table, name[:63]) for table, name in declared}
    assert check_names(migrator) == shortened
    assert len(shortened) > 200


def test_down_and_up_again_gives_the_same(migrator, database_urls):
    before = check_names(migrator)
    migrator.commit()
    command.downgrade(schema.alembic_config(migrator), "base")
    migrator.commit()
    assert check_names_safely(migrator) == set()
    migrator.commit()
    assert schema.upgrade(database_urls.migrator) == schema.newest_revision()
    assert check_names(migrator) == before


def check_names_safely(connection) -> set:
    exists = connection.scalar(text("SELECT to_regnamespace('casm') IS NOT NULL"))
    return check_names(connection) if exists else set()


def test_a_newer_schema_is_refused_with_what_to_do(migrator, database_urls):
    migrator.execute(text("UPDATE public.schema_revision SET version_num = '9999'"))
    migrator.commit()
    with pytest.raises(CasmError, match=r"does not know.*newer casm"):
        schema.upgrade(database_urls.migrator)
    assert migrator.scalar(text("SELECT version_num FROM public.schema_revision")) == "9999"


def test_every_table_with_an_owner_is_walled_and_not_the_apps_own(migrator):
    rows = migrator.execute(
        text(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) "
            "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'owner_id' "
            "WHERE c.relkind = 'r' AND c.relnamespace = 'casm'::regnamespace"
        )
    ).all()
    assert len(rows) >= 33
    assert [row for row in rows if tuple(row[1:]) != (True, True, "casm_owner")] == []


def test_every_position_is_indexed_with_its_owner_by_the_leakproof_class(migrator):
    places = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        # The area of a grant or link is never searched for.
        if column.type.__class__.__name__ == "Geometry" and "version" in table.columns
    }
    indexed = {
        row.indexdef
        for row in migrator.execute(text("SELECT indexdef FROM pg_indexes WHERE schemaname = 'casm'"))
        if "gist_geometry_ops" in row.indexdef
    }
    for table, column in places:
        assert any(f"casm.{table} " in line and f'(owner_id, {column} ' in line.replace('"', "") for line in indexed), (
            table, column,
        )  # fmt: skip
    leakproof = migrator.scalar(
        text(
            "SELECT proleakproof FROM pg_proc WHERE proname = 'geometry_overlaps' "
            "AND pronamespace = 'casm_geo'::regnamespace"
        )
    )
    assert leakproof is True
