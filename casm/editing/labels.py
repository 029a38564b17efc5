"""How forms and pages call fields and the field's terms: in the words people use, without the unit endings of code."""

# The unit a name ends with → the unit's name as people write it; also the unit a bare number is stored in.
STORED_UNITS = {
    "hz": "Hz", "mhz": "MHz", "m": "m", "deg": "deg", "w": "W", "kw": "kW", "dbm": "dBm", "dbi": "dBi", "db": "dB",
    "minutes": "min", "hours": "h", "mbps": "Mbit/s", "percent": "%", "probability": "", "share": "",
}  # fmt: skip
# Endings that say no more than the unit; the others are words of the name as well.
UNIT_ENDINGS = frozenset({"hz", "mhz", "m", "deg", "w", "kw", "dbm", "dbi", "db", "mbps", "percent"})

LABELS = {
    "asr_number": "Antenna structure registration (ASR)",
    "state": "State",
    "county": "County",
    "grid_power": "Commercial power",
    "generator_kw": "Generator",
    "generator_fuel_hours": "Generator fuel lasts",
    "battery_hours": "Batteries last",
    "rx_freq_hz": "Receive frequency (RX)",
    "tx_freq_hz": "Transmit frequency (TX)",
    "rx_squelch": "RX squelch",
    "tx_squelch": "TX squelch",
    "wacn": "WACN",
    "system_id": "System ID (SysID)",
    "rfss_id": "RFSS",
    "p25_site_id": "P25 site number",
    "nac": "NAC",
    "erp_w": "Effective radiated power (ERP)",
    "eirp_dbm": "EIRP",
    "haat_m": "Height above average terrain (HAAT)",
    "antenna_height_agl_m": "Antenna height above ground, to its centre",
    "antenna_gain_dbi": "Antenna gain",
    "tx_output_w": "Transmitter output power",
    "line_loss_db": "Line loss",
    "declared_range_m": "Range declared by the owner",
    "station_tx_freqs_mhz": "Transmit frequencies of the station",
    "station_tx_freq_hz": "Station transmits on",
    "station_tx_upper_freq_hz": "Upper end, if a band",
    "station_rx_freq_hz": "Station receives on",
    "talkgroup_number": "Talkgroup number",
    "tdma_capable": "TDMA (P25 Phase 2) capable",
    "ori": "ORI (FBI agency identifier)",
    "fdid": "FDID (fire department identifier)",
    "frn": "FRN (FCC registration number)",
    "uls_system_id": "FCC unique system identifier",
    "fips": "FIPS code",
    "state_fips": "State FIPS code",
    "issi_peers": "Joined by ISSI to",
    "cssi_peers": "Joined by CSSI to",
    "carries_systems": "Carries the systems",
    "service_area_fips": "or its counties",
    "restricted_to_fips": "or its counties",
    "place_fips": "or its counties",
    "restricted_to": "Restricted to the area",
    "place": "Place",
    "open_ended": "Open-ended, in force until ended",
    "key_reference": "Key reference (CKR or SLN)",
    "key_references": "Key references (CKR or SLN)",
    "within_minutes": "To be up within",
    "coverage_probability": "Coverage probability wanted",
    "area_share": "Share of the place to be covered",
    "required_level": "Level wanted (1 to 5)",
    "a_to_b_freq_hz": "Frequency from A to B",
    "b_to_a_freq_hz": "Frequency from B to A",
    "call_sign_a": "Call sign at A",
    "call_sign_b": "Call sign at B",
    "site_a": "Site A",
    "site_b": "Site B",
    "tx_site": "Transmitting site",
    "rx_site": "Receiving site",
    "tx_station": "Transmitting station",
    "activation_minutes": "Time to activate",
    "deploy_minutes": "Time to deploy",
    "sensitivity": "Handling",
    "receiver_sensitivity_dbm": "Receiver sensitivity",
    "receiver_noise_figure_db": "Receiver noise figure",
    "national": "Nationwide interoperability channel",
    "library_edition": "NIFOG edition",
    "position_accuracy_m": "Accuracy of the position",
    "coordinates": "Position in another notation",
    "source_latitude": "Latitude as written in the source",
    "source_longitude": "Longitude as written in the source",
    "source_datum": "Datum of the source",
    "import_batch": "Import batch",
    "rx_ctcss_hz": "RX tone",
    "tx_ctcss_hz": "TX tone",
    "designation": "Designation, if links run in parallel",
    "peer_system": "Joined to the system",
    "in_force": "The join is up",
    "asset_class": "Class of the asset",
    "licence_location_number": "Location number of the licence",
    "licence_antenna_number": "Antenna number of the licence",
    "filed_segment_length_m": "Length as filed",
    "filed_azimuth_deg": "Azimuth as filed",
    "path_length_m": "Length, computed",
    "azimuth_deg": "Azimuth from true north",
    "emission_designators": "Emission designators",
    "fcc_psap_id": "FCC PSAP ID",
    "console_position_count": "Console positions",
    "patch_capable": "Consoles can patch",
    "cad_vendor": "CAD vendor",
    "cad_peers": "Exchanges incidents (CAD to CAD) with",
    "peer_center": "Exchanges incidents with",
    "exchange": "Exchanged by",
    "eido_capable": "Exchanges EIDO",
    "ng911_stage": "NG9-1-1 stage",
    "esinet_provider": "ESInet provider",
    "backup_center": "Backup center",
    "dispatched_agencies": "Dispatches the agencies",
    "unit_position": "Position",
    "unit_positions": "Positions",
    "nims_type": "NIMS type",
    "task_book_status": "Task book",
    "recognized_on": "Recognized by the state on",
    "cog_number": "IPAWS COG ID",
    "alert_channels": "Alerts by",
    "trained_originator_count": "Trained originators",
    "authority_expires_on": "IPAWS memorandum expires on",
    "mcptt_app": "MCPTT application",
    "wps_subscription_count": "WPS subscriptions",
    "gets_card_count": "GETS cards",
    "tsp_circuit_count": "TSP circuits",
    "tsp_codes": "TSP authorization codes",
    "unit_id": "Radio ID",
    "property_number": "Property number",
    "life_cycle": "Life cycle",
    "warranty_end_on": "Warranty ends on",
    "deployable_lte": "Deployable LTE cell",
    "mast_height_m": "Height of the mast",
    "seat_count": "Operator positions",
    "driving_range_m": "Driving range",
    "crew_count": "Crew it needs",
    "request_number": "Requested by telephone",
    "checked_out_to": "Checked out to",
    "radio_count": "Radios",
    "nena_id": "NENA identifier",
    "structure_owner_frn": "FCC registration number (FRN) of the structure's owner",
    "faa_study_number": "FAA study number",
    "painting_lighting": "Painting and lighting",
    "receiver_sensitivity_method": "Sensitivity measured by",
    "control_channel": "Control channel",
    "alternate_link": "Alternate link",
    "tsp_code": "TSP authorization code",
    "mobile_comm_vehicle": "Communications vehicle",
    "load_version": "Programmed load",
}  # fmt: skip
WORDS = {
    "agl": "above ground", "amsl": "above sea level", "freq": "frequency", "id": "ID", "rx": "RX", "tx": "TX",
    "fcc": "FCC", "p25": "P25", "fips": "FIPS", "email": "E-mail", "cad": "CAD", "nims": "NIMS",
}  # fmt: skip

# The field's terms as people read them, where taking out the underscores is not enough.
TERMS = {
    "analog_fm": "analog FM", "p25_phase1": "P25 Phase 1", "p25_phase2": "P25 Phase 2", "mixed_fm_p25": "mixed FM/P25",
    "p25_conventional": "P25 conventional", "dmr": "DMR", "nxdn": "NXDN", "edacs": "EDACS", "smartnet": "SmartNet",
    "smartzone": "SmartZone", "ltr": "LTR", "opensky": "OpenSky", "tetra": "TETRA", "lte": "LTE", "ems": "EMS",
    "fdma": "FDMA", "tdma": "TDMA", "adp": "ADP", "des_ofb": "DES-OFB", "aes_256": "AES-256", "issi": "ISSI",
    "cssi": "CSSI", "roip": "RoIP", "mou": "memorandum (MOU)", "sop": "procedure (SOP)", "ngo": "NGO", "coml": "COML",
    "swic": "SWIC", "activation_24x7": "activation, 24x7", "csq": "CSQ", "nac": "NAC",
    "public": "public", "partner": "partner agencies", "uls": "FCC licence file (ULS)", "asr": "FCC tower file (ASR)",
    "sinad_12_db": "12 dB SINAD", "quieting_20_db": "20 dB quieting", "ber_5_percent": "5 % BER",
    "space_frequency": "space and frequency",
    "i3": "i3", "i3_transitional": "i3, in transition", "cad_to_cad": "CAD to CAD", "eido": "EIDO", "wea": "WEA",
    "eas": "EAS", "nwem": "NWEM", "opt_in": "opt-in", "emac": "other states (EMAC)", "firstnet": "FirstNet",
    "other_priority": "other priority network", "private_lte": "private LTE", "pre_deploy": "pre-deployment",
    "csv": "table", "typed": "typed in", "seed": "came with the program",
}  # fmt: skip


def label_of(name: str) -> str:
    """The field's name as a person reads it on a form."""
    if name in LABELS:
        return LABELS[name]
    words = name.split("_")
    while len(words) > 1 and words[-1] in UNIT_ENDINGS:
        words.pop()
    said = " ".join(WORDS.get(word, word) for word in words)
    return said[0].upper() + said[1:]


def term_words(term: str) -> str:
    """One of the field's terms as a person reads it."""
    return TERMS.get(term, term.replace("_", " "))


def stored_unit(name: str) -> str | None:
    """The unit that the figures of a field are stored in; None where its name carries none."""
    return STORED_UNITS.get(name.rpartition("_")[2]) if "_" in name else None
