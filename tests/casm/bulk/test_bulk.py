"""Many records changed together: the preview says what becomes of each, then all are changed or none, and undone."""

import uuid

import pytest
from sqlalchemy import func, select

from casm.audit.event import AuditEvent
from casm.bulk.edit import check_texts, commit_edit, preview_edit
from casm.bulk.outcome import CHANGES, MOST_ROWS, REFUSED, STAYS, BulkRefused, TooMany
from casm.bulk.retire import commit_bring_back, commit_retire, preview_bring_back, preview_retire
from casm.bulk.targets import read_targets
from casm.bulk.undo import commit_undo, preview_undo, read_together
from casm.editing.change_record import change_record, create_record
from casm.editing.faults import FieldFaults, RecordMissing
from casm.editing.read_record import read_record
from casm.editing.record_class import record_class_of
from casm.inventory.history import History


@pytest.fixture
def sites(world):
    """Four sites of one county and one of the other, by their names."""
    made = {}
    with world.database.session(world.admin) as session:
        for name in ("Ash", "Birch", "Cedar", "Dogwood"):
            texts = {"name": name, "battery_hours": "8 h", "structure_type": "pole"}
            made[name] = create_record(session, "site", world.one, texts).record_id
        made["Elm"] = create_record(session, "site", world.two, {"name": "Elm"}).record_id
    return made


def everything(world):
    """Every row of sites and their parts as it stands, and how much was kept of history."""
    with world.database.session(world.admin) as session:
        found = []
        for name in ("site", "site_sensitive", "station"):
            mapped = record_class_of(name).mapped
            found += session.execute(select(mapped.id, mapped.version, mapped.status).order_by(mapped.id)).all()
        return found, session.scalar(select(func.count()).select_from(History))


def texts(world, record_id, name="site"):
    with world.database.session(world.admin) as session:
        return read_record(session, name, record_id).texts


def by_title(found, state):
    return sorted(one.title for one in found.of(state))


def test_a_preview_says_what_becomes_of_each_record_and_changes_nothing(world, sites):
    before = everything(world)
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", sites["Cedar"], 1, {"structure_type": "silo"})
        commit_retire(session, "site", {sites["Dogwood"]: 1})
    before = everything(world)
    with world.database.session(world.editor_one) as session:
        found = preview_edit(session, "site", [*sites.values(), uuid.uuid4()],
                             {"structure_type": "silo", "overall_height_agl_m": "150 ft"})  # fmt: skip
    assert by_title(found, CHANGES) == ["Ash", "Birch", "Cedar"]
    told = {one.title: [(field.label, field.before, field.after) for field in one.differing] for one in found.outcomes}
    assert told["Ash"] == [("Structure type", "pole", "silo"), ("Overall height above ground", "", "45.72 m")]
    assert told["Cedar"] == [("Overall height above ground", "", "45.72 m")]
    assert by_title(found, REFUSED) == ["Dogwood"], "the other county's is not seen at all"
    assert found.of(REFUSED)[0].refused[0].reason == "it is retired"
    assert everything(world) == before


def test_all_are_changed_in_one_go_each_with_its_version_and_event(world, sites):
    chosen = [sites[name] for name in ("Ash", "Birch", "Cedar")]
    with world.database.session(world.editor_one) as session:
        found = preview_edit(session, "site", chosen, {"address": "Ridge Road"})
    with world.database.session(world.editor_one) as session:
        done = commit_edit(session, "site", found.stated, {"address": "Ridge Road"})
    assert done.count == 3
    assert {texts(world, one)["address"] for one in chosen} == {"Ridge Road"}
    with world.database.session(world.admin) as session:
        versions = session.scalars(select(record_class_of("site").mapped.version).where(
            record_class_of("site").mapped.id.in_(chosen))).all()  # fmt: skip
        events = session.execute(
            select(AuditEvent.subject_id, AuditEvent.action).where(
                AuditEvent.subject_id.in_(chosen), AuditEvent.action == "changed"
            )
        ).all()
    assert versions == [2, 2, 2]
    assert sorted(one.subject_id for one in events) == sorted(chosen)
    with world.database.session(world.editor_one) as session:
        again = preview_edit(session, "site", chosen, {"address": "Ridge Road"})
    assert by_title(again, STAYS) == ["Ash", "Birch", "Cedar"]


def test_a_record_changed_meanwhile_stops_all_and_is_named(world, sites):
    chosen = [sites[name] for name in ("Ash", "Birch", "Cedar")]
    with world.database.session(world.editor_one) as session:
        found = preview_edit(session, "site", chosen, {"address": "Ridge Road"})
    with world.database.session(world.editor_two_of_one) as session:
        change_record(session, "site", sites["Birch"], 1, {"remarks": "theirs"})
    before = everything(world)
    with pytest.raises(BulkRefused) as told, world.database.session(world.editor_one) as session:
        commit_edit(session, "site", found.stated, {"address": "Ridge Road"})
    assert "Birch" in told.value.message
    assert [one.title for one in told.value.outcomes] == ["Birch"]
    assert "Ed Too changed it meanwhile" in told.value.outcomes[0].refused[0].reason
    assert everything(world) == before


def test_what_the_database_refuses_is_said_and_the_rest_can_be_changed(world, sites):
    """A name for four: the first takes it, the others cannot; constraints are tried, not guessed."""
    chosen = [sites[name] for name in ("Ash", "Birch", "Cedar", "Dogwood")]
    with world.database.session(world.editor_one) as session:
        found = preview_edit(session, "site", chosen, {"name": "Oak"})
    assert by_title(found, CHANGES) == ["Ash"]
    assert by_title(found, REFUSED) == ["Birch", "Cedar", "Dogwood"]
    assert "already a site with the same name" in found.of(REFUSED)[0].refused[0].reason
    before = everything(world)
    with pytest.raises(BulkRefused), world.database.session(world.editor_one) as session:
        commit_edit(session, "site", dict.fromkeys(chosen, 1), {"name": "Oak"})
    assert everything(world) == before
    with world.database.session(world.editor_one) as session:
        commit_edit(session, "site", found.stated, {"name": "Oak"})
    assert texts(world, sites["Ash"])["name"] == "Oak"


def test_a_record_that_may_not_be_written_is_refused(world, sites):
    with world.database.session(world.reader_one) as session:
        found = preview_edit(session, "site", [sites["Ash"]], {"address": "x"})
    assert [one.state for one in found.outcomes] == [REFUSED]
    assert "may not change records of this owner" in found.outcomes[0].refused[0].reason
    with pytest.raises(BulkRefused), world.database.session(world.reader_one) as session:
        commit_edit(session, "site", {sites["Ash"]: 1}, {"address": "x"})
    with pytest.raises(BulkRefused), world.database.session(world.editor_one) as session:
        commit_edit(session, "site", {sites["Ash"]: 1, sites["Elm"]: 1}, {"address": "x"})
    assert texts(world, sites["Ash"])["address"] == ""


def test_each_record_is_checked_as_its_own_form_would(world, sites):
    """A lower overall height than the structure's is noted; a reference is found once and set for all."""
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", sites["Ash"], 1, {"structure_height_agl_m": "200 ft"})
        found = preview_edit(session, "site", [sites["Ash"], sites["Birch"]], {"overall_height_agl_m": "150 ft"})
        notes = {one.title: one.note for one in found.outcomes}
        assert "less than the structure's" in notes["Ash"]
        assert notes["Birch"] == ""
    with world.database.session(world.editor_one) as session:
        stations = [
            create_record(session, "station", world.one, {"name": f"S {number}"}).record_id for number in range(3)
        ]
    with world.database.session(world.editor_one) as session:
        found = preview_edit(session, "station", stations, {"site": "Birch", "call_sign": "wqxy1"})
        assert {(one.label, one.after) for one in found.outcomes[0].differing} == {
            ("Site", "Birch"), ("Call sign", "WQXY1"),
        }  # fmt: skip
        done = commit_edit(session, "station", found.stated, {"site": "Birch", "call_sign": "wqxy1"})
    assert done.count == 3
    assert texts(world, stations[2], "station")["site"] == "Birch"
    with world.database.session(world.editor_one) as session:
        nowhere = preview_edit(session, "station", stations, {"site": "Nowhere"})
        assert {one.state for one in nowhere.outcomes} == {REFUSED}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, None), ({"overall_height_agl_m": "150"}, "overall_height_agl_m"), ({"nonsense": "x"}, "nonsense"),
        ({"name": ""}, "name"), ({"status": "retired"}, "status"), ({"structure_type": "zebra"}, "structure_type"),
        ({"battery_hours": "8 h"}, "battery_hours"), ({"owner": "us.tn.two"}, "owner"),
    ],
)  # fmt: skip
def test_a_text_that_no_record_can_take_is_said_at_once(told, field, world):
    with world.database.session(world.editor_one) as session, pytest.raises(FieldFaults) as refused:
        check_texts(session, "site", told)
    assert refused.value.faults[0].field == field
    assert refused.value.faults[0].mend


def test_records_are_retired_and_taken_back_with_their_parts(world, sites):
    chosen = [sites["Ash"], sites["Birch"]]
    with world.database.session(world.editor_one) as session:
        create_record(session, "station", world.one, {"name": "On Ash", "site": "Ash"})
    before = everything(world)
    with world.database.session(world.editor_one) as session:
        found = preview_retire(session, "site", chosen)
    notes = {one.title: one.note for one in found.outcomes}
    assert notes == {"Ash": "1 of its parts with it; 1 others refer to it", "Birch": "1 of its parts with it"}
    assert everything(world) == before
    with world.database.session(world.editor_one) as session:
        done = commit_retire(session, "site", found.stated)
    assert done.count == 2
    with world.database.session(world.admin) as session:
        part = record_class_of("site_sensitive").mapped
        assert session.scalars(select(part.status).where(part.site_id.in_(chosen))).all() == ["retired"] * 2
    with world.database.session(world.editor_one) as session:
        assert by_title(preview_retire(session, "site", chosen), STAYS) == ["Ash", "Birch"]
        back = preview_bring_back(session, "site", chosen)
        commit_bring_back(session, "site", back.stated)
    with world.database.session(world.admin) as session:
        assert session.scalars(select(part.status).where(part.site_id.in_(chosen))).all() == ["active"] * 2
        assert read_record(session, "site", sites["Ash"]).texts["status"] == "active"


def test_what_was_changed_together_is_undone_as_one_and_later_edits_stay(world, sites):
    chosen = [sites[name] for name in ("Ash", "Birch", "Cedar")]
    with world.database.session(world.editor_one) as session:
        found = preview_edit(session, "site", chosen, {"address": "Ridge Road", "structure_type": "silo"})
    with world.database.session(world.editor_one) as session:
        done = commit_edit(session, "site", found.stated, {"address": "Ridge Road", "structure_type": "silo"})
    with world.database.session(world.editor_two_of_one) as session:
        change_record(session, "site", sites["Birch"], 2, {"remarks": "later"})
    with world.database.session(world.editor_one) as session:
        together = read_together(session, "site", done.moment)
        undoing = preview_undo(session, together)
        assert (together.actor, len(together.before)) == ("Ed One", 3)
    assert by_title(undoing, CHANGES) == ["Ash", "Cedar"]
    assert by_title(undoing, REFUSED) == ["Birch"]
    assert "it was changed since" in undoing.of(REFUSED)[0].refused[0].reason
    with world.database.session(world.editor_one) as session:
        undone = commit_undo(session, read_together(session, "site", done.moment), undoing.stated)
    assert undone.count == 2
    assert [texts(world, sites[name])["structure_type"] for name in ("Ash", "Birch", "Cedar")] == [
        "pole", "silo", "pole",
    ]  # fmt: skip
    with world.database.session(world.editor_one) as session:
        redo = preview_undo(session, read_together(session, "site", undone.moment))
    assert by_title(redo, CHANGES) == ["Ash", "Cedar"], "undoing can itself be undone"


def test_retiring_is_undone_and_undoing_stops_at_a_change_meanwhile(world, sites):
    chosen = {sites["Ash"]: 1, sites["Birch"]: 1}
    with world.database.session(world.editor_one) as session:
        done = commit_retire(session, "site", chosen)
    with world.database.session(world.editor_one) as session:
        undoing = preview_undo(session, read_together(session, "site", done.moment))
        assert by_title(undoing, CHANGES) == ["Ash", "Birch"]
    with world.database.session(world.editor_two_of_one) as session:
        commit_bring_back(session, "site", {sites["Ash"]: 2})
    before = everything(world)
    with pytest.raises(BulkRefused) as told, world.database.session(world.editor_one) as session:
        commit_undo(session, read_together(session, "site", done.moment), undoing.stated)
    assert [one.title for one in told.value.outcomes] == ["Ash"]
    assert everything(world) == before


def test_what_others_changed_together_is_found_only_by_who_may_write_it(world, sites):
    with world.database.session(world.editor_one) as session:
        done = commit_retire(session, "site", {sites["Ash"]: 1})
    for viewer in (world.editor_two, world.reader_one):
        with world.database.session(viewer) as session, pytest.raises(RecordMissing):
            read_together(session, "site", done.moment)
    with world.database.session(world.editor_one) as session, pytest.raises(RecordMissing):
        read_together(session, "agency", done.moment)


def test_more_than_are_changed_together_are_refused(world):
    ids = [uuid.uuid4() for _ in range(MOST_ROWS + 1)]
    with world.database.session(world.admin) as session, pytest.raises(TooMany):
        read_targets(session, record_class_of("site"), ids)
