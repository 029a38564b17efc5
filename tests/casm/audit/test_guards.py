"""The guards round the audit are seen when they stand and missed when they do not."""

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from casm.audit.guards import guards
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

TROUBLE = {
    "ALTER TABLE casm.audit_event DISABLE TRIGGER stays": "trigger stays of casm.audit_event",
    "ALTER TABLE casm_sec.audit_head ENABLE TRIGGER goes_on": "trigger goes_on of casm_sec.audit_head",
    "DROP TRIGGER stays ON casm_sec.audit_head": "casm_sec.audit_head has lost its trigger stays",
    "GRANT INSERT ON casm.audit_event TO casm_app": "casm_app has INSERT",
    "GRANT UPDATE (actor) ON casm.audit_event TO casm_gate": "casm_gate has UPDATE",
    "GRANT EXECUTE ON FUNCTION casm_sec.append_gate_audit(jsonb) TO casm_app": "casm_app may call",
    "GRANT EXECUTE ON FUNCTION casm_sec.extend_audit(jsonb, boolean) TO PUBLIC": "casm_gate may call",
    "ALTER TABLE casm.audit_event NO FORCE ROW LEVEL SECURITY": "row security",
    "CREATE POLICY more ON casm.audit_event FOR SELECT USING (true)": "other policies",
    "DROP FUNCTION casm_sec.seen_of(uuid[])": "seen_of(uuid[]) is missing",
    "CREATE OR REPLACE FUNCTION casm_sec.append_audit(events jsonb) RETURNS bigint LANGUAGE sql AS 'SELECT 0'": (
        "append_audit(jsonb) has another text"
    ),
}


def test_the_guards_stand_after_the_migration(superuser):
    assert [finding.problem for finding in guards(superuser)] == [""]


@pytest.mark.parametrize("statement", TROUBLE)
def test_a_missing_guard_is_found(module_superuser, statement):
    with module_superuser.cursor() as cursor:
        cursor.execute(statement)
    problems = [finding.problem for finding in guards(module_superuser)]
    module_superuser.rollback()
    assert any(TROUBLE[statement] in problem for problem in problems), problems


@pytest.mark.parametrize("table", ["casm.audit_event", "casm_sec.audit_head"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("role", ["casm_owner", None])
def test_nobody_empties_the_audit(module_superuser, table, statement, role):
    with module_superuser.cursor() as cursor:
        if role:
            cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute("SET LOCAL session_replication_role = replica") if role is None else None
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="only added to"):
            cursor.execute(statement.format(table))
    module_superuser.rollback()


def test_nobody_edits_the_audit_or_turns_its_head_back(module_superuser):
    for statement in (
        "UPDATE casm.audit_event SET actor = 'x'",
        "UPDATE casm_sec.audit_head SET event_count = event_count - 1",
        "UPDATE casm_sec.audit_head SET genesis_sha256 = 'x'",
    ):
        with module_superuser.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(statement)
        module_superuser.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO casm.audit_event (sequence) VALUES (9)",
        "UPDATE casm.audit_event SET actor = 'x'",
        "DELETE FROM casm.audit_event",
        "SELECT event_count FROM casm_sec.audit_head",
        "SELECT seen FROM casm.audit_event",
        "SELECT seen_owner_ids FROM casm.audit_event",
        "SELECT casm_sec.extend_audit('[]', true)",
        "SELECT casm_sec.append_gate_audit('[]')",
    ],
)
def test_the_program_can_only_append(module_database, statement):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        module_database.session(Viewer.local_administrator()) as session,
    ):
        session.execute(text(statement))


def test_nobody_appends_without_a_sealed_context(module_database):
    events = f'[{{"owner_id": "{NATION_OWNER_ID}", "action": "seen"}}]'
    with pytest.raises(ProgrammingError, match="nobody is known"), module_database.engine.begin() as connection:
        connection.execute(text("SELECT casm_sec.append_audit(CAST(:events AS jsonb))"), {"events": events})
