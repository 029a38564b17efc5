"""The writer's idea of each table against the model's: keys, references, order; the readers' against both."""

from casm.db.tables import Base
from casm.intake.classes.every import CLASSES, class_of_name, plural
from casm.intake.shapes import ALIASES, DEPENDENCY_ORDER, KEYS, NAMES, WITHIN, shape_of

# Fields that a class assembles into other columns, or into rows of other tables.
ASSEMBLED = {
    "owner", "source_key", "latitude", "longitude", "coordinates", "datum", "county", "state", "radio_system", "fleet",
    "service_area_fips", "restricted_to_fips", "place_fips", "narrow_wide", "rx_squelch", "tx_squelch",
    "cad_peers", "dispatched_agencies", "unit_positions", "phone", "mobile", "email", "tsp_codes", "tsp_code",
    "access_notes", "grid_power", "generator_kw", "generator_fuel_hours", "battery_hours", "lease_end_on", "circuit_id",
    "encryption_state", "encryption_algorithm", "key_reference", "encryption_algorithms", "key_references",
    "parties", "covered_assets", "carries_systems", "issi_peers", "cssi_peers", "station_tx_freqs_mhz",
}  # fmt: skip


def unique_indexes(table):
    """Columns of every unique index on rows in use, the owner left out."""
    for index in table.indexes:
        if index.unique and index.dialect_options["postgresql"]["where"] is not None:
            yield [str(getattr(one, "name", one)) for one in index.expressions][1:]


def test_keys_are_those_the_database_holds_unique():
    expressions = {"least(site_a_id, site_b_id)", "greatest(site_a_id, site_b_id)"}
    for record_class, key in KEYS.items():
        found = list(unique_indexes(Base.metadata.tables[record_class]))
        assert len(found) == 1, record_class
        columns = set(found[0])
        if columns & expressions:
            columns = columns - expressions | {"site_a_id", "site_b_id"}
        plain = set()
        for column in columns:
            inner = column.removeprefix("coalesce(").removesuffix(")")
            plain |= {one.strip() for one in inner.split(",")}
        assert plain == set(key), record_class


def test_every_name_alias_and_container_exists():
    for record_class, names in NAMES.items():
        assert set(names) <= set(Base.metadata.tables[record_class].c.keys())
    for record_class, column in ALIASES.items():
        assert column in Base.metadata.tables[record_class].c
    for record_class, reference in WITHIN.items():
        assert reference in shape_of(record_class).references


def test_a_class_stands_after_every_class_it_refers_to():
    for record_class in DEPENDENCY_ORDER[1:]:
        for reference in shape_of(record_class).references.values():
            if reference.target not in (None, record_class):
                assert DEPENDENCY_ORDER.index(reference.target) < DEPENDENCY_ORDER.index(record_class), record_class


def test_every_field_of_every_class_has_a_place_to_go():
    for record_class, spec in CLASSES.items():
        if record_class == "owner":
            continue
        shape = shape_of(record_class)
        for field in spec.fields:
            known = field.name in shape.table.c or field.name in shape.references or field.name in ASSEMBLED
            assert known, (record_class, field.name)


def test_every_column_a_file_could_state_can_be_stated():
    """Nothing in the inventory is out of a file's reach, but what the program itself keeps."""
    own = {
        "id", "owner_id", "version", "retired_at", "source", "import_batch_id", "created_at", "updated_at",
        "position", "headquarters", "source_datum", "source_latitude", "source_longitude", "path_length_m",
    }  # fmt: skip
    for record_class, spec in CLASSES.items():
        if record_class == "owner":
            continue
        shape = shape_of(record_class)
        stored = set(shape.table.c.keys()) - own
        stored -= {one.id_column for one in shape.references.values()}
        stored -= {one.owner_column for one in shape.references.values()}
        assert stored - {field.name for field in spec.fields} <= {"state_code"}, record_class


def test_no_two_fields_of_a_class_go_by_one_heading():
    for record_class, spec in CLASSES.items():
        claimed = {}
        for field in spec.fields:
            for heading in field.headings:
                assert claimed.setdefault(heading, field.name) == field.name, (record_class, heading)


def test_files_may_be_named_in_the_plural():
    assert [plural(one) for one in ("agency", "radio_cache", "station_frequency", "gateway")] == [
        "agencies", "radio_caches", "station_frequencies", "gateways",
    ]  # fmt: skip
    assert class_of_name("Radio Caches").record_class == "radio_cache"
    assert class_of_name("towers").record_class == "site"
    assert class_of_name("budget") is None
