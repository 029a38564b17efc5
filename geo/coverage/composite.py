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


class Composite:
    """Takes stations one by one, so that none has to be kept; ask for the result at any time."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.station_ids: list[str] = []
        self._talk_out, self._talk_in = _Running(grid.shape), _Running(grid.shape)
        self._balanced = _Running(grid.shape)
        self._server_by_both = np.full(grid.shape, NO_SERVER, dtype=np.int16)
        self._server_by_out = np.full(grid.shape, NO_SERVER, dtype=np.int16)

    def add(self, station: StationCoverage) -> None:
        """Take a station's probabilities in."""
        index = len(self.station_ids)
        self.station_ids.append(station.station_id)
        self._server_by_out[self._talk_out.add(station.talk_out)] = index
        self._talk_in.add(station.talk_in)
        self._server_by_both[self._balanced.add(station.balanced)] = index

    def add_unknown(self, station_id: str) -> None:
        """Take in a station of which nothing can be told: it may serve any cell."""
        self.station_ids.append(station_id)
        for running in (self._talk_out, self._talk_in, self._balanced):
            running.unsettled = np.ones_like(running.unsettled)

    def result(self) -> SystemCoverage:
        """The composite of the stations so far. Without any, every probability is NaN and settled."""
        nobody_both = self._server_by_both == NO_SERVER
        return SystemCoverage(
            grid=self.grid,
            station_ids=tuple(self.station_ids),
            talk_out=self._talk_out.result(),
            talk_in=self._talk_in.result(),
            balanced=self._balanced.result(),
            best_server=np.where(nobody_both, self._server_by_out, self._server_by_both),
        )


def composite(grid: Grid, stations: Iterable[StationCoverage]) -> SystemCoverage:
    """The best of the stations at every cell; stations are taken one by one, so they may be a generator."""
    together = Composite(grid)
    for station in stations:
        together.add(station)
    return together.result()
