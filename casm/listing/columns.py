"""The columns a table shows unless others are chosen, in the order a person of the field looks for them."""

from functools import cache

from casm.editing.form_fields import LONG_TEXT
from casm.listing.list_field import EVERY_NAME, KNOWN, LIST, ListField, list_fields

USUAL = {
    "site": ("name", "owner", "structure_type", "overall_height_agl_m", "county", "latitude", "longitude",
             "asr_number", "status", "verified_on"),
    "station": ("name", "owner", "site", "radio_system", "channel", "call_sign", "antenna_height_agl_m", "erp_w",
                "status", "verified_on"),
    "channel": ("name", "owner", "function", "rx_freq_hz", "rx_squelch", "tx_freq_hz", "tx_squelch", "mode",
                "bandwidth_hz", "status", "verified_on"),
    "talkgroup": ("alias", "owner", "radio_system", "talkgroup_number", "access", "status", "verified_on"),
    "radio_system": ("name", "owner", "kind", "technology", "bands", "wacn", "system_id", "status", "verified_on"),
    "agency": ("name", "owner", "discipline", "level", "jurisdiction", "portable_count", "mobile_count", "status",
               "verified_on"),
    "contact": ("name", "owner", "agency", "role", "title", "phone", "mobile", "email", "verified_on"),
    "fleet": ("name", "owner", "agency", "form_factor", "radio_make", "radio_model", "radio_count", "bands", "status",
              "verified_on"),
    "radio_cache": ("name", "owner", "agency", "radio_count", "deploy_minutes", "last_tested_on", "status",
                    "verified_on"),
    "gateway": ("name", "owner", "kind", "site", "simultaneous_patches", "activation_minutes", "status",
                "verified_on"),
    "dispatch_center": ("name", "owner", "kind", "agency", "county", "console_position_count", "ng911_stage",
                        "backup_center", "status", "verified_on"),
    "comm_unit_member": ("name", "owner", "agency", "deployable", "latitude", "longitude", "status", "verified_on"),
    "comm_unit_qualification": ("comm_unit_member", "owner", "unit_position", "nims_type", "task_book_status",
                                "recognized_on", "expires_on", "status"),
    "mobile_comm_vehicle": ("name", "owner", "nims_type", "agency", "bands", "deploy_minutes", "request_number",
                            "status", "verified_on"),
    "alert_originator": ("name", "owner", "agency", "alert_channels", "cog_number", "last_tested_on", "status",
                         "verified_on"),
    "broadband_service": ("name", "owner", "agency", "carrier", "kind", "device_count", "wps_subscription_count",
                          "status", "verified_on"),
    "radio": ("serial_number", "owner", "fleet", "alias", "unit_id", "assigned_to", "life_cycle", "end_of_life_on",
              "status"),
    "cache_checkout": ("radio_cache", "owner", "checked_out_to", "radio_count", "out_on", "due_on", "returned_on",
                       "status"),
    "backhaul_link": ("name", "owner", "kind", "site_a", "site_b", "capacity_mbps", "provider", "status",
                      "verified_on"),
    "licence": ("call_sign", "owner", "radio_service_code", "licence_status", "expires_on", "status", "verified_on"),
    "agreement": ("title", "owner", "kind", "effective_on", "expires_on", "status", "verified_on"),
    "jurisdiction": ("name", "kind", "code", "owner", "status"),
    "station_frequency": ("station", "owner", "sequence", "station_tx_freq_hz", "station_rx_freq_hz",
                          "emission_designators", "erp_w", "status"),
}  # fmt: skip
FIRST_COLUMNS = 6
ALWAYS = ("owner", "status", "verified_on")


@cache
def usual_columns(name: str) -> tuple[str, ...]:
    """The names of the columns of a class' table; of a class that says none, its first fields."""
    fields = list_fields(name)
    known = {one.name for one in fields}
    stated = tuple(column for column in USUAL.get(name, ()) if column in known)
    if stated:
        return stated
    first = [one.name for one in fields if _tells(one)][:FIRST_COLUMNS]
    return (*first, *ALWAYS)


def _tells(one: ListField) -> bool:
    """Whether a field is short enough for a table, and of the record itself."""
    if one.form is None or one.part_key is not None or one.name in EVERY_NAME:
        return False
    return one.kind not in (KNOWN, LIST) and one.form.kind != LONG_TEXT
