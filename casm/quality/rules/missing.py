"""Rule: what practitioners need of a record is filled in; each lack with what cannot be told without it."""

from collections.abc import Iterable, Mapping

from casm.quality.doubt import NOTE, WARNING, Doubt

# Class → columns that are wanted (several by | where one will do), what they are called, and what is lost without.
REQUIRED: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "agency": (
        ("level", "level", "it is in no count by level"),
        ("discipline", "discipline", "channels set aside for a discipline cannot be matched to it"),
        ("jurisdiction_id|service_area", "jurisdiction or service area", "where it must talk is unknown"),
    ),
    "site": (
        ("position", "position", "it stands on no map and carries no coverage"),
        ("county_fips", "county", "it is in no county's list"),
        ("ground_elevation_amsl_m", "ground elevation", "heights cannot be checked against each other"),
        ("overall_height_agl_m", "overall height above ground", "antenna heights cannot be checked"),
        ("structure_type", "structure type", "it cannot be told what carries the antennas"),
    ),
    "station": (
        ("site_id", "site", "it stands nowhere, so it covers nothing"),
        ("radio_system_id|channel_id", "system or channel", "nobody can be told to use it"),
        ("call_sign", "call sign", "its licence cannot be looked up"),
        ("antenna_height_agl_m", "antenna height above ground", "its coverage cannot be computed"),
        ("erp_w|tx_output_w", "ERP or transmitter output", "its coverage cannot be computed"),
    ),
    "channel": (
        ("rx_freq_hz", "RX frequency", "no radio can be programmed"),
        ("tx_freq_hz", "TX frequency", "no radio can be programmed"),
        ("rx_squelch_kind", "RX tone or NAC", "who hears it is unknown"),
        ("tx_squelch_kind", "TX tone or NAC", "whether a repeater opens is unknown"),
        ("mode", "mode (A, D or M)", "which radios can use it is unknown"),
        ("bandwidth_hz|emission_designator", "bandwidth or emission", "N or W cannot be written on an ICS-217A"),
    ),
    "radio_system": (
        ("kind", "kind", "whether talkgroups are needed is unknown"),
        ("technology", "technology", "which radios can use it is unknown"),
        ("bands", "bands", "which radios can use it is unknown"),
    ),
    "fleet": (
        ("radio_count", "number of radios", "it counts for nothing in a plan"),
        ("bands", "bands", "which channels it can use is unknown"),
        ("modes", "modes", "which channels it can use is unknown"),
        ("form_factor", "form", "its power and antenna are unknown"),
    ),
    "radio_cache": (
        ("position|address", "place", "how soon it is at an incident is unknown"),
        ("radio_count", "number of radios", "whom it can supply is unknown"),
        ("deploy_minutes", "time to deploy", "it cannot be counted on within the hour"),
    ),
    "gateway": (
        ("kind", "kind", "what it joins is unknown"),
        ("simultaneous_patches", "number of simultaneous patches", "whether one is left is unknown"),
        ("activation_minutes", "time to activate", "it cannot be counted on within the hour"),
    ),
    "dispatch_center": (
        ("position|address", "place", "how soon anybody is there is unknown"),
        ("service_area", "service area", "whose calls it answers is unknown"),
        ("kind", "kind", "whether calls reach it first is unknown"),
    ),
    "comm_unit_qualification": (
        ("task_book_status", "task book", "whether the position may be filled is unknown"),
    ),
    "mobile_comm_vehicle": (
        ("nims_type", "NIMS type", "it cannot be asked for by type"),
        ("position|address", "place", "how soon it is at an incident is unknown"),
        ("request_number", "telephone to request it by", "nobody can ask for it"),
    ),
    "alert_originator": (("alert_channels", "channels", "how it reaches the public is unknown"),),
    "broadband_service": (("carrier", "carrier", "whom to call when it is down is unknown"),),
    "backhaul_link": (("kind", "kind", "how it fails is unknown"),),
    "licence": (
        ("expires_on", "end of its term", "whether it is in force is unknown"),
        ("radio_service_code", "radio service code", "what it allows is unknown"),
    ),
    "talkgroup": (("access", "access (FDMA, TDMA)", "whether it needs Phase 2 radios is unknown"),),
    "agreement": (("effective_on", "effective date", "whether it is in force is unknown"),),
}
# Of these a radio or a page shows nothing at all without it.
GRAVE = frozenset({"position", "rx_freq_hz", "site_id"})


def check_missing(record_class: str, known: Iterable[str], *, receive_only: bool = False) -> list[Doubt]:
    """One doubt for a record that lacks what its class should have. known: its columns that are filled in.

    Source: ICTAP, CASM Data Collection Guidance, ICTAP-CASM-DCGUIDE-003-R0 (2008), 3.0 on required fields; FEMA, ICS
    Form 217A, columns; FCC Form 854 for sites. Which of them are asked for here is this project's choice.
    """
    filled = set(known)
    lacking = [
        (wanted, label, lost)
        for wanted, label, lost in REQUIRED.get(record_class, ())
        if not filled & set(wanted.split("|")) and not (receive_only and wanted.startswith("tx_"))
    ]
    if not lacking:
        return []
    severity = WARNING if any(GRAVE & set(wanted.split("|")) for wanted, _, _ in lacking) else NOTE
    said: dict[str, list[str]] = {}
    for _, label, lost in lacking:
        said.setdefault(lost, []).append(label)
    sentence = "; ".join(f"without {' and '.join(labels)} {lost}" for lost, labels in said.items())
    figures = tuple((label, "not known") for _, label, _ in lacking)
    return [Doubt(severity, f"{sentence[:1].upper()}{sentence[1:]}.", figures, "missing")]
