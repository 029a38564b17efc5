"""Fields that owners added are columns, filters and sorts of tables, found by the search and changed in bulk."""

import uuid

import pytest
from borrowed import borrow
from sqlalchemy import select
from statements import statements_sent

from casm.bulk.edit import check_texts, commit_edit, preview_edit, settable_fields
from casm.bulk.outcome import CHANGES, REFUSED, STAYS
from casm.bulk.undo import commit_undo, preview_undo, read_together
from casm.custom_fields.define import define_field, retire_field
from casm.db.tables import AuditEvent, Owner, Site
from casm.editing.change_record import change_record, create_record
from casm.editing.faults import FieldFaults
from casm.editing.read_record import read_record
from casm.editing.rights import read_rights
from casm.exchange.marking import mark
from casm.exchange.table_csv import write_table
from casm.listing import page as pages
from casm.listing import statements
from casm.listing.added_fields import table_fields
from casm.listing.clusters import read_extent
from casm.listing.page import read_page
from casm.listing.query import query_of
from casm.search.find import find_records
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

SITES = {
    "In Aa": {"camera_count": "1", "roof_access": "ladder", "wildfire_risk": "low", "shared": "yes",
              "last_mown": "2026-05-01", "fence_height": "6.5 ft", "alarm_panel": "panel zebrawood"},
    "In Bb": {"camera_count": "7", "roof_access": "hatch quokka", "wildfire_risk": "very high", "shared": "no",
              "last_mown": "2026-07-01", "fence_height": "8 ft", "alarm_panel": "by the door"},
    "In Cc": {"camera_count": "12", "roof_access": "ladder and rope", "wildfire_risk": "medium"},
    "In Dd": {},
}  # fmt: skip


@pytest.fixture(scope="module")
def sites(world):
    """Sites of County One with values, and one of County Two without; a viewer who lacks sensitive fields."""
    made = {}
    with world.database.session(world.admin) as session:
        for name, told in SITES.items():
            texts = {"name": name, "latitude": "36.4", "longitude": "-84.1"}
            texts |= {f"custom_{key}": text for key, text in told.items()}
            made[name] = create_record(session, "site", world.one, texts).record_id
        texts = {"name": "In Two", "custom_alarm_panel": "panel zebrawood", "custom_camera_count": "3"}
        made["In Two"] = create_record(session, "site", world.two, texts).record_id
    return made


@pytest.fixture(scope="module")
def plain_reader(world):
    """Who reads County One without its sensitive fields."""
    return Viewer.of_owner("Pat Plain", world.one)


@pytest.fixture(scope="module")
def ask(world, sites):
    """Read a page of sites: ask(viewer, (key, text), ...)."""

    def asked(viewer, *pairs, rows=100):
        with world.database.session(viewer) as session:
            fields = table_fields(session, "site", read_rights(session))
            return read_page(session, query_of("site", fields, [("name.starts", "In "), *pairs]), rows)

    return asked


def titles(page) -> list[str]:
    return [one.line.title for one in page.lines]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("custom_camera_count.from", "7"), ["Bb", "Cc"]),
        (("custom_camera_count.is", "1-7"), ["Aa", "Bb"]),
        (("custom_camera_count.missing", "yes"), ["Dd"]),
        (("custom_camera_count.missing", "no"), ["Aa", "Bb", "Cc"]),
        (("custom_roof_access.contains", "LADDER"), ["Aa", "Cc"]),
        (("custom_roof_access.starts", "hatch"), ["Bb"]),
        (("custom_roof_access.is", "ladder"), ["Aa"]),
        (("custom_wildfire_risk.is", "Very High"), ["Bb"]),
        (("custom_shared.is", "yes"), ["Aa"]),
        (("custom_shared.is", "unknown"), ["Cc", "Dd"]),
        (("custom_last_mown.before", "2026-06-01"), ["Aa"]),
        (("custom_fence_height.from", "7 ft"), ["Bb"]),
        (("custom_alarm_panel.contains", "zebrawood"), ["Aa"]),
    ],
)
def test_a_table_is_filtered_by_them(asked, found, ask, world):
    assert titles(ask(world.reader_one, asked)) == [f"In {name}" for name in found]


def test_several_values_of_one_are_alternatives(ask, world):
    page = ask(world.reader_one, ("custom_wildfire_risk.is", "low"), ("custom_wildfire_risk.is", "medium"))
    assert titles(page) == ["In Aa", "In Cc"]


@pytest.mark.parametrize("asked", [("custom_camera_count.from", "many"), ("custom_fence_height.from", "3 dBm"),
                                   ("custom_wildfire_risk.is", "huge"), ("custom_shared.contains", "y")])  # fmt: skip
def test_what_cannot_be_asked_is_said_with_its_mend(asked, ask, world):
    with pytest.raises(FieldFaults) as told:
        ask(world.reader_one, asked)
    assert told.value.faults[0].field == asked[0].partition(".")[0]
    assert told.value.faults[0].mend


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("column", ["camera_count", "roof_access", "shared", "last_mown", "fence_height"])
def test_a_table_is_sorted_by_them_page_after_page(many, down, column, world, ask, monkeypatch):
    if many:
        monkeypatch.setattr(statements, "MOST_COUNTED", 2)
        monkeypatch.setattr(pages, "MOST_COUNTED", 2)
    seen, after = [], ()
    for _ in range(4):
        page = ask(world.reader_one, ("sort", f"{'-' if down else ''}custom_{column}"), *after, rows=2)
        seen += titles(page)
        if page.next is None:
            break
        after = [pair for pair in page.query.at(page.next).pairs(paged=True) if pair[0] == "after"]
    known = [name for name in ("In Aa", "In Bb", "In Cc") if column in SITES[name]]
    order = sorted(known, key=lambda name: _plain(column, SITES[name][column]), reverse=down)
    assert seen[: len(known)] == order
    assert sorted(seen) == sorted(SITES)


def _plain(column, text):
    if column == "shared":
        return text == "yes"
    return float(text.split()[0]) if column in ("camera_count", "fence_height") else text


def test_cells_are_as_typed_and_raise_the_mark_only_where_something_is_told(ask, world):
    columns = ("columns", "name,custom_alarm_panel,custom_fence_height")
    page = ask(world.reader_one, columns)
    told = {one.line.title: one.cells for one in page.lines}
    assert told["In Aa"] == {
        "name": "In Aa", "custom_alarm_panel": "panel zebrawood", "custom_fence_height": "6.5 ft"
    }  # fmt: skip
    assert told["In Dd"] == {"name": "In Dd", "custom_alarm_panel": "", "custom_fence_height": ""}
    with world.database.session(world.reader_one) as session:
        assert mark(session, page.rows).tlp == "RED"
        assert mark(session, ask(world.reader_one, ("columns", "name,custom_fence_height")).rows).tlp != "RED"
        # To be found by a restricted value tells it.
        asked = ask(world.reader_one, ("columns", "name"), ("custom_alarm_panel.contains", "door"))
        assert mark(session, asked.rows).tlp == "RED"
        fields = table_fields(session, "site", read_rights(session))
        query = query_of("site", fields, [("custom_alarm_panel.contains", "door")])
        assert mark(session, read_extent(session, query).kinds).tlp == "RED"


def test_what_a_viewer_may_not_see_is_no_column_filter_or_sort(ask, world, plain_reader):
    for pair in (("custom_alarm_panel.contains", "zebrawood"), ("custom_alarm_panel.missing", "yes"),
                 ("sort", "custom_alarm_panel"), ("columns", "custom_alarm_panel")):  # fmt: skip
        with pytest.raises(FieldFaults) as hidden:
            ask(plain_reader, pair)
        with pytest.raises(FieldFaults) as unknown:
            ask(plain_reader, (pair[0].replace("alarm_panel", "no_such"), pair[1].replace("alarm_panel", "no_such")))
        said = [str(one.faults).replace("alarm_panel", "no_such") for one in (hidden.value, unknown.value)]
        assert said[0] == said[1], "a field that is hidden is told like one that is not there"
        assert "alarm" not in str(unknown.value.faults)
    assert titles(ask(plain_reader, ("custom_camera_count.from", "7"))) == ["In Bb", "In Cc"]


@pytest.fixture(scope="module")
def mixed(world, module_database_urls):
    """Who reads all of County One, and of County Two's sites the public fields and, far from any, the sensitive."""
    people = borrow("casm/sharing/conftest.py").People(world.database, module_database_urls.migrator)
    viewer = people.account("Mia", world.one)
    people.member(viewer, world.one, "agency_reader")
    people.grant(world.two, ["site"], account=viewer.principal_id)
    people.grant(world.two, ["site"], account=viewer.principal_id, fields=("public", "sensitive"),
                 area="MULTIPOLYGON(((-70 40, -69 40, -69 41, -70 41, -70 40)))")  # fmt: skip
    return viewer


def test_who_sees_such_fields_of_one_county_learns_nothing_of_the_other(ask, world, mixed):
    assert titles(ask(mixed)) == [*SITES, "In Two"]
    assert [title for title, _ in found(world, mixed, "zebrawood")] == ["In Aa"], "the database alone would show both"
    assert titles(ask(mixed, ("custom_alarm_panel.contains", "zebrawood"))) == ["In Aa"]
    assert titles(ask(mixed, ("custom_alarm_panel.missing", "no"))) == ["In Aa", "In Bb"]
    assert titles(ask(mixed, ("custom_alarm_panel.missing", "yes"), ("owner.is", "us.tn.one"))) == ["In Cc", "In Dd"]
    page = ask(mixed, ("sort", "-custom_alarm_panel"), ("columns", "name,custom_alarm_panel"))
    assert {one.line.title: one.cells["custom_alarm_panel"] for one in page.lines}["In Two"] == ""
    assert page.lines[-1].line.title in ("In Cc", "In Dd", "In Two")


def test_a_table_as_a_file_holds_them(world, sites):
    with world.database.session(world.reader_one) as session:
        fields = table_fields(session, "site", read_rights(session))
        columns = ("columns", "name,custom_wildfire_risk,custom_camera_count,custom_alarm_panel")
        query = query_of("site", fields, [columns, ("name.starts", "In ")])
        content, marking = write_table(session, query)
    lines = content.decode().splitlines()
    assert lines[0].endswith("name,custom_wildfire_risk,custom_camera_count,custom_alarm_panel")
    assert lines[2].endswith(",In Bb,very high,7,by the door")
    assert marking.tlp == "RED"


def test_a_retired_field_is_none_of_the_table(world, ask, filled):
    with world.database.session(world.admin) as session:
        row = define_field(session, world.state, filled({"label": "Old thing", "kind": "text"}))
        assert "custom_old_thing" in {one.name for one in table_fields(session, "site", read_rights(session))}
        retire_field(session, row.id, row.version)
        assert "custom_old_thing" not in {one.name for one in table_fields(session, "site", read_rights(session))}


def test_fields_of_one_name_of_two_states_are_told_apart(world, filled):
    other = uuid.uuid4()
    with world.database.session(world.admin) as session:
        session.add(Owner(id=other, parent_id=NATION_OWNER_ID, kind="state", name="Other State", code="us.zz"))
        session.flush()
        for owner_id, kind in ((world.state, "text"), (other, "whole")):
            define_field(session, owner_id, filled({"label": "Gate", "kind": kind}))
        site = create_record(session, "site", other, {"name": "In Other", "custom_gate": "12"}).record_id
        fields = {one.name: one for one in table_fields(session, "site", read_rights(session))}
        assert fields["custom_gate@us.zz"].label == "Gate (Other State)"
        assert fields["custom_gate@us.tn"].kind == "text"
        pairs = [("custom_gate@us.zz.from", "10"), ("columns", "name,custom_gate@us.zz,custom_gate@us.tn")]
        page = read_page(session, query_of("site", list(fields.values()), pairs))
        assert [one.cells for one in page.lines] == [
            {"name": "In Other", "custom_gate@us.zz": "12", "custom_gate@us.tn": ""}
        ]  # fmt: skip
        assert [one.name for one in settable_fields(session, "site")].count("custom_gate") == 1
        assert preview_edit(session, "site", [site], {"custom_gate": "14"}).of(CHANGES)


def found(world, viewer, typed):
    with world.database.session(viewer) as session:
        return [
            (hit.line.title, hit.matched) for group in find_records(session, typed).groups for hit in group.hits
        ]


def test_the_search_finds_them_and_says_which_field_matched(world, sites):
    assert found(world, world.reader_one, "quokka") == [("In Bb", (("Roof access", "hatch quokka"),))]
    assert found(world, world.reader_one, "qoukka hatch") == [("In Bb", (("Roof access", "hatch quokka"),))]
    assert found(world, world.reader_one, "zebrawood") == [("In Aa", (("Alarm panel", "panel zebrawood"),))]
    assert [title for title, _ in found(world, world.admin, "zebrawood")] == ["In Aa", "In Two"]
    with world.database.session(world.reader_one) as session:
        groups = find_records(session, "zebrawood").groups
        assert mark(session, (row for hit in groups[0].hits for row in hit.rows)).tlp == "RED"


def test_the_search_keeps_to_what_is_seen_and_follows_changes(world, sites, plain_reader):
    assert found(world, plain_reader, "zebrawood") == []
    assert [title for title, _ in found(world, plain_reader, "quokka")] == ["In Bb"]
    assert found(world, world.editor_two, "quokka") == []
    with world.database.session(world.editor_one) as session:
        made = create_record(session, "site", world.one, {"name": "Followed", "custom_roof_access": "numbat gate"})
        change_record(session, "site", made.record_id, 1, {"custom_roof_access": "wombat gate"})
    assert found(world, world.reader_one, "numbat") == []
    assert [title for title, _ in found(world, world.reader_one, "wombat")] == ["Followed"]
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", made.record_id, 2, {"custom_roof_access": ""})
    assert found(world, world.reader_one, "wombat") == []


def texts_of(world, record_id):
    with world.database.session(world.admin) as session:
        record = read_record(session, "site", record_id)
        return record.texts, record.version


def test_many_are_changed_together_and_undone(world, filled):
    with world.database.session(world.admin) as session:
        made = [
            create_record(session, "site", world.one, {"name": f"Bulk {n}", **texts}).record_id
            for n, texts in enumerate(({"custom_camera_count": "4"}, {"custom_camera_count": "9"}, {}))
        ]
        made.append(create_record(session, "site", world.two, {"name": "Bulk of two"}).record_id)
    wanted = {"custom_camera_count": "4", "custom_alarm_panel": "in the shed"}
    with world.database.session(world.editor_one) as session:
        shown = preview_edit(session, "site", made, {"custom_camera_count": "4"})
        assert [one.title for one in shown.of(STAYS)] == ["Bulk 0"]
        told = {one.title: [(d.label, d.before, d.after) for d in one.differing] for one in shown.of(CHANGES)}
        assert told == {"Bulk 1": [("Camera count", "9", "4")], "Bulk 2": [("Camera count", "", "4")]}
        shown = preview_edit(session, "site", made, wanted)
        assert {one.sensitivity for one in shown.of(CHANGES)} == {"restricted"}
    assert [texts_of(world, one)[1] for one in made] == [1, 1, 1, 1], "a preview changes nothing"
    assert texts_of(world, made[1])[0]["custom_camera_count"] == "9"
    with world.database.session(world.editor_one) as session:
        done = commit_edit(session, "site", shown.stated, {**wanted, "address": "Ridge Road"})
    assert done.count == 3
    for one in made[:3]:
        texts, version = texts_of(world, one)
        assert (texts["custom_camera_count"], texts["custom_alarm_panel"], version) == ("4", "in the shed", 2)
    with world.database.session(world.admin) as session:
        events = session.scalars(select(AuditEvent.details).where(
            AuditEvent.subject_id == made[2], AuditEvent.action == "changed")).all()  # fmt: skip
        assert [one["columns"] for one in events] == [["address", "custom_alarm_panel", "custom_camera_count"]]
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", made[0], 2, {"custom_alarm_panel": "moved"})
        together = read_together(session, "site", done.moment)
        back = preview_undo(session, together)
        assert [one.title for one in back.of(REFUSED)] == ["Bulk 0"], "changed since"
        assert commit_undo(session, together, back.stated).count == 2
    assert texts_of(world, made[0])[0]["custom_alarm_panel"] == "moved"
    for one, cameras in ((made[1], "9"), (made[2], "")):
        texts, version = texts_of(world, one)
        assert (texts["custom_camera_count"], texts["custom_alarm_panel"], texts["address"]) == (cameras, "", "")
        assert version == 3


def test_only_added_fields_can_be_changed_together_too(world):
    with world.database.session(world.admin) as session:
        made = create_record(session, "site", world.one, {"name": "Lone bulk"}).record_id
    with world.database.session(world.editor_one) as session:
        done = commit_edit(session, "site", {made: 1}, {"custom_shared": "yes"})
    assert texts_of(world, made)[0]["custom_shared"] == "yes"
    with world.database.session(world.editor_one) as session:
        together = read_together(session, "site", done.moment)
        commit_undo(session, together, preview_undo(session, together).stated)
    assert texts_of(world, made) == ({**texts_of(world, made)[0], "custom_shared": ""}, 3)


def test_a_text_that_no_record_can_take_is_refused_before_any_is_looked_at(world):
    with world.database.session(world.editor_one) as session:
        with pytest.raises(FieldFaults, match="cannot be taken"):
            check_texts(session, "site", {"custom_camera_count": "13"})
        with pytest.raises(FieldFaults):
            check_texts(session, "site", {"custom_no_such": "1"})


def test_who_lacks_sensitive_fields_cannot_set_them(world, sites):
    editor = Viewer.of_owner("Eve Editor", world.one, may_write=True)
    with world.database.session(editor) as session:
        assert "custom_alarm_panel" not in {one.name for one in settable_fields(session, "site")}
        with pytest.raises(FieldFaults):
            commit_edit(session, "site", {sites["In Cc"]: 1}, {"custom_alarm_panel": "x"})
    assert texts_of(world, sites["In Cc"])[0]["custom_alarm_panel"] == ""


def test_more_rows_and_more_columns_take_no_more_statements(world, ask):
    def statements_of(*pairs, rows=100) -> int:
        with statements_sent(world.database.engine) as sent:
            ask(world.admin, *pairs, rows=rows)
        return len(sent)

    plain = statements_of()
    columns = "name,custom_camera_count,custom_roof_access,custom_shared"
    assert statements_of(("columns", columns)) == plain + 1, "their values are one question more"
    assert statements_of(("columns", columns), rows=2) == plain + 1
    assert statements_of(("custom_camera_count.from", "0"), ("sort", "custom_shared")) == plain


def test_nothing_of_them_is_asked_of_a_class_without_any(world):
    with world.database.session(world.admin) as session:
        page = read_page(session, query_of("agency", table_fields(session, "agency", read_rights(session)), []))
        assert page.lines
        assert session.scalar(select(Site.id).limit(1)) is not None
