"""Links out of path segments: one for a pair of sites whatever the direction, several only where truly parallel."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from casm.intake.fcc.bands import band_of

HopKey = tuple[float | None, float | None, str | None]


@dataclass(frozen=True)
class Hop:
    """One segment between two places, from its transmitter to its receiver, with what the link takes from it."""

    number: int
    call_sign: str
    tx_place: str
    rx_place: str
    tx_site: str
    rx_site: str
    tx_antenna_agl_m: float | None
    rx_antenna_agl_m: float | None
    tx_freqs_hz: tuple[int, ...]
    receiver_call_sign: str | None
    polarization: str | None
    rate_kbps: float | None
    modulation: str | None
    diversity: bool
    path_length_m: float | None


@dataclass
class Link:
    """One link: its two sites, its name, its columns, and the hops it is made of."""

    site_a: str
    site_b: str
    name: str
    values: dict[str, Any]
    hops: list[Hop] = field(default_factory=list)


def links_of_pair(hops: list[Hop], known: Mapping[str, str]) -> list[Link]:
    """The links between one pair of places.

    known: designation → name of the links already in the inventory between the two sites. Hops of one direction
    that differ in band or in the heights of their antennas are parallel links, and a hop of the other direction
    belongs to the one with its band and heights. Without parallels everything is one link without designation.
    """
    place_a, place_b = sorted({place for hop in hops for place in (hop.tx_place, hop.rx_place)})
    groups: dict[HopKey, list[Hop]] = defaultdict(list)
    for hop in hops:
        groups[_key(hop, place_a)].append(hop)
    forward = {_key(hop, place_a) for hop in hops if hop.tx_place == place_a}
    backward = {_key(hop, place_a) for hop in hops if hop.tx_place == place_b}
    if len(forward) <= 1 and len(backward) <= 1:
        designation = next((text for key in groups if (text := _designation(key)) in known), "")
        return [_link(hops, place_a, designation, known)]
    return [
        _link(groups[key], place_a, _designation(key), known)
        for key in sorted(groups, key=lambda key: tuple(str(part) for part in key))
    ]


def _key(hop: Hop, place_a: str) -> HopKey:
    """What tells parallel links apart: antenna heights at the two places, and the band."""
    bands = {band_of(freq_hz) for freq_hz in hop.tx_freqs_hz}
    band = bands.pop() if len(bands) == 1 else None
    if hop.tx_place == place_a:
        return hop.tx_antenna_agl_m, hop.rx_antenna_agl_m, band
    return hop.rx_antenna_agl_m, hop.tx_antenna_agl_m, band


def _designation(key: HopKey) -> str:
    """A parallel link in words, the same for both directions and every import."""
    height_a_m, height_b_m, band = key
    heights = [f"{height_m:g} m" if height_m is not None else "unknown height" for height_m in (height_a_m, height_b_m)]
    return f"{band or 'microwave'}, antennas at {heights[0]} and {heights[1]}"


def _link(hops: list[Hop], place_a: str, designation: str, known: Mapping[str, str]) -> Link:
    first = hops[0]
    site_a, site_b = (
        (first.tx_site, first.rx_site) if first.tx_place == place_a else (first.rx_site, first.tx_site)
    )
    there = [hop for hop in hops if hop.tx_place == place_a]
    back = [hop for hop in hops if hop.tx_place != place_a]
    name = known.get(designation) or f"{site_a} – {site_b}" + (f" ({designation})" if designation else "")
    rates_kbps = [max((hop.rate_kbps or 0 for hop in way), default=0) for way in (there, back) if way]
    slower = min(hops, key=lambda hop: hop.rate_kbps or 0)
    values = {
        "kind": "microwave",
        "call_sign_a": _call_sign(there, back),
        "call_sign_b": _call_sign(back, there),
        "a_to_b_freq_hz": _only_freq_hz(there),
        "b_to_a_freq_hz": _only_freq_hz(back),
        "polarization": _polarization(hops, there, back),
        # Licensed digital rate of the slower direction, at its fastest modulation.
        "capacity_mbps": min(rates_kbps) / 1000.0 if min(rates_kbps) else None,
        "modulation": slower.modulation if min(rates_kbps) else None,
        "protection": "diversity" if any(hop.diversity for hop in hops) else None,
        # To the millimetre, so that it is the same seen from either end.
        "path_length_m": None if first.path_length_m is None else round(first.path_length_m, 3),
    }
    # What this filing does not say, another may have said before.
    stated = {column: value for column, value in values.items() if value is not None}
    return Link(site_a, site_b, name, {"name": name, "designation": designation, **stated}, hops)


def _call_sign(sending: list[Hop], receiving: list[Hop]) -> str | None:
    """Call sign of one end: of the licence that transmits there, else as the other end's licence names it."""
    own = {hop.call_sign for hop in sending} or {
        hop.receiver_call_sign for hop in receiving if hop.receiver_call_sign
    }
    return own.pop() if len(own) == 1 else None


def _only_freq_hz(hops: list[Hop]) -> int | None:
    freqs_hz = {freq_hz for hop in hops for freq_hz in hop.tx_freqs_hz}
    return freqs_hz.pop() if len(freqs_hz) == 1 else None


def _polarization(hops: list[Hop], there: list[Hop], back: list[Hop]) -> str | None:
    """Polarization that all hops share; dual where one direction uses both; unknown where directions differ."""
    used = {hop.polarization for hop in hops}
    if len(used) == 1:
        return used.pop()
    ways = [{hop.polarization for hop in way} for way in (there, back) if way]
    return "dual" if all({"vertical", "horizontal"} <= way for way in ways) else None
