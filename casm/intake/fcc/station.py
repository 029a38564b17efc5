"""Stations out of a licence's AN, FR and EM records: one for each antenna of a location, with its frequencies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from casm.intake.fcc import codes
from casm.intake.fcc.azimuth import filed_azimuth_deg
from casm.intake.fcc.emission import Emissions
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.records import Record
from casm.intake.fcc.values import Reading
from casm.intake.problem import NOTE, Problem

AntennaKey = tuple[int, int]
"""Location number and antenna number within a licence."""


@dataclass
class FiledStation:
    """One antenna of one location: its columns, its frequencies (columns of station_frequency), what was found.

    facts: what links need: antenna height, polarization, transmit frequencies, digital rate, modulation, diversity.
    """

    location: int
    antenna: int
    record: Record
    values: dict[str, Any] = field(default_factory=dict)
    frequencies: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_stations(
    records: Mapping[str, list[Record]],
    call_sign: str,
    pointing_deg: Mapping[AntennaKey, list[float]],
    outcome: Outcome,
) -> list[FiledStation]:
    """The stations of one licence, by location and antenna; every AN, FR and EM record is counted with the outcome."""
    is_microwave = bool(records.get("MW") or records.get("PA"))
    stations: dict[AntennaKey, FiledStation] = {}
    for record in records.get("AN", []):
        reading = Reading(record)
        key = _key(reading, outcome)
        if key is None:
            continue
        if key in stations:
            outcome.repeated(record, stations[key].record, "antenna")
            continue
        station = FiledStation(*key, record)
        _antenna(reading, station, pointing_deg.get(key, []), outcome, is_microwave=is_microwave)
        stations[key] = station
        outcome.kept(record)
    emissions = Emissions.of(records.get("EM", []), outcome)
    _frequencies(records.get("FR", []), stations, emissions, outcome)
    emissions.refuse_rest(outcome)
    for station in stations.values():
        _finish(station, call_sign)
    return [stations[key] for key in sorted(stations)]


def _key(reading: Reading, outcome: Outcome) -> AntennaKey | None:
    """Location and antenna number; None and refused where missing, None and set aside where terminated."""
    record = reading.record
    location = reading.integer("location_number", 1, 999_999)
    antenna = reading.integer("antenna_number", 1, 999_999)
    if location is None or antenna is None:
        column = "location_number" if location is None else "antenna_number"
        outcome.refuse(
            record, column, "no number to tell the antenna by", "give it the number on the licence",
            because=reading.problems,
        )  # fmt: skip
        return None
    if record.text("status_code") == codes.TERMINATED:
        outcome.set_aside(record, "status_code", "terminated by the FCC, so not taken", "nothing to do")
        return None
    return location, antenna


def _antenna(
    reading: Reading, station: FiledStation, pointing_deg: list[float], outcome: Outcome, *, is_microwave: bool
) -> None:
    beamwidth_deg = reading.number("beamwidth", 0, 360)
    filed_gain_db = reading.number("gain", -20, 70)
    if beamwidth_deg == 0.0:
        beamwidth_deg = None
    remarks = []
    station.values = {
        "antenna_make": reading.text("antenna_make"),
        "antenna_model": reading.text("antenna_model"),
        "antenna_pattern": "omni" if beamwidth_deg == 360.0 else None,
        "antenna_height_agl_m": reading.number("height_to_center_raat", 0, 1000),
        "haat_m": reading.number("height_above_avg_terrain", -1000, 5000),
        "azimuth_deg": filed_azimuth_deg(reading, pointing_deg, outcome),
        "beamwidth_deg": beamwidth_deg,
        "antenna_gain_dbi": filed_gain_db if is_microwave else None,
        "antenna_gain_entered_unit": "dBi" if is_microwave and filed_gain_db is not None else None,
        "polarization": reading.code("polarization_code", codes.POLARIZATION, "polarization"),
        "line_loss_db": reading.number("line_loss", 0, 60),
    }
    if filed_gain_db is not None and not is_microwave:
        remarks.append(f"Antenna gain as filed: {filed_gain_db:g} dB, not said whether dBd or dBi")
        outcome.gathered.add(
            reading.record.file, reading.record.row, "gain",
            "gain of an antenna that is not microwave: the layout does not say whether dBd or dBi, so it stays "
            "unknown and is kept in the remarks", "enter the gain with its unit",
        )  # fmt: skip
    # The filed tilt is the beam's angle above the horizon, of a dish as a whole: not an electrical downtilt.
    if tilt_deg := reading.number("tilt", -90, 90):
        remarks.append(f"Tilt as filed: {tilt_deg:g} degrees")
    diversity_height_agl_m = reading.number("diversity_height", 0, 1000) or None
    if diversity_height_agl_m is not None:
        remarks.append(f"Diversity antenna at {diversity_height_agl_m:g} m above ground")
    for words, column in (("high", "reflector_height"), ("wide", "reflector_width")):
        if extent_m := reading.number(column, 0, 1000):
            remarks.append(f"Reflector {extent_m:g} m {words}")
    station.values["remarks"] = remarks
    station.facts = {
        "antenna_height_agl_m": station.values["antenna_height_agl_m"],
        "polarization": station.values["polarization"],
        "filed_azimuth_deg": station.values["azimuth_deg"],
        "diversity": diversity_height_agl_m is not None,
    }
    station.problems.extend(reading.problems)


def _frequencies(
    records: list[Record], stations: dict[AntennaKey, FiledStation], emissions: Emissions, outcome: Outcome
) -> None:
    """Hang every FR record on its station, with its emissions; a station without AN record is made of it."""
    taken: dict[tuple[Any, ...], Record] = {}
    for record in records:
        reading = Reading(record)
        key = _key(reading, outcome)
        if key is None:
            continue
        assigned_hz = reading.freq_hz("frequency_assigned")
        number = reading.integer("freq_seq_id", 0, 10**6)
        identity = (key, assigned_hz, reading.text("frequency_upper_band"), reading.text("class_station_code"), number)
        if assigned_hz is None:
            outcome.refuse(
                record, "frequency_assigned", "a frequency record without a frequency the inventory can hold",
                "compare with the licence on file at the FCC", because=reading.problems,
            )  # fmt: skip
            continue
        if identity in taken:
            outcome.repeated(record, taken[identity], "frequency")
            continue
        taken[identity] = record
        if key not in stations:
            stations[key] = FiledStation(*key, record, {"remarks": []})
            stations[key].problems.append(
                Problem(
                    NOTE, record.file, record.row, "antenna_number", record.text("antenna_number"),
                    "a frequency of an antenna that has no AN record: the station is kept without its antenna",
                    "enter the antenna if you know it",
                )
            )  # fmt: skip
        emitted = emissions.take(key, assigned_hz, number, outcome)
        stations[key].problems.extend(emitted.problems)
        stations[key].frequencies.append(
            {
                "station_tx_freq_hz": assigned_hz,
                "station_tx_upper_freq_hz": reading.freq_hz("frequency_upper_band"),
                "sequence": number,
                "station_class": reading.text("class_station_code"),
                "tx_output_w": reading.number("power_output", 0, 100_000),
                "erp_w": reading.number("power_erp", 0, 10_000_000),
                "eirp_dbm": reading.number("eirp", -200, 200),
                "transmitter_make": reading.text("transmitter_make"),
                "transmitter_model": reading.text("transmitter_model"),
                "emission_designators": emitted.designators,
                "remarks": emitted.remarks,
                "_rate_kbps": emitted.rate_kbps,
                "_modulation": emitted.modulation,
            }
        )
        stations[key].problems.extend(reading.problems)
        outcome.kept(record)


def _finish(station: FiledStation, call_sign: str) -> None:
    """Number the frequencies, put on the station what all of them share, and gather what links need."""
    rows = station.frequencies
    numbers = [row["sequence"] for row in rows]
    if None in numbers or len(set(numbers)) < len(numbers):
        # The FCC's numbers tell repeated filings of one frequency apart; over several frequencies they repeat.
        rows.sort(key=lambda row: (row["station_tx_freq_hz"], row["station_class"] or "", row["sequence"] or 0))
        for place, row in enumerate(rows, start=1):
            row["sequence"] = place
    else:
        rows.sort(key=lambda row: row["sequence"])
    fastest = max(rows, key=lambda row: row["_rate_kbps"] or 0, default=None)
    rates = [row["_rate_kbps"] for row in rows if row["_rate_kbps"]]
    station.facts |= {
        "tx_freqs_hz": sorted({row["station_tx_freq_hz"] for row in rows}),
        "rate_kbps": max(rates, default=None),
        "modulation": fastest["_modulation"] if fastest else None,
    }
    for row in rows:
        del row["_rate_kbps"], row["_modulation"]
    remarks = station.values.pop("remarks")
    station.values |= {
        "name": station_name(call_sign, station.location, station.antenna),
        "call_sign": call_sign,
        "station_class": _only(row["station_class"] for row in rows),
        "licence_location_number": station.location,
        "licence_antenna_number": station.antenna,
        "tx_output_w": _only(row["tx_output_w"] for row in rows),
        "erp_w": _only(row["erp_w"] for row in rows),
    }
    if remarks:
        station.values["remarks"] = "\n".join(remarks)


def _only(values: Any) -> Any:
    """The one value that all share, or None where they differ or none is known."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def station_name(call_sign: str, location: int, antenna: int) -> str:
    """What the inventory calls an antenna of a licence."""
    return f"{call_sign} location {location} antenna {antenna}"
