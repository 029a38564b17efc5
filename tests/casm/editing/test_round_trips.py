"""Every class of record: typed in, read back, edited, its history read, put back, retired and taken back."""

import pytest

from casm.editing.change_record import change_record
from casm.editing.field_texts import columns_of_row
from casm.editing.history import read_history
from casm.editing.put_back import put_back
from casm.editing.read_record import KEPT, read_record
from casm.editing.record_class import record_class_of
from casm.editing.retire import bring_back, retire_record
from casm.intake.compare import same
from casm.sharing.asset_class import CLASS_OF_TABLE


def test_every_class_is_typed(typed, edited):
    assert set(typed) == set(edited) == set(CLASS_OF_TABLE)


def columns(world, name, record_id):
    with world.database.session(world.admin) as session:
        row = session.get(record_class_of(name).mapped, record_id)
        return {one: value for one, value in columns_of_row(row).items() if one not in KEPT}


@pytest.mark.parametrize("name", sorted(CLASS_OF_TABLE))
def test_a_record_is_made_edited_put_back_retired_and_taken_back(name, module_world, edited):
    world = module_world
    record_id = world.records[name]
    field, text = edited[name]
    first = columns(world, name, record_id)
    with world.database.session(world.editor_one) as session:
        record = read_record(session, name, record_id)
        # A record that holds this one may have been retired and taken back, this one with it.
        base = record.version
        assert record.title
        assert record.may_write
        was = record.texts[field]
        unchanged = change_record(session, name, record_id, base, record.texts)
        assert (unchanged.version, unchanged.changed) == (base, ())
        written = change_record(session, name, record_id, base, {**record.texts, field: text})
        assert written.version == base + 1
        assert written.changed
    assert not all(same(first[one], value) for one, value in columns(world, name, record_id).items())
    with world.database.session(world.editor_one) as session:
        record = read_record(session, name, record_id)
        newest, *_, oldest = read_history(session, record)
        assert (newest.number, newest.actor, newest.action, newest.current) == (base + 1, "Ed One", "changed", True)
        assert (oldest.number, oldest.actor, oldest.action) == (1, None, "made")
        told = next(one for one in newest.fields if one.name == field)
        assert (told.before, told.after) == (was, record.texts[field])
        assert put_back(session, name, record_id, base + 1, base).version == base + 2
    now = columns(world, name, record_id)
    assert {one for one, value in now.items() if not same(first[one], value)} == set()
    with world.database.session(world.editor_one) as session:
        assert retire_record(session, name, record_id, base + 2).version == base + 3
        assert read_record(session, name, record_id).retired
        assert bring_back(session, name, record_id, base + 3).version == base + 4
        record = read_record(session, name, record_id)
        assert not record.retired
        actions = [one.action for one in read_history(session, record)]
        assert actions[:4] == ["taken back into use", "retired", "changed", "changed"]
        assert actions[-1] == "made"
