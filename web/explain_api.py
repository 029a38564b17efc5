"""Why here: what the stored results say of one place, as the panel shows it."""

import math
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request
from sqlalchemy import select
from werkzeug.exceptions import BadRequest

from casm.assessments.explain import explain_point
from casm.assessments.result import Result
from casm.exchange.at_point import CoverageAtPoint, coverage_at
from casm.exchange.marking import mark
from web.maps.click_data import pair_words
from web.maps.images import NOT_SERVED, SERVED, UNCERTAIN
from web.maps.page_data import coverage_labels
from web.maps.palette import SERVED_FROM, UNCERTAIN_FROM
from web.marking import bear
from web.viewer import viewer_session

blueprint = Blueprint("explain_api", __name__)


@blueprint.get("/api/explain")
def explain() -> dict[str, Any]:
    """Pairs with their interval at ?lat=&lon= (WGS84 degrees), and the systems that reach it."""
    latitude_deg, longitude_deg = coordinate("lat", 90.0), coordinate("lon", 180.0)
    with viewer_session() as session:
        explained = explain_point(session, longitude_deg, latitude_deg)
        coverage = coverage_at(session, longitude_deg, latitude_deg)
        pairs = select(Result).where(Result.id.in_([pair["result_id"] for pair in explained["pairs"]]))
        bear(mark(session, [*session.scalars(pairs), *(found.coverage.result for found in coverage)]))
    return {
        "latitude": latitude_deg,
        "longitude": longitude_deg,
        "pairs": [pair_words(pair, pair["result_id"]) for pair in explained["pairs"]],
        "coverage": coverage_entries(coverage),
    }


def coordinate(name: str, most_deg: float) -> float:
    """A coordinate of the query; BadRequest in words when it is missing, no number or off the globe."""
    given = request.args.getlist(name)
    if len(given) != 1:
        raise BadRequest(f"Give {name} once, in degrees.")
    try:
        value = float(given[0])
    except ValueError as error:
        raise BadRequest(f"{name} is no number of degrees.") from error
    if not math.isfinite(value) or abs(value) > most_deg:
        raise BadRequest(f"{name} lies between {-most_deg:g} and {most_deg:g} degrees.")
    return value


def coverage_entries(found: Sequence[CoverageAtPoint]) -> list[dict[str, Any]]:
    """Each system at the place: its label, its class as on the map, and its chance in words."""
    labels = coverage_labels([entry.coverage for entry in found])
    return [
        {"label": label, "class": coverage_class(entry.probability), "words": percent_words(entry.probability)}
        for entry, label in zip(found, labels, strict=True)
    ]


def coverage_class(probability: float) -> int:
    """The class the map's colour stands for: 0 served, 1 uncertain, 2 not served."""
    if probability >= SERVED_FROM:
        return SERVED
    return UNCERTAIN if probability >= UNCERTAIN_FROM else NOT_SERVED


def percent_words(probability: float) -> str:
    """A probability in whole percent, rounded down, and never all or nothing: a prediction is neither."""
    percent = math.floor(probability * 100 + 1e-9)
    return "over 99 %" if percent > 99 else "under 1 %" if percent < 1 else f"{percent} %"
