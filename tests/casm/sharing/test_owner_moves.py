"""Owners that move take everything with them, and only who rules both ends moves them."""

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casm.db.tables import (
    Agency,
    Fleet,
    FleetEncryption,
    History,
    Membership,
    Owner,
    Radio,
    Result,
    SharingGrant,
    Site,
    Station,
)
from casm.errors import CasmError
from casm.inventory.custom_field import CustomField
from casm.sharing.owner_moves import Conflict, merge_conflicts, merge_owners, transfer_owner
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMINISTRATOR = Viewer.local_administrator()


def codes(database) -> set[str]:
    with database.session(ADMINISTRATOR) as session:
        return set(session.scalars(select(Owner.code)))


@pytest.fixture
def agency_owner(two_counties):
    owner_id = uuid.uuid4()
    with two_counties.database.session(ADMINISTRATOR) as session:
        session.add(
            Owner(id=owner_id, parent_id=two_counties.one, kind="agency", name="Police", code="us.st.one.police")
        )
        session.flush()
        session.add(Site(owner_id=owner_id, name="Station house"))
    return owner_id


def test_a_transferred_owner_is_seen_by_its_new_county_and_no_longer_by_the_old(two_counties, agency_owner):
    database = two_counties.database
    with database.session(ADMINISTRATOR) as session:
        assert transfer_owner(session, agency_owner, two_counties.two) == 1
    assert "us.st.two.police" in codes(database)
    assert "us.st.one.police" not in codes(database)
    for viewer, names in (
        (two_counties.viewer_one, ["Tower of us.st.one"]),
        (two_counties.viewer_two, ["Station house", "Tower of us.st.two"]),
    ):
        with database.session(viewer) as session:
            assert sorted(session.scalars(select(Site.name))) == names


def test_a_subtree_moves_whole_and_the_closure_is_as_if_made_there(two_counties, agency_owner, people):
    other = uuid.uuid4()
    with two_counties.database.session(ADMINISTRATOR) as session:
        session.add(Owner(id=other, parent_id=NATION_OWNER_ID, kind="state", name="Other", code="us.ot"))
        session.flush()
        assert transfer_owner(session, two_counties.one, other) == 2
    found = people.rows("SELECT ancestor_id, descendant_id FROM casm.owner_closure")
    tree = dict(people.rows("SELECT id, parent_id FROM casm.owner"))
    expected = set()
    for owner in tree:
        above = owner
        while above is not None:
            expected.add((above, owner))
            above = tree[above]
    assert set(found) == expected


@pytest.mark.parametrize("who", ["old county", "new county", "editor of the state", "nobody"])
def test_who_does_not_rule_both_ends_moves_nothing(two_counties, agency_owner, people, who):
    viewer = people.account("Mover", two_counties.state)
    place = {"old county": two_counties.one, "new county": two_counties.two}.get(who, two_counties.state)
    if who != "nobody":
        people.member(viewer, place, "agency_editor" if "editor" in who else "administrative_manager")
    with pytest.raises(CasmError), two_counties.database.session(viewer) as session:
        transfer_owner(session, agency_owner, two_counties.two)
    with pytest.raises(CasmError), two_counties.database.session(viewer) as session:
        merge_owners(session, two_counties.one, two_counties.two)
    assert "us.st.one.police" in codes(two_counties.database)


def test_nothing_is_put_below_itself(two_counties, agency_owner):
    for move in (transfer_owner, merge_owners):
        with pytest.raises(CasmError), two_counties.database.session(ADMINISTRATOR) as session:
            move(session, two_counties.one, agency_owner)


def test_merging_brings_rows_parts_references_people_and_grants(two_counties, agency_owner, people):
    database = two_counties.database
    one, two = two_counties.one, two_counties.two
    with database.session(ADMINISTRATOR) as session:
        session.scalar(select(Fleet).where(Fleet.owner_id == one)).name = "Portables of one"
        tower = session.scalar(select(Site).where(Site.owner_id == one))
        # A reference of the other county's to a row that moves.
        session.add(Station(owner_id=two, name="Guest", site_owner_id=one, site_id=tower.id))
        session.add(
            Result(
                owner_id=one, kind="gap", result_key="g", title="t", method="m", method_version="1",
                inputs_sha256="0" * 64, input_ids=[], field_classes=["public"], audience=[one],
            )
        )  # fmt: skip
    ann = people.account("Ann", one)
    people.member(ann, one, "administrative_manager")
    people.member(ann, two, "administrative_manager")
    bob = people.account("Bob", one)
    people.member(bob, one, "agency_reader")
    people.grant(one, ["site"], owner=two)
    kept = people.grant(one, ["site"], owner=two_counties.state)
    swic = people.account("Swic", two_counties.state)
    people.member(swic, two_counties.state, "administrative_manager")
    with database.session(swic) as session:
        assert merge_conflicts(session, one, two) == []
        assert merge_owners(session, one, two) >= 5
    with database.session(swic) as session:
        assert set(session.scalars(select(Site.owner_id))) == {two, agency_owner}
        assert set(session.scalars(select(FleetEncryption.owner_id))) == {two}
        assert session.scalar(select(Station.site_owner_id)) == two
        assert session.scalars(select(Result)).all() == []
        moved = session.get(Owner, one)
        assert (moved.merged_into_id, moved.parent_id, moved.code) == (two, two, "us.st.two.one")
        assert session.get(Owner, agency_owner).code == "us.st.two.police"
        # Ann had the same role at both; it is hers once now.
        roles = session.scalars(select(Membership).where(Membership.ended_at.is_(None))).all()
        given = sorted((row.account_id, row.owner_id) for row in roles if row.owner_id != two_counties.state)
        assert given == sorted([(ann.principal_id, two), (bob.principal_id, two)])
        live = session.scalars(select(SharingGrant).where(SharingGrant.revoked_at.is_(None))).all()
        assert [(row.id, row.owner_id) for row in live] == [(kept, two)]
        assert session.scalars(select(History).where(History.table_name == "site")).all() != []
    with database.session(bob) as session:
        assert sorted(session.scalars(select(Agency.name))) == ["Sheriff of us.st.one", "Sheriff of us.st.two"]


def test_clashing_names_are_told_and_nothing_moves(two_counties, people):
    clash = pytest.raises(CasmError, match=r"both have: fleet .*Portables.*rename or retire")
    with clash, two_counties.database.session(ADMINISTRATOR) as session:
        merge_owners(session, two_counties.one, two_counties.two)
    with two_counties.database.session(two_counties.viewer_one) as session:
        assert session.scalars(select(Site.name)).all() == ["Tower of us.st.one"]


def test_a_clash_of_records_that_the_asker_may_not_see_is_told_without_their_names(two_counties, people):
    one, two = two_counties.one, two_counties.two
    with two_counties.database.session(ADMINISTRATOR) as session:
        for owner in (one, two):
            fleet = session.scalar(select(Fleet).where(Fleet.owner_id == owner))
            session.add(Radio(owner_id=owner, fleet_id=fleet.id, serial_number='S "4711", Mk\\2'))
    plain = people.account("Plain", two_counties.state)
    people.member(plain, two_counties.state, "administrative_manager", ("public",))
    with two_counties.database.session(plain) as session:
        assert merge_conflicts(session, one, two) == [Conflict("fleet", "Portables"), Conflict("radio", None)]
    with two_counties.database.session(ADMINISTRATOR) as session:
        assert merge_conflicts(session, one, two)[1] == Conflict("radio", 'S "4711", Mk\\2')


def test_the_database_tells_the_program_no_key_that_the_asker_may_not_read(two_counties, people):
    one, two = two_counties.one, two_counties.two
    with two_counties.database.session(ADMINISTRATOR) as session:
        for owner in (one, two):
            fleet = session.scalar(select(Fleet).where(Fleet.owner_id == owner))
            session.add_all(Radio(owner_id=owner, fleet_id=fleet.id, serial_number=number) for number in ("47", "48"))
    plain = people.account("Plain", two_counties.state)
    people.member(plain, two_counties.state, "administrative_manager", ("public",))
    told = text("SELECT table_name, key FROM casm_sec.merge_conflicts(:one, :two) ORDER BY 1, 2")
    for viewer, radios in ((plain, [None]), (ADMINISTRATOR, ["(47)", "(48)"])):
        with two_counties.database.session(viewer) as session:
            rows = session.execute(told, {"one": one, "two": two}).all()
        assert rows == [("fleet", "(Portables)"), *(("radio", key) for key in radios)]
    reader = people.account("Reader", two_counties.state)
    people.member(reader, two_counties.state, "agency_reader")
    for function in ("merge_conflicts", "clashing_tables"):
        refused = pytest.raises(DBAPIError, match="only who rules both owners")
        with refused, two_counties.database.session(reader) as session:
            session.execute(text(f"SELECT casm_sec.{function}(:one, :two)"), {"one": one, "two": two})


def add_field(database, owner_id) -> None:
    with database.session(ADMINISTRATOR) as session:
        session.add(CustomField(owner_id=owner_id, record_class="site", name="gate", label="Gate", kind="text"))


def test_a_field_that_both_added_stands_in_the_way_in_words(two_counties, agency_owner):
    database, two = two_counties.database, two_counties.two
    add_field(database, agency_owner)
    add_field(database, two)
    with database.session(ADMINISTRATOR) as session:
        assert merge_conflicts(session, agency_owner, two) == [Conflict("custom_field", "site · gate")]


def test_a_field_of_an_owner_below_the_other_stands_in_the_way(two_counties, agency_owner):
    database, below = two_counties.database, uuid.uuid4()
    add_field(database, agency_owner)
    with database.session(ADMINISTRATOR) as session:
        session.add(Owner(id=below, parent_id=two_counties.two, kind="agency", name="Fire", code="us.st.two.fire"))
    add_field(database, below)
    said = pytest.raises(CasmError, match="cannot go there: an owner above or below has a field of this name")
    with said, database.session(ADMINISTRATOR) as session:
        merge_owners(session, agency_owner, two_counties.two)
    assert "us.st.one.police" in codes(database)
