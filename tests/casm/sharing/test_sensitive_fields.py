"""Access, power and circuits: who lacks the class sensitive of an owner finds no trace of them, by any way."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from casm.db.tables import BackhaulLink, BackhaulLinkSensitive, History, Site, SiteSensitive
from casm.exchange import geojson
from casm.exchange.layers.plant import SENSITIVE_SITE_COLUMNS, read_sites
from casm.intake.batches import FileOrigin
from casm.intake.row import ChildRow, ChildSet, ParsedRow
from casm.intake.writer import Writer
from casm.sharing.viewer import Viewer

EAST_OF_84 = "MULTIPOLYGON(((-84 36, -83 36, -83 37, -84 37, -84 36)))"
SECRETS = ("Code 4711", "Code 4712", "TN-77")
SIDE_TABLES = ("site_sensitive", "backhaul_link_sensitive")


@pytest.fixture
def county(two_counties):
    """County one with two towers, one east of 84 degrees west, a link, what is sensitive of them, and a past."""
    one = two_counties.one
    with two_counties.database.session(Viewer.local_administrator()) as session:
        west = session.scalars(select(Site).where(Site.owner_id == one)).one()
        east = Site(owner_id=one, name="East tower", position="SRID=4326;POINT(-83.5 36.5)", sensitivity="public")
        session.add(east)
        session.flush()
        link = BackhaulLink(owner_id=one, name="Link", site_a_owner_id=one, site_a_id=west.id, site_b_owner_id=one,
                            site_b_id=east.id)  # fmt: skip
        session.add(link)
        session.flush()
        for site in (west, east):
            session.add(SiteSensitive(owner_id=one, site_id=site.id, access_notes="Code 4711", battery_hours=8))
        session.add(BackhaulLinkSensitive(owner_id=one, backhaul_link_id=link.id, circuit_id="TN-77"))
        session.flush()
        for row in session.scalars(select(SiteSensitive)):
            row.access_notes = "Code 4712"
        session.scalars(select(BackhaulLinkSensitive)).one().circuit_id = "TN-78"
    return two_counties


def found(world, viewer) -> tuple[int, int]:
    """Rows and entries of the history, the application's count of rows being the same as the database's."""
    with world.database.session(viewer) as session:
        rows = sum(len(session.scalars(select(mapped)).all()) for mapped in (SiteSensitive, BackhaulLinkSensitive))
        plain = sum(session.scalar(text(f"SELECT count(*) FROM {table}")) for table in SIDE_TABLES)
        assert rows == plain
        past = session.scalar(select(func.count()).select_from(History).where(History.table_name.in_(SIDE_TABLES)))
        return rows, past


def exported(world, viewer) -> dict[str, dict]:
    """Properties of each site that the viewer exports, by name."""
    with world.database.session(viewer) as session:
        return {feature.properties["name"]: feature.properties for feature in read_sites(session)}


def test_rows_and_past_are_for_who_has_the_class(county, people):
    reader = people.account("Reader", county.one)
    people.member(reader, county.one, "agency_reader", ("public", "encryption", "contact"))
    keeper = people.account("Keeper", county.one)
    people.member(keeper, county.one, "agency_reader", ("public", "sensitive"))
    assert found(county, reader) == (0, 0)
    assert found(county, keeper) == (3, 3)
    assert found(county, Viewer.of_owner("program", county.one)) == (0, 0)
    assert found(county, Viewer.of_owner("program", county.one, all_fields=True)) == (3, 3)
    with county.database.session(reader) as session:
        everything = session.scalars(text("SELECT before::text FROM history")).all()
        assert not any(secret in image for image in everything for secret in SECRETS)


def test_the_class_in_one_county_opens_nothing_of_the_other(county, people):
    bob = people.account("Bob", county.two)
    people.member(bob, county.two, "agency_reader", ("public", "sensitive"))
    people.grant(county.one, ["site", "backhaul_link"], owner=county.two)
    assert found(county, bob) == (0, 0)
    assert not set(SENSITIVE_SITE_COLUMNS) & set(exported(county, bob)["East tower"])


def test_a_grant_of_the_class_shows_rows_in_its_area_and_no_past(county, people):
    bob = people.account("Bob", county.two)
    people.member(bob, county.two, "partner", ("public",))
    people.grant(county.one, ["site"], owner=county.two)
    people.grant(county.one, ["site"], owner=county.two, fields=("public", "sensitive"), area=EAST_OF_84)
    with county.database.session(bob) as session:
        (row,) = session.scalars(select(SiteSensitive))
        assert session.get(Site, row.site_id).name == "East tower"
        assert session.scalars(select(BackhaulLinkSensitive)).all() == []
        assert session.scalars(select(History)).all() == []
    sites = exported(county, bob)
    assert sites["East tower"]["battery_hours"] == 8
    assert not set(SENSITIVE_SITE_COLUMNS) & set(sites["Tower of us.st.one"])


def test_an_export_has_power_for_who_has_the_class_and_access_for_nobody(county, people, tmp_path):
    reader = people.account("Reader", county.one)
    people.member(reader, county.one, "agency_reader", ("public",))
    keeper = people.account("Keeper", county.one)
    people.member(keeper, county.one, "agency_reader", ("public", "sensitive"))
    nation = Viewer.local_administrator()
    for viewer, sees in ((reader, False), (keeper, True), (nation, True)):
        properties = exported(county, viewer)["East tower"]
        assert [name in properties for name in SENSITIVE_SITE_COLUMNS] == [sees] * len(SENSITIVE_SITE_COLUMNS)
        # A public tower whose power goes with it is handled as the power is.
        assert properties["sensitivity"] == ("internal" if sees else "public")
        with county.database.session(viewer) as session:
            geojson.write_all(session, tmp_path / viewer.actor)
        written = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / viewer.actor).glob("*.geojson"))
        assert ("battery_hours" in written) is sees
        assert not any(secret in written for secret in (*SECRETS, "TN-78", "access_notes", "circuit_id"))


def test_a_site_without_any_is_exported_as_one_whose_are_hidden(county, people):
    reader = people.account("Reader", county.one)
    people.member(reader, county.one, "agency_reader", ("public",))
    before = exported(county, reader)
    people.run("DELETE FROM casm.site_sensitive")
    assert exported(county, reader) == before


def test_who_lacks_the_class_writes_none(county, people):
    editor = people.account("Editor", county.one)
    people.member(editor, county.one, "agency_editor", ("public",))
    with county.database.session(editor) as session:
        site_id = session.scalars(select(Site.id).where(Site.name == "East tower")).one()
    # Refused alike whether there is a row or not.
    for existing in (True, False):
        if not existing:
            people.run("DELETE FROM casm.site_sensitive WHERE site_id = :id", id=site_id)
        with pytest.raises(DBAPIError, match="row-level security"), county.database.session(editor) as session:
            session.add(SiteSensitive(owner_id=county.one, site_id=site_id, grid_power=True))


def test_findings_of_imports_are_for_who_has_the_class_of_that_owner(county, people):
    rows = [
        ParsedRow(
            "site", "us.st.one", {"name": f"New {number}"}, "s.csv", number,
            children=(ChildSet("site_sensitive", "site", (ChildRow({"battery_hours": hours}),)),),
            headings={"battery_hours": "Battery"},
        )
        for number, hours in ((2, 8.0), (3, 12_345.0))
    ]  # fmt: skip
    origin = FileOrigin("s.csv", "a" * 64, "csv", "us.st.one", "site", {})
    program = Viewer.of_owner("program", county.one, may_write=True, all_fields=True)
    with Writer(county.database, program) as writer:
        report = writer.take(origin, rows)
    assert (report.total("created"), report.total("reported")) == (1, 1)
    reader = people.account("Reader", county.one)
    people.member(reader, county.one, "agency_reader", ("public",))
    elsewhere = people.account("Elsewhere", county.one)
    people.member(elsewhere, county.one, "agency_reader", ("public",))
    people.member(elsewhere, county.two, "agency_reader", ("public", "sensitive"))
    keeper = people.account("Keeper", county.one)
    people.member(keeper, county.one, "agency_reader", ("public", "sensitive"))
    for viewer, expected in ((reader, []), (elsewhere, []), (keeper, ["12345.0"])):
        with county.database.session(viewer) as session:
            assert session.scalars(text("SELECT value FROM import_problem")).all() == expected, viewer.actor

    clerk = Viewer.of_owner("clerk", county.one, may_write=True)
    with Writer(county.database, clerk) as writer:
        report = writer.take(FileOrigin("t.csv", "b" * 64, "csv", "us.st.one", "site", {}), [rows[0]])
    assert report.problems[0].reason == "you may not see or write sensitive fields"
    assert report.total("reported") == 1
