"""A database of before the side tables: every sensitive value, past ones too, is moved and none is left behind."""

import contextlib

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from casm.db import locate, schema
from casm.db.engine import SEARCH_PATH
from casm.db.session import open_database
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

BEFORE = "0006"
NAME = "casm_before_sensitive"
FIELDS = ("access_notes", "grid_power", "generator_kw", "generator_fuel_hours", "battery_hours", "lease_end_on")
SITE = """
INSERT INTO site (id, owner_id, name, sensitivity, source, source_key, verified_on, access_notes, grid_power,
                  generator_kw, generator_fuel_hours, battery_hours, lease_end_on)
VALUES (gen_random_uuid(), :owner, :name, 'restricted', 'csv', 'row 7', '2026-01-02', :notes, :grid, 35.25, 72, 8.1,
        '2031-06-30')
"""


@pytest.fixture
def older(database_server):
    """Addresses of a database that is at the revision before."""
    locate.prepare_embedded(database_server, NAME)
    urls = locate.embedded_urls(database_server, NAME)
    with migrating(urls) as connection:
        command.upgrade(schema.alembic_config(connection), BEFORE)
        connection.commit()
    yield urls
    with locate.autocommit(database_server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


@contextlib.contextmanager
def migrating(urls):
    """A connection of the migrator, who passes by row security."""
    engine = create_engine(urls.migrator, poolclass=NullPool, connect_args={"options": f"-c search_path={SEARCH_PATH}"})
    with engine.connect() as connection:
        yield connection
        connection.commit()


def run(connection, statement, **given):
    connection.execute(text(statement), {"owner": NATION_OWNER_ID, **given})


def test_every_value_is_moved_with_its_past(older):
    with migrating(older) as connection:
        run(connection, SITE, name="Hill", notes="Two gates", grid=False)
        run(connection, SITE, name="Gone", notes="Old key", grid=None)
        run(connection, "INSERT INTO site (id, owner_id, name) VALUES (gen_random_uuid(), :owner, 'Bare'), "
                        "(gen_random_uuid(), :owner, 'Cleared'), (gen_random_uuid(), :owner, 'Town')")  # fmt: skip
        # Hill: a change of the name alone, then of the battery, then of the name. Cleared: told once, and not now.
        run(connection, "UPDATE site SET address = 'Road 1' WHERE name = 'Hill'")
        run(connection, "UPDATE site SET battery_hours = 12 WHERE name = 'Hill'")
        run(connection, "UPDATE site SET address = 'Road 2' WHERE name = 'Hill'")
        run(connection, "UPDATE site SET access_notes = 'Code 4711' WHERE name = 'Cleared'")
        run(connection, "UPDATE site SET access_notes = NULL WHERE name = 'Cleared'")
        run(connection, "UPDATE site SET address = 'Road 3' WHERE name = 'Bare'")
        run(connection, "UPDATE site SET status = 'retired', retired_at = '2026-05-05' WHERE name = 'Gone'")
        run(connection, "INSERT INTO backhaul_link (id, owner_id, name, site_a_owner_id, site_a_id, site_b_owner_id, "
                        "site_b_id, circuit_id) SELECT gen_random_uuid(), :owner, 'Link', :owner, a.id, :owner, b.id, "
                        "'TN-77' FROM site a, site b WHERE a.name = 'Hill' AND b.name = 'Town'")  # fmt: skip
        run(connection, "INSERT INTO import_batch (id, owner_id, file_name, file_sha256, reader, state, actor) "
                        "VALUES (:owner, :owner, 'f.csv', repeat('a', 64), 'csv', 'stopped', 'Ann')")  # fmt: skip
        for heading in ("Site Access", "Battery backup (h)", "Tower height"):
            run(connection, "INSERT INTO import_problem (id, owner_id, import_batch_id, severity, file_name, "
                            "column_name, value, reason, mend) VALUES (gen_random_uuid(), :owner, :owner, 'error', "
                            "'f.csv', :heading, 'x', 'y', 'z')", heading=heading)  # fmt: skip
        connection.commit()
        images = connection.execute(text("SELECT row_id, row_version, before FROM history ORDER BY 1, 2")).all()
    assert schema.upgrade(older.migrator) == schema.newest_revision()

    with migrating(older) as connection:
        stored = {
            row.name: row
            for row in connection.execute(
                text("SELECT s.name, s.version AS site_version, a.* FROM site s JOIN site_sensitive a ON "
                     "(a.owner_id, a.site_id) = (s.owner_id, s.id)")
            )
        }  # fmt: skip
        assert set(stored) == {"Hill", "Gone", "Cleared"}
        hill, gone, cleared = stored["Hill"], stored["Gone"], stored["Cleared"]
        told = [(str(getattr(hill, name))) for name in FIELDS]
        assert told == ["Two gates", "False", "35.25", "72.0", "12.0", "2031-06-30"]
        assert (hill.sensitivity, hill.source, hill.source_key, str(hill.verified_on)) == (
            "restricted", "csv", "row 7", "2026-01-02",
        )  # fmt: skip
        assert (hill.status, hill.version, hill.site_version) == ("active", 2, 4)
        assert (gone.status, str(gone.retired_at.date()), gone.access_notes, gone.version) == (
            "retired", "2026-05-05", "Old key", 2,
        )  # fmt: skip
        assert ({getattr(cleared, name) for name in FIELDS}, cleared.version) == ({None}, 2)
        assert connection.scalar(text("SELECT circuit_id FROM backhaul_link_sensitive")) == "TN-77"

        past = connection.execute(
            text("SELECT row_id, row_version, field_class, before FROM history WHERE table_name = 'site_sensitive'")
        ).all()
        by_row = {(row.row_id, row.row_version): row for row in past}
        assert set(by_row) == {(one.id, 1) for one in (hill, gone, cleared)}
        assert {row.field_class for row in past} == {"sensitive"}
        assert by_row[hill.id, 1].before["battery_hours"] == 8.1
        assert by_row[hill.id, 1].before["site_id"] == str(hill.site_id)
        assert by_row[gone.id, 1].before["status"] == "active"
        assert by_row[cleared.id, 1].before["access_notes"] == "Code 4711"
        columns = set(connection.execute(text("SELECT * FROM site_sensitive")).keys())
        assert all(set(row.before) == columns for row in past)
        kept = connection.execute(
            text("SELECT row_id, row_version, before FROM history WHERE table_name = 'site' ORDER BY 1, 2")
        ).all()
        assert [(row.row_id, row.row_version) for row in kept] == [(row.row_id, row.row_version) for row in images]
        for row, was in zip(kept, images, strict=True):
            assert row.before == {name: value for name, value in was.before.items() if name not in FIELDS}
        closed = dict(connection.execute(text("SELECT column_name, field_class FROM import_problem")).all())
        assert closed == {"Site Access": "sensitive", "Battery backup (h)": "sensitive", "Tower height": "public"}

    database = open_database(older)
    try:
        for viewer, expected in (
            (Viewer.local_administrator(), 3),
            (Viewer.of_owner("clerk", NATION_OWNER_ID), 0),
        ):
            with database.session(viewer) as session:
                assert session.scalar(text("SELECT count(*) FROM site_sensitive")) == expected
                asked = "SELECT count(*) FROM history WHERE table_name = 'site_sensitive'"
                assert session.scalar(text(asked)) == expected
                assert session.scalar(text("SELECT count(*) FROM history WHERE table_name = 'site'")) == len(images)
    finally:
        database.close()


def test_moving_forces_row_security_again_and_the_way_down_leads_to_nothing(older):
    schema.upgrade(older.migrator)
    with migrating(older) as connection:
        open_tables = connection.scalars(
            text(
                "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'casm'::regnamespace AND c.relkind = 'r' "
                "AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'owner_id') "
                "AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
            )
        ).all()
        assert open_tables == []
        connection.commit()
        command.downgrade(schema.alembic_config(connection), "base")
        connection.commit()
        assert connection.scalar(text("SELECT to_regnamespace('casm') IS NULL"))


def test_a_cache_s_count_is_renamed_with_its_past(older):
    """By 0012: what was called the available count is what the cache holds, and its checkouts say what is out."""
    with migrating(older) as connection:
        run(connection, "INSERT INTO radio_cache (id, owner_id, name, available_radio_count) "
                        "VALUES (gen_random_uuid(), :owner, 'Cache', 48), "
                        "(gen_random_uuid(), :owner, 'Empty', NULL)")  # fmt: skip
        run(connection, "UPDATE radio_cache SET available_radio_count = 40 WHERE name = 'Cache'")
        run(connection, "UPDATE radio_cache SET address = 'Road' WHERE name = 'Empty'")
    assert schema.upgrade(older.migrator) == schema.newest_revision()
    with migrating(older) as connection:
        assert connection.execute(text("SELECT radio_count FROM radio_cache ORDER BY name")).all() == [(40,), (None,)]
        past = connection.scalars(text("SELECT before FROM history WHERE table_name = 'radio_cache'")).all()
        assert {image["name"]: image["radio_count"] for image in past} == {"Cache": 48, "Empty": None}
        assert not any("available_radio_count" in image for image in past)
