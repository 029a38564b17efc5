"""What may leave, read through every way of reading that exports use."""

import pytest
from sqlalchemy import func, select, update

from casm.assessments.result import Result
from casm.exchange.layers.plant import read_links, read_sites
from casm.exchange.layers.results import read_coverage
from casm.exchange.marking import mark
from casm.exchange.overview import read_overview, shown_rows
from casm.inventory.site import Site
from casm.sharing.handling import set_handling_text
from casm.sharing.leaving import leaving, releasing
from casm.sharing.viewer import Viewer

ADMINISTRATOR = Viewer.local_administrator()


@pytest.fixture
def filled(database, small_inventory):
    """The small inventory with a site and the coverage restricted, and a site for anyone."""
    with database.session(ADMINISTRATOR) as session:
        ids = small_inventory.fill(session)
        session.execute(update(Site).where(Site.id == ids.knob).values(sensitivity="restricted"))
        session.execute(update(Site).where(Site.id == ids.valley).values(sensitivity="public"))
        session.execute(update(Result).where(Result.id == ids.coverage_result).values(sensitivity="restricted"))
    return ids


def names(features) -> list[str]:
    return [feature.properties["name"] for feature in features]


def test_without_rules_everything_leaves_and_only_public_rows_are_released(database, filled):
    with database.session(ADMINISTRATOR) as session:
        with leaving(session):
            assert names(read_sites(session)) == ["Knob", "Ridge", "Valley"]
        with releasing(session):
            assert names(read_sites(session)) == ["Valley"]
            assert list(read_coverage(session)) == []
        assert names(read_sites(session)) == ["Knob", "Ridge", "Valley"]


def test_what_is_above_the_ceiling_stays_and_what_refers_to_it_is_unavailable(database, filled):
    with database.session(ADMINISTRATOR) as session:
        set_handling_text(session, filled.state_owner, tlp_ceiling="AMBER")
        with leaving(session):
            assert names(read_sites(session)) == ["Ridge", "Valley"]
            assert session.scalar(select(func.count()).select_from(Site).where(Site.status == "active")) == 2
            assert list(read_coverage(session)) == []
            links = {link.properties["name"]: link for link in read_links(session)}
            overview = read_overview(session)
            assert mark(session, shown_rows(overview)).tlp == overview.marking.tlp == "AMBER"
        assert links["Knob-Ridge"].geometry is None
        assert links["Knob-Ridge"].properties["unavailable"] == ["site_a"]
        assert links["Ridge-Valley"].geometry is not None


def test_a_result_needs_the_leave_of_every_owner_behind_it(database, filled):
    with database.session(ADMINISTRATOR) as session:
        session.execute(
            update(Result).where(Result.id == filled.coverage_result).values(
                sensitivity="internal", audience=[filled.state_owner, filled.county_owner]
            )
        )  # fmt: skip
        set_handling_text(session, filled.county_owner, tlp_ceiling="GREEN")
        with leaving(session):
            assert session.scalars(select(Result.id).where(Result.id == filled.coverage_result)).all() == []


def test_an_owners_leave_releases_its_rows(database, filled):
    with database.session(ADMINISTRATOR) as session:
        set_handling_text(session, filled.state_owner, release_up_to="internal")
        with releasing(session):
            assert names(read_sites(session)) == ["Ridge", "Valley"]
        set_handling_text(session, filled.county_owner, tlp_floor="GREEN")
        with releasing(session):
            assert names(read_sites(session)) == []
