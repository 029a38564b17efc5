"""What keeps the audit append-only, looked up in the database's catalogue."""

from collections.abc import Iterator

from casm.db import roles
from casm.db.finding import Finding, many, one

PROGRAM_ROLES = (roles.APP, roles.WIDE, roles.GATE)
TRIGGERS = (("casm.audit_event", "stays"), ("casm_sec.audit_head", "stays"), ("casm_sec.audit_head", "goes_on"))
# SHA-256 of each function's text as migrated: another text could leave events out without a trace in the chain.
FUNCTIONS = {
    "audit_content_sha256(casm.audit_event)": "c0717ebe03aba5b4fb6f5bafafc6eadccff39a8f2a98b3f6fd167782d0aecc73",
    "extend_audit(jsonb,boolean)": "64ae56d20963dc9ec85650ee1f48cb5cfa2731f95d1c34629e4849947bc07611",
    "append_audit(jsonb)": "0329e05bb4eb38a19bdf045b2d211c53de76724efda717bdf5393e1f734149c5",
    "append_gate_audit(jsonb)": "21ca03373cef103ee091dd8196d1a1a5efecc222e20ba0795eda1514b60b59dc",
    "seen_of(uuid[])": "400c88f7d7f7a96d36b5647870731b2366da5a3969188bb48eba0d77c7b4bee1",
    "refuse_audit_change()": "01d96a7b57364e307600a7739d7505ffb60e98a4764f9bf85665dbaa4988af8b",
    "refuse_audit_rewind()": "347e10197e6dd27deae87a3397b818eeb60642e60a2723f324a77fab580897ef",
}
MAY_EXECUTE = {
    "append_audit(jsonb)": PROGRAM_ROLES,
    "append_gate_audit(jsonb)": (roles.GATE,),
    "seen_of(uuid[])": (roles.APP, roles.WIDE),
}
WHAT = "audit"
MEND = "restore a backup made before (casm db restore FILE), and find out who changed it"


def guards(connection) -> Iterator[Finding]:
    """Nobody but the one function adds to the audit, and nobody changes it."""
    problems = [*trigger_problems(connection), *function_problems(connection), *right_problems(connection)]
    yield from (Finding(WHAT, problem, MEND) for problem in problems)
    if not problems:
        yield Finding("audit is only added to, and only by its function")


def trigger_problems(connection) -> Iterator[str]:
    """Triggers that refuse changes, and always fire."""
    for table, name in TRIGGERS:
        found = many(
            connection,
            "SELECT tgenabled::text FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgname = %s",
            table,
            name,
        )
        if not found:
            yield f"{table} has lost its trigger {name}"
        elif found[0][0] != "A":
            yield f"the trigger {name} of {table} does not always fire"


def function_problems(connection) -> Iterator[str]:
    """The functions have the text they were made with, and only who should may call them."""
    for function, wanted in FUNCTIONS.items():
        name = f"casm_sec.{function}"
        found = many(
            connection,
            "SELECT encode(sha256(convert_to(prosrc, 'UTF8')), 'hex') FROM pg_proc WHERE oid = to_regprocedure(%s)",
            name,
        )
        if not found:
            yield f"the function {name} is missing"
            continue
        if found[0][0] != wanted:
            yield f"the function {name} has another text"
        for role in PROGRAM_ROLES:
            (may,) = one(connection, "SELECT has_function_privilege(%s, to_regprocedure(%s), 'EXECUTE')", role, name)
            if may and role not in MAY_EXECUTE.get(function, ()):
                yield f"{role} may call {name}"


def right_problems(connection) -> Iterator[str]:
    """No role of the program may write, and row security is on and forced."""
    for table in ("casm.audit_event", "casm_sec.audit_head"):
        for role in PROGRAM_ROLES:
            for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                asked = "has_table_privilege" if right in ("DELETE", "TRUNCATE") else "has_any_column_privilege"
                (may,) = one(connection, f"SELECT {asked}(%s, to_regclass(%s), %s)", role, table, right)
                if may:
                    yield f"{role} has {right} on {table}"
    walled = many(
        connection,
        "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = to_regclass('casm.audit_event')",
    )
    if walled != [(True,)]:
        yield "row security of casm.audit_event is not forced"
    policies = many(
        connection,
        "SELECT polname::text, polcmd::text FROM pg_policy WHERE polrelid = to_regclass('casm.audit_event') ORDER BY 1",
    )
    if policies != [("appends", "a"), ("reads", "r")]:
        yield "casm.audit_event has other policies than it should"
