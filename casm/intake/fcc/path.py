"""Microwave path segments out of a licence's PA and SG records, as filed and as computed from the positions."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casm.intake.fcc import codes
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.records import Record
from casm.intake.fcc.values import Reading
from casm.intake.problem import NOTE, WARNING, Problem
from geo.geodesy import GRS80, inverse

AntennaKey = tuple[int, int]
Point = tuple[float, float]
"""Longitude and latitude in degrees, NAD83."""

# The FCC files lengths to the millimetre, and computes them on GRS80 to within 1 ppm.
LENGTH_TOLERANCE_PPM = 5.0
LENGTH_TOLERANCE_M = 0.002


@dataclass
class Segment:
    """One segment of one path: its number, its two antennas, what was filed, and what was found."""

    record: Record
    path_number: int
    segment_number: int
    transmitter: AntennaKey
    receiver: AntennaKey
    filed_segment_length_m: float | None
    receiver_call_sign: str | None
    passive_repeater: bool | None
    problems: list[Problem]


def read_segments(records: Mapping[str, list[Record]], outcome: Outcome) -> list[Segment]:
    """The path segments of one licence; every PA and SG record of it is counted with the outcome.

    A path without SG record has one segment, of unknown filed length, between its own ends.
    """
    paths = _paths(records.get("PA", []), outcome)
    segments: dict[tuple[int, int], Segment] = {}
    for record in records.get("SG", []):
        reading = Reading(record)
        path_number = reading.integer("path_number", 1, 10**6)
        segment_number = reading.integer("segment_number", 1, 10**6)
        ends = _ends(reading, "transmit_location", "transmit_antenna", "receiver_location", "receiver_antenna")
        if path_number is None or segment_number is None or ends is None:
            _refuse(reading, outcome)
        elif record.text("status_code") == codes.TERMINATED:
            outcome.set_aside(record, "status_code", "path segment terminated by the FCC", "nothing to do")
        elif (path_number, segment_number) in segments:
            outcome.repeated(record, segments[path_number, segment_number].record, "segment")
        else:
            length_km = reading.number("segment_length", 0, 1000)
            path = paths.get(path_number)
            if path is None:
                reading.say(
                    WARNING, "path_number", "a segment of a path that has no PA record: kept without the receiver's "
                    "call sign", "put PA.dat of the same download beside it",
                )  # fmt: skip
            segments[path_number, segment_number] = Segment(
                record, path_number, segment_number, *ends,
                filed_segment_length_m=None if length_km is None else length_km * 1000.0,
                receiver_call_sign=path.text("receiver_callsign") if path else None,
                passive_repeater=path.is_yes("passive_receiver_indicator") if path else None,
                problems=reading.problems,
            )  # fmt: skip
            outcome.kept(record)
    for path_number, reading in paths.items():
        own = [segment for segment in segments.values() if segment.path_number == path_number]
        if len(own) > 1:
            for segment in own:
                segment.passive_repeater = True
        if own:
            own[0].problems.extend(reading.problems)
        else:
            segments[path_number, 1] = _whole(path_number, reading)
        outcome.kept(reading.record)
    return [segments[key] for key in sorted(segments)]


def _paths(records: list[Record], outcome: Outcome) -> dict[int, Reading]:
    """PA records that can be taken, by path number; the others are counted here."""
    paths: dict[int, Reading] = {}
    for record in records:
        reading = Reading(record)
        number = reading.integer("path_number", 1, 10**6)
        ends = _path_ends(reading)
        if number is None or ends is None:
            _refuse(reading, outcome)
        elif record.text("status_code") == codes.TERMINATED:
            outcome.set_aside(record, "status_code", "path terminated by the FCC", "nothing to do")
        elif number in paths:
            outcome.repeated(record, paths[number].record, "path")
        else:
            paths[number] = reading
    return paths


def _whole(path_number: int, reading: Reading) -> Segment:
    """The one segment of a path without SG record."""
    ends = _path_ends(reading)
    assert ends is not None
    reading.say(
        NOTE, "path_number", "a path without a segment record: taken as one segment, its filed length unknown",
        "put SG.dat of the same download beside it",
    )  # fmt: skip
    return Segment(
        reading.record, path_number, 1, *ends,
        filed_segment_length_m=None,
        receiver_call_sign=reading.text("receiver_callsign"),
        passive_repeater=reading.is_yes("passive_receiver_indicator"),
        problems=reading.problems,
    )  # fmt: skip


def _path_ends(reading: Reading) -> tuple[AntennaKey, AntennaKey] | None:
    return _ends(
        reading, "transmit_location_number", "transmit_antenna_number", "receiver_location_number",
        "receiver_antenna_number",
    )  # fmt: skip


def _ends(
    reading: Reading, tx_location: str, tx_antenna: str, rx_location: str, rx_antenna: str
) -> tuple[AntennaKey, AntennaKey] | None:
    numbers = [reading.integer(column, 1, 999_999) for column in (tx_location, tx_antenna, rx_location, rx_antenna)]
    if None in numbers:
        return None
    return (numbers[0], numbers[1]), (numbers[2], numbers[3])  # type: ignore[return-value]


def _refuse(reading: Reading, outcome: Outcome) -> None:
    outcome.refuse(
        reading.record, "path_number", "a path or segment whose number or ends cannot be read",
        "give path, locations and antennas the numbers on the licence", because=reading.problems,
    )  # fmt: skip


def directions_deg(segments: list[Segment], points: Mapping[int, Point]) -> dict[AntennaKey, list[float]]:
    """Geodesic azimuth from each antenna to the other end of each of its segments; none where both are one place."""
    found: dict[AntennaKey, list[float]] = {}
    for segment in segments:
        start, end = points.get(segment.transmitter[0]), points.get(segment.receiver[0])
        if start is None or end is None or start == end:
            continue
        geodesic = inverse(*start, *end, ellipsoid=GRS80)
        found.setdefault(segment.transmitter, []).append(geodesic.azimuth_deg)
        found.setdefault(segment.receiver, []).append(geodesic.back_azimuth_deg)
    return found


def computed(segment: Segment, start: Point | None, end: Point | None) -> dict[str, Any]:
    """path_length_m and azimuth_deg of a segment on GRS80; unknown without both positions, no azimuth at length 0.

    A filed length that disagrees by more than 5 ppm is said.
    """
    if start is None or end is None:
        return {"path_length_m": None, "azimuth_deg": None}
    geodesic = inverse(*start, *end, ellipsoid=GRS80)
    filed_m = segment.filed_segment_length_m
    allowed_m = max(LENGTH_TOLERANCE_M, geodesic.distance_m * LENGTH_TOLERANCE_PPM * 1e-6)
    if filed_m is not None and abs(filed_m - geodesic.distance_m) > allowed_m:
        record = segment.record
        segment.problems.append(
            Problem(
                WARNING, record.file, record.row, "segment_length", record.text("segment_length"),
                f"the positions as filed are {geodesic.distance_m / 1000:.6f} km apart; both figures are kept",
                "find out which position is wrong",
            )
        )  # fmt: skip
    azimuth_deg = None if math.isnan(geodesic.azimuth_deg) else geodesic.azimuth_deg
    return {"path_length_m": geodesic.distance_m, "azimuth_deg": azimuth_deg}
