"""Two editors at once: one of two changes from the same version is made, the other is told; none is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from repeats import repeats

from casm.editing.change_record import change_record, create_record
from casm.editing.faults import EditConflict
from casm.editing.history import read_history
from casm.editing.put_back import put_back
from casm.editing.read_record import read_record
from casm.editing.retire import retire_record

RACES = repeats(2_000, quick=60)
ADDITIONS = repeats(100, quick=4)

# At full counts on a busy machine: 20,000 changes, one after the other by their own design.
pytestmark = pytest.mark.timeout(7200)


def attempt(world, record_id, version, text, start):
    """One editor's change of one field, begun when both are ready: True when made, the error when told."""
    with world.database.session(world.editor_one) as session:
        start.wait()
        try:
            change_record(session, "agency", record_id, version, {"remarks": text})
        except EditConflict as error:
            return error
        return True


def test_of_two_changes_from_one_version_one_is_made_and_the_other_is_told(module_world):
    world, version = module_world, 1
    with world.database.session(world.admin) as session:
        record_id = create_record(session, "agency", world.one, {"name": "Raced"}).record_id
    start = Barrier(2)
    lost = 0
    with ThreadPoolExecutor(2) as editors:
        for race in range(RACES):
            texts = [f"race {race}, editor {number}" for number in (1, 2)]
            done = list(
                editors.map(lambda text, version=version: attempt(world, record_id, version, text, start), texts)
            )
            made = [text for text, outcome in zip(texts, done, strict=True) if outcome is True]
            told = [outcome for outcome in done if outcome is not True]
            assert (len(made), len(told)) == (1, 1)
            version += 1
            assert (told[0].current, told[0].theirs["remarks"]) == (version, made[0])
            lost += told[0].mine["remarks"] not in texts
    assert lost == 0
    with world.database.session(world.admin) as session:
        record = read_record(session, "agency", record_id)
        assert record.version == RACES + 1
        history = read_history(session, record)
        assert len(history) == min(RACES, 1000) + (1 if RACES < 1000 else 0)


def test_additions_of_many_editors_all_count(module_world):
    """Four editors add one to a number again and again, each from what it has read: no addition is lost."""
    world = module_world
    with world.database.session(world.admin) as session:
        made = create_record(session, "agency", world.one, {"name": "Counted", "portable_count": "0"})

    def add(_editor):
        left = ADDITIONS
        while left:
            with world.database.session(world.editor_one) as session:
                record = read_record(session, "agency", made.record_id)
            text = str(int(record.texts["portable_count"]) + 1)
            try:
                with world.database.session(world.editor_one) as session:
                    change_record(session, "agency", made.record_id, record.version, {"portable_count": text})
                left -= 1
            except EditConflict:
                continue

    with ThreadPoolExecutor(4) as editors:
        list(editors.map(add, range(4)))
    with world.database.session(world.admin) as session:
        assert read_record(session, "agency", made.record_id).texts["portable_count"] == str(4 * ADDITIONS)


def test_every_act_asks_for_the_version_in_force(world):
    record_id = world.records["site"]
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", record_id, 1, {"address": "Ridge Road"})
    for act in (
        lambda session: change_record(session, "site", record_id, 1, {"address": "Valley Road"}),
        lambda session: retire_record(session, "site", record_id, 1),
        lambda session: put_back(session, "site", record_id, 1, 1),
    ):
        with world.database.session(world.editor_two_of_one) as session:
            try:
                act(session)
            except EditConflict as error:
                told = error
            assert (told.expected, told.current) == (1, 2)
            assert [one.actor for one in told.meanwhile] == ["Ed One"]
            assert [(one.label, one.before, one.after) for one in told.meanwhile[0].fields] == [
                ("Address", "", "Ridge Road")
            ]
            assert "Ed One changed this record meanwhile" in told.message
    with world.database.session(world.admin) as session:
        assert read_record(session, "site", record_id).version == 2


def test_a_conflict_holds_both_states_and_joins_what_does_not_clash(world):
    record_id = world.records["site"]
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", record_id, 1, {"address": "Ridge Road", "remarks": "theirs"})
    with world.database.session(world.editor_one) as session:
        texts = {**read_record(session, "site", record_id).texts, "address": "", "remarks": "mine"}
        try:
            change_record(session, "site", record_id, 1, texts | {"structure_owner": "County"})
        except EditConflict as error:
            told = error
    assert set(told.edited) == {"remarks", "structure_owner"}
    assert told.merged["address"] == "Ridge Road"
    assert (told.was["remarks"], told.theirs["remarks"], told.merged["remarks"]) == ("", "theirs", "mine")
    with world.database.session(world.editor_one) as session:
        assert change_record(session, "site", record_id, told.current, told.merged).version == 3
