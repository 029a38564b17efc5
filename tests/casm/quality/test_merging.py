"""Merging: every reference of the schema follows, and undoing it leaves the inventory as it was."""

import uuid

import pytest
from borrowed import borrow
from repeats import FULL
from sqlalchemy import Uuid, create_engine, text
from sqlalchemy.pool import NullPool

from casm.db.tables import Base, OwnedRow
from casm.editing.change_record import change_record, create_record
from casm.editing.faults import EditConflict, NotWritable, RecordMissing
from casm.editing.read_record import read_record
from casm.editing.record_class import record_class_of, record_classes
from casm.editing.used_by import references_to
from casm.quality.merging.merge import merge_records
from casm.quality.merging.moves import MergeRefused
from casm.quality.merging.undo import MergeConflicts, merges_of, undo_merge

# Identifiers that name no record of the inventory: by whom a row came, and what the answers rest on.
NO_REFERENCES = {"id", "import_batch_id", "sight_root_id"}
# Class → what a second record of it is called instead.
DOUBLES = {
    "agency": {"name": "Sheriff's Office"}, "site": {"name": "X Mountain", "aliases": "XM"},
    "licence": {"call_sign": "WQXY124"}, "radio_system": {"name": "County 25"}, "channel": {"name": "LAW ONE"},
    "talkgroup": {"talkgroup_number": "1201", "alias": "SO DISP 2"}, "station": {"name": "X Mountain VHF"},
    "radio_cache": {"name": "Cache 2"}, "fleet": {"name": "Handhelds"}, "template": {"name": "Standard 2"},
    "gateway": {"name": "Mobile gateway 2"}, "backhaul_link": {"designation": "2"},
    "agreement": {"title": "Mutual aid, signed"}, "need": {"name": "Pursuits"},
    "jurisdiction": {"name": "District Four", "code": "D4A"},
}  # fmt: skip
QUICK = ("site", "channel", "radio_system", "agency")
MERGED = tuple(DOUBLES) if FULL else QUICK


def editing():
    return borrow("casm/editing/conftest.py")


@pytest.fixture(scope="module")
def world(module_database, module_database_urls):
    made = editing().make_world(module_database)
    made.typed = editing().TYPED
    made.administrator = create_engine(module_database_urls.migrator, poolclass=NullPool)
    return made


def everything(world) -> dict[tuple[str, str], dict]:
    """Every row of the inventory without what every write moves: (table, id) → its columns."""
    found = {}
    with world.administrator.begin() as connection:
        for record_class in record_classes():
            for (row,) in connection.execute(text(f"SELECT to_jsonb(t) FROM casm.{record_class.name} t")):
                found[record_class.name, row["id"]] = {
                    name: value for name, value in row.items() if name not in ("version", "updated_at")
                }
    return found


def naming(world, record_id: uuid.UUID) -> set[str]:
    """Table and column of every row of the inventory that names a record, but its own row."""
    found = set()
    with world.administrator.begin() as connection:
        for table in owned_tables():
            for column in table.c:
                if isinstance(column.type, Uuid) and column.name not in NO_REFERENCES:
                    rows = connection.execute(
                        text(f"SELECT count(*) FROM casm.{table.name} WHERE {column.name} = :id AND id <> :id"),
                        {"id": record_id},
                    )
                    if rows.scalar_one():
                        found.add(f"{table.name}.{column.name}")
    return found


def owned_tables():
    return [mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, OwnedRow)]


def version(world, name: str, record_id: uuid.UUID) -> int:
    with world.database.session(world.admin) as session:
        return read_record(session, name, record_id).version


def merge(world, name, kept, merged, take=(), viewer=None):
    with world.database.session(viewer or world.admin) as session:
        return merge_records(
            session, name, kept, version(world, name, kept), merged, version(world, name, merged), take
        )


def undo(world, merge_id, viewer=None, **how):
    with world.database.session(viewer or world.admin) as session:
        return undo_merge(session, merge_id, **how)


def make(world, record_class: str, **texts: str) -> uuid.UUID:
    with world.database.session(world.admin) as session:
        return create_record(session, record_class, world.one, texts).record_id


def double(world, name: str) -> uuid.UUID:
    """A second record of a class, all but its name as the first."""
    texts = {**world.typed[name], **DOUBLES[name]}
    return make(world, name, **texts)


def test_every_reference_of_the_schema_is_one_that_merging_knows():
    """Whatever column names another row is found by its shape, so that a class made later is merged as well."""
    known = {
        (user, record_class_of(user).shape.references[reference].id_column)
        for record_class in record_classes()
        for user, reference in references_to(record_class.name)
    }
    stored = {
        (table.name, column.name)
        for table in owned_tables()
        if table.name != "result"
        for column in table.c
        if isinstance(column.type, Uuid) and column.name not in NO_REFERENCES and not column.name.endswith("owner_id")
    }
    # A file is on a record of any class; casm_sec.point_hidden_over takes it along, by the record's id alone.
    assert stored - {("attachment", "record_id")} == known


@pytest.mark.parametrize("name", MERGED)
def test_a_merge_and_its_undoing_leave_everything_as_it_was(world, name):
    original, other = world.records[name], double(world, name)
    before, users = everything(world), naming(world, original)
    if name in ("site", "channel", "radio_system", "agency"):
        assert len(users) >= 3, users
    done = merge(world, name, other, original)
    assert naming(world, original) == set()
    after = everything(world)
    assert after[name, str(original)]["status"] == "retired"
    assert after[name, str(other)]["status"] == "active"
    # Nothing is lost: every row is there, and only references, blanks and what was retired differ.
    assert after.keys() == before.keys()
    changed = {key for key in after if after[key] != before[key]}
    assert done.moved == len(changed) - 1 - ((name, str(other)) in changed)
    undo(world, done.id)
    assert everything(world) == before
    assert naming(world, original) == users
    with pytest.raises(RecordMissing):
        undo(world, done.id)
    with world.database.session(world.admin) as session:
        assert merges_of(session, original) == []


def test_values_are_chosen_field_by_field_and_names_are_kept(world):
    one = make(world, "site", name="Tower A", latitude="36.1", longitude="-84.1", asr_number="1000001")
    other = make(world, "site", name="Tower B", latitude="36.2", longitude="-84.2", overall_height_agl_m="50 m",
                 aliases="TB")  # fmt: skip
    done = merge(world, "site", one, other, take=("latitude", "longitude", "overall_height_agl_m"))
    with world.database.session(world.admin) as session:
        kept = read_record(session, "site", one)
        assert (kept.texts["latitude"], kept.texts["longitude"]) == ("36.2", "-84.2")
        assert kept.texts["overall_height_agl_m"] == "50 m"
        assert kept.texts["asr_number"] == "1000001"
        assert kept.texts["aliases"] == "Tower B; TB"
    undo(world, done.id)
    done = merge(world, "site", one, other, take=("name",))
    with world.database.session(world.admin) as session:
        kept = read_record(session, "site", one)
        assert (kept.texts["name"], kept.texts["aliases"]) == ("Tower B", "Tower A; TB")
    undo(world, done.id)


def test_parts_of_both_are_folded_and_blanks_filled(world):
    one, other = make(world, "site", name="Fold A", battery_hours="8 h"), make(world, "site", name="Fold B")
    make(world, "site_sensitive", site="Fold B", battery_hours="4 h", generator_kw="35 kW")
    before = everything(world)
    done = merge(world, "site", one, other)
    sides = [row for (table, _), row in everything(world).items() if table == "site_sensitive"]
    (kept,) = (row for row in sides if row["site_id"] == str(one) and row["status"] == "active")
    assert (kept["battery_hours"], kept["generator_kw"]) == (8.0, 35.0)
    undo(world, done.id)
    assert everything(world) == before


def test_links_that_become_one_are_folded(world):
    """Two sites that are one, each with a link to a third, one in either direction."""
    here, there = make(world, "site", name="Here"), make(world, "site", name="There")
    third = make(world, "site", name="Third")
    make(world, "backhaul_link", site_a="Here", site_b="Third", kind="fibre")
    make(world, "backhaul_link", site_a="Third", site_b="There", capacity_mbps="150 Mbps")
    before = everything(world)
    done = merge(world, "site", here, there)
    links = [row for (table, _), row in everything(world).items() if table == "backhaul_link"
             and str(third) in (row["site_a_id"], row["site_b_id"])]  # fmt: skip
    (kept,) = (row for row in links if row["status"] == "active")
    assert (kept["kind"], kept["capacity_mbps"]) == ("fibre", 150.0)
    undo(world, done.id)
    assert everything(world) == before


def test_what_joins_the_two_stands_in_the_way(world):
    one, other = make(world, "site", name="End A"), make(world, "site", name="End B")
    make(world, "backhaul_link", site_a="End A", site_b="End B")
    before = everything(world)
    with pytest.raises(MergeRefused, match="End A - End B"):
        merge(world, "site", one, other)
    assert everything(world) == before


def test_two_versions_are_asked_for(world):
    one, other = make(world, "site", name="Version A"), make(world, "site", name="Version B")
    for versions in ((2, 1), (1, 2)):
        with pytest.raises(EditConflict), world.database.session(world.admin) as session:
            merge_records(session, "site", one, versions[0], other, versions[1])
    with pytest.raises(MergeRefused):
        merge(world, "site", one, one)


def test_whoever_may_not_write_both_may_not_merge(world):
    one = make(world, "agency", name="Ours")
    with world.database.session(world.admin) as session:
        theirs = create_record(session, "agency", world.two, {"name": "Theirs"}).record_id
    for viewer, error in ((world.reader_one, (NotWritable, RecordMissing)), (world.editor_one, RecordMissing)):
        with pytest.raises(error), world.database.session(viewer) as session:
            merge_records(session, "agency", one, 1, theirs, 1)


def test_over_owners_references_follow_and_parts_stand_in_the_way(world):
    with world.database.session(world.admin) as session:
        theirs = create_record(session, "site", world.two, {"name": "Tower of Two"}).record_id
    ours = make(world, "site", name="Tower of One")
    station = make(world, "station", name="On the tower", site="Tower of One")
    done = merge(world, "site", theirs, ours)
    assert everything(world)["station", str(station)]["site_owner_id"] == str(world.two)
    undo(world, done.id)
    make(world, "contact", name="Jo", site="Tower of One")
    with pytest.raises(MergeRefused, match="Jo"):
        merge(world, "site", theirs, ours)


def test_references_that_the_merger_does_not_see_follow_without_a_word(world):
    """An editor of one county merges its sites; the other county's station stands at one of them."""
    kept, gone = make(world, "site", name="Shared A"), make(world, "site", name="Shared B")
    with world.database.session(world.admin) as session:
        station = create_record(
            session, "station", world.two, {"name": "Station of Two"}, known={"site": ("site", gone)}
        ).record_id
    before = everything(world)
    done = merge(world, "site", kept, gone, viewer=world.editor_one)
    assert done.moved == 0
    assert everything(world)["station", str(station)]["site_id"] == str(kept)
    with world.administrator.begin() as connection:
        told = connection.execute(
            text("SELECT action, owner_id FROM casm.audit_event WHERE subject_id = :id AND action LIKE 'pointed%'"),
            {"id": station},
        ).all()
    assert told == [("pointed over by a merge", world.two)]
    undo(world, done.id, viewer=world.editor_one)
    assert everything(world) == before


def test_what_was_written_since_is_listed_and_never_overwritten(world):
    one, other = make(world, "site", name="Since A"), make(world, "site", name="Since B", structure_type="pole")
    third = make(world, "site", name="Since C")
    moved = make(world, "station", name="Moved on", site="Since B")
    stays = make(world, "station", name="Stays", site="Since B")
    done = merge(world, "site", one, other, take=("structure_type",))
    with world.database.session(world.admin) as session:
        change_record(session, "station", moved, version(world, "station", moved), {"site": "Since C"})
        change_record(session, "site", one, version(world, "site", one), {"address": "1 Main Street"})
    before = everything(world)
    with pytest.raises(MergeConflicts) as refused:
        undo(world, done.id)
    assert [(one.title, one.label) for one in refused.value.changes] == [("Moved on", "Site")]
    assert everything(world) == before
    undo(world, done.id, leave_changed=True)
    rows = everything(world)
    assert rows["station", str(moved)]["site_id"] == str(third)
    assert rows["station", str(stays)]["site_id"] == str(other)
    assert rows["site", str(one)]["structure_type"] is None
    assert rows["site", str(one)]["address"] == "1 Main Street"
    assert rows["site", str(other)]["status"] == "active"
