"""Criteria, uses and spreads as editable data: each row with its source, or flagged unverified."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geo.errors import GeoError

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Criterion:
    """What a receiver needs for a named audio quality.

    static_cn_db: carrier to noise at the receiver's reference sensitivity; faded_cn_db: mean carrier to noise
    in fading for the quality; noise_bandwidth_khz: equivalent noise bandwidth.
    """

    key: str
    title: str
    mode: str
    daq: float
    noise_bandwidth_khz: float
    static_cn_db: float
    faded_cn_db: float
    source: str
    verified: bool


@dataclass(frozen=True)
class SubscriberUse:
    """How a subscriber radio is carried, with the losses that brings."""

    key: str
    title: str
    form_factor: str
    antenna_height_agl_m: float
    body_loss_db: float
    building_loss_db: float
    vehicle_loss_db: float
    source: str
    verified: bool


@dataclass(frozen=True)
class Figure:
    """A single figure of practice."""

    key: str
    title: str
    value: float
    source: str
    verified: bool


@dataclass(frozen=True)
class ReferenceRadio:
    """A portable taken where no fleet on record uses a station; every result that takes it says so."""

    key: str
    title: str
    low_mhz: float
    high_mhz: float
    tx_output_w: float
    antenna_gain_dbi: float
    receiver_sensitivity_dbm: float
    source: str
    verified: bool


def unverified_note(row: Criterion | SubscriberUse | Figure | ReferenceRadio) -> str | None:
    """The sentence every result that uses the row must carry; None where the row has a verified source."""
    return None if row.verified else f"unverified figure: {row.title} ({row.source})"


@cache
def criteria(path: Path = DATA / "criteria.csv") -> tuple[Criterion, ...]:
    """Every criterion of a table; GeoError naming file, line and column of a bad value."""
    numbers = ("daq", "noise_bandwidth_khz", "static_cn_db", "faded_cn_db")
    return tuple(Criterion(**row) for row in _rows(path, numbers))


@cache
def subscriber_uses(path: Path = DATA / "subscriber_uses.csv") -> tuple[SubscriberUse, ...]:
    """Every way of carrying a radio; GeoError as criteria."""
    numbers = ("antenna_height_agl_m", "body_loss_db", "building_loss_db", "vehicle_loss_db")
    return tuple(SubscriberUse(**row) for row in _rows(path, numbers))


@cache
def figures(path: Path = DATA / "reliability.csv") -> dict[str, Figure]:
    """Single figures by key; GeoError as criteria."""
    return {row["key"]: Figure(**row) for row in _rows(path, ("value",))}


@cache
def reference_radios(path: Path = DATA / "reference_radios.csv") -> tuple[ReferenceRadio, ...]:
    """Every reference radio; GeoError as criteria."""
    numbers = ("low_mhz", "high_mhz", "tx_output_w", "antenna_gain_dbi", "receiver_sensitivity_dbm")
    return tuple(ReferenceRadio(**row) for row in _rows(path, numbers))


def reference_radio(freq_mhz: float) -> ReferenceRadio:
    """The reference portable of a frequency; GeoError where the table has none."""
    for row in reference_radios():
        if row.low_mhz <= freq_mhz <= row.high_mhz:
            return row
    raise GeoError(f"no reference portable is on record for {freq_mhz:g} MHz")


def criterion(mode: str, daq: float = 3.4) -> Criterion:
    """The criterion of a mode at an audio quality. GeoError, naming what there is, if none is on record."""
    found = [row for row in criteria() if (row.mode, row.daq) == (mode, daq)]
    if not found:
        known = ", ".join(sorted({f"{row.mode} at DAQ {row.daq:g}" for row in criteria()}))
        raise GeoError(f"no criterion for {mode} at DAQ {daq:g}; on record are {known}")
    return found[0]


def subscriber_use(key: str) -> SubscriberUse:
    """A way of carrying a radio by its key; GeoError, naming what there is, if it is not on record."""
    for use in subscriber_uses():
        if use.key == key:
            return use
    raise GeoError(
        f"no subscriber use {key!r}; on record are {', '.join(use.key for use in subscriber_uses())}"
    )


def _rows(path: Path, numbers: tuple[str, ...]) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows: list[dict] = []
        for line, row in enumerate(reader, start=2):
            read: dict = dict(row)
            for column in numbers:
                try:
                    read[column] = float(row[column])
                except (TypeError, ValueError, KeyError):
                    raise GeoError(
                        f"{path.name}, line {line}, {column}: {row.get(column)!r} is not a number"
                    ) from None
            if row.get("verified") not in {"yes", "no"}:
                raise GeoError(
                    f"{path.name}, line {line}, verified: write yes or no, not {row.get('verified')!r}"
                )
            read["verified"] = row["verified"] == "yes"
            rows.append(read)
    return rows
