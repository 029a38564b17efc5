"""Fields that owners add to a class of record, and files that hang on records."""

from contextlib import closing
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0015"
down_revision = "0014"

ATTACHED = Path(__file__).parent.parent / "attached"
# Frozen with this migration: class of record → the field class of its own table.
CLASSES = {
    "jurisdiction": "public",
    "agency": "public",
    "contact": "contact",
    "site": "public",
    "licence": "public",
    "radio_system": "public",
    "channel": "public",
    "talkgroup": "public",
    "station": "public",
    "fleet": "public",
    "radio_cache": "public",
    "gateway": "public",
    "backhaul_link": "public",
    "agreement": "public",
    "need": "public",
    "dispatch_center": "public",
    "comm_unit_member": "public",
    "alert_originator": "public",
    "broadband_service": "public",
    "radio": "sensitive",
    "mobile_comm_vehicle": "public",
}


def upgrade() -> None:
    """The tables, their guards, and the policies of each class."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    for name in ("01_tables.sql", "02_guards.sql"):
        with closing(op.get_bind().connection.cursor()) as cursor:
            cursor.execute((ATTACHED / name).read_text(encoding="utf-8"))
    for asset_class, field_class in CLASSES.items():
        op.get_bind().execute(
            text("SELECT casm_sec.guard_attached(:asset_class, :field_class)"),
            {"asset_class": asset_class, "field_class": field_class},
        )
    for table in ("custom_field", "custom_value", "attachment", "attachment_content"):
        keep_no_statistics(table)
    op.execute("RESET ROLE")


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
