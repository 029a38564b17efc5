"""What lies above its owner's ceiling leaves by no square: neither by its own nor by that of what stands on it."""

import pytest
from sqlalchemy import update

from casm.db.tables import Site, Station
from casm.exchange.layers.approximate import read_squares
from casm.sharing.handling import set_handling_text
from casm.sharing.leaving import leaving
from casm.sharing.viewer import Viewer

ADMINISTRATOR = Viewer.local_administrator()


def squares(world, viewer) -> list[str]:
    with world.database.session(viewer) as session, leaving(session):
        return sorted(square.properties["name"] for square in read_squares(session))


@pytest.fixture
def neighbour(two_counties, people):
    """Somebody of the second county, shown the first one's sites and stations within 10 km."""
    with two_counties.database.session(ADMINISTRATOR) as session:
        site = session.query(Site).filter_by(owner_id=two_counties.one).one()
        session.add(Station(owner_id=two_counties.one, name="VHF", site_owner_id=site.owner_id, site_id=site.id))
        set_handling_text(session, two_counties.state, tlp_ceiling="AMBER")
    viewer = people.account("Neighbour", two_counties.two)
    people.member(viewer, two_counties.two, "agency_reader")
    people.grant(two_counties.one, ["site", "station"], owner=two_counties.two, precision_m=10_000)
    return viewer


def restrict(world, entity) -> None:
    with world.database.session(ADMINISTRATOR) as session:
        session.execute(update(entity).where(entity.owner_id == world.one).values(sensitivity="restricted"))


def test_what_is_under_the_ceiling_leaves_as_a_square(two_counties, neighbour):
    assert squares(two_counties, neighbour) == ["1 site, 1 station"]


@pytest.mark.parametrize("above", [Site, Station])
def test_what_is_above_the_ceiling_leaves_by_no_square(two_counties, neighbour, above):
    restrict(two_counties, above)
    assert squares(two_counties, neighbour) == []


def test_a_station_does_not_tell_where_a_site_above_the_ceiling_is(two_counties, people):
    with two_counties.database.session(ADMINISTRATOR) as session:
        site = session.query(Site).filter_by(owner_id=two_counties.one).one()
        session.add(Station(owner_id=two_counties.one, name="VHF", site_owner_id=site.owner_id, site_id=site.id))
        set_handling_text(session, two_counties.state, tlp_ceiling="AMBER")
    viewer = people.account("Neighbour", two_counties.two)
    people.member(viewer, two_counties.two, "agency_reader")
    people.grant(two_counties.one, ["station"], owner=two_counties.two, precision_m=10_000)
    assert squares(two_counties, viewer) == ["1 station"]
    restrict(two_counties, Site)
    assert squares(two_counties, viewer) == []
