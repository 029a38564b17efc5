"""Fields that were missing: identifiers, painting and lighting, control channels, diversity, programmed loads."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0016"
down_revision = "0015"

FIELDS = Path(__file__).parent.parent / "fields" / "01_fields.sql"
# Columns that are no references by id keep no statistics, as 0001 explains.
ADDED = {
    "agency": ("nena_id",),
    "talkgroup": ("eligible_users", "authority"),
    "site": ("structure_owner_frn", "faa_study_number", "painting_lighting", "shelter"),
    "station": ("receiver_sensitivity_method",),
    "station_frequency": ("control_channel",),
    "backhaul_link": ("diversity", "alternate_link_owner_id"),
    "backhaul_link_sensitive": ("tsp_code",),
    "gateway": ("bands", "activation_steps"),
    "radio_cache": ("load_version",),
    "agreement": ("authority",),
    "fleet": ("end_of_life_on",),
}


def upgrade() -> None:
    """The columns and their checks; the walls of their tables hold them as they are."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(FIELDS.read_text(encoding="utf-8"))
    for table, columns in ADDED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
