"""Values of added fields: read like any other field, kept with the record's versions, seen by who sees the record."""

import re

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casm.custom_fields.define import retire_field
from casm.db.tables import AuditEvent, CustomValue
from casm.editing.change_record import change_record, create_record
from casm.editing.faults import EditConflict, FieldFaults
from casm.editing.history import read_history
from casm.editing.put_back import put_back
from casm.editing.read_record import read_record
from casm.exchange.marking import mark
from casm.sharing.viewer import Viewer

TYPED = {
    "custom_roof_access": "ladder on the  north side", "custom_camera_count": "4", "custom_fence_height": "8.5 ft",
    "custom_shared": "y", "custom_last_mown": "11/22/2026", "custom_wildfire_risk": "VERY HIGH",
    "custom_alarm_panel": "in the hall",
}  # fmt: skip
READ = {
    "custom_roof_access": "ladder on the north side", "custom_camera_count": "4", "custom_fence_height": "8.5 ft",
    "custom_shared": "yes", "custom_last_mown": "2026-11-22", "custom_wildfire_risk": "very high",
    "custom_alarm_panel": "in the hall",
}  # fmt: skip


def make_site(world, name: str, **texts: str):
    with world.database.session(world.editor_one) as session:
        return create_record(session, "site", world.one, {"name": name, **texts}).record_id


def record_of(world, viewer, record_id, name="site"):
    with world.database.session(viewer) as session:
        return read_record(session, name, record_id)


def test_a_county_has_its_states_fields_and_their_values_come_back_as_typed(world):
    site_id = make_site(world, "With all", **TYPED)
    record = record_of(world, world.editor_one, site_id)
    assert {name: record.texts[name] for name in READ} == READ
    assert record.version == 1
    assert record.added.values["custom_fence_height"] == 8.5
    assert record.added.values["custom_shared"] is True


@pytest.mark.parametrize(
    ("field", "written", "reason"),
    [
        ("custom_camera_count", "13", "outside what is possible, 0 to 12"),
        ("custom_camera_count", "2.5", "not a whole number"),
        ("custom_camera_count", "9" * 400, "outside|not a number"),
        ("custom_fence_height", "3 dBm", "no unit for this"),
        ("custom_fence_height", "nan", "not a number"),
        ("custom_shared", "perhaps", "neither yes nor no"),
        ("custom_last_mown", "13/13/2026", "no such"),
        ("custom_wildfire_risk", "extreme", "none of the known terms"),
        ("custom_roof_access", "x" * 501, "501 characters long"),
        ("custom_roof_access", "0123456789ABCDEF" * 2, "encryption key"),
    ],
)
def test_a_text_that_cannot_be_taken_is_told_beside_its_field_and_changes_nothing(world, field, written, reason):
    site_id = world.records["site"]
    before = record_of(world, world.editor_one, site_id)
    with (
        pytest.raises(FieldFaults) as caught,
        world.database.session(world.editor_one) as session,
    ):
        change_record(session, "site", site_id, before.version, {field: written})
    (fault,) = caught.value.faults
    assert fault.field == field
    assert re.search(reason, fault.reason)
    after = record_of(world, world.editor_one, site_id)
    assert (after.version, after.texts) == (before.version, before.texts)


def test_each_change_is_a_version_of_the_record_and_can_be_put_back(world):
    site_id = make_site(world, "Of three versions", custom_camera_count="1")
    with world.database.session(world.editor_one) as session:
        one = change_record(session, "site", site_id, 1, {"custom_camera_count": "2", "remarks": "two"})
    with world.database.session(world.editor_one) as session:
        two = change_record(session, "site", site_id, 2, {"custom_camera_count": "", "custom_shared": "no"})
    assert (one.version, two.version) == (2, 3)
    with world.database.session(world.editor_one) as session:
        newest, middle, _first = read_history(session, read_record(session, "site", site_id))
        told = {(one.label, one.before, one.after) for one in newest.fields}
        assert told == {("Camera count", "2", ""), ("Shared", "", "no")}
        assert ("Camera count", "1", "2") in {(one.label, one.before, one.after) for one in middle.fields}
        put_back(session, "site", site_id, 3, 1)
    record = record_of(world, world.editor_one, site_id)
    assert (record.version, record.texts["custom_camera_count"], record.texts["custom_shared"]) == (4, "1", "")
    assert record.texts["remarks"] == ""


def test_nobody_overwrites_a_value_unknowingly(world):
    site_id = make_site(world, "Wanted by two")
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", site_id, 1, {"custom_camera_count": "3"})
    with pytest.raises(EditConflict) as caught, world.database.session(world.editor_two_of_one) as session:
        change_record(session, "site", site_id, 1, {"custom_camera_count": "5"})
    assert caught.value.theirs["custom_camera_count"] == "3"
    assert caught.value.merged["custom_camera_count"] == "5"


def test_a_change_is_one_audit_event_that_names_the_field(world):
    site_id = make_site(world, "Audited")
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", site_id, 1, {"custom_roof_access": "a hatch"})
    with world.database.session(world.admin) as session:
        events = session.execute(
            select(AuditEvent.action, AuditEvent.details)
            .where(AuditEvent.subject_id == site_id).order_by(AuditEvent.sequence)
        ).all()  # fmt: skip
    assert [one.action for one in events] == ["created", "changed"]
    assert events[1].details["columns"] == ["custom_roof_access"]
    assert "hatch" not in str(events[1].details)


def test_sensitive_values_are_for_who_has_the_sensitive_fields_of_that_owner(world):
    site_id = make_site(world, "Guarded", **TYPED)
    plain = record_of(world, world.clerk_one, site_id)
    assert "custom_alarm_panel" not in plain.texts
    assert plain.texts["custom_roof_access"] == READ["custom_roof_access"]
    with world.database.session(world.clerk_one) as session:
        seen = session.scalars(text("SELECT value_text FROM custom_value WHERE record_id = :r"), {"r": site_id}).all()
        assert "in the hall" not in seen
        assert mark(session, plain.rows).tlp == "AMBER"
    whole = record_of(world, world.editor_one, site_id)
    with world.database.session(world.editor_one) as session:
        assert mark(session, whole.rows).tlp == "RED"


def test_another_county_sees_no_value_by_either_wall(world, monkeypatch):
    make_site(world, "Hidden", **TYPED)
    with world.database.session(world.editor_two) as session:
        assert session.scalars(select(CustomValue)).all() == []
        assert session.scalars(text("SELECT id FROM custom_value")).all() == []
        assert session.scalars(text("SELECT id FROM history WHERE table_name = 'custom_value'")).all() == []


def test_a_value_hangs_on_no_record_of_others_and_on_none_that_is_not_there(world):
    for owner, record_id in ((world.two, world.records["site"]), (world.one, world.state)):
        with pytest.raises(DBAPIError, match="no such record"), world.database.session(world.admin) as session:
            session.add(
                CustomValue(
                    owner_id=owner, record_class="site", record_id=record_id, kind="text", field_class="public",
                    custom_field_id=world.fields["roof_access"], value_text="x", record_version=1,
                )
            )  # fmt: skip


def test_a_value_is_as_closed_as_its_definition_says(world):
    with pytest.raises(DBAPIError, match="foreign key"), world.database.session(world.admin) as session:
        session.add(
            CustomValue(
                owner_id=world.one, record_class="site", record_id=world.records["site"], kind="text",
                field_class="public", custom_field_id=world.fields["alarm_panel"], value_text="x", record_version=1,
            )
        )  # fmt: skip


def test_retiring_a_field_keeps_its_values_and_shows_them(world):
    site_id = make_site(world, "Mown", custom_last_mown="2026-05-01")
    with world.database.session(world.admin) as session:
        retire_field(session, world.fields["last_mown"], 1)
    record = record_of(world, world.editor_one, site_id)
    assert "custom_last_mown" not in record.texts
    assert ("Last mown (field retired)", "2026-05-01") in record.others
    with pytest.raises(FieldFaults), world.database.session(world.editor_one) as session:
        create_record(session, "site", world.one, {"name": "Late", "custom_last_mown": "2026-05-01"})
    with world.database.session(world.admin) as session:
        retire_field(session, world.fields["last_mown"], 2, back=True)
    assert record_of(world, world.editor_one, site_id).texts["custom_last_mown"] == "2026-05-01"


def test_a_reader_may_not_write_values(world):
    reader = Viewer.of_owner("reader", world.one, all_fields=True)
    with pytest.raises(DBAPIError, match="row-level security"), world.database.session(reader) as session:
        session.add(
            CustomValue(
                owner_id=world.one, record_class="site", record_id=world.records["site"], kind="text",
                field_class="public", custom_field_id=world.fields["roof_access"], value_text="x", record_version=1,
            )
        )  # fmt: skip
