"""Probability, cell by cell, that a station and a subscriber reach each other."""

from dataclasses import dataclass

import numpy as np

from geo.coverage import link_budget
from geo.coverage.link_budget import Budget, Unknown
from geo.coverage.loss_raster import LossRaster
from geo.coverage.reliability import check_counted_once, probability
from geo.coverage.subscriber import SubscriberProfile
from geo.coverage.tables import Criterion
from geo.coverage.transmitter import Transmitter
from geo.propagation.itm import ItmParameters


@dataclass(frozen=True)
class Terms:
    """What a study holds for all its stations: parameters of the model, spread, noise above the receivers' own.

    GeoError if the spread comes on top of quantiles of the model other than 50/50/50 %.
    """

    parameters: ItmParameters
    location_sigma_db: float
    noise_rise_db: float = 0.0

    def __post_init__(self) -> None:
        check_counted_once(self.parameters, self.location_sigma_db)


@dataclass(frozen=True, eq=False)
class StationCoverage:
    """Probabilities of one station for one subscriber profile, float32, shape (rows, cols).

    NaN is unknown: no terrain on the way, or a figure not on record (then the whole array is NaN and the
    direction's budget is an Unknown that names the fields).
    """

    station_id: str
    talk_out: np.ndarray
    talk_in: np.ndarray
    talk_out_budget: Budget | Unknown
    talk_in_budget: Budget | Unknown

    @property
    def balanced(self) -> np.ndarray:
        """Probability that both directions hold: the smaller, since both share one path and its shadowing."""
        return np.minimum(self.talk_out, self.talk_in)

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """The directions that cannot be told, with the fields they lack."""
        both = (self.talk_out_budget, self.talk_in_budget)
        return tuple(budget for budget in both if isinstance(budget, Unknown))


def station_coverage(
    station: Transmitter,
    losses: LossRaster,
    subscriber: SubscriberProfile,
    criterion: Criterion,
    *,
    terms: Terms,
    clutter_loss_db: float | np.ndarray,
) -> StationCoverage:
    """Probability of meeting the criterion in each direction, from one path-loss raster.

    losses must be for the subscriber's antenna height. clutter_loss_db: at the subscriber's end, one figure
    or an array on the grid.
    """
    out = link_budget.talk_out(station, subscriber, criterion, noise_rise_db=terms.noise_rise_db)
    back = link_budget.talk_in(station, subscriber, criterion, noise_rise_db=terms.noise_rise_db)
    spent_db = losses.path_loss_db + clutter_loss_db
    if station.pattern is not None:
        spent_db = spent_db - station.pattern.relative_gain_db(losses.azimuth_deg)
    return StationCoverage(
        station_id=station.id,
        talk_out=_probability(out, spent_db, terms),
        talk_in=_probability(back, spent_db, terms),
        talk_out_budget=out,
        talk_in_budget=back,
    )


def _probability(budget: Budget | Unknown, spent_db: np.ndarray, terms: Terms) -> np.ndarray:
    if isinstance(budget, Unknown):
        return np.full(spent_db.shape, np.nan, dtype=np.float32)
    return probability(budget.allowed_loss_db - spent_db, terms.location_sigma_db)
