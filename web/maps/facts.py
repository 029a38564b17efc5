"""What the panel says of a site, link or gap: label and value, US customary units first, metric beside them."""

import re
from collections.abc import Iterable
from typing import Any

from casm.exchange.feature import Feature
from geo.units import hz_to_mhz, km_to_mi, m_to_ft, m_to_km
from web.maps.palette import gap_style

Facts = list[tuple[str, str]]

NOT_KNOWN = "not known"
UNAVAILABLE = "unavailable (not shared with you, or retired)"


def site_facts(site: Feature, stations: Iterable[Feature]) -> Facts:
    """A site in a few lines, with the stations on it."""
    properties = site.properties
    facts = [
        ("Structure", words(properties["structure_type"])),
        ("Height above ground", feet(properties["overall_height_agl_m"])),
        ("Ground elevation", feet(properties["ground_elevation_amsl_m"])),
    ]
    # Not among the properties for who is not shown an owner's sensitive fields.
    if "generator_kw" in properties:
        facts.append(("Back-up power", backup_power(properties)))
    if properties["asr_number"]:
        facts.append(("Antenna registration", properties["asr_number"]))
    facts += [("Station", station_line(station)) for station in stations]
    return facts + record_facts(site)


def station_line(station: Feature) -> str:
    """A station in one line: name, system or channel, its transmit frequencies."""
    properties = station.properties
    serves = properties["radio_system"] or properties["channel"]
    transmits = [row["station_tx_freq_hz"] for row in properties["frequencies"] if row["station_tx_freq_hz"]]
    parts = [properties["name"], serves, ", ".join(megahertz(freq_hz) for freq_hz in transmits)]
    return " · ".join(part for part in parts if part)


def link_facts(link: Feature) -> Facts:
    """A link in a few lines."""
    properties = link.properties
    systems = [name or UNAVAILABLE for name in properties["carries_systems"]]
    return [
        ("Kind", words(properties["kind"])),
        ("Between", end_of_link(properties, "site_a")),
        ("and", end_of_link(properties, "site_b")),
        ("Length", miles(properties["path_length_m"])),
        ("Frequencies", link_frequencies(properties)),
        ("Capacity", NOT_KNOWN if properties["capacity_mbps"] is None else f"{properties['capacity_mbps']:g} Mbit/s"),
        ("Protection", properties["protection"] or NOT_KNOWN),
        ("Carries", ", ".join(systems) or NOT_KNOWN),
        *record_facts(link),
    ]


def square_facts(square: Feature) -> Facts:
    """A square in a few lines: what lies somewhere in it, and that no more is shared."""
    properties = square.properties
    return [
        ("Somewhere in it", properties["name"]),
        ("Size", f"about {km_to_mi(properties['step_m'] / 1000):.1f} mi ({properties['step_m'] / 1000:g} km)"),
        ("Records of", properties["owner_name"]),
        ("More", "neither exact places nor names are shared with you"),
    ]


def end_of_link(properties: dict[str, Any], end: str) -> str:
    """The site at an end of a link, or why it is not named."""
    if properties[end]:
        return properties[end]
    return UNAVAILABLE if end in properties.get("unavailable", ()) else NOT_KNOWN


def link_frequencies(properties: dict[str, Any]) -> str:
    """Both directions of a link, or not known."""
    known = [megahertz(properties[name]) for name in ("a_to_b_freq_hz", "b_to_a_freq_hz") if properties[name]]
    return " / ".join(known) or NOT_KNOWN


def gap_facts(gap: Feature) -> Facts:
    """A gap in a few lines; its sentence is said apart."""
    properties = gap.properties
    style = gap_style(properties.get("reason"), properties.get("known"))
    facts = [("Need", str(properties.get("need", NOT_KNOWN)))]
    if properties.get("required_level") is not None:
        facts.append(("Level asked for", asked_for(properties)))
    if properties.get("answer"):
        facts.append(("Level found", str(properties["answer"])))
    facts.append(("Reason", style.label))
    if properties.get("area_km2") is not None:
        facts.append(("Area", square_miles(float(properties["area_km2"]))))
    return facts


def asked_for(properties: dict[str, Any]) -> str:
    """The level a need asks for, and how soon."""
    minutes = properties.get("within_minutes")
    return f"{properties['required_level']}{'' if minutes is None else f' within {minutes} minutes'}"


def record_facts(feature: Feature) -> Facts:
    """Whose record it is, its status and when it was last verified."""
    properties = feature.properties
    return [
        ("Record of", properties["owner_name"]),
        ("Status", properties["status"]),
        ("Last verified", properties["verified_on"] or NOT_KNOWN),
    ]


def backup_power(properties: dict[str, Any]) -> str:
    """Generator and battery hours in words."""
    parts = []
    if properties["generator_fuel_hours"] is not None:
        parts.append(f"generator, fuel for {properties['generator_fuel_hours']:g} h")
    elif properties["generator_kw"]:
        parts.append(f"generator, {properties['generator_kw']:g} kW")
    if properties["battery_hours"] is not None:
        parts.append(f"battery for {properties['battery_hours']:g} h")
    return ", ".join(parts) or NOT_KNOWN


_PROFILE = re.compile(
    r"(?P<kind>[a-z_]+?)_(?P<watts>[\d.]+)W_(?P<gain>-?[\d.]+)dBi_(?P<sensitivity>-?[\d.]+)dBm_(?P<height>[\d.]+)m"
)


def profile_words(profile: str, *, whole: bool = False) -> str:
    """A subscriber's profile as people say it: "portable street, 5 W"; whole with its antenna and receiver too."""
    found = _PROFILE.fullmatch(profile)
    if found is None:
        return profile.replace("_", " ")
    short = f"{found['kind'].replace('_', ' ')}, {found['watts']} W"
    if not whole:
        return short
    height_m = float(found["height"])
    antenna = f"antenna {found['gain']} dBi at {m_to_ft(height_m):.0f} ft ({height_m:g} m)"
    return f"{short}, {antenna}, sensitivity {found['sensitivity']} dBm"


def profile_watts(profile: str) -> float:
    """Transmitter power in a subscriber's profile, W; infinite where it is not told."""
    found = _PROFILE.fullmatch(profile)
    return float("inf") if found is None else float(found["watts"])


def words(term: str | None) -> str:
    """A field's term as people read it."""
    return NOT_KNOWN if term is None else term.replace("_", " ")


def feet(length_m: float | None) -> str:
    """A height as "150 ft (46 m)"."""
    return NOT_KNOWN if length_m is None else f"{m_to_ft(length_m):,.0f} ft ({length_m:,.0f} m)"


def miles(length_m: float | None) -> str:
    """A distance as "5.2 mi (8.4 km)"."""
    if length_m is None:
        return NOT_KNOWN
    length_km = m_to_km(length_m)
    return f"{km_to_mi(length_km):,.1f} mi ({length_km:,.1f} km)"


def square_miles(area_km2: float) -> str:
    """An area as "12.3 sq mi (31.9 km²)"."""
    return f"{km_to_mi(km_to_mi(area_km2)):,.1f} sq mi ({area_km2:,.1f} km²)"


def megahertz(freq_hz: int) -> str:
    """A frequency as "155.7525 MHz", four decimals at least as on ICS forms."""
    whole, _, decimals = f"{hz_to_mhz(freq_hz):.6f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(4, '0')} MHz"
