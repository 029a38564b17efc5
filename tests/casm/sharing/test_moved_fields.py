"""Records that move with their owner keep every field they had, with its values and their past."""

import uuid

import pytest
from sqlalchemy import select

from casm.custom_fields.define import define_field
from casm.custom_fields.definitions import read_definitions
from casm.custom_fields.past_values import read_past
from casm.db.tables import Fleet, Owner, Site
from casm.editing.change_record import change_record
from casm.editing.owner_move_preview import preview_merge, preview_transfer
from casm.editing.read_record import read_record
from casm.errors import CasmError
from casm.inventory.custom_field import CustomField, CustomValue
from casm.sharing.moved_fields import moved_fields
from casm.sharing.owner_moves import merge_owners, transfer_owner
from casm.sharing.viewer import Viewer

ADMINISTRATOR = Viewer.local_administrator()


@pytest.fixture
def police(two_counties):
    """An agency of county one, with a site that has a value in a field of the county's, changed once."""
    two_counties.police, two_counties.house = uuid.uuid4(), uuid.uuid4()
    add_field(two_counties, two_counties.one, "Gate")
    add_field(two_counties, two_counties.one, "Alarm", field_class="sensitive")
    with two_counties.database.session(ADMINISTRATOR) as session:
        code = "us.st.one.police"
        session.add(Owner(id=two_counties.police, parent_id=two_counties.one, kind="agency", name="Police", code=code))
        session.flush()
        session.add(Site(id=two_counties.house, owner_id=two_counties.police, name="Station house"))
    for version, text in enumerate(("east", "north"), start=1):
        with two_counties.database.session(ADMINISTRATOR) as session:
            change_record(session, "site", two_counties.house, version, {"custom_gate": text, "custom_alarm": "hall"})
    return two_counties


def add_field(counties, owner_id, label: str, **more) -> uuid.UUID:
    with counties.database.session(ADMINISTRATOR) as session:
        texts = {"record_class": "site", "label": label, "kind": "text", "field_class": "public", **more}
        return define_field(session, owner_id, texts).id


def values(counties) -> dict[str, object]:
    """What the moved site shows in added fields."""
    with counties.database.session(ADMINISTRATOR) as session:
        return dict(read_record(session, "site", counties.house).added.values)


def fields_of(counties, owner_id) -> list[tuple[str, str]]:
    with counties.database.session(ADMINISTRATOR) as session:
        rows = session.scalars(select(CustomField).where(CustomField.owner_id == owner_id).order_by(CustomField.name))
        return [(row.name, row.status) for row in rows]


KEPT = {"custom_gate": "north", "custom_alarm": "hall"}


def test_a_transferred_owner_keeps_the_fields_that_its_county_added(police):
    with police.database.session(ADMINISTRATOR) as session:
        seen = preview_transfer(session, police.police, police.two)
        assert [(one.name, one.joins, one.differs) for one in seen.fields] == [
            ("alarm", False, False), ("gate", False, False)
        ]  # fmt: skip
        transfer_owner(session, police.police, police.two)
    assert values(police) == KEPT
    assert fields_of(police, police.police) == [("alarm", "active"), ("gate", "active")]
    assert fields_of(police, police.one) == [("alarm", "active"), ("gate", "active")]
    with police.database.session(ADMINISTRATOR) as session:
        version = read_record(session, "site", police.house).version
        change_record(session, "site", police.house, version, {"custom_gate": "west"})
    assert values(police)["custom_gate"] == "west"


def test_there_and_back_it_is_the_countys_own_field_again(police):
    for parent in (police.two, police.one):
        with police.database.session(ADMINISTRATOR) as session:
            transfer_owner(session, police.police, parent)
    assert values(police) == KEPT
    assert fields_of(police, police.police) == [("alarm", "retired"), ("gate", "retired")]
    with police.database.session(ADMINISTRATOR) as session:
        owners = select(CustomField.owner_id).join(CustomValue, CustomValue.custom_field_id == CustomField.id)
        assert set(session.scalars(owners)) == {police.one}


def test_a_field_of_that_name_there_takes_the_values_over(police):
    add_field(police, police.two, "Gate")
    with police.database.session(ADMINISTRATOR) as session:
        transfer_owner(session, police.police, police.two)
    assert values(police) == KEPT
    assert fields_of(police, police.police) == [("alarm", "active")]


@pytest.mark.parametrize("whose", ["county", "own"])
def test_a_field_of_that_name_but_another_kind_is_named_and_nothing_moves(police, whose):
    add_field(police, police.two, "Gate" if whose == "county" else "Fence", kind="whole")
    if whose == "own":
        add_field(police, police.police, "Fence")
    with police.database.session(ADMINISTRATOR) as session:
        hindrance = preview_transfer(session, police.police, police.two).hindrance
    assert ("Gate" if whose == "county" else "Fence") in hindrance.message
    said = pytest.raises(CasmError, match=r"of another kind, unit or choices: site .* Mend: retire one of each two")
    with said, police.database.session(ADMINISTRATOR) as session:
        transfer_owner(session, police.police, police.two)
    assert {name: value for name, value in values(police).items() if value} == KEPT


def test_the_database_refuses_it_too(police, monkeypatch):
    add_field(police, police.two, "Gate", kind="whole")
    monkeypatch.setattr("casm.sharing.owner_moves.moved_fields", lambda *_: [])
    said = pytest.raises(CasmError, match=r"fields of one name differ \(site gate\)")
    with said, police.database.session(ADMINISTRATOR) as session:
        transfer_owner(session, police.police, police.two)
    assert values(police) == KEPT


@pytest.mark.parametrize("merged", ["agency", "county"])
def test_a_merger_brings_the_fields_along(police, merged):
    with police.database.session(ADMINISTRATOR) as session:
        session.scalar(select(Fleet).where(Fleet.owner_id == police.one)).name = "Portables of one"
    moved = police.police if merged == "agency" else police.one
    with police.database.session(ADMINISTRATOR) as session:
        assert preview_merge(session, moved, police.two).possible
        merge_owners(session, moved, police.two)
    assert values(police) == KEPT
    assert fields_of(police, police.two) == [("alarm", "active"), ("gate", "active")]
    assert fields_of(police, police.police) == []


def test_a_field_of_the_state_above_both_stays_what_it_is(police):
    add_field(police, police.state, "Roof")
    with police.database.session(ADMINISTRATOR) as session:
        owner, county = session.get_one(Owner, police.police), session.get_one(Owner, police.two)
        assert [one.name for one in moved_fields(session, owner, county)] == ["alarm", "gate"]
        transfer_owner(session, police.police, police.two)
    assert fields_of(police, police.state) == [("roof", "active")]


def test_what_the_record_had_before_can_still_be_read(police):
    with police.database.session(ADMINISTRATOR) as session:
        transfer_owner(session, police.police, police.two)
    with police.database.session(ADMINISTRATOR) as session:
        definitions = read_definitions(session, "site", owner_code="us.st.two.police")
        (gate,) = (one for one in definitions if one.key == "custom_gate")
        past = read_past(session, police.police, police.house, definitions)
        assert [past.at(gate.id, version) for version in (1, 2, 3)] == [None, "east", "north"]
