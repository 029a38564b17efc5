"""Coverage for interoperability: of every carrier for every profile that may use it, sure and possible apart.

A station counts as sure where its row is fresh and its licence in force; where either is not known it only
raises what is possible; without a licence in force it counts for nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from casm.assessments.coverage_inputs import CRITERION_OF_MODE, StationInput
from casm.assessments.coverage_study import LossStore, coverage_for, coverage_hash, digest
from casm.assessments.subscriber_inputs import reference_profile
from geo.coverage.direct_reach import DirectReach as Reach
from geo.coverage.direct_reach import direct_reach, terrain_irregularity_around
from geo.coverage.subscriber import SubscriberProfile
from geo.coverage.tables import criterion
from geo.errors import GeoError
from geo.interop.answer import Verdict
from geo.interop.authority import Authorities
from geo.interop.compatibility import contents_known, in_radios
from geo.interop.freshness import Freshness
from geo.interop.radio import Fleet
from geo.interop.reason import Code, Reason, Record
from geo.interop.resource import Channel, RadioSystem, Talkgroup, band_of
from geo.interop.side_coverage import ComputedCoverage, Coverage, CoverageBook, Directions, DirectReach
from geo.units import hz_to_mhz

# The weakest radio that a gateway's port may have; no record says which it has.
PORT_PROFILE = "reference portable at a port"
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Wanted:
    """A carrier (a system's or channel's id) for a subscriber profile."""

    carrier_id: str
    profile_key: str


def stations_by_carrier(
    stations: Iterable[StationInput], channels: Iterable[Channel]
) -> dict[str, tuple[StationInput, ...]]:
    """The stations of each system, and of each channel; a channel without its own has those of its system."""
    of_system: dict[str, list[StationInput]] = defaultdict(list)
    of_channel: dict[str, list[StationInput]] = defaultdict(list)
    for station in stations:
        if station.radio_system is not None:
            of_system[str(station.radio_system[1])].append(station)
        if station.channel is not None:
            of_channel[str(station.channel[1])].append(station)
    for channel in channels:
        if channel.id not in of_channel and channel.system_id is not None:
            shared = [station for station in of_system[channel.system_id] if station.channel is None]
            if shared:
                of_channel[channel.id] = shared
    return {key: tuple(found) for key, found in (of_system | of_channel).items() if found}


def wanted_by(
    fleets: Iterable[Fleet],
    resources: Mapping[str, Channel | Talkgroup],
    systems: Mapping[str, RadioSystem],
    carriers: Mapping[str, tuple[StationInput, ...]],
    freshness: Freshness,
) -> set[Wanted]:
    """What the fleets may need coverage of: what they hold; where that is not known, all on their bands."""
    found: set[Wanted] = set()
    for fleet in fleets:
        if fleet.coverage_profile is None:
            continue
        held: set[str] = set()
        for template in in_radios(fleet, freshness) or (None,):
            if template is None or not contents_known(template, freshness):
                held |= {carrier for carrier, stations in carriers.items() if _on_bands(fleet, stations)}
                continue
            for slot in template.slots or ():
                held |= _carriers_of(resources.get(slot.resource_id), resources, systems, carriers)
        found |= {Wanted(carrier, fleet.coverage_profile) for carrier in held if carrier in carriers}
    return found


def _on_bands(fleet: Fleet, stations: tuple[StationInput, ...]) -> bool:
    bands = {band_of(round(one.transmitter.freq_mhz * 1e6)) for one in stations if one.transmitter is not None}
    return fleet.bands is None or not bands or bool(bands & fleet.bands)


def _carriers_of(
    resource: Channel | Talkgroup | None,
    resources: Mapping[str, Channel | Talkgroup],
    systems: Mapping[str, RadioSystem],
    carriers: Mapping[str, tuple[StationInput, ...]],
) -> set[str]:
    """A talkgroup's system and those joined to it; a channel and all of equal figures."""
    if isinstance(resource, Talkgroup):
        system = systems.get(resource.system_id)
        return {resource.system_id, *(peer.system_id for peer in system.peers)} if system else set()
    if isinstance(resource, Channel):
        return {resource.id} | {
            other
            for other in carriers
            if isinstance(twin := resources.get(other), Channel) and twin.figures == resource.figures
        }
    return set()


def coverage_book(
    store: LossStore,
    carriers: Mapping[str, tuple[StationInput, ...]],
    profiles: Mapping[str, SubscriberProfile],
    wanted: set[Wanted],
    port_carriers: set[str],
    authorities: Authorities,
    freshness: Freshness,
    direct: Mapping[tuple[str, str], Coverage],
    progress: Progress | None = None,
) -> CoverageBook:
    """Compute (or take from store) all the coverage that is wanted; direct: reach of direct channels."""
    tasks = [(one.carrier_id, one.profile_key, profiles[one.profile_key]) for one in wanted]
    for carrier_id in port_carriers & set(carriers):
        profile = _port_profile(carriers[carrier_id])
        if profile is not None:
            tasks.append((carrier_id, PORT_PROFILE, profile))
    # One receiver height after the other, and a carrier's profiles together, so that path losses are reused.
    tasks.sort(key=lambda task: (task[2].height_agl_m, task[0], task[1]))
    entries: dict[tuple[str, str], Coverage] = dict(direct)
    for done, (carrier_id, key, profile) in enumerate(tasks, start=1):
        entries[carrier_id, key] = _coverage(store, carriers[carrier_id], profile, authorities, freshness)
        if progress:
            progress(done, len(tasks), f"coverage {done} of {len(tasks)}")
    return CoverageBook(store.study.grid, entries, frozenset(carriers), (PORT_PROFILE,))


def direct_entries(
    store: LossStore,
    fleets: Iterable[Fleet],
    resources: Mapping[str, Channel | Talkgroup],
    profiles: Mapping[str, SubscriberProfile],
) -> dict[tuple[str, str], Coverage]:
    """How far two radios of a fleet reach each other on each direct channel that it holds."""
    pairs = {
        (slot.resource_id, fleet.coverage_profile)
        for fleet in fleets
        for template in fleet.templates
        for slot in template.slots or ()
        if fleet.coverage_profile is not None
    }
    entries: dict[tuple[str, str], Coverage] = {}
    roughness_m: float | None = None
    for resource_id, key in sorted(pairs):
        channel = resources.get(resource_id)
        if not isinstance(channel, Channel) or not channel.direct or channel.figures.tx_freq_hz is None:
            continue
        if roughness_m is None:
            roughness_m = terrain_irregularity_around(store.study.terrain, store.study.grid.bounds)
        entries[resource_id, key] = DirectReach(_reach_km(store, channel, profiles[key], roughness_m))
    return entries


def _reach_km(store: LossStore, channel: Channel, profile: SubscriberProfile, roughness_m: float) -> float | None:
    """Reach of equal radios on a channel; None where a figure or a criterion is not on record."""
    study = store.study
    mode = CRITERION_OF_MODE.get(channel.figures.mode or "")
    if mode is None or channel.figures.tx_freq_hz is None:
        return None
    wide = mode == "analog_fm" and channel.figures.bandwidth == "W"
    try:
        found = direct_reach(
            profile,
            profile,
            criterion("analog_fm_wide" if wide else mode, study.daq),
            freq_mhz=hz_to_mhz(channel.figures.tx_freq_hz),
            delta_h_m=roughness_m,
            terms=study.terms,
            target=study.target,
        )
    except GeoError:
        return None
    return found.reach_km if isinstance(found, Reach) else None


def _port_profile(stations: tuple[StationInput, ...]) -> SubscriberProfile | None:
    for station in stations:
        if station.transmitter is not None:
            try:
                return reference_profile(station.transmitter.freq_mhz).subscriber
            except GeoError:
                return None
    return None


def port_caveat() -> str:
    """What every result that went through a radio port must say."""
    return "radios on gateway ports are not on record; they are taken to be no worse than a reference portable"


def _coverage(
    store: LossStore,
    stations: tuple[StationInput, ...],
    profile: SubscriberProfile,
    authorities: Authorities,
    freshness: Freshness,
) -> Coverage:
    """The best station at each cell, both directions of one station taken together."""
    shape = store.study.grid.shape
    talk_out, talk_in = (np.full(shape, np.nan, dtype=np.float32) for _ in range(2))
    surest = np.full(shape, -1.0, dtype=np.float32)
    upper = np.zeros(shape, dtype=np.float32)
    reasons: list[Reason] = []
    evidence: set[Record] = set()
    hashes: list[object] = []
    for station in stations:
        record = station_record(station)
        evidence.add(record)
        standing, why = _standing(station, record, authorities, freshness)
        hashes.append([str(station.id), standing.name])
        if standing is Verdict.NO:
            continue
        reasons += why
        computed = _computed(store, station, profile)
        if isinstance(computed, str):
            reasons.append(Reason(Code.MISSING, Code.COVERAGE, computed, (record.id,)))
            upper[:] = 1.0
            hashes.append(computed)
            continue
        out, back = computed
        hashes.append(coverage_hash(store.study, station, profile))
        upper = np.maximum(upper, np.minimum(np.nan_to_num(out, nan=1.0), np.nan_to_num(back, nan=1.0)))
        if standing is Verdict.YES:
            both = np.nan_to_num(np.minimum(out, back), nan=-1.0)
            better = both > surest
            talk_out, talk_in = np.where(better, out, talk_out), np.where(better, back, talk_in)
            surest = np.maximum(surest, both)
    return ComputedCoverage(
        Directions(talk_out, talk_in), Directions(upper, upper), tuple(reasons), frozenset(evidence), digest(hashes)
    )


def _standing(
    station: StationInput, record: Record, authorities: Authorities, freshness: Freshness
) -> tuple[Verdict, list[Reason]]:
    """Whether a station may be counted on, and why not."""
    licensed = authorities.station_licensed(station.call_sign)
    if licensed is Verdict.NO:
        return licensed, []
    why = []
    stale = freshness.reason(record, Code.COVERAGE)
    if stale is not None:
        why.append(stale)
    if licensed is Verdict.UNKNOWN:
        text = f"a licence in force for {record.label} is not on record"
        why.append(Reason(Code.MISSING, Code.AUTHORITY, text, (record.id,)))
    return (Verdict.UNKNOWN if why else Verdict.YES), why


def _computed(
    store: LossStore, station: StationInput, profile: SubscriberProfile
) -> tuple[np.ndarray, np.ndarray] | str:
    """Talk-out and talk-in probabilities, or why there are none."""
    if station.transmitter is None:
        return f"coverage of station {station.name} cannot be computed without {', '.join(station.missing)}"
    try:
        coverage = coverage_for(store, station, profile)
    except GeoError as error:
        return f"coverage of station {station.name} cannot be computed: {error}"
    lacking = [field for unknown in coverage.unknowns for field in unknown.missing]
    if lacking and np.isnan(coverage.talk_out).all() and np.isnan(coverage.talk_in).all():
        return f"coverage of station {station.name} cannot be computed without {', '.join(lacking)}"
    return coverage.talk_out, coverage.talk_in


def station_record(station: StationInput) -> Record:
    """The evidence record of a station."""
    return Record("station", str(station.id), station.name, str(station.owner_id), station.verified_on)
