"""What the doctor looks at in the wall between the accounts and the inventory."""

from collections.abc import Iterator

from casm.db import roles
from casm.db.finding import Finding, many

# All that keeping accounts needs of the inventory: which owners there are, who belongs where, which links are out.
GATE_NEEDS = {
    ("casm.owner", "SELECT"),
    ("casm.owner_closure", "SELECT"),
    ("casm.membership", "SELECT"),
    ("casm.share_link", "SELECT"),
    ("casm.share_link", "UPDATE"),
}

REACHABLE = """
SELECT role, c.oid::regclass::text, r
FROM unnest(%s::text[]) role, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
     unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) r
WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname = ANY (%s)
  AND CASE r WHEN 'DELETE' THEN has_table_privilege(role, c.oid, r) ELSE has_any_column_privilege(role, c.oid, r) END
ORDER BY 1, 2, 3
"""


def gate_apart(connection) -> Iterator[Finding]:
    """The inventory's roles reach no account, and the accounts' role reaches no more of the inventory than it needs."""
    problems = 0
    for (role,) in many(
        connection,
        "SELECT role FROM unnest(%s::text[]) role WHERE has_schema_privilege(role, 'casm_gate', 'USAGE')",
        [roles.APP, roles.WIDE],
    ):
        problems += 1
        mend = f"REVOKE ALL ON SCHEMA casm_gate FROM PUBLIC, {role}"
        yield Finding(f"role {role}", "may look into the accounts", mend)
    inventory = ["casm", "casm_sec"]
    for role, table, right in (
        *many(connection, REACHABLE, [roles.APP, roles.WIDE], ["casm_gate"]),
        *many(connection, REACHABLE, [roles.GATE], inventory),
    ):
        if role == roles.GATE and (table, right) in GATE_NEEDS:
            continue
        problems += 1
        yield Finding(f"role {role}", f"has {right} on {table}", f"REVOKE {right} ON {table} FROM PUBLIC, {role}")
    for (function,) in many(
        connection,
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'casm_gate' AND has_function_privilege(%s, p.oid, 'EXECUTE')",
        roles.APP,
    ):
        problems += 1
        yield Finding(
            f"role {roles.APP}", f"may call {function}", f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC, {roles.APP}"
        )
    if not problems:
        yield Finding("accounts and inventory are out of each other's reach")
