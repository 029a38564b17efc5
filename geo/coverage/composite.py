"""Coverage of several stations together: the best of them at every cell, and what stays unknown."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geo.coverage.grid import Grid
from geo.coverage.station_coverage import StationCoverage

NO_SERVER = -1


@dataclass(frozen=True, eq=False)
class BestOf:
    """One direction (or both at once) over all stations of a system, on one grid.

    at_least: float32, the best probability among stations that are known at the cell; NaN where none is.
    unsettled: bool, true where some station is unknown at the cell, so that the best may be better.
    """

    at_least: np.ndarray
    unsettled: np.ndarray

    def nan_where_unknown(self, target: float) -> np.ndarray:
        """The best probability, NaN where it is unknown whether the target is reached."""
        reached = np.nan_to_num(self.at_least) >= target
        return np.where(self.unsettled & ~reached, np.float32(np.nan), self.at_least)

    def possible(self) -> np.ndarray:
        """The best probability, NaN wherever a station unknown at the cell might better it."""
        return np.where(self.unsettled, np.float32(np.nan), self.at_least)


@dataclass(frozen=True, eq=False)
class SystemCoverage:
    """Composite of a system: no simulcast gain and no interference counted, each station on its own.

    balanced takes both directions of one station together. best_server: int16, index into station_ids of the
    station with the best balanced probability (talk-out where no station's talk-in is known), NO_SERVER where
    none is known.
    """

    grid: Grid
    station_ids: tuple[str, ...]
    talk_out: BestOf
    talk_in: BestOf
    balanced: BestOf
    best_server: np.ndarray


class _Running:
    def __init__(self, shape: tuple[int, int]) -> None:
        self.best = np.full(shape, np.nan, dtype=np.float32)
        self.unsettled = np.zeros(shape, dtype=bool)

    def add(self, probabilities: np.ndarray) -> np.ndarray:
        """Take a station in; return where it is the best so far."""
        unknown = np.isnan(probabilities)
        better = ~unknown & ~(self.best >= probabilities)
        self.best = np.where(better, probabilities, self.best)
        self.unsettled |= unknown
        return better

    def result(self) -> BestOf:
        return BestOf(at_least=self.best, unsettled=self.unsettled)


def composite(grid: Grid, stations: Iterable[StationCoverage]) -> SystemCoverage:
    """The best of the stations at every cell; stations are taken one by one, so they may be a generator.

    Without any station every probability is NaN, settled: nobody is there to be unknown.
    """
    talk_out, talk_in, balanced = _Running(grid.shape), _Running(grid.shape), _Running(grid.shape)
    server_by_both = np.full(grid.shape, NO_SERVER, dtype=np.int16)
    server_by_out = np.full(grid.shape, NO_SERVER, dtype=np.int16)
    ids: list[str] = []
    for index, station in enumerate(stations):
        ids.append(station.station_id)
        server_by_out[talk_out.add(station.talk_out)] = index
        talk_in.add(station.talk_in)
        server_by_both[balanced.add(station.balanced)] = index
    return SystemCoverage(
        grid=grid,
        station_ids=tuple(ids),
        talk_out=talk_out.result(),
        talk_in=talk_in.result(),
        balanced=balanced.result(),
        best_server=np.where(server_by_both == NO_SERVER, server_by_out, server_by_both),
    )
