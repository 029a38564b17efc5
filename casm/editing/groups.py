"""Which fields stand together on a form and a page, under which heading."""

FIRST, ADDED, RECORD = "What it is", "Further fields", "The record"
_RECORD = ("status", "verified_on", "verified_by", "sensitivity", "remarks")

GROUPS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "site": (
        ("Place", ("latitude", "longitude", "coordinates", "datum", "position_accuracy_m", "position_source",
                   "county", "state", "address")),
        ("Structure", ("structure_type", "ground_elevation_amsl_m", "structure_height_agl_m", "overall_height_agl_m",
                       "overall_height_amsl_m", "structure_owner", "structure_owner_frn", "asr_number",
                       "faa_study_number", "painting_lighting", "shelter", "last_inspected_on")),
        ("Access, power and lease", ("grid_power", "generator_kw", "generator_fuel_hours", "battery_hours",
                                     "lease_end_on", "access_notes")),
    ),
    "station": (
        ("Where it is and what it serves", ("site", "radio_system", "channel")),
        ("Licence and P25 identity", ("call_sign", "station_class", "rfss_id", "p25_site_id", "nac",
                                      "licence_location_number", "licence_antenna_number")),
        ("Antenna", ("antenna_make", "antenna_model", "antenna_pattern", "antenna_height_agl_m", "haat_m",
                     "azimuth_deg", "beamwidth_deg", "antenna_gain_dbi", "electrical_tilt_deg", "polarization")),
        ("Transmitter and receiver", ("station_tx_freqs_mhz", "tx_output_w", "erp_w", "line_loss_db",
                                      "receiver_sensitivity_dbm", "receiver_sensitivity_method",
                                      "receiver_noise_figure_db", "declared_range_m")),
    ),
    "channel": (
        ("As a radio is programmed with it", ("rx_freq_hz", "rx_squelch", "tx_freq_hz", "tx_squelch", "mode",
                                              "bandwidth_hz", "emission_designator")),
        ("Who may use it, and where", ("call_sign", "radio_system", "national", "eligible_users",
                                       "eligible_disciplines", "library_edition", "restricted_to",
                                       "restricted_to_fips")),
        ("Encryption", ("encryption_state", "encryption_algorithm", "key_reference")),
    ),
    "talkgroup": (
        ("Who may use it", ("eligible_users", "authority", "patchable", "interoperability")),
        ("Encryption", ("encryption_state", "encryption_algorithm", "key_reference")),
    ),
    "agency": (
        ("Place", ("jurisdiction", "address", "latitude", "longitude", "coordinates", "datum", "service_area",
                   "service_area_fips")),
        ("Staff and radios", ("sworn_staff_count", "total_staff_count", "portable_count", "mobile_count",
                              "control_station_count")),
    ),
    "fleet": (
        ("The radios", ("form_factor", "radio_make", "radio_model", "radio_count", "bands", "modes", "tdma_capable",
                        "channel_capacity", "tx_output_w", "antenna_gain_dbi", "antenna_height_agl_m",
                        "receiver_sensitivity_dbm", "end_of_life_on")),
        ("Encryption", ("encryption_algorithms", "key_references")),
    ),
    "radio_cache": (
        ("Place", ("latitude", "longitude", "coordinates", "datum", "address")),
        ("What it holds and how soon it is out", ("radio_count", "load_version", "spare_battery_count",
                                                  "charger_count", "deploy_minutes", "release_authority",
                                                  "transport", "condition", "last_tested_on")),
    ),
    "gateway": (
        ("Place", ("site", "latitude", "longitude", "coordinates", "datum")),
        ("What it can do", ("bands", "simultaneous_patches", "patches_in_use", "activation_minutes", "staffing",
                            "activation_steps")),
    ),
    "dispatch_center": (
        ("Place", ("county", "state", "address", "latitude", "longitude", "coordinates", "datum", "service_area",
                   "service_area_fips")),
        ("Whom it dispatches and who stands in", ("dispatched_agencies", "backup_center")),
        ("Consoles and computer-aided dispatch", ("console_position_count", "console_vendor", "patch_capable",
                                                  "cad_vendor", "cad_peers", "eido_capable")),
        ("Next Generation 9-1-1", ("ng911_stage", "esinet_provider")),
    ),
    "comm_unit_member": (
        ("Where from and how far", ("latitude", "longitude", "coordinates", "datum", "deployable")),
        ("Telephone and e-mail", ("phone", "mobile", "email")),
    ),
    "comm_unit_qualification": (
        ("Task book and term", ("task_book_status", "recognized_on", "expires_on")),
    ),
    "mobile_comm_vehicle": (
        ("Where it stands and how it is asked for", ("latitude", "longitude", "coordinates", "datum", "address",
                                                     "request_number", "deploy_minutes")),
        ("What it carries", ("bands", "radio_count", "gateway", "satellite", "deployable_lte", "mast_height_m",
                             "seat_count")),
        ("Power, range and crew", ("generator_kw", "generator_fuel_hours", "driving_range_m", "crew_count",
                                   "crew_notes")),
    ),
    "alert_originator": (
        ("How it alerts", ("cog_number", "alert_channels", "software", "authority_expires_on")),
        ("Readiness", ("trained_originator_count", "last_tested_on")),
    ),
    "broadband_service": (
        ("Priority services", ("wps_subscription_count", "gets_card_count", "tsp_circuit_count", "tsp_codes")),
    ),
    "radio": (
        ("The radio", ("form_factor", "radio_make", "radio_model", "property_number", "firmware_version",
                       "flash_options")),
        ("Fleet and programming", ("fleet", "template", "alias", "unit_id")),
        ("From purchase to disposal", ("life_cycle", "assigned_to", "purchased_on", "warranty_end_on",
                                       "end_of_life_on")),
    ),
    "cache_checkout": (
        ("Out and back", ("radio_count", "out_on", "due_on", "returned_on")),
    ),
    "backhaul_link": (
        ("Ends", ("site_a", "site_b", "designation")),
        ("Radio path", ("call_sign_a", "call_sign_b", "a_to_b_freq_hz", "b_to_a_freq_hz", "polarization",
                        "modulation")),
        ("Service", ("capacity_mbps", "availability_target_percent", "protection", "diversity", "alternate_link",
                     "provider", "circuit_id", "tsp_code", "carries_systems")),
    ),
    "agreement": (
        ("Term", ("authority", "effective_on", "expires_on", "open_ended")),
        ("Parties and what it covers", ("parties", "covered_assets", "activation_steps")),
    ),
    "need": (
        ("Who and how well", ("parties", "required_level", "within_minutes", "coverage_probability", "area_share")),
        ("Where", ("place", "place_fips", "jurisdiction")),
    ),
}  # fmt: skip


def group_of(record_class: str, name: str) -> str:
    """The heading under which a field stands."""
    if name in _RECORD:
        return RECORD
    for heading, names in GROUPS.get(record_class, ()):
        if name in names:
            return heading
    return FIRST


def headings(record_class: str) -> tuple[str, ...]:
    """The headings of a class in their order."""
    return (FIRST, *(heading for heading, _ in GROUPS.get(record_class, ())), ADDED, RECORD)
