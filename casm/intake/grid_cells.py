"""Positions written as a grid reference: U.S. National Grid, MGRS and UTM."""

import re

from casm.intake.cell import Cell, CellError, tidy
from casm.intake.coordinates import in_united_states
from geo.errors import GeoError
from geo.grid_reference import GridPosition, national_grid_position, utm_positions

LIKE_NATIONAL_GRID = re.compile(r"^\d{1,2}\s*[A-Z]\s*[A-Z]{2}[\s\d]*$", re.I)
LIKE_UTM = re.compile(r"\bUTM\b|^(?:ZONE\s*)?\d{1,2}\s*[A-Z][\s,;]+\D*\d{5,7}\D.*\d{5,7}", re.I)
LOCAL_GRID = re.compile(r"^[A-HJ-NP-Z]{2}\s*\d{3,5}\s*\d{3,5}$", re.I)

NATIONAL_GRID_MEND = "write zone, square and two figures of equal length, as 16S GF 45123 12345"
UTM_MEND = "write zone, easting and northing in metres, as 16S 745123 4012345"


def parse_grid(cell: Cell, datum: str | None = None) -> GridPosition | None:
    """The place that a grid reference names; None where the text is not meant as one.

    datum: stated beside it. CellError with reason and mend: a reference that is none, one that may be two places, or
    one on a datum whose grid is another.
    """
    written = tidy(cell.text)
    if LOCAL_GRID.match(written):
        raise CellError("the reference has no grid zone, and there is one such square in each", NATIONAL_GRID_MEND)
    national = bool(LIKE_NATIONAL_GRID.match(written))
    if not national and not LIKE_UTM.search(written):
        return None
    if datum == "NAD27":
        raise CellError(
            "grid references are read on WGS84 or NAD83 alone, and this one is on NAD27, up to 200 m away",
            "give latitude and longitude on NAD27 instead",
        )
    try:
        found = (national_grid_position(written),) if national else utm_positions(written)
    except GeoError as error:
        raise CellError(str(error), NATIONAL_GRID_MEND if national else UTM_MEND) from error
    here = [one for one in found if in_united_states(one.longitude_deg, one.latitude_deg)]
    if len(here) == 1:
        return here[0]
    if not here:
        raise CellError("the position is not in the United States", "check the zone and its letter")
    raise CellError("the letter may be a band or a hemisphere, which are two places here", NATIONAL_GRID_MEND)
