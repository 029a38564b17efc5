"""The doctor: finds nothing on a sound database, and each fault planted in one, with its mend."""

import contextlib

import pytest

from casm.config import Settings
from casm.db import cluster as clusters
from casm.db import doctor, walls
from casm.db.locate import locate_database
from casm.errors import CasmError

FAULTS = [
    (walls.row_security, "ALTER TABLE casm.site DISABLE ROW LEVEL SECURITY", "row security is off"),
    (walls.row_security, "ALTER TABLE casm.owner NO FORCE ROW LEVEL SECURITY", "not forced on its owner"),
    (walls.row_security, "CREATE TABLE public.spare (owner_id uuid)", "row security is off"),
    (walls.role_attributes, "ALTER ROLE casm_app BYPASSRLS", "has other rights"),
    (walls.role_attributes, "ALTER ROLE casm_owner SUPERUSER", "has other rights"),
    (walls.role_attributes, "ALTER ROLE casm_backup NOBYPASSRLS", "has other rights"),
    (
        walls.policies_ask_who,
        "CREATE POLICY open_door ON casm.site FOR SELECT USING (true)",
        "lets everybody SELECT",
    ),
    (
        walls.policies_ask_who,
        "CREATE POLICY open_door ON casm.site FOR INSERT TO casm_app WITH CHECK (owner_id IS NOT NULL)",
        "lets everybody INSERT",
    ),
    (walls.policies_ask_who, "REVOKE SELECT ON casm.site FROM casm_wide", "lacks SELECT on site"),
    (walls.app_owns_nothing, "ALTER TABLE casm.site OWNER TO casm_app", "owns table casm.site"),
    (walls.app_owns_nothing, "GRANT casm_owner TO casm_app", "is a member of casm_owner"),
    (walls.app_owns_nothing, "GRANT TRUNCATE ON casm.site TO PUBLIC", "has TRUNCATE on casm.site"),
    (walls.app_owns_nothing, "GRANT CREATE ON SCHEMA public TO PUBLIC", "may make things in schema public"),
    (walls.app_owns_nothing, "GRANT casm_app TO casm_gate", "is a member of casm_app"),
    (walls.gate_apart, "GRANT USAGE ON SCHEMA casm_gate TO casm_app", "may look into the accounts"),
    (walls.gate_apart, "GRANT SELECT (email) ON casm_gate.account TO casm_wide", "has SELECT on casm_gate.account"),
    (walls.gate_apart, "GRANT EXECUTE ON FUNCTION casm_gate.asker_id() TO PUBLIC", "may call casm_gate.asker_id()"),
    (walls.gate_apart, "GRANT SELECT ON casm.site TO casm_gate", "has SELECT on casm.site"),
    (walls.gate_apart, "GRANT INSERT ON casm.membership TO casm_gate", "has INSERT on casm.membership"),
    (walls.no_ways_round, "CREATE VIEW casm.v AS SELECT * FROM casm.site", "shows every owner's rows"),
    (walls.no_ways_round, "CREATE MATERIALIZED VIEW casm.m AS SELECT * FROM casm.site", "shows every owner's rows"),
    (
        walls.no_ways_round,
        "CREATE FUNCTION casm.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "its caller's search_path",
    ),
    (walls.spatial_index, "ALTER FUNCTION casm_geo.geometry_overlaps NOT LEAKPROOF", "cannot use their index"),
    (walls.seal, "DELETE FROM casm_sec.seal", "is missing"),
    (walls.seal, "GRANT SELECT ON casm_sec.seal TO casm_app", "can be read by the program"),
    (doctor.safe_settings, "ALTER ROLE casm_app SET synchronous_commit = off", "synchronous_commit is off"),
    (doctor.schema, "UPDATE public.schema_revision SET version_num = '9999'", "does not know"),
    (doctor.schema, "DROP TABLE public.schema_revision", "this program works with"),
    (doctor.extension, "DROP EXTENSION postgis CASCADE", "is not in this database"),
]


@pytest.fixture(scope="module")
def administrator(module_database_urls):
    """An administrator's connection whose every change is rolled back."""
    import psycopg2
    from sqlalchemy.engine import make_url

    from casm.db.server import libpq_parameters

    with contextlib.closing(psycopg2.connect(**libpq_parameters(make_url(module_database_urls.migrator)))) as opened:
        yield opened


@pytest.mark.parametrize(("check", "fault", "said"), FAULTS, ids=[fault for _, fault, _ in FAULTS])
def test_planted_fault_is_found_and_its_absence_is_not(administrator, check, fault, said):
    assert [finding for finding in check(administrator) if not finding.sound] == []
    with administrator.cursor() as cursor:
        cursor.execute(fault)
    try:
        problems = [finding for finding in check(administrator) if not finding.sound]
    finally:
        administrator.rollback()
    assert any(said in finding.problem for finding in problems), problems
    assert all(finding.mend for finding in problems)


def test_mend_named_for_a_table_mends_it(administrator):
    with administrator.cursor() as cursor:
        cursor.execute("ALTER TABLE casm.site NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
        (problem,) = [finding for finding in walls.row_security(administrator) if not finding.sound]
        cursor.execute(problem.mend)
    try:
        assert [finding for finding in walls.row_security(administrator) if not finding.sound] == []
    finally:
        administrator.rollback()


def test_doctor_at_the_command_line(settings, casm):
    locate_database(settings)
    well = casm("doctor")
    assert well.returncode == 0, well.stdout
    assert well.stdout.splitlines()[-1] == "All is well."
    assert all(line.startswith("ok ") for line in well.stdout.splitlines()[:-1])
    with contextlib.closing(clusters.ensure_running(settings).connect()) as connection, connection.cursor() as cursor:
        cursor.execute("ALTER ROLE casm_app BYPASSRLS")
        connection.commit()
    ill = casm("doctor")
    assert ill.returncode == 1
    assert "problem  role casm_app: has other rights than it should" in ill.stdout
    assert "mend: ALTER ROLE casm_app NOSUPERUSER NOBYPASSRLS" in ill.stdout


def test_doctor_makes_no_database(folder):
    (finding,) = doctor.examine(Settings(folder))
    assert "there is no database" in finding.problem
    assert list(folder.iterdir()) == []


def test_doctor_says_why_the_server_does_not_start(settings):
    (clusters.Layout(settings.data_dir).data / "PG_VERSION").write_text("13\n")
    (finding,) = doctor.examine(settings)
    assert "is of PostgreSQL 13" in finding.problem
    with pytest.raises(CasmError):
        clusters.ensure_running(settings)


def test_low_disk_is_a_problem(settings, monkeypatch):
    clusters.ensure_running(settings)
    assert doctor.disk_room(clusters.Layout(settings.data_dir)).sound
    monkeypatch.setattr(doctor, "ROOM_WANTED_BYTES", 10**18)
    assert not doctor.disk_room(clusters.Layout(settings.data_dir)).sound
