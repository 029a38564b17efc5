"""The database's roles and who may do what in a database: the ground every wall stands on."""

from psycopg2 import sql
from psycopg2.extensions import encrypt_password

from casm.errors import CasmError

OWNER = "casm_owner"
APP = "casm_app"
BACKUP = "casm_backup"

ROLES = {
    OWNER: "NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    APP: "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT",
    BACKUP: "NOLOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE",
}

ROLES_BY_HAND = "; ".join(f"CREATE ROLE {name} {attributes}" for name, attributes in ROLES.items())


def ensure_roles(connection, app_password: str | None = None) -> None:
    """Make the three roles where they are missing, and set casm_app's password where one is given.

    connection: psycopg2, in autocommit, of a superuser or of a role that may create roles.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", (list(ROLES),))
        present = {name for (name,) in cursor.fetchall()}
        for name, attributes in ROLES.items():
            if name not in present:
                create_role(cursor, name, attributes)
        if app_password is not None:
            # Hashed here, so that the password itself never travels in a statement that may be logged.
            hashed = encrypt_password(app_password, APP, scope=connection, algorithm="scram-sha-256")
            cursor.execute(
                sql.SQL("ALTER ROLE {} {} LOGIN PASSWORD {}").format(
                    sql.Identifier(APP), sql.SQL(ROLES[APP]), sql.Literal(hashed)
                )
            )


def create_role(cursor, name: str, attributes: str) -> None:
    """Make one role; a rival making it in the same moment is no error."""
    import psycopg2

    try:
        cursor.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), sql.SQL(attributes)))
    except (psycopg2.errors.DuplicateObject, psycopg2.errors.UniqueViolation):
        return
    except psycopg2.errors.InsufficientPrivilege:
        raise CasmError(
            f"The database login may not create the role {name}.",
            f"have an administrator of that server run: {ROLES_BY_HAND};",
        ) from None


def ensure_database_rights(connection) -> None:
    """In the connected database, let in only our roles, and let nobody but the owner make anything.

    Rights on a database are not copied with its template, so every new database needs this.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        database = sql.Identifier(cursor.fetchone()[0])
        for statement in (
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {database} TO {app}, {backup}",
            "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO {owner}",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        ):
            cursor.execute(
                sql.SQL(statement).format(
                    database=database,
                    app=sql.Identifier(APP),
                    backup=sql.Identifier(BACKUP),
                    owner=sql.Identifier(OWNER),
                )
            )
