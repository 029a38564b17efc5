"""A small world whose dashboard is worked out by hand: a state with two counties, on a day in 2026."""

import uuid
from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from casm.db.tables import Agency, Agreement, Licence, Need, Owner, Result, Site, SiteSensitive
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMIN = Viewer.local_administrator("Ann Admin")
AS_OF = date(2026, 11, 30)


def add(session, *rows):
    for row in rows:
        session.add(row)
        session.flush()
    return rows[-1]


def fill(session, world):
    """Site by site, what is known of it is written beside it; the tests count by these comments."""
    one, two = world.one, world.two
    position = "SRID=4326;POINT(-84.3 36.3)"
    add(
        session,
        Owner(id=world.state, parent_id=NATION_OWNER_ID, kind="state", name="Tennessee", code="us.tn", fips="47"),
        Owner(id=one, parent_id=world.state, kind="county", name="County One", code="us.tn.one", fips="47013"),
        Owner(id=two, parent_id=world.state, kind="county", name="County Two", code="us.tn.two", fips="47025"),
        # One year to the day holds; a day longer does not.
        Site(owner_id=one, name="A", verified_on=date(2025, 11, 30), position=position, structure_type="guyed_tower"),
        Site(owner_id=one, name="B", verified_on=date(2025, 11, 29), position=position),
        Site(owner_id=one, name="C", county_fips="47013"),
        Site(owner_id=one, name="Gone", status="retired", retired_at="2026-01-01"),
        # Verified on a day to come: not verified yet.
        Site(owner_id=two, name="D", verified_on=date(2027, 1, 1)),
        Agency(owner_id=one, name="Sheriff", discipline="law", verified_on=date(2026, 6, 1)),
        # Ends today: not expired, and within every horizon. 30, 31, 90 and 91 days from now; a year; past.
        Licence(owner_id=one, call_sign="WAAA001", expires_on=date(2026, 11, 30), licence_status="active"),
        Licence(owner_id=one, call_sign="WAAA002", expires_on=date(2026, 12, 30), licence_status="active"),
        Licence(owner_id=one, call_sign="WAAA003", expires_on=date(2026, 12, 31), licence_status="active"),
        Licence(owner_id=two, call_sign="WAAA004", expires_on=date(2027, 2, 28), licence_status="active"),
        Licence(owner_id=two, call_sign="WAAA005", expires_on=date(2027, 3, 1), licence_status="active"),
        Licence(owner_id=two, call_sign="WAAA006", expires_on=date(2027, 11, 30), licence_status="active"),
        Licence(owner_id=two, call_sign="WAAA007", expires_on=date(2027, 12, 1), licence_status="active"),
        Licence(owner_id=two, call_sign="WAAA008", expires_on=date(2026, 11, 29), licence_status="active"),
        # Its end says nothing any more.
        Licence(owner_id=two, call_sign="WAAA009", expires_on=date(2026, 12, 1), licence_status="cancelled"),
        Agreement(owner_id=one, title="Mutual aid", open_ended=True, effective_on=date(2020, 1, 1)),
        Agreement(owner_id=one, title="Old plan"),
    )
    site_id = session.scalar(select(Site.id).where(Site.name == "D"))
    add(session, SiteSensitive(owner_id=two, site_id=site_id, lease_end_on=date(2026, 12, 30)))
    for owner_id, name, state, origin in (
        (one, "Pursuit", "met", "stated"), (one, "Flood", "not proven", "stated"), (two, "Fire", "not met", "stated"),
        (two, "Storm", None, "stated"), (two, "Guess", None, "proposed"),
    ):  # fmt: skip
        need = add(session, Need(owner_id=owner_id, name=name, required_level=3, origin=origin))
        if state is not None:
            add(
                session,
                Result(owner_id=owner_id, kind="interop_group", result_key=str(need.id), title=f"Need: {name}",
                       method="m", method_version="1", inputs_sha256="0" * 64, input_ids=[], audience=[owner_id],
                       field_classes=["public"], summary={"state": state}),
            )  # fmt: skip


@pytest.fixture(scope="module")
def hand_world(module_database):
    """The world, and who looks at it."""
    world = SimpleNamespace(
        database=module_database, admin=ADMIN, as_of=AS_OF, state=uuid.uuid4(), one=uuid.uuid4(), two=uuid.uuid4()
    )
    with module_database.session(ADMIN) as session:
        fill(session, world)
    world.reader_one = Viewer.of_owner("Rita", world.one)
    world.sensitive_two = Viewer.of_owner("Sue", world.two, all_fields=True)
    return world
