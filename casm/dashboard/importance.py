"""Which fields of each class matter most, and why: what a record should have before any other field is filled in."""

from dataclasses import dataclass

# How much hangs on a field: answers are computed from it; somebody needs it on the day; it keeps the record sound.
COMPUTED, ON_THE_DAY, SOUND = 3, 2, 1


@dataclass(frozen=True)
class Important:
    """A field that should be known.

    columns: any one of them suffices. weight: 3 answers are computed from it, 2 needed in an incident, 1 keeps the
    record sound. unless: a yes-or-no column that makes it needless.
    """

    columns: tuple[str, ...]
    weight: int
    reason: str
    unless: str | None = None

    @property
    def name(self) -> str:
        """What it is called in addresses."""
        return self.columns[0]


def _field(columns: str, weight: int, reason: str, unless: str | None = None) -> Important:
    return Important(tuple(columns.split()), weight, reason, unless)


# Class → its important fields, the weightiest first.
IMPORTANT: dict[str, tuple[Important, ...]] = {
    "site": (
        _field("position", COMPUTED, "coverage is computed from where the site stands"),
        _field("ground_elevation_amsl_m", SOUND, "checks the position against terrain and registration"),
        _field("overall_height_agl_m", SOUND, "an antenna cannot be higher than what carries it"),
        _field("structure_type", SOUND, "says what can be mounted, and by whom"),
        _field("county_fips", SOUND, "says whose area it stands in"),
        _field("last_inspected_on", SOUND, "an uninspected structure is not relied on"),
    ),
    "site_sensitive": (
        _field("access_notes", ON_THE_DAY, "how a crew gets in at night"),
        _field("grid_power", ON_THE_DAY, "whether it needs fuel to stay on the air"),
        _field("generator_kw", ON_THE_DAY, "what it can carry without the grid"),
        _field("battery_hours", ON_THE_DAY, "how long it lasts before the generator must run"),
        _field("lease_end_on", SOUND, "a lease that runs out takes the site away"),
    ),
    "station": (
        _field("site_id", COMPUTED, "a station without a site is nowhere"),
        _field("antenna_height_agl_m", COMPUTED, "height decides how far it is heard"),
        _field("erp_w tx_output_w", COMPUTED, "the link budget begins with its power"),
        _field("antenna_gain_dbi", COMPUTED, "the link budget needs the antenna"),
        _field("call_sign", SOUND, "without it no licence is found"),
    ),
    "channel": (
        _field("rx_freq_hz", COMPUTED, "two radios share a channel by its frequencies"),
        _field("mode", COMPUTED, "a radio without the mode hears nothing"),
        _field("bandwidth_hz emission_designator", COMPUTED, "wide and narrow do not match"),
        _field("tx_squelch_kind", COMPUTED, "the wrong tone keeps the other side shut"),
        _field("call_sign", SOUND, "the authority to transmit", unless="national"),
    ),
    "talkgroup": (
        _field("access", COMPUTED, "TDMA shuts out radios that lack it"),
        _field("interoperability", COMPUTED, "whether others may use it"),
        _field("patchable", COMPUTED, "whether a gateway may join it"),
    ),
    "radio_system": (
        _field("technology", COMPUTED, "decides which radios work on it"),
        _field("bands", COMPUTED, "decides which radios reach it"),
        _field("kind", COMPUTED, "trunked and conventional join differently"),
        _field("subscriber_count", SOUND, "how many depend on it"),
    ),
    "agency": (
        _field("service_area", COMPUTED, "who can talk to whom is asked for where they serve"),
        _field("jurisdiction_id", COMPUTED, "neighbours are found by it"),
        _field("discipline", SOUND, "channels are set aside by discipline"),
        _field("level", SOUND, "local, state, tribal or federal"),
    ),
    "fleet": (
        _field("bands", COMPUTED, "radios talk on the bands they have"),
        _field("modes", COMPUTED, "and in the modes they have"),
        _field("tdma_capable", COMPUTED, "TDMA talkgroups need it"),
        _field("agency_id radio_cache_id", COMPUTED, "whose radios these are"),
        _field("tx_output_w", COMPUTED, "the way back to the site begins here"),
        _field("radio_count", ON_THE_DAY, "how many there are"),
    ),
    "template": (
        _field("programmed_on", COMPUTED, "an old load may lack new channels"),
        _field("programmed_radio_count", SOUND, "how many radios hold it"),
    ),
    "radio_cache": (
        _field("radio_count", COMPUTED, "a cache is worth its radios"),
        _field("deploy_minutes", COMPUTED, "it counts only if it comes in time"),
        _field("position address", ON_THE_DAY, "where to fetch it"),
        _field("release_authority", ON_THE_DAY, "whom to ask for it"),
        _field("last_tested_on", SOUND, "untested radios fail on the day"),
    ),
    "gateway": (
        _field("simultaneous_patches", COMPUTED, "how many nets it joins at a time"),
        _field("activation_minutes", COMPUTED, "it counts only if it is up in time"),
        _field("position site_id", COMPUTED, "what it can reach depends on where it stands"),
        _field("staffing", ON_THE_DAY, "who sets the patch up"),
    ),
    "backhaul_link": (
        _field("kind", SOUND, "microwave and fibre fail differently"),
        _field("capacity_mbps", SOUND, "what can be moved onto it"),
        _field("protection", SOUND, "whether one fault cuts it"),
    ),
    "licence": (
        _field("expires_on", ON_THE_DAY, "an expired licence is no authority"),
        _field("licence_status", SOUND, "cancelled is not in force"),
        _field("licensee", SOUND, "whose authority it is"),
    ),
    "agreement": (
        _field("effective_on", COMPUTED, "it counts from this day"),
        _field("expires_on", COMPUTED, "it counts until this day", unless="open_ended"),
        _field("activation_steps", ON_THE_DAY, "what to do when it is needed"),
    ),
    "contact": (
        _field("phone mobile", ON_THE_DAY, "somebody must answer at night"),
        _field("email", SOUND, "for what is not urgent"),
        _field("role", SOUND, "what to call this person about"),
    ),
    "dispatch_center": (
        _field("position", ON_THE_DAY, "where it stands"),
        _field("service_area", ON_THE_DAY, "whose calls it answers"),
        _field("backup_center_id", ON_THE_DAY, "who answers when it cannot"),
        _field("patch_capable", ON_THE_DAY, "whether its consoles can join nets"),
        _field("kind", SOUND, "primary, secondary or backup"),
        _field("ng911_stage", SOUND, "how far it is on the way to NG9-1-1"),
        _field("fcc_psap_id", SOUND, "finds it in the FCC's registry"),
    ),
    "comm_unit_member": (
        _field("position", ON_THE_DAY, "who is nearest"),
        _field("deployable", ON_THE_DAY, "how far the person may be sent"),
        _field("agency_id", ON_THE_DAY, "who releases the person"),
    ),
    "comm_unit_member_contact": (_field("phone mobile", ON_THE_DAY, "somebody must be reached at night"),),
    "comm_unit_qualification": (
        _field("task_book_status", ON_THE_DAY, "whether the position may be filled"),
        _field("expires_on", ON_THE_DAY, "a recognition that has run out is none"),
    ),
    "mobile_comm_vehicle": (
        _field("nims_type", ON_THE_DAY, "it is asked for by type"),
        _field("request_number", ON_THE_DAY, "whom to call for it"),
        _field("position", ON_THE_DAY, "how far off it is"),
        _field("deploy_minutes", ON_THE_DAY, "how soon it leaves"),
        _field("bands", ON_THE_DAY, "whom it can talk to"),
    ),
    "alert_originator": (
        _field("alert_channels", ON_THE_DAY, "how the public is reached"),
        _field("trained_originator_count", ON_THE_DAY, "whether anybody can send"),
        _field("last_tested_on", SOUND, "what is not tested fails on the day"),
        _field("cog_number", SOUND, "its group in IPAWS"),
    ),
    "broadband_service": (
        _field("carrier", ON_THE_DAY, "whom to call when it is down"),
        _field("device_count", SOUND, "how many depend on it"),
        _field("wps_subscription_count", SOUND, "who gets through when the network is full"),
    ),
    "radio": (
        _field("fleet_id", SOUND, "which radios it counts among"),
        _field("life_cycle", SOUND, "in use, in repair or lost"),
        _field("end_of_life_on", SOUND, "when it must be replaced"),
    ),
    "cache_checkout": (_field("due_on", ON_THE_DAY, "when the radios can be counted on again"),),
    "need": (
        _field("place jurisdiction_id", COMPUTED, "where the agencies must be able to talk"),
        _field("justification", SOUND, "why it is needed"),
    ),
}  # fmt: skip


def important_fields(record_class: str) -> tuple[Important, ...]:
    """The important fields of a class; none where nobody has named any."""
    return IMPORTANT.get(record_class, ())
