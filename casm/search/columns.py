"""Which columns of each class of record are searched, and as what: by their types and names, so that new ones join."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, String, Table
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from casm.db.tables import Base
from casm.search import added
from casm.sharing.application_wall import FIELD_CLASS_OF_TABLE
from casm.sharing.asset_class import CLASS_OF_TABLE

# name: a name or identifier, found whole as well. text: words. texts: a list of names. hz: a frequency. number: an
# identity that people write in decimal or hex. members: the texts of a JSON object.
KINDS = ("name", "text", "texts", "hz", "number", "members")
NUMBERS = frozenset({"talkgroup_number", "wacn", "system_id", "nac", "rx_nac", "tx_nac", "unit_id"})
TEXTS = frozenset({"address"})
MEMBERS = frozenset({"custom", "custom_fields"})
# What says how a record came to be, codes that stand on thousands of records, and prose: nobody finds a record by them.
SKIPPED = frozenset({
    "status", "source", "source_key", "sensitivity", "verified_by", "remarks", "source_datum", "source_latitude",
    "source_longitude", "edition", "library_edition", "state_code", "state_fips", "county_fips", "radio_service_code",
    "licence_status", "station_class", "antenna_gain_entered_unit", "service_area_source", "position_source",
    "modulation", "protection", "emission_designator", "emission_designators", "load_version", "connection",
    "rx_dcs_code", "tx_dcs_code", "special_conditions", "activation_steps", "access_notes", "justification",
    "eligible_users", "antenna_pattern", "transport", "condition", "staffing", "asset_class", "content_sha256",
    "media_type", "description", "notes", "eligible_disciplines", "key_references", "use",
    "crew_notes", "firmware_version", "flash_options",
})  # fmt: skip
# Scopes are numbered in this order when they are first met; the search reads them in it, small classes first.
FIRST = (
    "jurisdiction", "agency", "site", "radio_system", "channel", "talkgroup", "gateway", "radio_cache", "agreement",
)  # fmt: skip


@dataclass(frozen=True)
class SearchedColumn:
    """A column, how it is searched, and whose right opens it."""

    table: str
    column: str
    kind: str
    asset_class: str
    field_class: str


def searched_columns() -> Iterator[SearchedColumn]:
    """Every searched column of every class, classes in the order their scopes are numbered in; then added fields."""
    order = {name: number for number, name in enumerate(FIRST)}
    for table in sorted(CLASS_OF_TABLE, key=lambda name: order.get(name, len(order))):
        for column in Base.metadata.tables[table].c:
            kind = kind_of(Base.metadata.tables[table], column)
            if kind is not None:
                field_class = FIELD_CLASS_OF_TABLE.get(table, "public")
                yield SearchedColumn(table, column.name, kind, CLASS_OF_TABLE[table], field_class)
    for column, asset_class, field_class in added.scopes():
        yield SearchedColumn(added.TABLE, column, "text", asset_class, field_class)


def kind_of(table: Table, column: Column) -> str | None:
    """As what a column is searched; None where it is not."""
    name = column.name
    if name in SKIPPED or is_choice(table, name):
        return None
    if isinstance(column.type, ARRAY) and isinstance(column.type.item_type, String):
        return "texts"
    if isinstance(column.type, String):
        return "text" if name in TEXTS else "name"
    if isinstance(column.type, BigInteger) and name.endswith("_freq_hz"):
        return "hz"
    if isinstance(column.type, Integer) and name in NUMBERS:
        return "number"
    if isinstance(column.type, JSONB) and name in MEMBERS:
        return "members"
    return None


def is_choice(table: Table, column: str) -> bool:
    """Whether a column holds the field's own terms only, as a check of its own says."""
    checks = (str(check.name) for check in table.constraints if isinstance(check, CheckConstraint))
    return any(name.endswith(f"{column}_known") for name in checks)
