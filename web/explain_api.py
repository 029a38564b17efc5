"""Why here: what the stored results say of one place, as the panel shows it."""

import math
from typing import Any

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest

from casm.exchange.at_point import CoverageAtPoint, PairAtPoint, read_point
from web.config import web_config
from web.maps.click_data import interval_words, pair_sentences
from web.maps.page_data import coverage_choice
from web.maps.palette import SERVED_FROM, UNCERTAIN_FROM

blueprint = Blueprint("explain_api", __name__)


@blueprint.get("/api/explain")
def explain() -> dict[str, Any]:
    """Pairs with their interval at ?lat=&lon= (WGS84 degrees), and the systems that reach it."""
    latitude_deg, longitude_deg = coordinate("lat", 90.0), coordinate("lon", 180.0)
    config = web_config()
    with config.database.session(config.viewer) as session:
        reading = read_point(session, longitude_deg, latitude_deg)
    return {
        "latitude": latitude_deg,
        "longitude": longitude_deg,
        "pairs": [pair_words(found) for found in reading.pairs],
        "coverage": [coverage_words(found) for found in reading.coverages],
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


def pair_words(found: PairAtPoint) -> dict[str, Any]:
    """One pair at the place, as the panel shows it."""
    here = interval_words(found.proven_level, found.possible_level)
    return {
        "a": found.pair.agency_a,
        "b": found.pair.agency_b,
        "proven": found.proven_level,
        "possible": found.possible_level,
        "here": f"Here: {here}. Over the whole place: {found.pair.answer}.",
        **pair_sentences(found.pair),
    }


def coverage_words(found: CoverageAtPoint) -> str:
    """One system at the place, in words."""
    label = coverage_choice(found.coverage, lambda _head, _raster: None)["label"]
    return f"{label}: {coverage_class(found.probability)}, {percent_words(found.probability)}"


def coverage_class(probability: float) -> str:
    """The class the map's colour stands for."""
    if probability >= SERVED_FROM:
        return "served"
    return "uncertain" if probability >= UNCERTAIN_FROM else "not served"


def percent_words(probability: float) -> str:
    """A probability in whole percent, rounded down, and never all or nothing: a prediction is neither."""
    percent = math.floor(probability * 100 + 1e-9)
    return "over 99 %" if percent > 99 else "under 1 %" if percent < 1 else f"{percent} %"
