"""Refuse a server that may lose what it has confirmed."""

from casm.errors import CasmError

SAFE_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")

SETTINGS = """
SELECT name, setting, sourcefile, sourceline, source FROM pg_settings WHERE name = ANY(%s) AND setting = 'off'
"""

ROLE_SETTINGS = """
SELECT coalesce(r.rolname, 'all roles'), coalesce(d.datname, 'all databases'), entry
FROM pg_db_role_setting s
LEFT JOIN pg_roles r ON r.oid = s.setrole
LEFT JOIN pg_database d ON d.oid = s.setdatabase
CROSS JOIN LATERAL unnest(s.setconfig) AS entry
WHERE split_part(entry, '=', 1) = ANY(%s) AND split_part(entry, '=', 2) IN ('off', 'false', 'no', '0')
"""


def unsafe_settings(connection) -> list[tuple[str, str]]:
    """(what is off, what mends it) for every setting that would let a confirmed write be lost."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS, (list(SAFE_SETTINGS),))
        for name, _, file, line, source in cursor.fetchall():
            if file and file.endswith("postgresql.auto.conf"):
                mend = f"casm db psql -- -c 'ALTER SYSTEM RESET {name}', then casm db stop and casm db start"
            elif file:
                mend = f"delete line {line} of {file}, then casm db stop and casm db start"
            else:
                mend = f"set {name} = on (it is set by: {source})"
            found.append((f"{name} is off", mend))
        cursor.execute(ROLE_SETTINGS, (list(SAFE_SETTINGS),))
        for role, database, entry in cursor.fetchall():
            name = entry.partition("=")[0]
            place = f" IN DATABASE {database}" if database != "all databases" else ""
            found.append(
                (
                    f"{name} is off for {role} in {database}",
                    f"as an administrator: ALTER ROLE {role.replace('all roles', 'ALL')}{place} RESET {name}",
                )
            )
    return found


def check_durability(connection) -> None:
    """CasmError when any of fsync, full_page_writes and synchronous_commit is off."""
    unsafe = unsafe_settings(connection)
    if unsafe:
        raise CasmError(
            f"The database may lose confirmed work: {'; '.join(what for what, _ in unsafe)}.",
            "; ".join(mend for _, mend in unsafe),
        )
