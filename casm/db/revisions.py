"""Which schema revisions this program knows, and which one a database has."""

import ast
from pathlib import Path

from casm.errors import CasmError

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def known_revisions() -> dict[str, str | None]:
    """Revision → the one before it, read from the migration files without running them."""
    return dict(read_revision(file) for file in sorted(VERSIONS.glob("*.py")) if file.name != "__init__.py")


def read_revision(file: Path) -> tuple[str, str | None]:
    """The `revision` and `down_revision` a migration file assigns."""
    values = {}
    for node in ast.parse(file.read_text()).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and target.id in ("revision", "down_revision"):
            values[target.id] = ast.literal_eval(node.value)
    return values["revision"], values["down_revision"]


def newest_revision() -> str | None:
    """The revision no other follows; None when there are no migrations."""
    known = known_revisions()
    heads = set(known) - set(known.values())
    return heads.pop() if heads else None


def database_revision(connection) -> str | None:
    """Revision of the connected database, None when it has no schema yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.schema_revision') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT version_num FROM public.schema_revision")
        row = cursor.fetchone()
        return row[0] if row else None


def check_known(revision: str | None, what: str = "The database") -> None:
    """CasmError when the revision is none of this program's: a newer program wrote it."""
    if revision is not None and revision not in known_revisions():
        raise CasmError(
            f"{what} has schema revision {revision}, which this version of casm does not know "
            f"(its newest is {newest_revision()}): a newer casm wrote it. Nothing was changed.",
            "install that newer casm, or use another data folder (CASM_DATA_DIR) "
            "and restore a backup made by this one",
        )


def is_current(connection) -> bool:
    """Whether the connected database has the newest schema, of which PostGIS is a part."""
    return database_revision(connection) == newest_revision()
