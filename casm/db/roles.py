"""The database's roles and who may do what in a database: the ground every wall stands on."""

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import encrypt_password

from casm.errors import CasmError

OWNER = "casm_owner"
APP = "casm_app"
GATE = "casm_gate"
# What casm_app becomes for a viewer who sees everything, so that its searches need not name every owner.
WIDE = "casm_wide"
BACKUP = "casm_backup"

ROLES = {
    OWNER: "NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    APP: "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT",
    GATE: "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT",
    WIDE: "NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    BACKUP: "NOLOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE",
}

MAY_BECOME_WIDE = f"GRANT {WIDE} TO {APP}"
ROLES_BY_HAND = "; ".join(
    (*(f"CREATE ROLE {name} {attributes}" for name, attributes in ROLES.items()), MAY_BECOME_WIDE)
)

# casm_wide has just what casm_app has; only its policies differ. Run after each migration.
LEVEL_WIDE = f"""
DO $$
DECLARE
    given record;
BEGIN
    FOR given IN
        SELECT format('%s ON %s', a.privilege_type, c.oid::regclass) AS rights
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
        WHERE n.nspname IN ('casm', 'casm_sec') AND c.relkind IN ('r', 'v') AND a.grantee = '{APP}'::regrole
        UNION ALL
        SELECT format('%s (%I) ON %s', a.privilege_type, t.attname, c.oid::regclass)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute t ON t.attrelid = c.oid,
             aclexplode(t.attacl) a
        WHERE n.nspname IN ('casm', 'casm_sec') AND NOT t.attisdropped AND a.grantee = '{APP}'::regrole
        UNION ALL
        SELECT format('%s ON FUNCTION %s', a.privilege_type, p.oid::regprocedure)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, aclexplode(p.proacl) a
        WHERE n.nspname IN ('casm', 'casm_sec') AND a.grantee = '{APP}'::regrole
        UNION ALL
        SELECT format('%s ON SCHEMA %I', a.privilege_type, n.nspname)
        FROM pg_namespace n, aclexplode(n.nspacl) a
        WHERE n.nspname IN ('casm', 'casm_sec', 'casm_geo') AND a.grantee = '{APP}'::regrole
    LOOP
        EXECUTE 'GRANT ' || given.rights || ' TO {WIDE}';
    END LOOP;
END $$
"""


def ensure_roles(connection, app_password: str | None = None, gate_password: str | None = None) -> None:
    """Make the roles where they are missing, and set the passwords of casm_app and casm_gate where given.

    connection: psycopg2, in autocommit, of a superuser or of a role that may create roles.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", (list(ROLES),))
        present = {name for (name,) in cursor.fetchall()}
        for name, attributes in ROLES.items():
            if name not in present:
                create_role(cursor, name, attributes)
        let_app_widen(cursor)
        for name, password in ((APP, app_password), (GATE, gate_password)):
            if password is not None:
                set_password(connection, cursor, name, password)


def let_app_widen(cursor) -> None:
    """Let casm_app take on casm_wide where it may not yet."""
    cursor.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", (APP, WIDE))
    if cursor.fetchone()[0]:
        return
    try:
        cursor.execute(MAY_BECOME_WIDE)
    except psycopg2.errors.InsufficientPrivilege:
        raise CasmError(
            f"The database login may not let {APP} act as {WIDE}.",
            f"have an administrator of that server run: {MAY_BECOME_WIDE};",
        ) from None


def set_password(connection, cursor, name: str, password: str) -> None:
    """Let a role log in with a password."""
    # Hashed here, so that the password itself never travels in a statement that may be logged.
    hashed = encrypt_password(password, name, scope=connection, algorithm="scram-sha-256")
    cursor.execute(
        sql.SQL("ALTER ROLE {} {} LOGIN PASSWORD {}").format(
            sql.Identifier(name), sql.SQL(ROLES[name]), sql.Literal(hashed)
        )
    )


def create_role(cursor, name: str, attributes: str) -> None:
    """Make one role; a rival making it in the same moment is no error."""
    try:
        cursor.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), sql.SQL(attributes)))
    except (psycopg2.errors.DuplicateObject, psycopg2.errors.UniqueViolation):
        return
    except psycopg2.errors.InsufficientPrivilege:
        raise CasmError(
            f"The database login may not create the role {name}.",
            f"have an administrator of that server run: {ROLES_BY_HAND};",
        ) from None


def ensure_membership(connection) -> None:
    """Let an ordinary login of another server take on our roles; CasmError names what an administrator must run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, array_agg(name) FILTER (WHERE NOT pg_has_role(name, 'MEMBER')) "
            "FROM unnest(%s) AS name",
            (list(ROLES),),
        )
        login, missing = cursor.fetchone()
        if not missing:
            return
        grant = sql.SQL("GRANT {} TO {}").format(
            sql.SQL(", ").join(map(sql.Identifier, missing)), sql.Identifier(login)
        )
        try:
            cursor.execute(grant)
        except psycopg2.errors.InsufficientPrivilege:
            raise CasmError(
                f"The database login {login} may not act as {', '.join(missing)}.",
                f"have an administrator of that server run: {grant.as_string(connection)};",
            ) from None


def ensure_database_rights(connection, *, ours_alone: bool) -> None:
    """In the connected database let nobody but casm_owner make anything; CasmError when this login may not rule it.

    ours_alone: also keep every other role out (the embedded server). Rights on a database are not copied with its
    template, so every new database needs this.
    """
    with connection.cursor() as cursor:
        # PostgreSQL only warns when someone who does not own the database grants rights on it, and grants none.
        cursor.execute(
            "SELECT datname, pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
        )
        name, owned = cursor.fetchone()
        if not owned:
            raise CasmError(
                f"The database login {connection.info.user} does not own the database {name}.",
                f"have an administrator run: ALTER DATABASE {name} OWNER TO {connection.info.user};",
            )
        for statement in (
            f"REVOKE {'ALL' if ours_alone else 'CREATE, TEMPORARY'} ON DATABASE {{database}} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {database} TO {app}, {gate}, {backup}",
            "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO {owner}",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        ):
            filled = sql.SQL(statement).format(
                database=sql.Identifier(name),
                app=sql.Identifier(APP),
                gate=sql.Identifier(GATE),
                backup=sql.Identifier(BACKUP),
                owner=sql.Identifier(OWNER),
            )
            cursor.execute(filled)
