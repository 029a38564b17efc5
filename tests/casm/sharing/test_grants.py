"""What can be given, by whom and to whom, and what each refusal says."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box
from sqlalchemy import select, text

from casm.db.tables import Owner, SharingGrant, Site
from casm.errors import CasmError
from casm.sharing.asset_class import APPROXIMATE_CLASSES, ASSET_CLASSES, PLACED_CLASSES
from casm.sharing.grants import LONGEST, give_grant, list_given, list_received, revoke_grant
from casm.sharing.recipients import Recipient, owner_recipient, person_recipient, read_directory
from casm.sharing.shared_part import area_of_corners, shared_part
from casm.sharing.shared_part_columns import PRECISIONS_M
from casm.sharing.viewer import FIELD_CLASSES, Viewer

TOWERS = shared_part(["site"], ["public"])
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def managers(two_counties, people):
    """Ann manages county one, Bob county two."""
    ann, bob = people.account("Ann", two_counties.one), people.account("Bob", two_counties.two)
    people.member(ann, two_counties.one, "administrative_manager")
    people.member(bob, two_counties.two, "administrative_manager")
    return ann, bob


def towers(database, viewer) -> list[str]:
    """Names of the towers a viewer sees."""
    with database.session(viewer) as session:
        return sorted(session.scalars(select(Site.name)))


def give(world, viewer, recipient="us.st.two", part=TOWERS, until=TOMORROW, owner=None):
    """Give a grant by name of the recipient."""
    with world.database.session(viewer) as session:
        who = person_recipient(session, recipient) if "@" in recipient else owner_recipient(session, recipient)
        return give_grant(session, owner or world.one, part, who, until)


def test_a_grant_to_an_owner_reaches_its_members_and_ends_when_revoked(two_counties, managers):
    ann, bob = managers
    grant = give(two_counties, ann)
    assert towers(two_counties.database, bob) == ["Tower of us.st.one", "Tower of us.st.two"]
    with two_counties.database.session(bob) as session:
        (received,) = list_received(session)
        assert (received.giver, received.recipient) == ("us.st.one", "us.st.two")
        assert list_given(session) == []
        with pytest.raises(CasmError, match="not yours to revoke"):
            revoke_grant(session, grant.id)
    with two_counties.database.session(ann) as session:
        revoke_grant(session, grant.id)
        revoke_grant(session, grant.id)
    assert towers(two_counties.database, bob) == ["Tower of us.st.two"]


def test_each_grant_and_revocation_is_one_event(two_counties, managers, people):
    ann, _bob = managers
    grant = give(two_counties, ann)
    for _twice in range(2):
        with two_counties.database.session(ann) as session:
            revoke_grant(session, grant.id)
    with people.engine.connect() as connection:
        events = connection.execute(
            text("SELECT actor, action, owner_id FROM casm.audit_event WHERE subject_id = :id ORDER BY sequence"),
            {"id": grant.id},
        ).all()
    assert [tuple(event) for event in events] == [
        ("Ann", "granted", two_counties.one), ("Ann", "revoked", two_counties.one),
    ]  # fmt: skip


def test_only_managers_of_the_owner_give(two_counties, managers, people):
    ann, bob = managers
    eve = people.account("Eve", two_counties.one)
    people.member(eve, two_counties.one, "agency_editor")
    for viewer in (bob, eve, Viewer.of_owner("reader", two_counties.one)):
        with two_counties.database.session(viewer) as session, pytest.raises(CasmError, match="do not manage"):
            give_grant(session, two_counties.one, TOWERS, person_recipient_of(ann), TOMORROW)
    with two_counties.database.session(ann) as session, pytest.raises(CasmError, match="do not manage"):
        give_grant(session, uuid.uuid4(), TOWERS, person_recipient_of(bob), TOMORROW)


def person_recipient_of(viewer):
    """A recipient by account, as if its address had been looked up."""
    return Recipient("x@example.gov", account_id=viewer.principal_id, email="x@example.gov")


def test_nobody_gives_more_than_his_own(two_counties, people):
    ann = people.account("Ann", two_counties.one)
    people.member(ann, two_counties.one, "administrative_manager", ("public", "sensitive"), ["site", "station"])
    give(two_counties, ann, part=shared_part(["site"], ["public", "sensitive"]))
    for part, lacking in (
        (shared_part(["site"], ["encryption"]), "encryption"),
        (shared_part(["channel"], ["public"]), "channels"),
        (shared_part(["coverage"], ["public"]), "computed coverage"),
    ):
        with pytest.raises(CasmError, match="cannot pass it on") as refused:
            give(two_counties, ann, part=part)
        assert lacking in str(refused.value)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (None, "No end is given"),
        (datetime.now(UTC) - timedelta(seconds=1), "The end is past"),
        (datetime.now(UTC) + LONGEST + timedelta(days=1), "days off"),
    ],
)
def test_a_grant_ends(two_counties, managers, until, words):
    with pytest.raises(CasmError, match=words):
        give(two_counties, managers[0], until=until)


def test_nobody_shares_with_himself(two_counties, managers):
    with pytest.raises(CasmError, match="sees its own records anyway"):
        give(two_counties, managers[0], recipient="us.st.one")


def test_the_directory_names_counties_and_hides_agencies(two_counties, managers):
    ann, bob = managers
    with two_counties.database.session(Viewer.local_administrator()) as session:
        session.add(Owner(parent_id=two_counties.two, kind="agency", name="Quiet", code="us.st.two.quiet"))
    with two_counties.database.session(ann) as session:
        assert {entry.code for entry in read_directory(session)} == {"us", "us.st", "us.st.one", "us.st.two"}
        for written in ("Quiet", "us.st.two.quiet"):
            with pytest.raises(CasmError, match="The list has no") as hidden:
                owner_recipient(session, written)
            with pytest.raises(CasmError, match="The list has no") as missing:
                owner_recipient(session, "x" + written)
            assert str(hidden.value) == str(missing.value).replace("x" + written, written)
    with two_counties.database.session(bob) as session:
        assert owner_recipient(session, " quiet ").name == "Quiet"
    with two_counties.database.session(Viewer.of_owner("reader", two_counties.one)) as session:
        assert read_directory(session) == []


def test_a_name_of_two_asks_for_the_code(two_counties, managers):
    with two_counties.database.session(Viewer.local_administrator()) as session:
        session.add(Owner(parent_id=two_counties.state, kind="county", name="us.st.two", code="us.st.two2"))
        session.flush()
        session.add(Owner(parent_id=two_counties.state, kind="county", name="Twin", code="us.st.twin1"))
        session.add(Owner(parent_id=two_counties.state, kind="county", name="Twin", code="us.st.twin2"))
    with two_counties.database.session(managers[0]) as session:
        with pytest.raises(CasmError, match="There are 2"):
            owner_recipient(session, "twin")
        assert owner_recipient(session, "us.st.two").owner_id == two_counties.two


def test_an_address_tells_nothing_of_accounts(two_counties, managers, people):
    ann, bob = managers
    with two_counties.database.session(ann) as session:
        known, unknown = person_recipient(session, "BOB@example.gov "), person_recipient(session, "nobody@example.gov")
        assert known.account_id == bob.principal_id
        assert unknown == person_recipient(session, "nobody@example.gov")
        assert unknown.account_id.version == known.account_id.version == 4
    first, second = give(two_counties, ann, "bob@example.gov"), give(two_counties, ann, "nobody@example.gov")
    assert towers(two_counties.database, bob) == ["Tower of us.st.one", "Tower of us.st.two"]
    with two_counties.database.session(ann) as session:
        rows = {row.grant.id: row for row in list_given(session)}
        assert rows[first.id].in_force
        assert rows[second.id].in_force
        assert rows[second.id].recipient == "nobody@example.gov"
        with pytest.raises(CasmError, match="is no e-mail address"):
            person_recipient(session, "nobody")


def test_who_gets_an_account_later_has_what_was_shown_to_the_address(two_counties, managers, people):
    give(two_counties, managers[0], "Late@example.gov")
    late = people.account("Late", two_counties.two)
    assert towers(two_counties.database, late) == ["Tower of us.st.one"]


@given(
    layers=st.sets(st.sampled_from(ASSET_CLASSES)),
    fields=st.sets(st.sampled_from(FIELD_CLASSES)),
    area=st.sampled_from([None, box(-85, 36, -84, 37)]),
    precision_m=st.sampled_from([*PRECISIONS_M, 500]),
)
def test_a_part_is_just_what_the_tables_take(layers, fields, area, precision_m):
    possible = (
        bool(layers)
        and precision_m in PRECISIONS_M
        and ("contact" not in layers or "contact" in fields)
        and ("radio" not in layers or "sensitive" in fields)
        and (area is None or layers <= set(PLACED_CLASSES))
        and (area is None or not layers & {"station", "backhaul_link"} or "site" in layers)
        and (not precision_m or layers <= set(APPROXIMATE_CLASSES))
    )
    if not possible:
        with pytest.raises(CasmError) as refused:
            shared_part(layers, fields, area, precision_m)
        assert refused.value.mend
        return
    part = shared_part(layers, fields, area, precision_m)
    assert set(part.asset_classes) == layers
    assert set(part.field_classes) == fields | {"public"}


@pytest.mark.parametrize(
    ("area", "words"),
    [
        (Point(-84, 36), "encloses nothing"),
        (Polygon([(-84, 36), (-83, 36), (-82, 36)]), "encloses nothing"),
        (box(-184, 36, -83, 37), "off the globe"),
    ],
)
def test_an_area_that_is_none_is_refused(area, words):
    with pytest.raises(CasmError, match=words):
        shared_part(["site"], [], area)


def test_a_bow_tie_becomes_its_two_halves():
    part = shared_part(["site"], [], Polygon([(-85, 36), (-84, 37), (-84, 36), (-85, 37)]))
    assert part.area.is_valid
    assert len(part.area.geoms) == 2


def test_corners_are_read_line_by_line():
    assert area_of_corners("-84.4, 36.2\n-84.1 36.2\n\n -84.1\t36.5 ").bounds == (-84.4, 36.2, -84.1, 36.5)
    for written, words in (
        ("-84 36\n-83 36", "at least three"),
        ("-84 36\nhere 36\n-83 37", "Corner 2"),
        ("-84 36\n36 -84\n-83 97", "Corner 3 of the area lies off the globe"),
        ("-84 36 1\n-83 36\n-83 37", "Corner 1"),
    ):
        with pytest.raises(CasmError, match=words):
            area_of_corners(written)


def test_the_tables_take_a_grant_with_an_area_and_a_precision(two_counties, managers):
    part = shared_part(["site", "station"], [], box(-85, 36, -84, 37), 1000)
    grant = give(two_counties, managers[0], part=part)
    with two_counties.database.session(managers[0]) as session:
        kept = session.get_one(SharingGrant, grant.id)
        assert (kept.precision_m, kept.area is not None) == (1000, True)
