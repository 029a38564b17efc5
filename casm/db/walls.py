"""What the doctor looks at in the walls between owners: roles, row security, ways round it, the seal."""

from collections.abc import Callable, Iterator
from typing import Any

from casm.db import roles
from casm.db.finding import Finding, many, one
from casm.db.gate_wall import gate_apart

ROLE_RIGHTS = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = ANY(%s)"


def role_attributes(connection) -> Iterator[Finding]:
    """Each role may do what it is for and no more."""
    wanted = {name: (False, name == roles.BACKUP) for name in roles.ROLES}
    rows = many(connection, ROLE_RIGHTS, list(wanted))
    found = {name: (superuser, bypass) for name, superuser, bypass in rows}
    for name, (superuser, bypass) in wanted.items():
        if name not in found:
            yield Finding(f"role {name}", "is missing", "casm db stop, then casm db start")
        elif found[name] != (superuser, bypass):
            fix = f"{'' if superuser else 'NO'}SUPERUSER {'' if bypass else 'NO'}BYPASSRLS"
            yield Finding(f"role {name}", "has other rights than it should", f"ALTER ROLE {name} {fix}")
        else:
            yield Finding(f"role {name}")


OWNER_BEARING = """
SELECT c.oid::regclass::text, c.relrowsecurity, c.relforcerowsecurity,
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND (
    EXISTS (SELECT FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attname = 'owner_id' AND NOT a.attisdropped)
    OR (n.nspname, c.relname) = ('casm', 'owner'))
ORDER BY 1
"""


def row_security(connection) -> Iterator[Finding]:
    """Every table whose rows have an owner hides them from others, from its own owner too."""
    rows = many(connection, OWNER_BEARING)
    open_tables = 0
    for table, enabled, forced, has_policy in rows:
        if enabled and forced and has_policy:
            continue
        open_tables += 1
        lacks = "row security is off" if not enabled else "not forced on its owner" if not forced else "no policy"
        yield Finding(
            f"wall around {table}", lacks,
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY" if has_policy
            else "restore a backup: casm db restore FILE",
        )  # fmt: skip
    if not open_tables:
        yield Finding(f"row security is forced on all {len(rows)} tables whose rows have an owner")


OPEN_POLICIES = """
SELECT tablename, policyname, cmd FROM pg_policies
WHERE schemaname = 'casm' AND permissive = 'PERMISSIVE'
  AND roles && ARRAY['public', %s, %s]::name[]
  AND (cmd <> 'INSERT' AND coalesce(qual, '') !~ '(casm_sec[.]|FROM (casm[.])?result)'
       OR cmd = 'INSERT' AND coalesce(with_check, '') !~ 'casm_sec[.]')
ORDER BY 1, 2
"""
WIDE_LACKS = """
SELECT g.table_name, g.privilege_type FROM information_schema.role_table_grants g
WHERE g.grantee = %s AND g.table_schema IN ('casm', 'casm_sec') AND NOT EXISTS (
    SELECT FROM information_schema.role_table_grants w
    WHERE w.grantee = %s AND w.table_schema = g.table_schema AND w.table_name = g.table_name
      AND w.privilege_type = g.privilege_type)
ORDER BY 1, 2
"""


def policies_ask_who(connection) -> Iterator[Finding]:
    """Every policy that lets the program in asks the database who is asking."""
    open_policies = many(connection, OPEN_POLICIES, roles.APP, roles.WIDE)
    for table, policy, verb in open_policies:
        yield Finding(
            f"policy {policy} on {table}", f"lets everybody {verb} without asking who it is",
            f"DROP POLICY {policy} ON casm.{table}",
        )  # fmt: skip
    lacking = many(connection, WIDE_LACKS, roles.APP, roles.WIDE)
    for table, right in lacking:
        mend = f"GRANT {right} ON casm.{table} TO {roles.WIDE}"
        yield Finding(f"role {roles.WIDE}", f"lacks {right} on {table}", mend)
    if not open_policies and not lacking:
        yield Finding("every policy asks who is asking")


def app_owns_nothing(connection) -> Iterator[Finding]:
    """The program's roles own nothing, may make nothing and are no members of a stronger role."""
    for role in (roles.APP, roles.GATE):
        yield from owns_nothing(connection, role)


def owns_nothing(connection, role: str) -> Iterator[Finding]:
    """One of them."""
    problems = 0
    for (thing,) in many(
        connection,
        "SELECT pg_describe_object(classid, objid, objsubid) FROM pg_shdepend "
        "WHERE refclassid = 'pg_authid'::regclass AND refobjid = %s::regrole AND deptype = 'o' "
        "AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))",
        role,
    ):
        problems += 1
        yield Finding(f"role {role}", f"owns {thing}", f"REASSIGN OWNED BY {role} TO {roles.OWNER}")
    for (name,) in many(
        connection,
        "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole AND roleid <> %s::regrole",
        role, roles.WIDE,
    ):  # fmt: skip
        problems += 1
        yield Finding(f"role {role}", f"is a member of {name}", f"REVOKE {name} FROM {role}")
    for (right,) in many(
        connection,
        "SELECT r FROM unnest(ARRAY['CREATE', 'TEMPORARY']) r "
        "WHERE has_database_privilege(%s, current_database(), r)",
        role,
    ):
        problems += 1
        yield Finding(
            f"role {role}",
            f"has {right} on the database",
            f"REVOKE {right} ON DATABASE {connection.info.dbname} FROM PUBLIC, {role}",
        )
    for (schema,) in many(
        connection,
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND has_schema_privilege(%s, oid, 'CREATE')",
        role,
    ):
        problems += 1
        yield Finding(
            f"role {role}",
            f"may make things in schema {schema}",
            f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}",
        )
    for table, right in many(
        connection,
        "SELECT c.oid::regclass::text, r FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, "
        "unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) r "
        "WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('casm', 'casm_sec', 'casm_gate') "
        "AND has_table_privilege(%s, c.oid, r)",
        role,
    ):
        problems += 1
        yield Finding(f"role {role}", f"has {right} on {table}", f"REVOKE {right} ON {table} FROM {role}")
    if not problems:
        yield Finding(f"role {role} owns nothing and may make nothing")


def no_ways_round(connection) -> Iterator[Finding]:
    """No view or function lends its reader the rights of someone stronger by accident."""
    views = many(
        connection,
        "SELECT c.oid::regclass::text, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname IN ('casm', 'casm_sec') AND (c.relkind = 'm' OR c.relkind = 'v' "
        "AND NOT coalesce(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false))",
    )
    for view, kind in views:
        mend = f"DROP MATERIALIZED VIEW {view}" if kind == "m" else f"ALTER VIEW {view} SET (security_invoker = true)"
        yield Finding(f"view {view}", "shows every owner's rows", mend)
    functions = many(
        connection,
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.prosecdef AND n.nspname IN ('casm', 'casm_sec', 'casm_geo', 'casm_gate') "
        "AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')",
    )
    for (function,) in functions:
        yield Finding(
            f"function {function}", "runs with its owner's rights but its caller's search_path",
            f"ALTER FUNCTION {function} SET search_path = pg_catalog, pg_temp",
        )  # fmt: skip
    if not views and not functions:
        yield Finding("no view or function leads round the wall")


def spatial_index(connection) -> Iterator[Finding]:
    """The operator class that lets spatial searches use their index under row security."""
    (present,) = one(
        connection,
        "SELECT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'casm_geo' AND p.proname = 'geometry_overlaps' AND p.proleakproof)",
    )
    if present:
        yield Finding("spatial searches use their index")
    else:
        yield Finding(
            "spatial searches", "cannot use their index under row security and are slow",
            "have a superuser make the database: casm db backup, then casm db restore as superuser elsewhere",
        )  # fmt: skip


def seal(connection) -> Iterator[Finding]:
    """The key that makes a viewer's context believable is there and out of the program's reach."""
    (rows,) = one(connection, "SELECT count(*) FROM casm_sec.seal")
    (readable,) = one(connection, "SELECT has_table_privilege(%s, 'casm_sec.seal', 'SELECT')", roles.APP)
    if rows != 1:
        yield Finding("seal", "is missing, so nobody sees anything", "restore a backup: casm db restore FILE")
    elif readable:
        yield Finding("seal", "can be read by the program", f"REVOKE ALL ON casm_sec.seal FROM PUBLIC, {roles.APP}")
    else:
        yield Finding("seal is there, out of the program's reach")


WALLS: tuple[Callable[[Any], Iterator[Finding]], ...] = (
    role_attributes, row_security, policies_ask_who, app_owns_nothing, gate_apart, no_ways_round, spatial_index, seal,
)  # fmt: skip
