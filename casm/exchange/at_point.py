"""What the stored answers say of one place: pairs of agencies, each system's coverage, and the mark of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from uuid import UUID

from sqlalchemy.orm import Session

from casm.assessments.explain import PairHere, ShownPair, pairs_at, read_pairs
from casm.assessments.layers_at import Key, OpenSession
from casm.exchange.marking import Marking, mark_each, together
from casm.exchange.overview import SystemCoverage, name_coverages, read_result_heads
from casm.exchange.raster import PlacedRaster, decoded_rasters, list_rasters

BALANCED = "balanced_probability"
# Of an answer as it is listed, without rasters and words; a rough figure, to hold memory down.
BYTES_AN_ANSWER = 4000


@dataclass(frozen=True)
class CoverageAtPoint:
    """A system's probability of meeting its criterion at a place, both ways, 0 to 1."""

    coverage: SystemCoverage
    probability: float


@dataclass(frozen=True)
class AnswerHere:
    """All that is told of one place; marking: of just that."""

    pairs: list[PairHere]
    coverage: list[CoverageAtPoint]
    marking: Marking


@dataclass(frozen=True)
class PlaceAnswers:
    """Every answer a session was shown, listed so that any place is told of without asking the database again.

    Holds for as long as what may be seen, and the rows, stay as they are (casm.sharing.view_state).
    """

    pairs: tuple[ShownPair, ...]
    coverages: tuple[SystemCoverage, ...]
    rasters: Mapping[UUID, Key]
    marks: Mapping[UUID, Marking]

    @property
    def size_bytes(self) -> int:
        """Memory it takes, roughly."""
        return BYTES_AN_ANSWER * (1 + len(self.pairs) + len(self.coverages))

    def at(self, longitude_deg: float, latitude_deg: float, open_session: OpenSession) -> AnswerHere:
        """What they say of a position (WGS84 degrees).

        open_session: a session of the same asker's, opened only for rasters that are not in memory.
        """
        pairs = pairs_at(self.pairs, longitude_deg, latitude_deg, open_session)
        coverage = coverage_at(self.coverages, self.rasters, longitude_deg, latitude_deg, open_session)
        shown = [here.pair.result_id for here in pairs] + [found.coverage.result.id for found in coverage]
        return AnswerHere(pairs, coverage, together(self.marks[result_id] for result_id in shown))


def read_place_answers(session: Session) -> PlaceAnswers:
    """List every answer that this session's viewer may see."""
    pairs = read_pairs(session)
    coverages = name_coverages(session, read_result_heads(session, ("system_coverage",)))
    results = [*(row for row, _pair in pairs), *(coverage.result for coverage in coverages)]
    marks = {row.id: marking for row, marking in zip(results, mark_each(session, results), strict=True)}
    rasters = list_rasters(session, [coverage.result.id for coverage in coverages], BALANCED)
    return PlaceAnswers(tuple(pair for _row, pair in pairs), tuple(coverages), rasters, marks)


def coverage_at(
    coverages: tuple[SystemCoverage, ...],
    rasters: Mapping[UUID, Key],
    longitude_deg: float,
    latitude_deg: float,
    open_session: OpenSession,
) -> list[CoverageAtPoint]:
    """Each system's coverage at a position (WGS84 degrees); one without data there is left out."""
    found = []
    decoded = decoded_rasters(rasters, open_session)
    for coverage in coverages:
        raster = decoded.get(coverage.result.id)
        probability = None if raster is None else value_at(raster, longitude_deg, latitude_deg)
        if probability is not None:
            found.append(CoverageAtPoint(coverage, probability))
    return found


def value_at(raster: PlacedRaster, longitude_deg: float, latitude_deg: float) -> float | None:
    """The value of the cell holding a position, None outside the raster and where there is no data."""
    rows, cols = raster.values.shape
    row = floor((raster.north_deg - latitude_deg) / (raster.north_deg - raster.south_deg) * rows)
    col = floor((longitude_deg - raster.west_deg) / (raster.east_deg - raster.west_deg) * cols)
    if not (0 <= row < rows and 0 <= col < cols) or not raster.known[row, col]:
        return None
    return float(raster.values[row, col])
