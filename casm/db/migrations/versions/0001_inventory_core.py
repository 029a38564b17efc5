"""The inventory core: owners, assets, agreements, needs, results, and the wall around them."""

import secrets
from contextlib import closing
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0001"
down_revision = None

FIRST = Path(__file__).parent.parent / "first"

# Frozen with this migration: which table is guarded by which field class, and where its positions are.
INVENTORY_TABLES = (
    "jurisdiction", "agency", "site", "licence", "radio_system", "system_peer", "channel", "talkgroup", "station",
    "station_frequency", "radio_cache", "fleet", "template", "template_slot", "gateway", "gateway_port",
    "backhaul_link", "microwave_path", "link_carries_system", "agreement", "agreement_party", "agreement_asset",
    "need", "need_party",
)  # fmt: skip
SIDE_TABLES = {"contact": "contact", "resource_encryption": "encryption", "fleet_encryption": "encryption"}
# Work tables, with the column that names who does the work.
WORK_TABLES = {"import_batch": "actor", "import_problem": None, "job": "requested_by"}
OWN_FIELD_CLASS = " AND (field_class = 'public' OR field_class = ANY ((SELECT casm_sec.field_classes())::text[]))"
GEOMETRIES = {
    "jurisdiction": ("area",),
    "agency": ("headquarters", "service_area"),
    "site": ("position",),
    "channel": ("restricted_to",),
    "radio_cache": ("position",),
    "gateway": ("position",),
    "need": ("place",),
    "result": ("area",),
}
NATION = "00000000-0000-4000-8000-000000000001"
PUBLIC = "00000000-0000-4000-8000-000000000002"


def upgrade() -> None:
    """Lay everything down in one transaction."""
    superuser = op.get_bind().scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    run("00_schemas.sql")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    if superuser:
        run("09_operator_class.sql")
        run("12_shut_eyes.sql")
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    for file in sorted(FIRST.glob("0[1-8]_*.sql")):
        run(file.name)
    run("10_context.sql")
    make_seal()
    run("11_triggers.sql")
    index_geometries(own_class=bool(superuser))
    seed_roots()
    guard()
    keep_no_statistics()
    op.execute("RESET ROLE")


def run(name: str) -> None:
    """Execute one frozen SQL file."""
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute((FIRST / name).read_text(encoding="utf-8"))


def make_seal() -> None:
    """Draw this database's own key and store its two RFC 2104 pads."""
    key = secrets.token_bytes(64)
    op.get_bind().execute(
        text("INSERT INTO casm_sec.seal (inner_pad, outer_pad) VALUES (:inner, :outer)"),
        {"inner": bytes(b ^ 0x36 for b in key), "outer": bytes(b ^ 0x5C for b in key)},
    )


def index_geometries(*, own_class: bool) -> None:
    """Index every position together with its owner, so that a search never walks rows of others."""
    operator_class = "casm_geo.gist_geometry_ops" if own_class else "gist_geometry_ops_2d"
    for table, columns in GEOMETRIES.items():
        for column in columns:
            op.execute(
                f"CREATE INDEX ix_{table}_owner_{column} ON {table} USING gist (owner_id, {column} {operator_class})"
            )


def seed_roots() -> None:
    """The two owners every database has: the nation, and the public that owns reference data."""
    op.get_bind().execute(
        text(
            "INSERT INTO owner (id, kind, name, code) VALUES "
            "(:nation, 'nation', 'United States', 'us'), (:public, 'public', 'Public reference data', 'public')"
        ),
        {"nation": NATION, "public": PUBLIC},
    )


def guard() -> None:
    """Row security on every table that has an owner, forced, and the app's rights: no deletes but of the passing."""
    for table in (*INVENTORY_TABLES, *SIDE_TABLES):
        field_class = SIDE_TABLES.get(table, "public")
        sees = f" AND '{field_class}' = ANY ((SELECT casm_sec.field_classes())::text[])" if table in SIDE_TABLES else ""
        protect(table, sees)
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO casm_app")
        op.execute(
            f"CREATE TRIGGER step_version BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION casm_sec.step_version()"
        )
        op.execute(
            f"CREATE TRIGGER keep_history AFTER UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION casm_sec.keep_history('{field_class}')"
        )
    for table, actor in WORK_TABLES.items():
        protect(table, OWN_FIELD_CLASS if table == "import_problem" else "")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO casm_app")
        if actor:
            sign(table, actor)
    protect("history", OWN_FIELD_CLASS)
    op.execute("CREATE POLICY keeps ON history FOR INSERT TO casm_owner WITH CHECK (true)")
    op.execute("GRANT SELECT ON history TO casm_app")
    protect(
        "result",
        " AND audience <@ (SELECT casm_sec.visible_owners())::uuid[]"
        " AND field_classes::text[] <@ (SELECT casm_sec.field_classes())::text[]",
    )
    protect("result_layer", " AND EXISTS (SELECT FROM result WHERE result.id = result_layer.result_id)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON result, result_layer TO casm_app")
    guard_owners()
    op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA casm, casm_sec TO casm_backup")
    op.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA casm TO casm_backup")


def protect(table: str, further: str) -> None:
    """Force row security: read what is visible (and passes ``further``), write only for writable owners."""
    visible = f"owner_id = ANY ((SELECT casm_sec.visible_owners())::uuid[]){further}"
    writable = f"owner_id = ANY ((SELECT casm_sec.writable_owners())::uuid[]){further}"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reads ON {table} FOR SELECT USING ({visible})")
    op.execute(f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({writable})")
    op.execute(f"CREATE POLICY changes ON {table} FOR UPDATE USING ({writable}) WITH CHECK ({writable})")
    op.execute(f"CREATE POLICY removes ON {table} FOR DELETE USING ({writable})")


def sign(table: str, actor: str) -> None:
    """Nobody begins work in another's name, nor renames who began it."""
    op.execute(
        f"CREATE POLICY signs ON {table} AS RESTRICTIVE FOR INSERT WITH CHECK ({actor} = (SELECT casm_sec.actor()))"
    )
    columns = op.get_bind().scalars(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 "
            "AND NOT attisdropped AND attname <> ALL (:kept)"
        ),
        {"name": table, "kept": [actor, "id", "owner_id"]},
    )
    op.execute(f"REVOKE UPDATE ON {table} FROM casm_app")
    op.execute(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO casm_app")


def keep_no_statistics() -> None:
    """Statistics on owned rows only of references by id: EXPLAIN hands the rest out, whoever owns the rows.

    Comparing text or numbers is leakproof, so the planner consults the histogram of hidden rows too, and a row
    estimate tells a telephone number digit by digit. Without statistics on the owner the planner also takes each
    viewer for a narrow one, and searches by owner and box together.
    """
    told = op.get_bind().execute(
        text(
            "SELECT a.attrelid::regclass::text AS name, a.attname "
            "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
            "WHERE c.relkind = 'r' AND c.relnamespace = 'casm'::regnamespace AND c.relrowsecurity AND a.attnum > 0 "
            "AND NOT a.attisdropped AND NOT (a.atttypid = 'uuid'::regtype AND a.attname LIKE '%\\_id' "
            "AND a.attname NOT LIKE '%owner\\_id')"
        )
    )
    for row in told.all():
        op.execute(f"ALTER TABLE {row.name} ALTER COLUMN {row.attname} SET STATISTICS 0")


def guard_owners() -> None:
    """The tree itself: seen where it leads to what one sees, grown only below what one may write."""
    op.execute("ALTER TABLE owner ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE owner FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY reads ON owner FOR SELECT USING (id = ANY ((SELECT casm_sec.known_owners())::uuid[]))")
    op.execute(
        "CREATE POLICY adds ON owner FOR INSERT "
        "WITH CHECK (parent_id = ANY ((SELECT casm_sec.writable_owners())::uuid[]))"
    )
    op.execute(
        "CREATE POLICY changes ON owner FOR UPDATE USING (id = ANY ((SELECT casm_sec.writable_owners())::uuid[]))"
    )
    op.execute("GRANT SELECT, INSERT ON owner TO casm_app")
    op.execute("GRANT UPDATE (name, fips) ON owner TO casm_app")


def downgrade() -> None:
    """Take everything away again, data included."""
    op.execute("DROP SCHEMA IF EXISTS casm, casm_sec, casm_geo CASCADE")
