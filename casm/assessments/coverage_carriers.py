"""What stations serve, systems and repeater channels, and the subscriber profiles that use each."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.assessments.coverage_inputs import Key, StationInput
from casm.assessments.coverage_study import Study, coverage_hash, digest
from casm.assessments.subscriber_inputs import ProfileBook, ProfileInput, reference_profile
from casm.inventory.channel import Channel
from casm.inventory.radio_system import RadioSystem
from geo.errors import GeoError


@dataclass
class Carrier:
    """A system, or a channel without one, with the stations on the air for it and the profiles that use it."""

    key: Key
    name: str
    stations: list[StationInput] = field(default_factory=list)
    profiles: dict[str, ProfileInput] = field(default_factory=dict)

    def result_key(self, profile: str) -> str:
        """Key of the composite for a profile."""
        return f"{self.key[1]}|{profile}"

    def inputs_sha256(self, study: Study, profile: ProfileInput) -> str:
        """Hash of all that the composite for a profile depends on, what its stations lack included."""
        parts = [
            coverage_hash(study, station, profile.subscriber) if station.transmitter else repr(station.missing)
            for station in self.stations
        ]
        return digest([self.name, str(self.key), *zip((str(s.id) for s in self.stations), parts, strict=True)])


def carrier_names(session: Session) -> dict[Key, str]:
    """Name of every system and channel the session's viewer may see."""
    names: dict[Key, str] = {}
    for model in (RadioSystem, Channel):
        for owner_id, row_id, name in session.execute(select(model.owner_id, model.id, model.name)):
            names[(owner_id, row_id)] = name
    return names


def carriers_of(stations: list[StationInput], book: ProfileBook, names: dict[Key, str]) -> list[Carrier]:
    """Systems and, for stations of no system, channels; with the profiles of the fleets programmed for them.

    A carrier the viewer may not see has no name for him and gets no composite.
    """
    carriers: dict[Key, Carrier] = {}
    for station in stations:
        key = station.radio_system or station.channel
        if key is not None and key in names:
            carriers.setdefault(key, Carrier(key, names[key])).stations.append(station)
    for key, carrier in carriers.items():
        carrier.profiles = dict(book.by_carrier.get(key, {})) or reference_of(carrier.stations)
    return sorted(carriers.values(), key=lambda carrier: (carrier.name, str(carrier.key)))


def reference_of(stations: list[StationInput]) -> dict[str, ProfileInput]:
    """The reference portable of the first station whose band has one, by its key; empty if none has."""
    for station in stations:
        if station.transmitter is not None:
            try:
                profile = reference_profile(station.transmitter.freq_mhz)
            except GeoError:
                continue
            return {profile.key: profile}
    return {}


def profiles_by_station(
    stations: list[StationInput], carriers: list[Carrier], book: ProfileBook
) -> dict[uuid.UUID, dict[str, ProfileInput]]:
    """Profiles of every carrier a station serves, the reference portable where there is none."""
    result: dict[uuid.UUID, dict[str, ProfileInput]] = {}
    from_composites: dict[uuid.UUID, dict[str, ProfileInput]] = defaultdict(dict)
    for carrier in carriers:
        for station in carrier.stations:
            from_composites[station.id] |= carrier.profiles
    for station in stations:
        profiles = dict(from_composites[station.id])
        for key in station.carriers:
            profiles |= book.by_carrier.get(key, {})
        result[station.id] = {} if station.transmitter is None else profiles or reference_of([station])
    return result
