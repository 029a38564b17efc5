"""Dispatch centers, personnel, radios, vehicles, alerting, broadband services, and what caches have lent."""

from contextlib import closing
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0012"
down_revision = "0011"

SQL = Path(__file__).parent.parent / "asset_classes"
# Frozen with this migration: new table → (asset class, field class).
NEW_TABLES = {
    "dispatch_center": ("dispatch_center", "public"),
    "dispatch_center_peer": ("dispatch_center", "public"),
    "dispatch_center_agency": ("dispatch_center", "public"),
    "comm_unit_member": ("comm_unit_member", "public"),
    "comm_unit_member_contact": ("comm_unit_member", "contact"),
    "comm_unit_qualification": ("comm_unit_member", "public"),
    "alert_originator": ("alert_originator", "public"),
    "broadband_service": ("broadband_service", "public"),
    "broadband_service_sensitive": ("broadband_service", "sensitive"),
    "radio": ("radio", "sensitive"),
    "cache_checkout": ("radio_cache", "public"),
    "mobile_comm_vehicle": ("mobile_comm_vehicle", "public"),
}
# Every table that keeps a history, as 0007 guards it, with the new ones.
GUARDED = {
    "jurisdiction": ("jurisdiction", "public"),
    "agency": ("agency", "public"),
    "contact": ("contact", "contact"),
    "site": ("site", "public"),
    "site_sensitive": ("site", "sensitive"),
    "licence": ("licence", "public"),
    "radio_system": ("radio_system", "public"),
    "system_peer": ("radio_system", "public"),
    "channel": ("channel", "public"),
    "talkgroup": ("talkgroup", "public"),
    "resource_encryption": ("channel", "encryption"),
    "station": ("station", "public"),
    "station_frequency": ("station", "public"),
    "fleet": ("fleet", "public"),
    "fleet_encryption": ("fleet", "encryption"),
    "template": ("fleet", "public"),
    "template_slot": ("fleet", "public"),
    "radio_cache": ("radio_cache", "public"),
    "gateway": ("gateway", "public"),
    "gateway_port": ("gateway", "public"),
    "backhaul_link": ("backhaul_link", "public"),
    "backhaul_link_sensitive": ("backhaul_link", "sensitive"),
    "microwave_path": ("backhaul_link", "public"),
    "link_carries_system": ("backhaul_link", "public"),
    "agreement": ("agreement", "public"),
    "agreement_party": ("agreement", "public"),
    "agreement_asset": ("agreement", "public"),
    "need": ("need", "public"),
    "need_party": ("need", "public"),
    **NEW_TABLES,
}
GEOMETRIES = {
    "dispatch_center": ("position", "service_area"),
    "comm_unit_member": ("position",),
    "mobile_comm_vehicle": ("position",),
}
RESULT_LAYERS = ("coverage", "interoperability", "gap")
CLASSES = (*dict.fromkeys(asset_class for asset_class, _ in GUARDED.values()), *RESULT_LAYERS)
PLACED = (
    "site", "station", "gateway", "radio_cache", "backhaul_link", "agency", "dispatch_center", "mobile_comm_vehicle",
    "comm_unit_member",
)  # fmt: skip
COVERED = (
    "site", "station", "radio_system", "channel", "talkgroup", "fleet", "template", "radio_cache", "gateway",
    "backhaul_link", "dispatch_center", "mobile_comm_vehicle", "broadband_service",
)  # fmt: skip


def upgrade() -> None:
    """The tables with their walls, the caches' new count, and the classes by which things are shared."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    run("01_centers.sql")
    run("02_people_and_equipment.sql")
    # Forced row security hides every row from the owner too, who would rename no past state and say nothing of it.
    op.execute("ALTER TABLE history NO FORCE ROW LEVEL SECURITY")
    run("03_checkouts.sql")
    op.execute("ALTER TABLE history FORCE ROW LEVEL SECURITY")
    run("04_scopes.sql")
    run("05_approximate.sql")
    for table, (asset_class, field_class) in NEW_TABLES.items():
        guard(table, asset_class, field_class)
        keep_no_statistics(table)
    guard_history()
    index_geometries()
    know_classes()
    op.execute("RESET ROLE")


def run(name: str) -> None:
    """Execute one frozen SQL file."""
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute((SQL / name).read_text(encoding="utf-8"))


def among(function: str, *arguments: str) -> str:
    """A row's owner is one of those a function names, which is asked once a statement."""
    given = ", ".join(f"'{argument}'" for argument in arguments)
    return f"owner_id = ANY ((SELECT casm_sec.{function}({given}))::uuid[])"


def guard(table: str, asset_class: str, field_class: str) -> None:
    """Forced row security by owner, class and field class, versions, history, moves, and the roles' rights."""
    visible = among("visible_owners", asset_class, field_class)
    writable = among("writable_owners", asset_class, field_class)
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO casm_app, casm_wide USING ({visible})")
    op.execute(f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({writable})")
    op.execute(f"CREATE POLICY changes ON {table} FOR UPDATE USING ({writable}) WITH CHECK ({writable})")
    op.execute(f"CREATE POLICY removes ON {table} FOR DELETE USING ({writable})")
    op.execute(f"CREATE POLICY moves ON {table} FOR ALL TO casm_owner USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO casm_app, casm_wide")
    op.execute(f"GRANT SELECT ON {table} TO casm_backup")
    op.execute(
        f"CREATE TRIGGER step_version BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION casm_sec.step_version()"
    )
    op.execute(
        f"CREATE TRIGGER keep_history AFTER UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION casm_sec.keep_history('{field_class}')"
    )
    op.execute(
        f"CREATE TRIGGER is_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.note_data_change()"
    )


def guard_history() -> None:
    """History by the class of its table, and by the field class that each entry bears."""
    by_table = " OR ".join(
        f"(table_name = '{table}' AND field_class = '{field_class}' AND {among('member_owners', asset_class, 'public')}"
        + ("" if field_class == "public" else f" AND {among('member_owners', asset_class, field_class)}")
        + ")"
        for table, (asset_class, field_class) in GUARDED.items()
    )
    op.execute("DROP POLICY reads ON history")
    op.execute(f"CREATE POLICY reads ON history FOR SELECT USING ({by_table})")


def index_geometries() -> None:
    """Every position together with its owner, by the leakproof operator class where the database has it."""
    own_class = op.get_bind().scalar(
        text(
            "SELECT EXISTS (SELECT FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace "
            "WHERE n.nspname = 'casm_geo' AND c.opcname = 'gist_geometry_ops')"
        )
    )
    operator_class = "casm_geo.gist_geometry_ops" if own_class else "gist_geometry_ops_2d"
    for table, columns in GEOMETRIES.items():
        for column in columns:
            op.execute(
                f"CREATE INDEX ix_{table}_owner_{column} ON {table} USING gist (owner_id, {column} {operator_class})"
            )


def know_classes() -> None:
    """The new classes can be shared, those with a place for an area or as squares, and be covered by agreements."""
    known, placed = listed(CLASSES), listed(PLACED)
    rough = listed(tuple(name for name in PLACED if name != "backhaul_link"))
    renew("membership", "asset_classes_known", f"asset_classes <@ {known}")
    for table in ("sharing_grant", "share_link"):
        renew(table, "asset_classes_known", f"cardinality(asset_classes) > 0 AND asset_classes <@ {known}")
        renew(table, "area_of_placed_classes", f"area IS NULL OR asset_classes <@ {placed}")
        renew(table, "precision_of_placed_classes", f"precision_m = 0 OR asset_classes <@ {rough}")
    covered = ", ".join(f"'{name}'" for name in COVERED)
    renew("agreement_asset", "asset_class_known", f"asset_class IN ({covered})")


def listed(names: tuple[str, ...]) -> str:
    """The names as an array of the columns' type."""
    return f"ARRAY[{', '.join(repr(name) for name in names)}]::varchar[]"


def renew(table: str, name: str, check: str) -> None:
    """Lay one check in place of the one of its name."""
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({check})")


def keep_no_statistics(table: str) -> None:
    """No statistics but of references by id, as 0001 explains."""
    told = op.get_bind().execute(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 "
            "AND NOT attisdropped AND NOT (atttypid = 'uuid'::regtype AND attname LIKE '%\\_id' "
            "AND attname NOT LIKE '%owner\\_id')"
        ),
        {"name": table},
    )
    for row in told.all():
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {row.attname} SET STATISTICS 0")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
