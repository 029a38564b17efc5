"""Stations the viewer may see, as coverage needs them: what is on record, and by name what is not."""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from geoalchemy2.shape import to_shape
from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.exchange.marking import highest, says_exercise
from casm.inventory.channel import Channel
from casm.inventory.radio_system import RadioSystem
from casm.inventory.site import Site
from casm.inventory.station import Station, StationFrequency
from geo import units
from geo.coverage.transmitter import BeamPattern, OmniPattern, Pattern, Transmitter, eirp_from
from geo.errors import GeoError
from geo.propagation.itm import Polarization

Key = tuple[uuid.UUID, uuid.UUID]

# Which criterion a technology or channel mode is judged by; a mode missing here has none on record.
CRITERION_OF_TECHNOLOGY = {
    "analog": "analog_fm",
    "p25_conventional": "p25_phase1",
    "p25_phase1": "p25_phase1",
    "p25_phase2": "p25_phase2",
    "edacs": "edacs",
    "smartnet": "smartnet",
    "smartzone": "smartnet",
    "ltr": "ltr",
    "dmr": "dmr",
}
CRITERION_OF_MODE = {
    "analog_fm": "analog_fm",
    # A receiver on a mixed channel must do with the analog signal, which needs more.
    "mixed_fm_p25": "analog_fm",
    "p25_phase1": "p25_phase1",
    "p25_phase2": "p25_phase2",
    "edacs": "edacs",
    "smartnet": "smartnet",
    "ltr": "ltr",
    "dmr": "dmr",
}
NARROW_HZ = 12_500
# Above every land-mobile band (47 CFR 90.20); point-to-point microwave begins at 928 MHz and is dense from 2 GHz.
LAND_MOBILE_BELOW_HZ = 960_000_000
# Stations that are not on the air cover nothing, whatever is planned for them.
ON_THE_AIR = ("active",)
OMNI_NAMES = {"omni", "omnidirectional", "omni-directional", "nd", "non-directional"}
_BANDWIDTH = re.compile(r"^(\d+)([HKMG])(\d*)")


@dataclass(frozen=True)
class StationInput:
    """A station and everything of it that went in.

    transmitter None: `missing` names the fields for want of which not even the path loss can be computed.
    criterion_mode None: no criterion is on record for its technology. carriers: (owner, id) of the radio
    system and the channel it serves. land_mobile False: every frequency is a microwave one, so that it serves
    no subscriber. notes: assumptions made, each a sentence.
    """

    id: uuid.UUID
    owner_id: uuid.UUID
    name: str
    verified_on: date | None
    call_sign: str | None
    radio_system: Key | None
    channel: Key | None
    transmitter: Transmitter | None
    criterion_mode: str | None
    land_mobile: bool = True
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    owner_ids: frozenset[uuid.UUID] = frozenset()
    input_ids: frozenset[uuid.UUID] = frozenset()
    sensitivity: str = "public"
    exercise: bool = False

    def told(self) -> Transmitter:
        """The transmitter; GeoError, naming what is missing, where nothing can be told of the station."""
        if self.transmitter is None:
            raise GeoError(f"{self.name} unknown: {'; '.join(self.missing)} not on record")
        return self.transmitter

    def told_mode(self) -> str:
        """What the criterion is looked up by; GeoError where none is on record for the technology."""
        if self.criterion_mode is None:
            raise GeoError(f"{self.name} unknown: no criterion on record for its technology")
        return self.criterion_mode

    @property
    def carriers(self) -> tuple[Key, ...]:
        """What the station serves, the system first."""
        return tuple(carrier for carrier in (self.radio_system, self.channel) if carrier is not None)


def read_station_inputs(session: Session) -> list[StationInput]:
    """Every station on the air that the session's viewer may see, ordered by name."""
    stations = list(
        session.scalars(select(Station).where(Station.status.in_(ON_THE_AIR)).order_by(Station.name, Station.id))
    )
    frequencies: dict[Key, list[StationFrequency]] = defaultdict(list)
    in_use = StationFrequency.status.in_(ON_THE_AIR)
    for row in session.scalars(select(StationFrequency).where(in_use).order_by(StationFrequency.sequence)):
        frequencies[(row.owner_id, row.station_id)].append(row)
    sites = _by_key(session, Site, ((row.site_owner_id, row.site_id) for row in stations))
    systems = _by_key(session, RadioSystem, ((row.radio_system_owner_id, row.radio_system_id) for row in stations))
    channels = _by_key(session, Channel, ((row.channel_owner_id, row.channel_id) for row in stations))
    return [
        _station_input(
            row,
            frequencies[(row.owner_id, row.id)],
            sites.get((row.site_owner_id, row.site_id)),
            systems.get((row.radio_system_owner_id, row.radio_system_id)),
            channels.get((row.channel_owner_id, row.channel_id)),
        )
        for row in stations
    ]


def _by_key(session: Session, model: type, keys: Iterable[tuple]) -> dict[Key, object]:
    ids = {row_id for _, row_id in keys if row_id is not None}
    if not ids:
        return {}
    rows = session.scalars(select(model).where(model.id.in_(ids), model.status != "retired"))
    return {(row.owner_id, row.id): row for row in rows}


def _station_input(
    row: Station,
    frequencies: list[StationFrequency],
    site: Site | None,
    system: RadioSystem | None,
    channel: Channel | None,
) -> StationInput:
    notes: list[str] = []
    missing: list[str] = []
    chosen = _lowest(frequencies)
    criterion_mode = _criterion_mode(system, channel, frequencies, notes)
    if site is None or site.position is None:
        missing.append(f"position of {row.name}'s site")
    if row.antenna_height_agl_m is None:
        missing.append(f"antenna_height_agl_m of {row.name}")
    if chosen is None:
        missing.append(f"station_tx_freq_hz of {row.name}")
    if criterion_mode is None:
        missing.append(f"technology of {row.name}'s system or mode of its channel with a criterion on record")
    transmitter = None
    if not missing:
        try:
            transmitter = _transmitter(row, chosen, site, notes)
        except GeoError as error:
            missing.append(f"{row.name}: {error}")
    rows = [other for other in (row, site, system, channel, *frequencies) if other is not None]
    return StationInput(
        id=row.id,
        owner_id=row.owner_id,
        name=row.name,
        verified_on=row.verified_on,
        call_sign=row.call_sign,
        radio_system=_key(row.radio_system_owner_id, row.radio_system_id),
        channel=_key(row.channel_owner_id, row.channel_id),
        transmitter=transmitter,
        criterion_mode=criterion_mode,
        land_mobile=_is_land_mobile(frequencies),
        missing=tuple(missing),
        notes=tuple(notes),
        owner_ids=frozenset(other.owner_id for other in rows),
        input_ids=frozenset(other.id for other in rows),
        sensitivity=highest(other.sensitivity for other in rows),
        exercise=any(says_exercise(getattr(other, "name", None), other.remarks) for other in rows),
    )


def _transmitter(row: Station, chosen: StationFrequency, site: Site, notes: list[str]) -> Transmitter:
    position = to_shape(site.position)
    freq_hz = chosen.station_tx_freq_hz or chosen.station_rx_freq_hz
    eirp_dbm = None
    if chosen.station_tx_freq_hz is not None:
        eirp_dbm = eirp_from(
            erp_w=row.erp_w or chosen.erp_w,
            tx_output_w=row.tx_output_w or chosen.tx_output_w,
            antenna_gain_dbi=row.antenna_gain_dbi,
            line_loss_db=row.line_loss_db,
        )
        if eirp_dbm is None and chosen.eirp_dbm is not None:
            eirp_dbm = float(chosen.eirp_dbm)
    return Transmitter(
        id=str(row.id),
        name=row.name,
        lon_deg=position.x,
        lat_deg=position.y,
        antenna_height_agl_m=row.antenna_height_agl_m,
        freq_mhz=units.hz_to_mhz(freq_hz),
        pattern=_pattern(row, notes),
        eirp_dbm=eirp_dbm,
        antenna_gain_dbi=row.antenna_gain_dbi,
        line_loss_db=row.line_loss_db,
        receiver_sensitivity_dbm=row.receiver_sensitivity_dbm,
        receiver_noise_figure_db=row.receiver_noise_figure_db,
        polarization=_polarization(row, notes),
    )


def _pattern(row: Station, notes: list[str]) -> Pattern | None:
    name = (row.antenna_pattern or "").strip().lower()
    if name in OMNI_NAMES or row.beamwidth_deg == 360.0:
        return OmniPattern()
    if row.azimuth_deg is not None and row.beamwidth_deg:
        notes.append(
            f"{row.name}: antenna pattern not on record, one beam of {row.beamwidth_deg:g} degrees taken for it"
        )
        return BeamPattern(row.azimuth_deg, row.beamwidth_deg)
    return None


def _polarization(row: Station, notes: list[str]) -> Polarization:
    if row.polarization == "horizontal":
        return Polarization.HORIZONTAL
    if row.polarization != "vertical":
        notes.append(f"{row.name}: polarization {row.polarization or 'not on record'}, taken as vertical")
    return Polarization.VERTICAL


def _lowest(frequencies: list[StationFrequency]) -> StationFrequency | None:
    """The row of the lowest transmit frequency, or of the lowest receive frequency of a receive-only station."""
    sending = [row for row in frequencies if row.station_tx_freq_hz is not None]
    if sending:
        return min(sending, key=lambda row: row.station_tx_freq_hz)
    hearing = [row for row in frequencies if row.station_rx_freq_hz is not None]
    return min(hearing, key=lambda row: row.station_rx_freq_hz, default=None)


def _is_land_mobile(frequencies: list[StationFrequency]) -> bool:
    known_hz = [row.station_tx_freq_hz or row.station_rx_freq_hz for row in frequencies]
    return not known_hz or min(known_hz) < LAND_MOBILE_BELOW_HZ


def _criterion_mode(
    system: RadioSystem | None, channel: Channel | None, frequencies: list[StationFrequency], notes: list[str]
) -> str | None:
    mode = None
    if channel is not None and channel.mode is not None:
        mode = CRITERION_OF_MODE.get(channel.mode)
    elif system is not None and system.technology is not None:
        mode = CRITERION_OF_TECHNOLOGY.get(system.technology)
    if mode != "analog_fm":
        return mode
    widths_hz = [] if channel is None or channel.bandwidth_hz is None else [channel.bandwidth_hz]
    if not widths_hz:
        designators = [word for row in frequencies for word in re.split(r"[,;\s]+", row.emission_designators or "")]
        widths_hz = [width for width in map(necessary_bandwidth_hz, designators) if width is not None]
    if not widths_hz:
        notes.append("channel bandwidth not on record: judged as 12.5 kHz, which asks for more signal")
    return "analog_fm_wide" if widths_hz and min(widths_hz) > NARROW_HZ else "analog_fm"


def necessary_bandwidth_hz(designator: str) -> float | None:
    """Necessary bandwidth that an emission designator begins with (47 CFR 2.202: 11K2F3E is 11.2 kHz)."""
    match = _BANDWIDTH.match(designator.strip().upper())
    if match is None:
        return None
    whole, unit, decimals = match.groups()
    return float(f"{whole}.{decimals or 0}") * {"H": 1.0, "K": 1e3, "M": 1e6, "G": 1e9}[unit]


def _key(owner_id: uuid.UUID | None, row_id: uuid.UUID | None) -> Key | None:
    return None if owner_id is None or row_id is None else (owner_id, row_id)
