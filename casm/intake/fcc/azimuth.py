"""Azimuths as filed against the direction of the path: which figures are azimuths, and which stand for none."""

from collections.abc import Iterable

from casm.intake.fcc import codes
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.values import Reading
from casm.intake.problem import NOTE, WARNING

# Filed to 0.1 degree; FCC's own azimuths of 69 real paths lie within 0.09 degree of the geodesic.
AGREES_DEG = 0.5
# A filed azimuth this far from its path points somewhere else than at the other end.
ASTRAY_DEG = 2.0


def turn_deg(one_deg: float, other_deg: float) -> float:
    """The smaller angle between two azimuths, 0 to 180 degrees."""
    return abs((one_deg - other_deg + 180.0) % 360.0 - 180.0)


def filed_azimuth_deg(reading: Reading, pointing_deg: Iterable[float], outcome: Outcome) -> float | None:
    """The azimuth of an AN record, 0 <= azimuth < 360, or None where the filing holds a stand-in.

    pointing_deg: geodesic azimuths from the antenna to the other ends of its paths. 360.0 is north only where a
    path runs north, else it stands for an antenna without direction; anything above stands for none. Receive
    antennas are filed with 0.0 whatever they point at: it counts only where a path confirms it.
    """
    filed_deg = reading.number("azimuth", 0.0, 9999.9)
    if filed_deg is None:
        return None
    nearest_deg = min((turn_deg(filed_deg, direction_deg) for direction_deg in pointing_deg), default=None)
    if filed_deg > 360.0:
        reading.say(
            WARNING, "azimuth", "no azimuth: figures above 360 stand for none, so it stays unknown",
            "enter the azimuth if the antenna has one",
        )  # fmt: skip
        return None
    if filed_deg == 360.0:
        if nearest_deg is not None and nearest_deg <= AGREES_DEG:
            reading.say(NOTE, "azimuth", "360.0 taken as 0.0: the path runs north", "nothing to do")
            return 0.0
        reading.say(
            WARNING, "azimuth", "360.0 is no azimuth below 360, and no path runs north: taken as an antenna without "
            "direction, so its azimuth stays unknown", "enter 0.0 if it points north",
        )  # fmt: skip
        return None
    is_receive = (reading.text("antenna_type_code") or "").upper() == codes.RECEIVE_ANTENNA
    if is_receive and filed_deg == 0.0 and (nearest_deg is None or nearest_deg > AGREES_DEG):
        outcome.gathered.add(
            reading.record.file, reading.record.row, "azimuth",
            "receive antenna filed with azimuth 0.0, as a filler: its path runs elsewhere, so it stays unknown",
            "nothing to do; the path's own azimuth is computed",
        )  # fmt: skip
        return None
    if nearest_deg is not None and nearest_deg > ASTRAY_DEG:
        reading.say(
            WARNING, "azimuth", f"filed azimuth lies {nearest_deg:.1f} degrees from its path; kept as filed",
            "compare with the licence",
        )  # fmt: skip
    return filed_deg
