"""A world to edit in: a state with two counties, and the texts a person would type for each class of record."""

import uuid
from types import SimpleNamespace

import pytest

from casm.db.tables import Owner
from casm.editing.change_record import create_record
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMIN = Viewer.local_administrator("Ann Admin")
AREA = "POLYGON ((-84.4 36.2, -84.2 36.2, -84.2 36.4, -84.4 36.4, -84.4 36.2))"

# Class → what is typed into its form for a new record, every reference by name; in the order of what names what.
TYPED = {
    "jurisdiction": {"kind": "district", "name": "District 4", "code": "D4", "area": AREA, "edition": "drawn"},
    "agency": {"name": "Sheriff", "abbreviation": "CSO", "level": "county", "discipline": "police",
               "jurisdiction": "D4", "latitude": "36-20-00 N", "longitude": "84-18-00 W", "service_area": AREA,
               "sworn_staff_count": "42", "address": "1 Main Street"},
    "dispatch_center": {"name": "County 911", "fcc_psap_id": "6541", "kind": "primary", "agency": "Sheriff",
                        "county": "Campbell County", "state": "TN", "latitude": "36.33", "longitude": "-84.18",
                        "service_area": AREA, "console_position_count": "4", "patch_capable": "yes",
                        "ng911_stage": "transitional", "backup_center": "State EOC", "cad_peers": "State EOC",
                        "dispatched_agencies": "Sheriff; Fire"},
    "comm_unit_member": {"name": "Pat Lee", "agency": "Sheriff", "unit_positions": "coml; AUXCOMM",
                         "deployable": "statewide", "latitude": "36.3", "longitude": "-84.2",
                         "mobile": "423-555-0111", "email": "pat@example.gov"},
    "comm_unit_qualification": {"comm_unit_member": "Pat Lee", "unit_position": "COMT", "nims_type": "3",
                                "task_book_status": "signed", "recognized_on": "2024-05-01",
                                "expires_on": "2027-05-01"},
    "alert_originator": {"name": "County alerts", "agency": "Sheriff", "jurisdiction": "D4", "cog_number": "200123",
                         "alert_channels": "WEA; EAS; sirens", "software": "Alert Desk",
                         "trained_originator_count": "3", "last_tested_on": "2026-10-07"},
    "broadband_service": {"name": "Field data", "agency": "Sheriff", "carrier": "Carrier A", "kind": "FirstNet",
                          "device_count": "40", "mcptt_app": "PTT One", "wps_subscription_count": "12",
                          "gets_card_count": "4", "tsp_circuit_count": "1", "tsp_codes": "tsp12c456-03"},
    "site": {"name": "Cross Mountain", "aliases": "Old Smoky; XMTN", "latitude": "36 13 36 N",
             "longitude": "84 24 04 W", "datum": "NAD83", "county": "Campbell County", "state": "TN",
             "structure_type": "guyed", "overall_height_agl_m": "150 ft", "ground_elevation_amsl_m": "3520 ft",
             "grid_power": "yes", "generator_kw": "35 kW", "battery_hours": "8 h", "access_notes": "Two gates\nCall",
             "last_inspected_on": "11/20/2026", "structure_owner_frn": "1234567",
             "faa_study_number": "2019-ASO-12345-OE", "painting_lighting": "FAA Chapters 4, 8, 12"},
    "licence": {"call_sign": "wqxy123", "radio_service_code": "PW", "licence_status": "active",
                "expires_on": "2030-01-31"},
    "radio_system": {"name": "County P25", "kind": "trunked", "technology": "p25 phase 2", "bands": "800; VHF",
                     "wacn": "$BEE00", "system_id": "9C1", "in_service_on": "2019-06-01"},
    "channel": {"name": "LAW 1", "configuration": "repeater", "function": "tac", "rx_freq_hz": "154.265 MHz",
                "tx_freq_hz": "159.4725", "rx_squelch": "D023", "tx_squelch": "156.7", "mode": "analog_fm",
                "bandwidth_hz": "N", "emission_designator": "11k2f3e", "eligible_disciplines": "law; fire",
                "encryption_state": "selectable", "encryption_algorithm": "AES", "key_reference": "CKR 12"},
    "talkgroup": {"radio_system": "County P25", "talkgroup_number": "$4B0", "alias": "SO DISP", "access": "phase 2",
                  "patchable": "yes", "eligible_users": "Every county agency", "authority": "MOU 7"},
    "station": {"name": "Cross Mountain VHF", "site": "Cross Mountain", "radio_system": "County P25",
                "channel": "LAW 1", "call_sign": "WQXY123", "antenna_height_agl_m": "140 ft",
                "antenna_gain_dbi": "6 dBd", "azimuth_deg": "360", "receiver_sensitivity_method": "12 dB SINAD",
                "tx_output_w": "100 W", "line_loss_db": "2.1",
                "station_tx_freqs_mhz": "154.265; 154.28"},
    "radio_cache": {"name": "Region 2 cache", "agency": "Sheriff", "latitude": "36.31", "longitude": "-84.2",
                    "radio_count": "48", "deploy_minutes": "2 h",
                    "load_version": "6"},
    "fleet": {"name": "Portables", "agency": "Sheriff", "form_factor": "ht", "radio_count": "60", "bands": "VHF; 800",
              "modes": "analog_fm; p25_phase1", "tx_output_w": "5 W", "antenna_gain_dbi": "-2 dBd",
              "encryption_algorithms": "aes_256", "key_references": "12; 13"},
    "template": {"fleet": "Portables", "name": "Standard", "programmed_radio_count": "60",
                 "programmed_on": "2026-03-01"},
    "template_slot": {"template": "Standard", "zone": "A", "position": "3", "label": "LAW1", "channel": "LAW 1"},
    "radio": {"serial_number": "579CXY1234", "alias": "SO 12", "unit_id": "$2BF21", "fleet": "Portables",
              "template": "Standard", "form_factor": "ht", "radio_make": "Make", "assigned_to": "Deputy Ray",
              "life_cycle": "in service", "purchased_on": "2021-03-01", "warranty_end_on": "2026-03-01",
              "end_of_life_on": "2031-12-31", "firmware_version": "R24.20", "flash_options": "AES and TDMA"},
    "cache_checkout": {"radio_cache": "Region 2 cache", "checked_out_to": "River flood", "agency": "Fire",
                       "radio_count": "12", "out_on": "2026-11-20", "due_on": "2026-12-04"},
    "gateway": {"name": "Mobile gateway", "kind": "mobile", "agency": "Sheriff", "site": "Cross Mountain",
                "simultaneous_patches": "2", "activation_minutes": "30 min", "bands": "VHF; 800",
                "activation_steps": "1. Call the technician."},
    "gateway_port": {"gateway": "Mobile gateway", "port_number": "1", "connection": "donor", "channel": "LAW 1"},
    "mobile_comm_vehicle": {"name": "Comm 1", "nims_type": "2", "agency": "Sheriff", "latitude": "36.33",
                            "longitude": "-84.19", "bands": "VHF; 700/800", "radio_count": "8",
                            "gateway": "Mobile gateway", "satellite": "yes", "deployable_lte": "no",
                            "mast_height_m": "42 ft", "seat_count": "4", "generator_kw": "12 kW",
                            "driving_range_m": "300 mi", "crew_count": "2", "deploy_minutes": "45 min",
                            "request_number": "423-555-0100"},
    "backhaul_link": {"site_a": "Cross Mountain", "site_b": "Town Hall", "kind": "mw", "capacity_mbps": "150 Mbps",
                      "a_to_b_freq_hz": "6.5 GHz", "availability_target_percent": "99.999", "diversity": "SD"},
    "contact": {"name": "Jo Doe", "agency": "Sheriff", "role": "technical", "phone": "423-555-0100",
                "email": "jo@example.gov"},
    "agreement": {"title": "Mutual aid", "kind": "maa", "effective_on": "2025-01-01", "expires_on": "2027-12-31",
                  "parties": "Sheriff; Fire", "covered_assets": "channel=LAW 1",
                  "activation_steps": "1. Call.\n2. Patch.", "authority": "Resolution 12"},
    "need": {"name": "Pursuit", "parties": "Sheriff; Fire", "required_level": "3", "within_minutes": "10",
             "coverage_probability": "95 %", "place": AREA},
    "system_peer": {"radio_system": "County P25", "peer_system": "State P25", "kind": "issi", "in_force": "yes"},
    "resource_encryption": {"talkgroup": "SO DISP", "state": "strapped", "algorithm": "AES", "key_reference": "7"},
    "fleet_encryption": {"fleet": "Mobiles", "algorithms": "aes_256; adp", "key_references": "12"},
    "station_frequency": {"station": "Cross Mountain VHF", "sequence": "3", "station_tx_freq_hz": "154.295",
                          "station_rx_freq_hz": "159.45 MHz", "erp_w": "200 W", "eirp_dbm": "55.2 dBm",
                          "control_channel": "alternate"},
    "microwave_path": {"backhaul_link": "Cross Mountain - Town Hall", "call_sign": "wpqr1", "path_number": "1",
                       "tx_site": "Cross Mountain", "rx_site": "Town Hall", "filed_azimuth_deg": "12.5",
                       "filed_segment_length_m": "10.2 km"},
    "link_carries_system": {"backhaul_link": "Cross Mountain - Town Hall", "radio_system": "County P25"},
    "agreement_party": {"agreement": "Mutual aid", "agency": "EMS"},
    "agreement_asset": {"agreement": "Mutual aid", "asset_class": "site", "asset": "Cross Mountain"},
    "need_party": {"need": "Pursuit", "agency": "EMS"},
    "site_sensitive": {"site": "Town Hall", "access_notes": "Ask the clerk.\nTwo gates.", "grid_power": "yes",
                       "generator_kw": "35000 W", "battery_hours": "480 min"},
    "dispatch_center_peer": {"dispatch_center": "County 911", "peer_center": "Neighbor 911", "exchange": "EIDO"},
    "dispatch_center_agency": {"dispatch_center": "County 911", "agency": "EMS"},
    "comm_unit_member_contact": {"comm_unit_member": "Sam Roe", "phone": "423-555-0112", "email": "sam@example.gov"},
    "broadband_service_sensitive": {"broadband_service": "Office data", "tsp_codes": "TSP0A1234-E5; TSP0A1235-E5"},
    "backhaul_link_sensitive": {"backhaul_link": "Cross Mountain - Town Hall", "circuit_id": "TN-77",
                                "tsp_code": "tsp12c456-03"},
}  # fmt: skip
# Records that the typed ones name beside each other.
NAMED = (
    ("agency", {"name": "Fire"}),
    ("agency", {"name": "EMS"}),
    ("site", {"name": "Town Hall", "latitude": "36.33", "longitude": "-84.18"}),
    ("radio_system", {"name": "State P25"}),
    ("dispatch_center", {"name": "State EOC"}),
    ("dispatch_center", {"name": "Neighbor 911"}),
    ("comm_unit_member", {"name": "Sam Roe"}),
    ("broadband_service", {"name": "Office data"}),
)
# Class → a field and another text for it.
EDITED = {
    "jurisdiction": ("name", "District Four"), "agency": ("address", "2 Main Street"),
    "site": ("overall_height_agl_m", "160 ft"), "licence": ("expires_on", "Jan 31, 2031"),
    "radio_system": ("bands", "800"), "channel": ("rx_squelch", "$293"), "talkgroup": ("talkgroup_number", "1201"),
    "station": ("antenna_gain_dbi", "8.15 dBi"), "radio_cache": ("latitude", "36-19-00 N"),
    "fleet": ("radio_count", "61"), "template": ("load_version", "v2"), "template_slot": ("position", "4"),
    "gateway": ("activation_minutes", "1 h"), "gateway_port": ("port_number", "2"),
    "backhaul_link": ("capacity_mbps", "1 Gbps"), "contact": ("phone", "423-555-0199"),
    "agreement": ("activation_steps", "1. Call."), "need": ("within_minutes", "15 min"),
    "system_peer": ("in_force", "no"), "resource_encryption": ("key_reference", "8"),
    "fleet_encryption": ("algorithms", "aes_256"), "station_frequency": ("station_tx_freq_hz", "154.31 MHz"),
    "microwave_path": ("filed_azimuth_deg", "13"), "link_carries_system": ("remarks", "since 2020"),
    "agreement_party": ("agency", "Port Authority"), "agreement_asset": ("asset", "Town Hall"),
    "need_party": ("verified_by", "Ann Admin"), "site_sensitive": ("battery_hours", "6 h"),
    "backhaul_link_sensitive": ("circuit_id", "TN-78"),
    "dispatch_center": ("ng911_stage", "i3"), "dispatch_center_peer": ("exchange", "cad_to_cad"),
    "dispatch_center_agency": ("agency", "Port Authority"), "comm_unit_member": ("deployable", "EMAC"),
    "comm_unit_member_contact": ("mobile", "423-555-0113"), "comm_unit_qualification": ("expires_on", "May 1, 2028"),
    "alert_originator": ("alert_channels", "WEA; opt-in"), "broadband_service": ("wps_subscription_count", "14"),
    "broadband_service_sensitive": ("tsp_codes", "TSP0A1234-E5"), "radio": ("life_cycle", "stolen"),
    "cache_checkout": ("returned_on", "2026-12-01"), "mobile_comm_vehicle": ("mast_height_m", "13 m"),
}  # fmt: skip


@pytest.fixture(scope="session")
def typed():
    """What a person types for a new record, by class."""
    return TYPED


@pytest.fixture(scope="session")
def edited():
    """Class → (field, another text for it)."""
    return EDITED


def make_world(database):
    """A state with two counties, and one record of each class, typed in, in the first."""
    world = SimpleNamespace(database=database, admin=ADMIN, state=uuid.uuid4(), one=uuid.uuid4(), two=uuid.uuid4())
    with database.session(ADMIN) as session:
        session.add(Owner(id=world.state, parent_id=NATION_OWNER_ID, kind="state", name="Tennessee", code="us.tn"))
        session.flush()
        for county, code, name in ((world.one, "us.tn.one", "County One"), (world.two, "us.tn.two", "County Two")):
            session.add(Owner(id=county, parent_id=world.state, kind="county", name=name, code=code))
            session.flush()
    with database.session(ADMIN) as session:
        for name, texts in (*NAMED, ("agency", {"name": "Port Authority"})):
            create_record(session, name, world.one, texts)
    world.records = {}
    with database.session(ADMIN) as session:
        create_record(session, "agency", world.two, {"name": "Sheriff of Two"})
    with database.session(ADMIN) as session:
        world.mobiles = create_record(session, "fleet", world.one, {"name": "Mobiles", "agency": "Fire"}).record_id
    for name, texts in TYPED.items():
        with database.session(ADMIN) as session:
            world.records[name] = create_record(session, name, world.one, texts).record_id
    world.editor_one = Viewer.of_owner("Ed One", world.one, may_write=True, all_fields=True)
    world.editor_two_of_one = Viewer.of_owner("Ed Too", world.one, may_write=True, all_fields=True)
    world.reader_one = Viewer.of_owner("Rita Reader", world.one, all_fields=True)
    world.editor_two = Viewer.of_owner("Ed Two", world.two, may_write=True, all_fields=True)
    world.clerk_one = Viewer.of_owner("Carl Clerk", world.one, may_write=True)
    return world


@pytest.fixture
def world(database):
    """A world of the test's own."""
    return make_world(database)


@pytest.fixture(scope="module")
def module_world(module_database):
    """A world that the tests of one module share."""
    return make_world(module_database)
