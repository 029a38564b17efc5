"""What is typed is read as an import reads it, said at the field with its mend; what is not touched stays."""

from decimal import Decimal

import pytest
from geoalchemy2.shape import from_shape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repeats import repeats
from shapely.geometry import Point
from sqlalchemy import select

from casm.audit.record import collected
from casm.db.tables import AuditEvent, Channel, RadioSystem, Site, Station
from casm.editing.change_record import change_record, create_record
from casm.editing.faults import FieldFaults
from casm.editing.field_texts import columns_of_row
from casm.editing.form_fields import all_fields
from casm.editing.history import read_history
from casm.editing.put_back import put_back
from casm.editing.read_record import KEPT, read_record
from casm.editing.record_class import record_classes
from casm.editing.retire import bring_back, retire_record
from casm.editing.used_by import read_users
from casm.inventory.choices import BAND, CHANNEL_MODE, STRUCTURE_TYPE


def columns(world, mapped, record_id):
    with world.database.session(world.admin) as session:
        return columns_of_row(session.get(mapped, record_id))


def test_units_notations_and_terms_are_read_as_in_files(module_world):
    site = columns(module_world, Site, module_world.records["site"])
    assert site["overall_height_agl_m"] == pytest.approx(45.72)
    assert (site["position"].x, site["position"].y) == pytest.approx((-84.401111, 36.226667), abs=1e-6)
    assert (site["source_datum"], site["source_latitude"], site["county_fips"]) == ("NAD83", "36 13 36 N", "47013")
    assert (site["structure_type"], site["aliases"], site["source"]) == ("guyed_tower", ["Old Smoky", "XMTN"], "typed")
    channel = columns(module_world, Channel, module_world.records["channel"])
    assert (channel["rx_freq_hz"], channel["tx_freq_hz"], channel["bandwidth_hz"]) == (154_265_000, 159_472_500, 12_500)
    assert (channel["rx_squelch_kind"], channel["rx_dcs_code"]) == ("dcs", "023")
    assert (channel["tx_squelch_kind"], channel["tx_ctcss_hz"]) == ("ctcss", Decimal("156.7"))
    station = columns(module_world, Station, module_world.records["station"])
    assert station["antenna_gain_dbi"] == pytest.approx(8.15)
    assert (station["antenna_gain_entered_unit"], station["azimuth_deg"]) == ("dBd", 0.0)


WRONG = [
    ("site", {"overall_height_agl_m": "150"}, "overall_height_agl_m", "no unit is stated"),
    ("site", {"latitude": "-84.4", "longitude": "36.2"}, "longitude", "latitude and longitude look exchanged"),
    ("site", {"longitude": "84.4"}, "longitude", "the minus sign or the W seems forgotten"),
    ("site", {"latitude": ""}, "latitude", "the latitude is missing"),
    ("site", {"county": "Atlantis"}, "county", "there is no one county of this name"),
    ("site", {"structure_type": "wigwam"}, "structure_type", "none of the known terms"),
    ("site", {"name": ""}, "name", "name is missing"),
    ("site", {"last_inspected_on": "13/25/2026"}, "last_inspected_on", "there is no such"),
    ("site", {"status": "retired"}, "status", "a record is retired by an act of its own"),
    ("site", {"name": "Town Hall"}, None, "there is already a site with the same name"),
    ("channel", {"rx_squelch": "114"}, "rx_squelch", "114 may be a DCS code or a NAC"),
    ("channel", {"mode": "D"}, "mode", "D says digital, not which digital mode"),
    ("channel", {"configuration": "simplex"}, "tx_freq_hz", "a simplex channel has one frequency"),
    ("channel", {"rx_freq_hz": "5 MHz"}, "rx_freq_hz", "outside 25 MHz to 100 GHz"),
    ("station", {"site": "Nowhere"}, "site", "there is no site 'Nowhere'"),
    ("fleet", {"radio_cache": "Region 2 cache"}, "agency", "a fleet belongs to one agency or to one radio cache"),
    ("agreement", {"expires_on": "2020-01-01"}, "expires_on", "the agreement ends before it begins"),
    ("need", {"required_level": "7"}, "required_level", "outside what is possible"),
    ("contact", {"email": "jo"}, "email", "this is not one e-mail address"),
    ("site", {"structure_owner_frn": "12345678901"}, "structure_owner_frn", "has ten digits"),
    ("station_frequency", {"control_channel": "perhaps"}, "control_channel", "none of the known terms"),
    ("backhaul_link_sensitive", {"tsp_code": "TSP1"}, "tsp_code", "no TSP authorization code"),
    ("contact", {"dispatch_center": "County 911"}, "agency", "belongs to exactly one agency, site, gateway"),
    ("dispatch_center", {"fcc_psap_id": "TN-12"}, "fcc_psap_id", "a number of one to six digits"),
    ("dispatch_center", {"backup_center": "County 911"}, "backup_center", "a center cannot be its own backup"),
    ("dispatch_center", {"county": "Atlantis"}, "county", "there is no one county of this name"),
    ("dispatch_center", {"console_position_count": "-1"}, "console_position_count", "outside what is possible"),
    ("comm_unit_member", {"latitude": "91"}, "longitude", "latitude"),
    ("comm_unit_member", {"deployable": "moon"}, "deployable", "none of the known terms"),
    ("comm_unit_member_contact", {"email": "sam"}, "email", "this is not one e-mail address"),
    ("comm_unit_qualification", {"expires_on": "2020-01-01"}, "expires_on", "ends before it begins"),
    ("alert_originator", {"cog_number": "COG 7"}, "cog_number", "a number of one to six digits"),
    ("alert_originator", {"alert_channels": "pigeon"}, "alert_channels", "none of the known terms"),
    ("broadband_service_sensitive", {"tsp_codes": "TSP12"}, "tsp_codes", "no TSP authorization code"),
    ("radio", {"unit_id": "$1000000"}, "unit_id", "above"),
    ("radio", {"warranty_end_on": "2020-01-01"}, "warranty_end_on", "the warranty ends before the purchase"),
    ("radio", {"serial_number": ""}, "serial_number", "serial number is missing"),
    ("cache_checkout", {"radio_count": "49"}, None, "more radios would be out than the cache holds"),
    ("cache_checkout", {"due_on": "2026-01-01"}, "due_on", "due before they went out"),
    ("mobile_comm_vehicle", {"mast_height_m": "42"}, "mast_height_m", "no unit is stated"),
    ("mobile_comm_vehicle", {"nims_type": "5"}, "nims_type", "outside what is possible"),
    ("resource_encryption", {"state": "clear"}, "key_reference", "it is clear and names a key"),
    ("station_frequency", {"station_tx_freq_hz": "", "station_rx_freq_hz": ""}, None, "neither a transmit nor"),
]


@pytest.mark.parametrize(("name", "texts", "field", "reason"), WRONG)
def test_what_cannot_be_taken_is_said_at_the_field_with_its_mend(name, texts, field, reason, module_world):
    world = module_world
    with world.database.session(world.editor_one) as session:
        record = read_record(session, name, world.records[name])
        with pytest.raises(FieldFaults) as told:
            change_record(session, name, record.id, record.version, texts)
        assert [fault.field for fault in told.value.faults] == [field]
        assert reason in told.value.faults[0].reason
        assert told.value.faults[0].mend
        assert collected(session) == []
    with world.database.session(world.editor_one) as session:
        assert read_record(session, name, record.id).version == record.version


def test_several_faults_are_all_said(module_world):
    with module_world.database.session(module_world.editor_one) as session:
        with pytest.raises(FieldFaults) as told:
            create_record(session, "site", module_world.one, {"latitude": "x", "longitude": "y", "generator_kw": "9"})
        assert {fault.field for fault in told.value.faults} == {"name", "generator_kw"}
        assert told.value.texts["latitude"] == "x"


KEY = "0123456789abcdef0123456789ABCDEF"


@pytest.mark.parametrize(("name", "field"), [("site", "remarks"), ("resource_encryption", "key_reference")])
def test_key_material_is_refused_and_never_shown_again(name, field, module_world):
    world = module_world
    with world.database.session(world.editor_one) as session:
        record = read_record(session, name, world.records[name])
        with pytest.raises(FieldFaults) as told:
            change_record(session, name, record.id, record.version, {field: KEY})
    assert told.value.texts[field] == ""
    assert KEY not in f"{told.value} {told.value.faults} {told.value.texts}"


def test_one_half_of_a_position_rewrites_how_the_whole_was_given(world):
    record_id = world.records["site"]
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", record_id, 1, {"latitude": "36-14-00 N"})
    site = columns(world, Site, record_id)
    assert site["position"].y == pytest.approx(36 + 14 / 60)
    assert (site["source_latitude"], site["source_datum"]) == ("36-14-00 N", "WGS84")
    assert float(site["source_longitude"]) == site["position"].x


@pytest.mark.parametrize(
    ("written", "longitude_deg", "latitude_deg"),
    [
        ("16S GF 45123 12345", -84.272810, 36.224926),
        ("UTM 16S 745123 4012345", -84.272815, 36.224922),
        ("36-13-29.7 N 84-16-22.1 W", -(84 + 16 / 60 + 22.1 / 3600), 36 + 13 / 60 + 29.7 / 3600),
    ],
)
def test_a_position_in_another_notation_replaces_the_two_figures(world, written, longitude_deg, latitude_deg):
    """The places were worked out with pyproj from EPSG:32616."""
    record_id = world.records["site"]
    with world.database.session(world.editor_one) as session:
        texts = read_record(session, "site", record_id).texts
        change_record(session, "site", record_id, 1, {**texts, "coordinates": written})
        assert read_record(session, "site", record_id).texts["coordinates"] == ""
    site = columns(world, Site, record_id)
    assert (site["position"].x, site["position"].y) == pytest.approx((longitude_deg, latitude_deg), abs=2e-6)
    assert site["source_latitude"] == written


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({"coordinates": "16S GF 45123 12345", "latitude": "36.1"}, "the position is stated twice"),
        ({"coordinates": "16S GF 45 12"}, "a square of 1 km or more is no position"),
        ({"coordinates": "GF 45123 12345"}, "no grid zone"),
        ({"coordinates": "16S GF 45123 12345", "datum": "NAD27"}, "WGS84 or NAD83 alone"),
    ],
)
def test_a_position_in_another_notation_that_is_none_changes_nothing(module_world, texts, reason):
    world = module_world
    before = columns(world, Site, world.records["site"])
    with world.database.session(world.editor_one) as session:
        record = read_record(session, "site", world.records["site"])
        with pytest.raises(FieldFaults) as told:
            change_record(session, "site", record.id, record.version, {**record.texts, **texts})
    assert reason in {fault.field: fault.reason for fault in told.value.faults}["coordinates"]
    assert columns(world, Site, world.records["site"]) == before


def test_a_record_on_file_that_no_form_would_take_keeps_what_is_not_touched(world):
    """A position outside the country, put there by a program: other fields can be edited, and it can be mended."""
    with world.database.session(world.admin) as session:
        odd = Site(owner_id=world.one, name="Odd", position="SRID=4326;POINT(10 50)", county_fips="99999")
        session.add(odd)
        session.flush()
        record_id = odd.id
    with world.database.session(world.editor_one) as session:
        texts = read_record(session, "site", record_id).texts
        written = change_record(session, "site", record_id, 1, {**texts, "address": "Far away"})
        assert written.changed == ("address",)
        assert change_record(session, "site", record_id, 2, {"latitude": "", "longitude": ""}).version == 3
    site = columns(world, Site, record_id)
    assert (site["position"], site["address"], site["county_fips"]) == (None, "Far away", "99999")


def test_exactly_one_event_for_each_change(world):
    """Made, changed, refused, retired with its parts and taken back: each row's change is in the audit once."""
    record_id = world.records["gateway"]
    with world.database.session(world.editor_one) as session:
        change_record(session, "gateway", record_id, 1, {"remarks": "moved"})
    with world.database.session(world.editor_one) as session:
        change_record(session, "gateway", record_id, 2, {"remarks": "moved"})
    with world.database.session(world.editor_one) as session:
        retire_record(session, "gateway", record_id, 2)
    with world.database.session(world.editor_one) as session:
        bring_back(session, "gateway", record_id, 3)

    def actions(session, subject_id):
        event = select(AuditEvent.action).where(AuditEvent.subject_id == subject_id)
        return list(session.scalars(event.order_by(AuditEvent.sequence)))

    with world.database.session(world.admin) as session:
        assert actions(session, record_id) == ["created", "changed", "retired", "put back"]
        assert actions(session, world.records["gateway_port"]) == ["created", "retired", "put back"]
        site = actions(session, world.records["site"])
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", world.records["site"], 1, {"address": "Ridge Road"})
    with world.database.session(world.editor_one) as session:
        put_back(session, "site", world.records["site"], 2, 1)
    with world.database.session(world.admin) as session:
        assert actions(session, world.records["site"]) == [*site, "changed", "put back"]


def test_retiring_lists_what_refers_to_it_and_takes_parts_along(world):
    with world.database.session(world.editor_one) as session:
        users = {
            (one.record_class.name, one.label): one.count for one in read_users(session, "site", world.records["site"])
        }
    assert users[("station", "Site")] == 1
    assert users[("backhaul_link", "Site A")] == 1
    assert users[("agreement_asset", "Asset")] == 1
    with world.database.session(world.editor_one) as session:
        retire_record(session, "fleet", world.records["fleet"], 1)
    with world.database.session(world.editor_one) as session:
        assert read_record(session, "template", world.records["template"]).retired
        assert read_record(session, "template_slot", world.records["template_slot"]).retired
        bring_back(session, "fleet", world.records["fleet"], 2)
    with world.database.session(world.editor_one) as session:
        slot = read_record(session, "template_slot", world.records["template_slot"])
        assert not slot.retired
        assert [one.action for one in read_history(session, slot)] == ["taken back into use", "retired", "made"]


def test_a_name_taken_meanwhile_keeps_a_retired_record_from_coming_back(world):
    with world.database.session(world.editor_one) as session:
        retire_record(session, "site", world.records["site"], 1)
        create_record(session, "site", world.one, {"name": "Cross Mountain"})
    with world.database.session(world.editor_one) as session:
        with pytest.raises(FieldFaults) as told:
            bring_back(session, "site", world.records["site"], 2)
        assert "already a site with the same name" in told.value.faults[0].reason


def test_every_column_stands_in_a_field_or_is_told_apart():
    derived = {("backhaul_link", "path_length_m")}
    for record_class in record_classes():
        fielded = {column for one in all_fields(record_class.name) for column in one.columns}
        left = set(record_class.shape.table.c.keys()) - fielded - KEPT
        assert left <= {column for name, column in derived if name == record_class.name}, record_class.name


OPTIONAL_TEXT = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40)
SITES = st.fixed_dictionaries(
    {
        "position": st.none() | st.builds(Point, st.floats(-179, 179), st.floats(-89, 89)),
        "overall_height_agl_m": st.none() | st.floats(0, 1000),
        "ground_elevation_amsl_m": st.none() | st.floats(-100, 6500),
        "position_accuracy_m": st.none() | st.floats(0, 100_000),
        "structure_type": st.none() | st.sampled_from(STRUCTURE_TYPE),
        "county_fips": st.none() | st.sampled_from(["47013", "51161", "51770", "99999", "x"]),
        "state_code": st.none() | st.sampled_from(["TN", "VA", "ZZ"]),
        "aliases": st.none() | st.lists(st.text("ab; ,", max_size=6), max_size=3),
        "address": OPTIONAL_TEXT,
        "remarks": OPTIONAL_TEXT,
        "last_inspected_on": st.none() | st.dates(),
    }
)
CHANNELS = st.fixed_dictionaries(
    {
        "rx_freq_hz": st.none() | st.integers(25_000_000, 100_000_000_000),
        "tx_freq_hz": st.none() | st.integers(25_000_000, 100_000_000_000),
        "squelch": st.sampled_from(
            [{}, {"kind": "csq"}, {"kind": "ctcss", "ctcss_hz": Decimal("114.8")}, {"kind": "nac", "nac": 0x293},
             {"kind": "dcs", "dcs_code": "023N"}, {"kind": "dcs", "dcs_code": "777"}, {"kind": "nac", "nac": 0}]
        ),
        "mode": st.none() | st.sampled_from(CHANNEL_MODE),
        "bandwidth_hz": st.none() | st.integers(1, 100_000_000),
        "alias": OPTIONAL_TEXT,
        "national": st.booleans(),
    }
)  # fmt: skip


EXAMPLES = repeats(500, quick=15)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(site=SITES, channel=CHANNELS, bands=st.none() | st.lists(st.sampled_from(BAND), unique=True, max_size=5))
def test_the_form_of_a_stored_record_sent_unchanged_changes_nothing(site, channel, bands, module_world):
    """Whatever a program stored, also what no form would take."""
    world = module_world
    squelch = {
        f"rx_squelch_{key}" if key == "kind" else f"rx_{key}": value for key, value in channel["squelch"].items()
    }
    position = site["position"]
    values = {**site, "position": None if position is None else from_shape(position, 4326)}
    rows = {
        "site": Site(owner_id=world.one, name="Any", **values),
        "channel": Channel(owner_id=world.one, name="Any", **squelch,
                           **{key: value for key, value in channel.items() if key != "squelch"}),
        "radio_system": RadioSystem(owner_id=world.one, name="Any", bands=bands),
    }  # fmt: skip
    with world.database.session(world.admin) as session:
        session.add_all(rows.values())
        session.flush()
        for name, row in rows.items():
            texts = read_record(session, name, row.id).texts
            sent = {one: text.replace("\n", "\r\n") for one, text in texts.items()}
            assert change_record(session, name, row.id, 1, sent).changed == ()
            written = change_record(session, name, row.id, 1, {**sent, "verified_by": "Somebody"})
            assert written.changed == ("verified_by",)
        session.rollback()


def test_all_that_is_wrong_is_said_at_once_in_the_words_of_a_form(module_world):
    """Also what a class finds only when it puts its parts together, and nothing twice."""
    record_id = module_world.records["site"]
    with module_world.database.session(module_world.editor_one) as session:
        version = read_record(session, "site", record_id).version
        texts = {"latitude": "36 13 3x", "overall_height_agl_m": "150", "county": "Atlantis"}
        with pytest.raises(FieldFaults) as told:
            change_record(session, "site", record_id, version, texts)
        found = {fault.field: fault for fault in told.value.faults}
        assert set(found) == {"longitude", "overall_height_agl_m", "county"}
        assert found["overall_height_agl_m"].mend == "write the unit after it: m, ft, km, mi, nmi"
        with pytest.raises(FieldFaults) as told:
            create_record(session, "fleet", module_world.one, {"name": "Neither"})
        assert told.value.faults[0].reason.endswith("and the record names neither")
        assert "column" not in str(told.value)


def test_a_record_named_as_nobody_should_be_named_can_be_edited(world):
    """A name that says nothing, put there by a program, with aliases that are compared with it."""
    with world.database.session(world.admin) as session:
        odd = Site(owner_id=world.one, name="TBD", aliases=["TBD", "Knob"], position="SRID=4326;POINT(-84.3 36.3)")
        session.add(odd)
        session.flush()
        record_id = odd.id
    with world.database.session(world.editor_one) as session:
        texts = read_record(session, "site", record_id).texts
        assert change_record(session, "site", record_id, 1, {**texts, "address": "x"}).changed == ("address",)
        with pytest.raises(FieldFaults):
            change_record(session, "site", record_id, 2, {"name": "unknown"})
        # Its new name is no further name of it any more.
        assert set(change_record(session, "site", record_id, 2, {"name": "Knob"}).changed) == {"name", "aliases"}
