"""Record layouts of the FCC's public access files: which column is which, told apart by the number of fields.

Source: FCC, "Public Access Database Definitions", editions pa_ddef49 (2015) and 2025-04-17. Later editions only
append columns, so one list of names serves both: a record of the older edition has the first so many of them.
"""

from types import MappingProxyType

EDITIONS = ("2015", "2025")

# The layouts say callsign in some tables and call_sign in others; here it is call_sign throughout.
_HEAD = "record_type unique_system_identifier uls_file_number ebf_number call_sign"

_NAMES = {
    "HD": f"""{_HEAD} license_status radio_service_code grant_date expired_date cancellation_date
        eligibility_rule_num applicant_type_code_reserved alien alien_government alien_corporation alien_officer
        alien_control revoked convicted adjudged involved_reserved common_carrier non_common_carrier private_comm
        fixed mobile radiolocation satellite developmental_or_sta interconnected_service certifier_first_name
        certifier_mi certifier_last_name certifier_suffix certifier_title gender african_american native_american
        hawaiian asian white ethnicity effective_date last_action_date auction_id reg_stat_broad_serv band_manager
        type_serv_broad_serv alien_ruling licensee_name_change whitespace_ind additional_cert_choice
        additional_cert_answer discontinuation_ind regulatory_compliance_ind eligibility_cert_900
        transition_plan_cert_900 return_spectrum_cert_900 payment_cert_900""",
    "EN": f"""{_HEAD} entity_type licensee_id entity_name first_name mi last_name suffix phone fax email
        street_address city state zip_code po_box attention_line sgin frn applicant_type_code applicant_type_other
        status_code status_date lic_category_code linked_license_id linked_callsign""",
    "LO": f"""{_HEAD} location_action_performed location_type_code location_class_code location_number site_status
        corresponding_fixed_location location_address location_city location_county location_state
        radius_of_operation area_of_operation_code clearance_indicator ground_elevation lat_degrees lat_minutes
        lat_seconds lat_direction long_degrees long_minutes long_seconds long_direction max_lat_degrees
        max_lat_minutes max_lat_seconds max_lat_direction max_long_degrees max_long_minutes max_long_seconds
        max_long_direction nepa quiet_zone_notification_date tower_registration_number
        height_of_support_structure overall_height_of_structure structure_type airport_id location_name
        units_hand_held units_mobile units_temp_fixed units_aircraft units_itinerant status_code status_date
        earth_agree""",
    "AN": f"""{_HEAD} antenna_action_performed antenna_number location_number receive_zone_code antenna_type_code
        height_to_tip height_to_center_raat antenna_make antenna_model tilt polarization_code beamwidth gain
        azimuth height_above_avg_terrain diversity_height diversity_gain diversity_beam reflector_height
        reflector_width reflector_separation repeater_seq_num back_to_back_tx_dish_gain back_to_back_rx_dish_gain
        location_name passive_repeater_id alternative_cgsa_method path_number line_loss status_code status_date
        psd_nonpsd_methodology maximum_erp""",
    "FR": f"""{_HEAD} frequency_action_performed location_number antenna_number class_station_code op_altitude_code
        frequency_assigned frequency_upper_band frequency_carrier time_begin_operations time_end_operations
        power_output power_erp tolerance frequency_ind status eirp transmitter_make transmitter_model
        auto_transmitter_power_control cnt_mobile_units cnt_mob_pagers freq_seq_id status_code status_date
        date_first_used""",
    "EM": f"""{_HEAD} location_number antenna_number frequency_assigned emission_action_performed emission_code
        digital_mod_rate digital_mod_type frequency_number status_code status_date emission_sequence_id""",
    "PA": f"""{_HEAD} path_action_performed path_number transmit_location_number transmit_antenna_number
        receiver_location_number receiver_antenna_number mas_dems_subtype path_type_desc
        passive_receiver_indicator country_code interference_to_gso receiver_callsign angular_sep
        cert_no_alternative cert_no_interference status_code status_date link_start_date link_end_date""",
    "SG": f"""{_HEAD} segment_action_performed path_number transmit_location transmit_antenna receiver_location
        receiver_antenna segment_number segment_length status_code status_date""",
    "CP": f"""{_HEAD} control_point_action_performed control_point_number control_address control_city state_code
        control_phone control_county status_code status_date""",
    "MW": f"""{_HEAD} pack_indicator pack_registration_num pack_name type_of_operation smsa_code station_class
        cum_effect_is_major status_code status_date""",
    "CO": """record_type unique_system_identifier uls_file_number call_sign comment_date description status_code
        status_date""",
    "SC": f"""{_HEAD} special_condition_type special_condition_code status_code status_date""",
    "SF": f"""{_HEAD} lic_freeform_cond_type unique_lic_freeform_id sequence_number lic_freeform_condition
        status_code status_date""",
}

COLUMNS = MappingProxyType({record_type: tuple(names.split()) for record_type, names in _NAMES.items()})
"""Column names of every record type that goes into the inventory, the newest edition's columns last."""

POSITIONS = MappingProxyType(
    {
        record_type: MappingProxyType({name: position for position, name in enumerate(names)})
        for record_type, names in COLUMNS.items()
    }
)

_COUNTS = """
A2 12 A3 38 AC 10 AD 30,31 AG 10 AH 5 AM 18 AN 36,38 AP 12 AS 9 AT 9 BC 11 BD 33,36 BE 9 BF 12,13 BL 9,10 BO 8,9 BT 5
CD 10,12 CF 16 CG 43 CO 8 CP 14 CS 12 EC 8 EM 16 EN 27,30 F2 18,19 F3 31 F4 20 F5 13 F6 17 FA 15 FC 9 FF 13 FR 29,30
FS 11 FT 11 HD 50,59 HS 6 IA 12 IF 9 IR 14 L2 15 L3 52 L4 17 L5 12 L6 14 LA 8 LC 8 LD 9 LF 10 LH 5 LL 7 LM 9 LO 51
LS 8 MC 15,16 ME 7 MF 9,10 MH 8 MI 8 MK 20,23 MP 13,15 MW 14 O2 12 OP 10 P2 24 PA 22,24 PC 23 RA 18 RC 14 RE 5 RI 12
RZ 10 SC 9 SE 42 SF 11 SG 15 SH 27 SI 7 SR 21 ST 14 SV 7 TA 51,56 TL 12 TP 10 UA 10,11 VC 6
"""

FIELD_COUNTS = MappingProxyType(
    {
        record_type: tuple(int(count) for count in counts.split(","))
        for record_type, counts in zip(_COUNTS.split()[::2], _COUNTS.split()[1::2], strict=True)
    }
)
"""Numbers of fields a record of each type may have, over both editions."""


def edition_of(record_type: str, field_count: int) -> str | None:
    """The edition that a record's width tells: 2015 or 2025; None where both have the same width.

    ValueError for a width that neither edition has.
    """
    counts = FIELD_COUNTS[record_type]
    if field_count not in counts:
        raise ValueError(f"{record_type} has {counts} fields, not {field_count}")
    if len(counts) == 1:
        return None
    # F2 is the one type that lost a column; everywhere else the newer edition is the wider one.
    newer = min(counts) if record_type == "F2" else max(counts)
    return EDITIONS[field_count == newer]
