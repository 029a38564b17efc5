"""Who may change what: foreign records are missing, seen ones not always to be changed, closed fields untouched."""

import uuid

import pytest

from casm.editing.change_record import change_record, create_record
from casm.editing.count_records import count_records
from casm.editing.faults import FieldFaults, NotWritable, RecordMissing
from casm.editing.new_record import new_form
from casm.editing.put_back import put_back
from casm.editing.read_record import read_parts, read_record
from casm.editing.retire import bring_back, retire_record
from casm.listing.list_field import list_fields
from casm.listing.page import read_page
from casm.listing.query import query_of
from casm.sharing.asset_class import CLASS_OF_TABLE
from casm.sharing.viewer import NATION_OWNER_ID, PUBLIC_OWNER_ID, Viewer

CLOSED = (
    "contact", "comm_unit_member_contact", "resource_encryption", "fleet_encryption", "site_sensitive",
    "backhaul_link_sensitive", "broadband_service_sensitive", "radio",
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(CLASS_OF_TABLE))
def test_a_foreign_record_is_missing_for_every_act(name, module_world):
    world = module_world
    for record_id in (world.records[name], uuid.uuid4()):
        for act in (
            lambda session, i=record_id: read_record(session, name, i),
            lambda session, i=record_id: change_record(session, name, i, 1, {"remarks": "x"}),
            lambda session, i=record_id: retire_record(session, name, i, 1),
            lambda session, i=record_id: bring_back(session, name, i, 1),
            lambda session, i=record_id: put_back(session, name, i, 2, 1),
        ):
            with world.database.session(world.editor_two) as session, pytest.raises(RecordMissing):
                act(session)


@pytest.mark.parametrize("name", ["agency", "site", "contact", "template_slot"])
def test_a_reader_sees_a_record_and_may_not_change_it(name, module_world):
    world = module_world
    with world.database.session(world.reader_one) as session:
        record = read_record(session, name, world.records[name])
        assert not record.may_write
        for act in (
            lambda: change_record(session, name, record.id, record.version, {"remarks": "x"}),
            lambda: retire_record(session, name, record.id, record.version),
            lambda: create_record(session, name, world.one, {"name": "New"}),
            lambda: new_form(session, name),
        ):
            with pytest.raises(NotWritable):
                act()


def test_records_are_made_for_owners_of_the_viewer_alone(module_world):
    world = module_world
    with world.database.session(world.editor_two) as session:
        assert [owner.code for owner in new_form(session, "site").owners] == ["us.tn.two"]
        with pytest.raises(NotWritable):
            create_record(session, "site", world.one, {"name": "Mine"})
        with pytest.raises(RecordMissing):
            new_form(session, "gateway_port", {"gateway": world.records["gateway"]})
        with pytest.raises(FieldFaults) as told:
            create_record(session, "station", world.two, {"name": "S", "site": "us.tn.one::Cross Mountain"})
        assert told.value.faults[0].field == "site"


def test_classes_of_closed_fields_are_neither_listed_nor_changed(module_world):
    world = module_world
    with world.database.session(world.clerk_one) as session:
        seen = {one.record_class.name for one in count_records(session)}
        assert seen == set(CLASS_OF_TABLE) - set(CLOSED)
        for name in CLOSED:
            query = query_of(name, list_fields(name), [])
            assert read_page(session, query).total == 0
            with pytest.raises(RecordMissing):
                read_record(session, name, world.records[name])
            with pytest.raises(NotWritable):
                create_record(session, name, world.one, {"name": "x"})
        channel = read_record(session, "channel", world.records["channel"])
        assert read_parts(session, channel) == []
        shown = {one.name for one in new_form(session, "channel").fields}
        assert not shown & {"encryption_state", "encryption_algorithm", "key_reference"}
        assert not {one.name for one in new_form(session, "site").fields} & {"access_notes", "generator_kw"}


def test_fields_that_are_not_shown_are_not_taken_from_a_form(module_world):
    world = module_world
    with world.database.session(world.clerk_one) as session:
        made = create_record(
            session, "channel", world.one, {"name": "Clerk's", "encryption_state": "strapped", "key_reference": "9"}
        )
    with world.database.session(world.admin) as session:
        assert [part.lines for part in read_parts(session, read_record(session, "channel", made.record_id))] == [()]
    with world.database.session(world.editor_one) as session:
        with_encryption = read_record(session, "channel", world.records["channel"])
        assert len(read_parts(session, with_encryption)[0].lines) == 1


def test_a_reference_to_a_hidden_record_reads_unavailable_and_stays(world):
    with world.database.session(world.admin) as session:
        made = create_record(session, "station", world.two, {"name": "Guest", "site": "us.tn.one::Cross Mountain"})
    with world.database.session(world.editor_two) as session:
        record = read_record(session, "station", made.record_id)
        assert record.texts["site"] == "unavailable"
        texts = {**record.texts, "remarks": "seen"}
        assert change_record(session, "station", made.record_id, 1, texts).changed == ("remarks",)
    with world.database.session(world.admin) as session:
        assert read_record(session, "station", made.record_id).texts["site"] == "us.tn.one::Cross Mountain"
    with world.database.session(world.editor_two) as session:
        written = change_record(session, "station", made.record_id, 2, {"site": ""})
        assert set(written.changed) == {"site_id", "site_owner_id"}


def test_who_reads_the_whole_nation_sees_every_class_that_it_may(module_world):
    """Its sight names no owners one by one."""
    world = module_world
    nation = Viewer("Nat", NATION_OWNER_ID, frozenset({NATION_OWNER_ID, PUBLIC_OWNER_ID}), frozenset())
    with world.database.session(nation) as session:
        counted = {one.record_class.name: one for one in count_records(session)}
        assert set(counted) == set(CLASS_OF_TABLE) - set(CLOSED)
        assert not any(one.may_write for one in counted.values())
        record = read_record(session, "site", world.records["site"])
        assert record.texts["overall_height_agl_m"]
        assert not record.may_write
        assert {part.record_class.name for part in read_parts(session, record)} & set(CLOSED) == set()
