"""Two people on one connection of the pool: whatever the one leaves behind, the other sees only what is his."""

import random
from dataclasses import replace

import pytest
from repeats import repeats
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.exc import DBAPIError

from casm.db.engine import make_engine
from casm.db.tables import Agency, Site

ROUNDS = repeats(10_000, quick=120)


class Abandoned(Exception):
    """A request that broke off in the middle."""


def read(session, _rival) -> None:
    session.scalars(select(Agency.name)).all()


def break_off(session, _rival) -> None:
    session.scalars(select(Site.name)).all()
    raise Abandoned


def fail(session, _rival) -> None:
    session.execute(text("SELECT 1/0"))


def be_cancelled(session, _rival) -> None:
    session.execute(text("SET LOCAL statement_timeout = 1"))
    session.execute(text("SELECT pg_sleep(1)"))


def leave_settings(session, rival) -> None:
    session.execute(text("SELECT set_config('casm.context', :context, false)"), {"context": rival})
    session.execute(text("SET search_path = pg_catalog"))


def leave_a_cursor(session, _rival) -> None:
    session.execute(text("DECLARE kept CURSOR WITH HOLD FOR SELECT name FROM site"))


def leave_a_plan(session, _rival) -> None:
    session.execute(text("PREPARE kept AS SELECT name FROM site"))


def leave_a_role(session, _rival) -> None:
    session.execute(text("SET SESSION ROLE casm_wide"))


HABITS = (read, break_off, fail, be_cancelled, leave_settings, leave_a_cursor, leave_a_plan, leave_a_role)


@pytest.fixture
def one_connection(two_counties, database_urls):
    """The database through a pool of one connection, and how many were ever opened."""
    engine = make_engine(database_urls.app)
    opened = []
    event.listen(engine, "connect", lambda connection, _record: opened.append(connection.info.backend_pid))
    engine.pool._pool.maxsize = 1
    engine.pool._max_overflow = 0
    database = replace(two_counties.database, engine=engine)
    yield database, opened
    engine.dispose()


def test_nothing_of_one_person_is_left_for_the_next(two_counties, people, one_connection):
    database, opened = one_connection
    ann, bob = people.account("Ann", two_counties.one), people.account("Bob", two_counties.two)
    people.member(ann, two_counties.one, "agency_reader")
    people.member(bob, two_counties.two, "agency_reader")
    everything = two_counties.database.seal.context_of(people.account("Swic", two_counties.state))
    own = {ann: "Tower of us.st.one", bob: "Tower of us.st.two"}
    draw = random.Random(7)
    mixed = 0
    for _ in range(ROUNDS):
        viewer = draw.choice((ann, bob))
        habit = draw.choice(HABITS)
        try:
            with database.session(viewer) as session:
                seen = session.scalars(text("SELECT name FROM site")).all(), session.scalars(select(Site.name)).all()
                mixed += seen != ([own[viewer]], [own[viewer]])
                habit(session, everything)
        except (Abandoned, DBAPIError):
            continue
    assert mixed == 0
    assert len(opened) == 1


def test_a_pool_that_does_not_clean_up_mixes_people_up(two_counties, people, database_urls):
    """The test above can fail: the same habits on connections that keep what was left on them."""
    careless = create_engine(
        database_urls.app, pool_size=1, max_overflow=0, pool_reset_on_return=None,
        connect_args={"options": "-c search_path=casm,casm_geo,public"},
    )  # fmt: skip
    ann = people.account("Ann", two_counties.one)
    people.member(ann, two_counties.one, "agency_reader")
    context = two_counties.database.seal.context_of(ann)
    try:
        with careless.connect() as connection:
            connection.execute(text("SELECT set_config('casm.context', :context, false)"), {"context": context})
            connection.commit()
        with careless.connect() as connection:
            assert connection.scalars(text("SELECT name FROM site")).all() == ["Tower of us.st.one"]
    finally:
        careless.dispose()
