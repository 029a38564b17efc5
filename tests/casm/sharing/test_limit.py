"""The limits of a viewer as one option: told apart by shape, each with the values of its own viewer."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from casm.db.tables import Agency, Site
from casm.sharing.application_wall import CRITERIA


def limits_of(database, viewer):
    """The option that a viewer's reads are narrowed by."""
    with database.session(viewer) as session:
        session.scalars(select(Site)).all()
        (option,) = session.info[CRITERIA]
        return option


def test_viewers_of_one_shape_share_a_key_and_no_value(two_counties):
    one, two = (limits_of(two_counties.database, v) for v in (two_counties.viewer_one, two_counties.viewer_two))
    assert one.key == two.key
    assert hash(one.key) == hash(two.key)
    values = [{str(owner) for p in of.values if isinstance(p.value, list) for owner in p.value} for of in (one, two)]
    assert str(two_counties.one) in values[0] - values[1]
    assert str(two_counties.two) in values[1] - values[0]


def test_viewers_of_other_shapes_have_other_keys(two_counties, people):
    plain = limits_of(two_counties.database, two_counties.viewer_one)
    area = "MULTIPOLYGON(((-85 36,-84 36,-84 37,-85 37,-85 36)))"
    people.grant(two_counties.two, ["site"], owner=two_counties.one, area=area)
    ann = people.account("Ann", two_counties.one)
    people.member(ann, two_counties.one, "agency_reader")
    assert limits_of(two_counties.database, ann).key != plain.key


def test_a_statement_made_for_one_viewer_reads_for_the_next_with_the_next_ones_values(two_counties):
    database, agency = two_counties.database, aliased(Agency)
    statement = select(Site.name, agency.name).join(agency, agency.owner_id == Site.owner_id)
    for _ in range(2):
        for viewer, code in ((two_counties.viewer_one, "us.st.one"), (two_counties.viewer_two, "us.st.two")):
            with database.session(viewer) as session:
                assert session.execute(statement).all() == [(f"Tower of {code}", f"Sheriff of {code}")]


def test_a_statement_is_compiled_once_for_viewers_of_one_shape(two_counties):
    database = two_counties.database
    made = []
    for viewer in (two_counties.viewer_one, two_counties.viewer_two):
        with database.session(viewer) as session:
            session.scalars(select(Site.name)).all()
            made.append(len(session.get_bind()._compiled_cache))
    assert made[0] == made[1]
