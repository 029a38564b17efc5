"""Every field of every class finds a record by what stands on it; what is hidden is never asked."""

import random
import uuid
from datetime import date

import pytest
from repeats import FULL
from statements import statements_sent

from casm.editing.change_record import create_record
from casm.editing.faults import FieldFaults
from casm.editing.record_class import record_class_of
from casm.listing.conditions import Conditions
from casm.listing.criterion import criterion
from casm.listing.list_field import by_name, list_fields
from casm.listing.statements import walked
from casm.sharing.asset_class import CLASS_OF_TABLE
from casm.sharing.viewer import Viewer

# Kinds of which a cell's own text is a condition, and the operator that it is one for.
OF_ITS_TEXT = {
    "text": "is", "list": "contains", "choice": "is", "choices": "is", "yes_no": "is", "date": "is", "number": "is",
    "reference": "is", "owner": "is", "squelch": "is", "moment": "from",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CLASS_OF_TABLE))
def test_a_record_is_found_by_each_of_its_fields(name, ask, world):
    fields = list_fields(name)
    record_id = world.records[name]
    every = ask(name, [("columns", ",".join(one.name for one in fields[:40]))])
    cells = next(one.cells for one in every.lines if one.line.id == record_id)
    known = [one for one in fields if cells.get(one.name)]
    assert known
    chosen = known if FULL else random.Random(name).sample(known, min(3, len(known)))
    for one in chosen:
        told = [(f"{one.name}.missing", "no")] if "missing" in one.operators else []
        if one.kind in OF_ITS_TEXT:
            text = cells[one.name].split("; ")[0]
            text = text[:10] if one.kind == "moment" else text
            operator = "contains" if "\n" in text else OF_ITS_TEXT[one.kind]
            told.append((f"{one.name}.{operator}", text.splitlines()[0]))
        if one.kind in ("number", "coordinate", "date"):
            told += [(f"{one.name}.from", text := cells[one.name].split("; ")[0]), (f"{one.name}.to", text)]
        for pair in told:
            found = {line.line.id for line in ask(name, [pair]).lines}
            assert record_id in found, pair
        if "missing" in one.operators:
            found = {line.line.id for line in ask(name, [(f"{one.name}.missing", "yes")]).lines}
            assert record_id not in found, one.name


NONSENSE = {
    "choice": "zebra", "choices": "zebra", "yes_no": "perhaps", "date": "22.11.26", "moment": "soon",
    "number": "seventeen", "coordinate": "up", "owner": "us.nowhere", "county": "Nowhere County", "state": "ZZ",
    "squelch": "114",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CLASS_OF_TABLE))
def test_a_condition_that_cannot_be_understood_is_said_beside_its_field(name, ask):
    wrong = [one for one in list_fields(name) if one.kind in NONSENSE]
    for one in wrong if FULL else random.Random(name).sample(wrong, 2):
        operator = one.operators[0]
        with pytest.raises(FieldFaults) as told:
            ask(name, [(f"{one.name}.{operator}", NONSENSE[one.kind])])
        assert [(fault.field, bool(fault.reason), bool(fault.mend)) for fault in told.value.faults] == [
            (one.name, True, True)
        ]


@pytest.mark.parametrize(
    ("pairs", "field"),
    [
        ([("nonsense.is", "x")], "nonsense"),
        ([("name.above", "x")], "name"),
        ([("owner_id.is", str(uuid.uuid4()))], "owner_id"),
        ([("name.contains", "a\0b")], "name"),
        ([("name.contains", "x" * 201)], "name"),
        ([("overall_height_agl_m.from", "150")], "overall_height_agl_m"),
        ([("overall_height_agl_m.is", "200-100 ft")], "overall_height_agl_m"),
        ([("overall_height_agl_m.is", "150 MHz")], "overall_height_agl_m"),
        ([("sort", "aliases")], "sort"),
        ([("sort", "name; DROP TABLE site")], "sort"),
        ([("columns", "name,password")], "columns"),
        ([("after", "nonsense")], "after"),
        ([("after", "WzEsICJ4Il0")], "after"),
        ([("search", "a\0b")], "search"),
        ([("status.missing", "yes")], "status"),
    ],
)
def test_what_no_address_may_say(pairs, field, ask):
    with pytest.raises(FieldFaults) as told:
        ask("site", pairs)
    assert told.value.faults[0].field == field
    assert told.value.faults[0].mend


def sites_named(ask, *pairs):
    return [one.line.title for one in ask("site", pairs).lines]


def test_figures_are_asked_for_in_the_users_units(ask):
    assert sites_named(ask, ("overall_height_agl_m.is", "150 ft")) == ["Cross Mountain"]
    assert sites_named(ask, ("overall_height_agl_m.is", "149-151 ft")) == ["Cross Mountain"]
    assert sites_named(ask, ("overall_height_agl_m.is", "45 m to 46 m")) == ["Cross Mountain"]
    assert sites_named(ask, ("overall_height_agl_m.from", "151 ft")) == []
    assert sites_named(ask, ("latitude.from", "36-19-00 N"), ("latitude.to", "36.34")) == ["Town Hall"]
    channels = ask("channel", [("rx_freq_hz.is", "154-155 MHz")])
    assert [one.line.title for one in channels.lines] == ["LAW 1"]
    assert ask("channel", [("rx_freq_hz.is", "155-156 MHz")]).lines == ()


def test_any_of_several_values_of_one_field_and_all_of_several_fields(ask):
    assert sites_named(ask, ("structure_type.is", "guyed_tower"), ("structure_type.is", "pole")) == ["Cross Mountain"]
    assert sites_named(ask, ("structure_type.is", "guyed tower"), ("name.contains", "town")) == []
    assert sites_named(ask, ("county.is", "Campbell County, TN")) == ["Cross Mountain"]
    assert sites_named(ask, ("county.is", "47013"), ("county.is", "47001")) == ["Cross Mountain"]
    assert sites_named(ask, ("name.contains", "%")) == []
    assert sites_named(ask, ("name.starts", "cross")) == ["Cross Mountain"]
    assert sites_named(ask, ("search", "smoky")) == ["Cross Mountain"]
    assert sites_named(ask, ("structure_type.missing", "yes")) == ["Town Hall"]
    assert sites_named(ask, ("verified_on.missing", "yes"), ("owner.is", "us.tn")) == ["Cross Mountain", "Town Hall"]
    assert sites_named(ask, ("owner.is", "County Two")) == []


def test_a_record_is_found_by_its_parts(ask):
    found = ask("station", [("station_frequency.station_tx_freq_hz.is", "154.26-154.27 MHz")])
    assert [one.line.title for one in found.lines] == ["Cross Mountain VHF"]
    both = [("station_frequency.station_tx_freq_hz.from", "154.29 MHz"), ("station_frequency.sequence.is", "1")]
    assert ask("station", both).lines == (), "one part must meet both"
    shown = ask("site", [("columns", "name,site_sensitive.battery_hours")])
    assert {one.cells["name"]: one.cells["site_sensitive.battery_hours"] for one in shown.lines} == {
        "Cross Mountain": "8 h", "Town Hall": "8 h",
    }  # fmt: skip


def test_fields_of_a_hidden_class_are_no_fields_for_who_lacks_it(ask, world):
    for told in ("site_sensitive.battery_hours.from", "site_sensitive.access_notes.contains", "site_sensitive.x.is"):
        with pytest.raises(FieldFaults) as refused:
            ask("site", [(told, "1 h")], world.clerk_one)
        assert refused.value.faults[0].reason == "this is no field of the table"
        assert "site_sensitive" not in refused.value.faults[0].mend
    assert "site_sensitive" not in " ".join(one.name for one in ask("site", (), world.clerk_one).query.columns)


def test_what_is_hidden_of_one_owner_is_not_said_to_be_missing(ask, world):
    """Whoever sees sensitive fields of one county alone learns nothing of the other's by asking for missing ones."""
    with world.database.session(world.admin) as session:
        create_record(session, "site", world.two, {"name": "Bare Knob"})
        create_record(session, "site", world.two, {"name": "Full Knob", "battery_hours": "4 h"})
        create_record(session, "site", world.one, {"name": "Own Knob"})
    viewer = Viewer(
        "Mixed", world.one, frozenset({world.one}), field_classes=frozenset({"public", "sensitive"})
    )
    asked = [("site_sensitive.battery_hours.missing", "yes")]
    assert [one.line.title for one in ask("site", asked, viewer).lines] == ["Own Knob"]
    assert {one.line.title for one in ask("site", asked).lines} == {"Own Knob", "Bare Knob"}
    assert [one.line.title for one in ask("site", [("name.contains", "knob")], viewer).lines] == ["Own Knob"]


def test_an_owner_that_is_hidden_is_answered_like_one_that_is_not_there(ask, world):
    told = []
    for text in ("us.tn.two", "us.tn.three", "County Two"):
        with pytest.raises(FieldFaults) as refused:
            ask("site", [("owner.is", text)], world.editor_one)
        told.append(refused.value.faults)
    assert told[0] == told[1] == told[2]


def test_records_are_named_only_by_what_is_seen(ask, world):
    with world.database.session(world.admin) as session:
        create_record(session, "site", world.two, {"name": "Hidden Rock"})
        create_record(session, "station", world.one, {"name": "On the rock", "site": "us.tn.two::Hidden Rock"})
    assert [one.line.title for one in ask("station", [("site.is", "hidden rock")]).lines] == ["On the rock"]
    assert ask("station", [("site.is", "hidden rock")], world.editor_one).lines == ()
    assert ask("station", [("site.is", "us.tn.two::Hidden Rock")], world.editor_one).lines == ()


@pytest.mark.parametrize(("name", "most"), [("site", 9), ("station", 12)])
def test_a_page_asks_the_database_so_often_and_no_more(name, most, ask, world):
    """The wall's own questions are the session's; the page has one for its rows, and one for each class it names."""
    with statements_sent(world.database.engine) as asked:
        ask(name)
        few = len(asked)
        asked.clear()
        ask(name, [("owner.is", "us.tn"), ("name.contains", "o"), ("verified_on.missing", "yes")])
        filtered = len(asked)
    assert few <= most
    assert filtered == few + 2, "an owner's name is looked up and its subtree read"
    assert not [statement for statement in asked if "OFFSET" in statement.upper()]


def test_statements_are_the_same_whatever_is_asked(ask):
    """Nothing of what people type stands in a statement: it is bound."""
    fields = by_name(list_fields("site"))
    record_class = record_class_of("site")
    told = set()
    for text in ("ridge", "'; DROP TABLE casm.site; --", "%_\\", "a' OR '1'='1"):
        criteria = (criterion(fields["name"], "contains", text), criterion(fields["remarks"], "starts", text))
        query = ask("site").query
        told.add(str(walked(query, Conditions(record_class, criteria, text.split()[0]), 10, known=True).compile()))
    assert len(told) == 1


def test_moments_and_dates_have_bounds(ask):
    today = date.today().isoformat()
    assert len(ask("site", [("created_at.from", today)]).lines) >= 2
    assert ask("site", [("created_at.before", today)]).lines == ()
    assert sites_named(ask, ("last_inspected_on.is", "11/20/2026")) == ["Cross Mountain"]
    assert sites_named(ask, ("last_inspected_on.before", "2026-11-20")) == []
    assert sites_named(ask, ("last_inspected_on.to", "2026-11-20")) == ["Cross Mountain"]
