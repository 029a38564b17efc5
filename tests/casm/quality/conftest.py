"""Two counties side by side, each with records some of which are doubtful on purpose."""

import uuid
from datetime import date
from types import SimpleNamespace

import pytest

from casm.db.tables import Owner, Station, StationFrequency
from casm.editing.change_record import create_record
from casm.sharing.viewer import NATION_OWNER_ID, PUBLIC_OWNER_ID, Viewer

ADMIN = Viewer.local_administrator("Ann Admin")
AS_OF = date(2026, 11, 22)
CAMPBELL = "MULTIPOLYGON(((-84.4 36.2, -84.0 36.2, -84.0 36.5, -84.4 36.5, -84.4 36.2)))"
ANDERSON = "MULTIPOLYGON(((-84.4 35.9, -84.0 35.9, -84.0 36.2, -84.4 36.2, -84.4 35.9)))"
FRESH = {"verified_on": "2026-06-01", "verified_by": "Ann Admin"}

# In the first county: (class, what is typed, (rule, about) of each doubt that it must raise).
DOUBTFUL = (
    ("channel", {"name": "VTAC36", "configuration": "repeater", "rx_freq_hz": "159.4725", "tx_freq_hz": "151.1375",
                 "rx_squelch": "136.5", "tx_squelch": "156.7", "mode": "analog_fm", "bandwidth_hz": "N",
                 "emission_designator": "11K2F3E"}, {("sides", "sides")}),
    ("channel", {"name": "OLD WIDE", "configuration": "repeater", "rx_freq_hz": "154.265", "tx_freq_hz": "159.0",
                 "rx_squelch": "$293", "tx_squelch": "156.6", "mode": "analog_fm", "bandwidth_hz": "W",
                 "emission_designator": "20K0F3E"},
     {("narrowband", "20K0F3E"), ("squelch_kind", "rx"), ("squelch_kind", "tx")}),
    ("channel", {"name": "8TAC91", "configuration": "repeater", "rx_freq_hz": "851.5125", "tx_freq_hz": "806.5125",
                 "rx_squelch": "156.7", "tx_squelch": "156.7", "mode": "analog_fm", "bandwidth_hz": "25 kHz",
                 "emission_designator": "14K0F3E"}, set()),
    ("site", {"name": "Cross Mountain", "latitude": "36.22", "longitude": "-84.3", "county": "Campbell County",
              "state": "TN", "structure_type": "guyed", "ground_elevation_amsl_m": "1000 m",
              "overall_height_agl_m": "50 m", "overall_height_amsl_m": "1050 m"}, set()),
    ("site", {"name": "Wrong County", "latitude": "36.10", "longitude": "-84.2", "county": "Campbell County",
              "state": "TN", "structure_type": "guyed", "ground_elevation_amsl_m": "400 m",
              "overall_height_agl_m": "30 m"}, {("county", "outside"), ("heights", "sum")}),
    ("site", {"name": "On The Line", "latitude": "36.1995", "longitude": "-84.2", "county": "Campbell County",
              "state": "TN", "structure_type": "pole", "ground_elevation_amsl_m": "400 m",
              "overall_height_agl_m": "30 m", "overall_height_amsl_m": "430 m"}, {("county", "near border")}),
    ("site_sensitive", {"site": "Cross Mountain", "lease_end_on": "2026-01-31"}, {("expiry", "lease")}),
    ("licence", {"call_sign": "WQXY123", "radio_service_code": "PW", "licence_status": "active",
                 "expires_on": "2026-12-31"}, {("expiry", "licence")}),
    ("radio_system", {"name": "County P25", "kind": "trunked", "technology": "p25 phase 2", "bands": "800",
                      "wacn": "$FFFFF", "system_id": "9C1"}, {("p25_identity", "wacn")}),
    ("station", {"name": "Cross Mountain VHF", "site": "Cross Mountain", "channel": "OLD WIDE", "call_sign": "WQXY123",
                 "antenna_height_agl_m": "52 m", "tx_output_w": "100 W", "line_loss_db": "3",
                 "antenna_gain_dbi": "6 dBd", "erp_w": "390 W", "station_tx_freqs_mhz": "154.265; 154.28"},
     {("heights", "antenna"), ("licensed", "frequency"), ("licensed", "antenna"), ("licensed", "erp"),
      ("licensed", "position")}),
    ("agency", {"name": "Sheriff", "level": "county", "discipline": "police", "jurisdiction": "47013",
                "sworn_staff_count": "43", "total_staff_count": "42"}, {("possible", "sworn staff")}),
    ("agency", {"name": "Fire", "discipline": "fire", "jurisdiction": "47013", "verified_on": "2020-01-01"},
     {("missing", "missing"), ("stale", "verified")}),
    ("agency", {"name": "SHERIFF, CAMPBELL CO", "level": "county", "discipline": "police", "jurisdiction": "47013"},
     set()),
    ("agency", {"name": "Campbell County Sheriff", "level": "county", "discipline": "police",
                "jurisdiction": "47013"}, {("duplicate", "SHERIFF, CAMPBELL CO")}),
    ("site", {"name": "X Mtn", "aliases": "Cross Mtn.", "latitude": "36.2205", "longitude": "-84.3004",
              "county": "Campbell County", "state": "TN", "structure_type": "guyed",
              "ground_elevation_amsl_m": "1000 m", "overall_height_agl_m": "50 m", "overall_height_amsl_m": "1050 m"},
     {("duplicate", "Cross Mountain")}),
    ("backhaul_link", {"site_a": "Cross Mountain", "site_b": "On The Line", "kind": "fibre"}, set()),
    ("backhaul_link", {"site_a": "On The Line", "site_b": "X Mtn", "kind": "fibre"},
     {("duplicate", "Cross Mountain - On The Line")}),
)  # fmt: skip


def make_world(database):
    """Ids of the owners, and id → the doubts that its record must raise."""
    world = SimpleNamespace(database=database, admin=ADMIN, state=uuid.uuid4(), one=uuid.uuid4(), two=uuid.uuid4())
    world.expected, world.ids = {}, {}
    with database.session(ADMIN) as session:
        session.add(Owner(id=world.state, parent_id=NATION_OWNER_ID, kind="state", name="Tennessee", code="us.tn"))
        session.flush()
        for owner_id, code in ((world.one, "us.tn.one"), (world.two, "us.tn.two")):
            session.add(Owner(id=owner_id, parent_id=world.state, kind="county", name=f"County {code[-3:]}", code=code))
            session.flush()
        for code, name, area in (("47013", "Campbell County", CAMPBELL), ("47001", "Anderson County", ANDERSON)):
            create_record(session, "jurisdiction", PUBLIC_OWNER_ID,
                          {"kind": "county", "name": name, "code": code, "state_fips": "47", "area": area})  # fmt: skip
    for record_class, texts, doubts in DOUBTFUL:
        record_id = make(world, record_class, world.one, texts)
        name = texts.get("name") or texts.get("call_sign") or f"{texts.get('site_a')} - {texts.get('site_b')}"
        world.ids[name] = record_id
        # A double is told by the id of what it doubles.
        world.expected[record_id] = {
            (rule, str(world.ids[about]) if rule == "duplicate" else about) for rule, about in doubts
        }
    make_licensed(world)
    make(world, "agency", world.two, {"name": "Sheriff of Two"})
    world.editor_one = Viewer.of_owner("Ed One", world.one, may_write=True, all_fields=True)
    world.clerk_one = Viewer.of_owner("Carl Clerk", world.one, may_write=True)
    world.editor_two = Viewer.of_owner("Ed Two", world.two, may_write=True, all_fields=True)
    return world


def make(world, record_class: str, owner_id: uuid.UUID, texts: dict[str, str]) -> uuid.UUID:
    """A record typed in, confirmed this year unless it says otherwise."""
    with world.database.session(ADMIN) as session:
        return create_record(session, record_class, owner_id, {**FRESH, **texts}).record_id


def make_licensed(world) -> None:
    """What the FCC's files say under the call sign: 4 km away, 45 m high, 154.265 MHz at 200 W."""
    make(world, "site", world.one, {"name": "WQXY123 location 1", "latitude": "36.25", "longitude": "-84.33",
                                    "county": "Campbell County", "state": "TN"})  # fmt: skip
    with world.database.session(ADMIN) as session:
        created = create_record(session, "station", world.one, {
            "name": "WQXY123 1-1", "site": "WQXY123 location 1", "call_sign": "WQXY123", "antenna_height_agl_m": "45 m",
        })  # fmt: skip
        session.get(Station, created.record_id).source = "uls"
        session.add(StationFrequency(owner_id=world.one, station_id=created.record_id, station_tx_freq_hz=154_265_000,
                                     erp_w=200.0, source="uls"))  # fmt: skip


@pytest.fixture
def world(database):
    """A world of the test's own."""
    return make_world(database)


@pytest.fixture(scope="module")
def module_world(module_database):
    """A world that the tests of one module share."""
    return make_world(module_database)
