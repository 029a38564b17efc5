"""What people see: by role, owner, class and field class, by grants and links, and no longer than they hold."""

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casm.db.tables import (
    Agency,
    Contact,
    Fleet,
    FleetEncryption,
    History,
    Membership,
    Result,
    SharingGrant,
    Site,
    Station,
)
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

EAST_OF_84 = "MULTIPOLYGON(((-84 36, -83 36, -83 37, -84 37, -84 36)))"
WEST_OF_84 = "MULTIPOLYGON(((-85 36, -84 36, -84 37, -85 37, -85 36)))"


def seen(database, viewer, mapped=Site) -> list[str]:
    """Names through the application, which must be just what the database alone lets through."""
    with database.session(viewer) as session:
        names = sorted(session.scalars(select(mapped.name)))
        assert names == sorted(session.scalars(text(f"SELECT name FROM {mapped.__tablename__}")))
        return names


def test_an_account_without_a_role_sees_nothing_but_public_rows(two_counties, people):
    ann = people.account("Ann", two_counties.one)
    assert seen(two_counties.database, ann) == []


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("administrative_manager", True, True),
        ("agency_editor", True, True),
        ("agency_reader", True, False),
        ("partner", False, False),
        ("auditor", False, False),
    ],
)
def test_a_role_holds_for_its_owners_subtree(two_counties, people, role, reads, writes):
    ann = people.account("Ann", two_counties.one)
    people.member(ann, two_counties.one, role)
    assert seen(two_counties.database, ann) == (["Tower of us.st.one"] if reads else [])
    row = Site(owner_id=two_counties.one, name="New tower")
    if writes:
        with two_counties.database.session(ann) as session:
            session.add(row)
    else:
        with pytest.raises(DBAPIError, match="row-level security"), two_counties.database.session(ann) as session:
            session.add(row)
    with pytest.raises(DBAPIError, match="row-level security"), two_counties.database.session(ann) as session:
        session.add(Site(owner_id=two_counties.two, name="Somebody else's"))


def test_a_state_manager_sees_every_county_and_a_national_viewer_the_public_fields(two_counties, people):
    swic = people.account("Swic", two_counties.state)
    people.member(swic, two_counties.state, "administrative_manager")
    nation = people.account("Nation", NATION_OWNER_ID)
    people.member(nation, NATION_OWNER_ID, "national_viewer", ("public",))
    both = ["Tower of us.st.one", "Tower of us.st.two"]
    for viewer in (swic, nation):
        assert seen(two_counties.database, viewer) == both
    with two_counties.database.session(nation) as session:
        assert session.scalar(text("SELECT current_user")) == "casm_wide"
        assert session.scalars(select(Contact)).all() == []
        assert session.scalars(select(FleetEncryption)).all() == []


def test_who_becomes_the_wide_role_by_force_sees_no_more(two_counties, people):
    ann = people.account("Ann", two_counties.one)
    people.member(ann, two_counties.one, "agency_reader")
    with two_counties.database.session(ann) as session:
        session.execute(text("SET LOCAL ROLE casm_wide"))
        assert session.scalars(text("SELECT name FROM site")).all() == []


def test_classes_and_fields_of_a_membership_narrow_it(two_counties, people):
    ann = people.account("Ann", two_counties.one)
    people.member(ann, two_counties.one, "agency_editor", ("public",), ["fleet", "contact"])
    assert seen(two_counties.database, ann) == []
    assert seen(two_counties.database, ann, Fleet) == ["Portables"]
    with two_counties.database.session(ann) as session:
        assert session.scalars(select(Contact)).all() == []
        assert session.scalars(select(FleetEncryption)).all() == []


def test_a_grant_shows_its_classes_and_fields_until_it_is_revoked(two_counties, people):
    database = two_counties.database
    bob = people.account("Bob", two_counties.two)
    people.member(bob, two_counties.two, "agency_reader")
    grant = people.grant(two_counties.one, ["site"], owner=two_counties.two)
    assert seen(database, bob) == ["Tower of us.st.one", "Tower of us.st.two"]
    assert seen(database, bob, Agency) == ["Sheriff of us.st.two"]
    with database.session(bob) as session:
        assert len(session.scalars(select(Site)).all()) == 2
        people.revoke(grant)
        # Within the transaction that was open when it was revoked.
        assert session.scalars(text("SELECT name FROM site")).all() == ["Tower of us.st.two"]
    assert seen(database, bob) == ["Tower of us.st.two"]


def test_a_grant_reaches_whom_it_is_for(two_counties, people):
    database = two_counties.database
    named = people.account("Named", two_counties.two)
    partner = people.account("Partner", two_counties.two)
    people.member(partner, two_counties.two, "partner", ("public",))
    auditor = people.account("Auditor", two_counties.two)
    people.member(auditor, two_counties.two, "auditor", ("public",))
    swic = people.account("Swic", two_counties.state)
    people.member(swic, two_counties.state, "agency_reader")
    people.grant(two_counties.one, ["agency"], account=named.principal_id)
    people.grant(two_counties.one, ["site"], owner=two_counties.two)
    assert seen(database, named, Agency) == ["Sheriff of us.st.one"]
    assert seen(database, named) == []
    assert seen(database, partner) == ["Tower of us.st.one"]
    assert seen(database, auditor) == []


@pytest.mark.parametrize("end", ["expired", "deactivated", "membership ended"])
def test_what_ends_a_grant_ends_the_sight(two_counties, people, end):
    bob = people.account("Bob", two_counties.two)
    membership = people.member(bob, two_counties.two, "partner", ("public",))
    grant = people.grant(two_counties.one, ["site"], owner=two_counties.two)
    assert seen(two_counties.database, bob) == ["Tower of us.st.one"]
    if end == "expired":
        people.run("UPDATE casm.sharing_grant SET valid_until = now() WHERE id = :id", id=grant)
    elif end == "deactivated":
        people.run(
            "UPDATE casm_gate.account SET state = 'deactivated', deactivated_at = now() WHERE id = :id",
            id=bob.principal_id,
        )
    else:
        people.run("UPDATE casm.membership SET ended_at = now(), ended_by = 'test' WHERE id = :id", id=membership)
    assert seen(two_counties.database, bob) == []


def test_fields_not_granted_stay_hidden_by_the_database(two_counties, people):
    bob = people.account("Bob", two_counties.two)
    people.member(bob, two_counties.two, "partner", ("public",))
    people.grant(two_counties.one, ["fleet"], owner=two_counties.two)
    with two_counties.database.session(bob) as session:
        assert session.scalar(text("SELECT count(*) FROM fleet")) == 1
        assert session.scalar(text("SELECT count(*) FROM fleet_encryption")) == 0
    people.grant(two_counties.one, ["fleet"], owner=two_counties.two, fields=("encryption",))
    with two_counties.database.session(bob) as session:
        assert session.scalar(text("SELECT count(*) FROM fleet_encryption")) == 1


def test_an_area_is_held_by_the_application(two_counties, people):
    database = two_counties.database
    with database.session(two_counties.viewer_one) as session:
        west = session.scalars(select(Site)).one()
        east = Site(owner_id=two_counties.one, name="East tower", position="SRID=4326;POINT(-83.5 36.5)")
        session.add(east)
        session.flush()
        for site in (west, east):
            session.add(
                Station(owner_id=site.owner_id, name=f"At {site.name}", site_owner_id=site.owner_id, site_id=site.id)
            )
    bob = people.account("Bob", two_counties.two)
    people.member(bob, two_counties.two, "partner", ("public",))
    people.grant(two_counties.one, ["site", "station"], owner=two_counties.two, area=EAST_OF_84)
    with database.session(bob) as session:
        assert session.scalars(select(Site.name)).all() == ["East tower"]
        assert session.scalars(select(Station.name)).all() == ["At East tower"]
        assert session.get(Site, west.id) is None


def test_a_reduced_precision_gives_a_cell_and_never_the_row(two_counties, people):
    database = two_counties.database
    bob = people.account("Bob", two_counties.two)
    people.member(bob, two_counties.two, "partner", ("public",))
    people.grant(two_counties.one, ["site"], owner=two_counties.two, precision_m=10_000)
    assert seen(database, bob) == []
    query = text(
        "SELECT asset_class, owner_id, ST_Contains(cell, ST_SetSRID(ST_MakePoint(-84.2, 36.5), 4326)) AS holds, "
        "ST_AsText(cell) AS cell, ST_Area(cell::geography) AS area_m2 FROM casm_sec.approximate_places()"
    )
    with database.session(bob) as session:
        rows = session.execute(query).all()
        assert [(row.asset_class, row.owner_id, row.holds) for row in rows] == [("site", two_counties.one, True)]
        assert rows[0].area_m2 == pytest.approx(10_000**2, rel=0.02)
    # Another place in the same cell looks the same.
    with database.session(two_counties.viewer_one) as session:
        session.scalars(select(Site)).one().position = "SRID=4326;POINT(-84.19 36.51)"
    with database.session(bob) as session:
        assert [row.cell for row in session.execute(query)] == [rows[0].cell]
    people.grant(two_counties.one, ["site"], owner=two_counties.two, area=WEST_OF_84)
    with database.session(bob) as session:
        # Shown as it is now, and so no longer roughly.
        assert session.execute(query).all() == []


def test_history_and_memberships_are_not_shared(two_counties, people):
    database = two_counties.database
    bob = people.account("Bob", two_counties.two)
    people.member(bob, two_counties.two, "agency_reader")
    people.grant(two_counties.one, ["site"], owner=two_counties.two)
    with database.session(two_counties.viewer_one) as session:
        session.scalars(select(Site)).one().address = "Old road"
    with database.session(bob) as session:
        assert session.scalars(select(History)).all() == []
        assert [row.account_id for row in session.scalars(select(Membership))] == [bob.principal_id]
        assert [row.owner_id for row in session.scalars(select(SharingGrant))] == [two_counties.one]
    with database.session(two_counties.viewer_one) as session:
        assert len(session.scalars(select(History)).all()) == 1


def test_only_who_rules_an_owner_gives_roles_and_grants(two_counties, people):
    editor = people.account("Editor", two_counties.one)
    people.member(editor, two_counties.one, "agency_editor")
    manager = people.account("Manager", two_counties.one)
    people.member(manager, two_counties.one, "administrative_manager")

    def give(viewer: Viewer, owner) -> None:
        with two_counties.database.session(viewer) as session:
            session.add(
                Membership(
                    owner_id=owner, account_id=editor.principal_id, role="agency_reader", field_classes=["public"],
                    granted_by=viewer.actor,
                )
            )  # fmt: skip

    give(manager, two_counties.one)
    for viewer, owner in ((editor, two_counties.one), (manager, two_counties.two), (manager, two_counties.state)):
        with pytest.raises(DBAPIError, match=r"row-level security|a role is given with no more"):
            give(viewer, owner)


def test_a_token_narrows_and_dies_with_its_account(two_counties, people):
    database = two_counties.database
    ann = people.account("Ann", two_counties.one)
    people.member(ann, two_counties.one, "agency_editor")
    token = uuid.uuid4()
    people.run(
        "INSERT INTO casm_gate.api_token (id, account_id, name, key_id, secret_sha256, asset_classes, field_classes, "
        "may_write, expires_at) VALUES (:id, :account, 'feed', 'abcdefgh1234', sha256('x'), ARRAY['site'], "
        "ARRAY['public'], false, now() + interval '1 day')",
        id=token, account=ann.principal_id,
    )  # fmt: skip
    feed = Viewer.of_token("feed", token, two_counties.one)
    assert seen(database, feed) == ["Tower of us.st.one"]
    assert seen(database, feed, Agency) == []
    with pytest.raises(DBAPIError, match="row-level security"), database.session(feed) as session:
        session.add(Site(owner_id=two_counties.one, name="By token"))
    people.run("UPDATE casm_gate.account SET state = 'deactivated', deactivated_at = now() WHERE id = :id",
               id=ann.principal_id)  # fmt: skip
    assert seen(database, feed) == []


def result_of(owner, key: str, title: str) -> Result:
    return Result(
        owner_id=owner, kind="system_coverage", result_key=key, title=title, method="m", method_version="1",
        inputs_sha256="0" * 64, input_ids=[], field_classes=["public"], audience=[owner],
    )  # fmt: skip


def titles(database, viewer) -> list[str]:
    with database.session(viewer) as session:
        found = sorted(session.scalars(select(Result.title)))
        assert set(found) <= set(session.scalars(text("SELECT title FROM result")))
        return found


def test_a_revoked_grant_withdraws_what_was_computed_with_it(two_counties, people):
    database = two_counties.database
    bob = people.account("Bob", two_counties.two)
    people.member(bob, two_counties.two, "agency_reader")
    grant = people.grant(two_counties.one, ["station", "site"], owner=two_counties.two)
    with database.session(bob) as session:
        session.add(result_of(two_counties.two, "s|portable", "with the neighbour's tower"))
    colleague = people.account("Colleague", two_counties.two)
    people.member(colleague, two_counties.two, "agency_reader")
    assert titles(database, bob) == titles(database, colleague) == ["with the neighbour's tower"]
    people.revoke(grant)
    assert titles(database, bob) == titles(database, colleague) == []


def test_an_owners_own_answers_can_be_shared_and_no_others(two_counties, people):
    database = two_counties.database
    manager = people.account("Manager", two_counties.one)
    people.member(manager, two_counties.one, "administrative_manager")
    with database.session(manager) as session:
        session.add(result_of(two_counties.one, "own|portable", "from own rows"))
    people.grant(two_counties.two, ["station"], owner=two_counties.one)
    with database.session(manager) as session:
        session.add(result_of(two_counties.one, "wide|portable", "from own and shared rows"))
    bob = people.account("Bob", two_counties.two)
    people.member(bob, two_counties.two, "agency_reader")
    assert titles(database, bob) == []
    people.grant(two_counties.one, ["coverage"], owner=two_counties.two)
    assert titles(database, bob) == ["from own rows"]
    assert titles(database, manager) == ["from own and shared rows"]


def test_one_prepared_statement_serves_two_sights(two_counties, people):
    """The application's limits are parameters: a statement cached for one viewer must not carry them to the next."""
    database = two_counties.database
    ann, bob = people.account("Ann", two_counties.one), people.account("Bob", two_counties.two)
    people.member(ann, two_counties.one, "agency_reader")
    people.member(bob, two_counties.two, "agency_reader")
    people.run("ALTER TABLE casm.site DISABLE ROW LEVEL SECURITY")
    for viewer, name in ((ann, "one"), (bob, "two")) * 5:
        with database.session(viewer) as session:
            assert session.scalars(select(Site.name)).all() == [f"Tower of us.st.{name}"]
