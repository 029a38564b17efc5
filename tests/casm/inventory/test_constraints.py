"""What the database itself refuses, whoever writes: impossible figures, mixed-up tones, half references."""

import uuid

import pytest
from sqlalchemy.exc import IntegrityError

from casm.db.tables import (
    Agency,
    Agreement,
    AlertOriginator,
    BackhaulLink,
    BroadbandServiceSensitive,
    CacheCheckout,
    Channel,
    CommUnitMember,
    CommUnitQualification,
    DispatchCenter,
    DispatchCenterPeer,
    Fleet,
    FleetEncryption,
    Gateway,
    MobileCommVehicle,
    Need,
    Radio,
    RadioCache,
    RadioSystem,
    ResourceEncryption,
    Site,
    Station,
    StationFrequency,
    Talkgroup,
    Template,
    TemplateSlot,
)  # fmt: skip
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

OWNER = NATION_OWNER_ID


@pytest.fixture(scope="module")
def session_factory(module_database):
    return lambda: module_database.session(Viewer.local_administrator())


def channel(**fields):
    return Channel(**{"owner_id": OWNER, "name": f"CH {uuid.uuid4()}", **fields})


REFUSED = {
    "a NAC given as a tone": channel(rx_squelch_kind="ctcss", rx_nac=0x293),
    "a tone without its figure": channel(tx_squelch_kind="ctcss"),
    "carrier squelch with a tone": channel(rx_squelch_kind="csq", rx_ctcss_hz=156.7),
    "a frequency in kilohertz": channel(rx_freq_hz=155_752),
    "a simplex channel on two frequencies": channel(
        configuration="simplex", rx_freq_hz=155_752_500, tx_freq_hz=155_760_000
    ),
    "a receive-only channel that transmits": channel(configuration="receive_only", tx_freq_hz=155_752_500),
    "an emission designator that is none": channel(emission_designator="narrow"),
    "a DCS code with an 8": channel(rx_squelch_kind="dcs", rx_dcs_code="618"),
    "half a reference": channel(radio_system_id=uuid.uuid4()),
    "a tower of two kilometres": Site(owner_id=OWNER, name="High", overall_height_agl_m=2000),
    "an unknown structure": Site(owner_id=OWNER, name="Odd", structure_type="beanstalk"),
    "a retired row without its date": Site(owner_id=OWNER, name="Gone", status="retired"),
    "a site beyond the pole": Site(owner_id=OWNER, name="North", position="SRID=4326;POINT(-84.2 90.5)"),
    "a cache in metres": RadioCache(owner_id=OWNER, name="Metres", position="SRID=4326;POINT(740000 4040000)"),
    "a gateway at an empty point": Gateway(owner_id=OWNER, name="Nowhere", position="SRID=4326;POINT EMPTY"),
    "an azimuth of 360": Station(owner_id=OWNER, name="S", azimuth_deg=360),
    "a WACN of 21 bits": RadioSystem(owner_id=OWNER, name="R", wacn=0x100000),
    "an unknown discipline": Agency(owner_id=OWNER, name="A", discipline="wizards"),
    "negative staff": Agency(owner_id=OWNER, name="A", total_staff_count=-1),
    "a fleet of nobody": Fleet(owner_id=OWNER, name="F"),
    "an agreement that ends before it starts": Agreement(
        owner_id=OWNER, title="T", effective_on="2026-02-01", expires_on="2026-01-01"
    ),
    "a need of level 6": Need(owner_id=OWNER, name="N", required_level=6),
    "a link from a site to itself": BackhaulLink(
        owner_id=OWNER, name="L", site_a_owner_id=OWNER, site_b_owner_id=OWNER, site_a_id=OWNER, site_b_id=OWNER
    ),
    "key material for a key number": FleetEncryption(
        owner_id=OWNER, fleet_id=uuid.uuid4(), key_references=["A1B2C3D4E5F60718"]
    ),
    "a clear channel with a key": ResourceEncryption(
        owner_id=OWNER, channel_id=uuid.uuid4(), state="clear", key_reference=7
    ),
    "a slot with nothing in it": TemplateSlot(owner_id=OWNER, template_id=uuid.uuid4(), position=1),
    "a station frequency without one": StationFrequency(owner_id=OWNER, station_id=uuid.uuid4()),
    "a talkgroup above 24 bits": Talkgroup(
        owner_id=OWNER, radio_system_id=uuid.uuid4(), talkgroup_number=0x1000000, alias="T"
    ),
    "a template without a fleet": Template(owner_id=OWNER, fleet_id=uuid.uuid4(), name="T"),
    "a PSAP ID in words": DispatchCenter(owner_id=OWNER, name="D", fcc_psap_id="TN-1"),
    "a center that is its own backup": DispatchCenter(
        id=OWNER, owner_id=OWNER, name="D", backup_center_owner_id=OWNER, backup_center_id=OWNER
    ),
    "a peer of itself": DispatchCenterPeer(
        owner_id=OWNER, dispatch_center_id=OWNER, peer_center_owner_id=OWNER, peer_center_id=OWNER
    ),
    "a stage of nothing": DispatchCenter(owner_id=OWNER, name="D", ng911_stage="i4"),
    "a person at an empty point": CommUnitMember(owner_id=OWNER, name="P", position="SRID=4326;POINT EMPTY"),
    "an unknown position": CommUnitQualification(owner_id=OWNER, comm_unit_member_id=OWNER, unit_position="BOSS"),
    "a recognition that ends before it begins": CommUnitQualification(
        owner_id=OWNER, comm_unit_member_id=OWNER, unit_position="COML", recognized_on="2026-02-01",
        expires_on="2026-01-01",
    ),
    "a radio ID of 25 bits": Radio(owner_id=OWNER, serial_number="1", unit_id=0x1000000),
    "a warranty before the purchase": Radio(
        owner_id=OWNER, serial_number="1", purchased_on="2026-02-01", warranty_end_on="2026-01-01"
    ),
    "a vehicle of type 5": MobileCommVehicle(owner_id=OWNER, name="V", nims_type=5),
    "a mast of a kilometre": MobileCommVehicle(owner_id=OWNER, name="V", mast_height_m=1000),
    "a COG in words": AlertOriginator(owner_id=OWNER, name="A", cog_number="COG"),
    "an alert by pigeon": AlertOriginator(owner_id=OWNER, name="A", alert_channels=["pigeon"]),
    "a circuit code that is none": BroadbandServiceSensitive(
        owner_id=OWNER, broadband_service_id=OWNER, tsp_codes=["TSP1"]
    ),
    "a checkout of nothing": CacheCheckout(
        owner_id=OWNER, radio_cache_id=OWNER, checked_out_to="X", radio_count=0, out_on="2026-01-01"
    ),
    "radios back before they went": CacheCheckout(
        owner_id=OWNER, radio_cache_id=OWNER, checked_out_to="X", radio_count=1, out_on="2026-01-02",
        returned_on="2026-01-01",
    ),
}  # fmt: skip


# The constraint each case must meet, so that no case passes by hitting another one.
BY = {
    "a NAC given as a tone": "rx_squelch_typed",
    "a tone without its figure": "tx_squelch_typed",
    "carrier squelch with a tone": "rx_squelch_typed",
    "a frequency in kilohertz": "rx_freq_hz_in_range",
    "a simplex channel on two frequencies": "simplex_one_frequency",
    "a receive-only channel that transmits": "receive_only_silent",
    "an emission designator that is none": "emission_well_formed",
    "a DCS code with an 8": "dcs_octal",
    "half a reference": "radio_system_whole",
    "a tower of two kilometres": "overall_height_agl_m_in_range",
    "an unknown structure": "structure_type_known",
    "a retired row without its date": "retired_dated",
    "a site beyond the pole": "position_on_earth",
    "a cache in metres": "position_on_earth",
    "a gateway at an empty point": "position_on_earth",
    "an azimuth of 360": "azimuth_deg_in_range",
    "a WACN of 21 bits": "wacn_in_range",
    "an unknown discipline": "discipline_known",
    "negative staff": "counts_not_negative",
    "a fleet of nobody": "of_agency_or_cache",
    "an agreement that ends before it starts": "ends_after_start",
    "a need of level 6": "required_level_in_range",
    "a link from a site to itself": "joins_two",
    "key material for a key number": "key_numbers_only",
    "a clear channel with a key": "clear_has_no_key",
    "a slot with nothing in it": "channel_or_talkgroup",
    "a station frequency without one": "has_a_frequency",
    "a talkgroup above 24 bits": "talkgroup_number_in_range",
    "a template without a fleet": "fk_template_owner_id_fleet_id",
    "a PSAP ID in words": "fcc_psap_id_a_number",
    "a center that is its own backup": "backed_up_by_another",
    "a peer of itself": "joins_two",
    "a stage of nothing": "ng911_stage_known",
    "a person at an empty point": "position_on_earth",
    "an unknown position": "unit_position_known",
    "a recognition that ends before it begins": "ends_after_start",
    "a radio ID of 25 bits": "unit_id_in_range",
    "a warranty before the purchase": "warranty_after_purchase",
    "a vehicle of type 5": "nims_type_in_range",
    "a mast of a kilometre": "mast_height_m_in_range",
    "a COG in words": "cog_number_a_number",
    "an alert by pigeon": "alert_channels_known",
    "a circuit code that is none": "tsp_codes_well_formed",
    "a checkout of nothing": "radio_count_in_range",
    "radios back before they went": "returned_after_out",
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_database_refuses(session_factory, case):
    with pytest.raises(IntegrityError, match=BY[case]), session_factory() as session:
        session.add(REFUSED[case])


def test_a_right_channel_is_taken(session_factory):
    with session_factory() as session:
        session.add(
            channel(
                configuration="repeater", rx_freq_hz=151_137_500, tx_freq_hz=159_472_500, tx_squelch_kind="ctcss",
                tx_ctcss_hz=136.5, rx_squelch_kind="csq", emission_designator="11K0F3E", mode="analog_fm",
            )
        )  # fmt: skip


def test_a_name_is_free_again_once_its_row_is_retired(session_factory):
    from datetime import UTC, datetime

    with session_factory() as session:
        first = Site(owner_id=OWNER, name="Reused")
        session.add(first)
        session.flush()
        first.status, first.retired_at = "retired", datetime.now(UTC)
        session.flush()
        session.add(Site(owner_id=OWNER, name="Reused"))
        session.flush()
    with pytest.raises(IntegrityError), session_factory() as session:
        session.add(Site(owner_id=OWNER, name="Reused"))


def test_a_link_is_one_link_in_either_direction(session_factory):
    ends = {"site_a_owner_id": OWNER, "site_b_owner_id": OWNER}
    one, two = uuid.uuid4(), uuid.uuid4()
    with session_factory() as session:
        session.add(BackhaulLink(owner_id=OWNER, name="there", site_a_id=one, site_b_id=two, **ends))
    with pytest.raises(IntegrityError), session_factory() as session:
        session.add(BackhaulLink(owner_id=OWNER, name="back", site_a_id=two, site_b_id=one, **ends))
