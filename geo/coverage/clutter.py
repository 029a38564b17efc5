"""Local clutter loss at the subscriber's end, by land-cover class and band (TSB-88-B practice)."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from geo.coverage.tables import DATA
from geo.errors import OutOfValidity

# Column of the table for each range of frequency it was made for, MHz.
BANDS_MHZ = {
    "low_30_50_db": (30.0, 50.0),
    "vhf_136_174_db": (136.0, 174.0),
    "mid_220_222_db": (220.0, 222.0),
    "uhf_380_512_db": (380.0, 512.0),
    "high_746_941_db": (746.0, 941.0),
}
FOREST, RESIDENTIAL = 5, 7

# National Land Cover Database code to class code; a proposal of this project, not of TSB-88.
NLCD_CLASS = {
    11: 4, 12: 10, 21: 1, 22: 7, 23: 8, 24: 9, 31: 1, 41: 5, 42: 5, 43: 5, 52: 3, 71: 3, 81: 2, 82: 2,
    90: 6, 95: 6,
}  # fmt: skip


@dataclass(frozen=True)
class ClutterClass:
    """A land-cover class and its loss in one band."""

    code: int
    name: str
    loss_db: float
    source: str
    verified: bool


def classes(freq_mhz: float) -> dict[int, ClutterClass]:
    """Every class with its loss at a frequency; OutOfValidity outside the table's bands."""
    column = band_column(freq_mhz)
    return {
        int(row["class_code"]): ClutterClass(
            code=int(row["class_code"]),
            name=row["class_name"],
            loss_db=float(row[column]),
            source=row["source"],
            verified=row["verified"] == "yes",
        )
        for row in _table(DATA / "clutter_tsb88b.csv")
    }


def band_column(freq_mhz: float) -> str:
    """The table's column for a frequency; OutOfValidity outside its bands."""
    for column, (low, high) in BANDS_MHZ.items():
        if low <= freq_mhz <= high:
            return column
    bands = ", ".join(f"{low:g}–{high:g}" for low, high in BANDS_MHZ.values())
    raise OutOfValidity(f"no clutter loss is on record for {freq_mhz:g} MHz; the table holds {bands} MHz")


def assumed_class(freq_mhz: float) -> ClutterClass:
    """The class taken everywhere when there is no land cover: forest or residential, whichever loses more.

    Those two cover most land that people live in or search; bare earth would promise what is not there.
    """
    by_code = classes(freq_mhz)
    return max(by_code[FOREST], by_code[RESIDENTIAL], key=lambda row: row.loss_db)


def assumption_note(freq_mhz: float) -> str:
    """The sentence every result without land cover carries."""
    row = assumed_class(freq_mhz)
    flag = "" if row.verified else ", unverified"
    return (
        f"no land cover: {row.name} assumed everywhere, {row.loss_db:g} dB at {freq_mhz:g} MHz"
        f" ({row.source}{flag})"
    )


def loss_db(freq_mhz: float, nlcd_codes: np.ndarray) -> np.ndarray:
    """Clutter loss per cell from NLCD codes; a code without a class takes the assumed class's loss."""
    by_code = classes(freq_mhz)
    losses = np.full(nlcd_codes.shape, assumed_class(freq_mhz).loss_db)
    for nlcd, code in NLCD_CLASS.items():
        losses[nlcd_codes == nlcd] = by_code[code].loss_db
    return losses


@cache
def _table(path: Path) -> tuple[dict[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
