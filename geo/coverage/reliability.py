"""From a margin in dB to a probability, and from probabilities over an area to the two figures reported."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from geo.compiled import kernel
from geo.errors import GeoError
from geo.propagation.itm import ItmParameters


def check_counted_once(parameters: ItmParameters, sigma_db: float) -> None:
    """Refuse a reliability margin on top of a model's own quantiles: variability would count twice."""
    if not sigma_db > 0.0:
        raise GeoError(f"a location spread of {sigma_db} dB is not above zero")
    if not parameters.is_median():
        raise GeoError(
            "a reliability margin goes with the model's medians (50/50/50 %); with other quantiles of the model"
            " variability would be counted twice"
        )


def probability(margin_db: np.ndarray, sigma_db: float) -> np.ndarray:
    """Probability that a level, log-normal about its median with sigma_db, meets the criterion; NaN stays NaN.

    margin_db: median level above the level needed; any shape; the result is float32.
    """
    margins = np.ascontiguousarray(margin_db, dtype=np.float64)
    return _normal_cdf(margins.ravel() / sigma_db).reshape(margins.shape).astype(np.float32)


def margin_for_db(target: float, sigma_db: float) -> float:
    """Margin z · sigma at which a cell just meets a target probability, 0 < target < 1."""
    return NormalDist().inv_cdf(target) * sigma_db


@dataclass(frozen=True)
class AreaReliability:
    """What is told of an area. Shares are of its surface, not of its count of cells, and lie in 0..1.

    service_area_reliability: mean of the cell probabilities. bounded_area_share: share of the area whose cells
    reach the target. Both are over the part with data, whose share of the area is known_share; NaN if none.
    """

    target: float
    area_km2: float
    known_share: float
    service_area_reliability: float
    bounded_area_share: float


def over_area(
    probabilities: np.ndarray, cell_areas_km2: np.ndarray, *, target: float, inside: np.ndarray | None = None
) -> AreaReliability:
    """Both figures over the cells of a boolean array (every cell if None). NaN cells are counted as unknown."""
    weights = cell_areas_km2 if inside is None else np.where(inside, cell_areas_km2, 0.0)
    known = np.isfinite(probabilities)
    whole_km2 = float(weights.sum())
    known_km2 = float(weights[known].sum())
    if known_km2 == 0.0:
        return AreaReliability(target, whole_km2, 0.0, math.nan, math.nan)
    held = known & (np.nan_to_num(probabilities) >= target)
    return AreaReliability(
        target=target,
        area_km2=whole_km2,
        known_share=known_km2 / whole_km2,
        service_area_reliability=float((probabilities[known] * weights[known]).sum()) / known_km2,
        bounded_area_share=float(weights[held].sum()) / known_km2,
    )


@kernel
def _normal_cdf(deviates):
    result = np.empty(deviates.size)
    for i in range(deviates.size):
        result[i] = 0.5 * math.erfc(-deviates[i] / math.sqrt(2.0))
    return result
