"""Why here: what the stored results say of one place, as the panel shows it."""

import json
import math
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from casm.assessments.explain import PairHere, explain_here
from casm.bounded import Bounded
from casm.exchange.at_point import CoverageAtPoint, PlaceAnswers, read_place_answers
from web.kept_pages import kept
from web.map_addresses import map_addresses
from web.maps.click_data import pair_words
from web.maps.images import NOT_SERVED, SERVED, UNCERTAIN
from web.maps.page_data import coverage_labels
from web.maps.palette import SERVED_FROM, UNCERTAIN_FROM
from web.marking import bear
from web.viewer import viewer_session

blueprint = Blueprint("explain_api", __name__)

# By what the answer for a cell rests on: its result's very state, and the values of its rasters there. Who may see the
# result is asked of the database at each click.
TEXTS: Bounded[str] = Bounded(16_000_000)


@blueprint.get("/api/explain")
def explain() -> Response:
    """Pairs with their interval at ?lat=&lon= (WGS84 degrees), and the systems that reach it."""
    latitude_deg, longitude_deg = coordinate("lat", 90.0), coordinate("lon", 180.0)
    # What a share link shows is always read anew, as its maps are.
    by_link = map_addresses().navigation is not None
    answers = read_answers() if by_link else kept(read_answers)
    here = answers.at(longitude_deg, latitude_deg, viewer_session)
    bear(here.marking)
    said = {"latitude": latitude_deg, "longitude": longitude_deg, "coverage": coverage_entries(here.coverage)}
    pairs = ",".join(pair_texts(here.pairs))
    return Response(f'{json.dumps(said)[:-1]}, "pairs": [{pairs}]}}\n', mimetype="application/json")


def read_answers() -> PlaceAnswers:
    """Every answer the asker may see, listed."""
    with viewer_session() as session:
        return read_place_answers(session)


def pair_texts(here: Sequence[PairHere]) -> list[str]:
    """Each pair as the panel shows it, as JSON; the same cell, or one in the same state, is put into words once."""
    texts = {one.key: TEXTS.get(one.key) for one in here}
    for one, said in explain_here([one for one in here if texts[one.key] is None], viewer_session):
        text = json.dumps(pair_words(said, said["result_id"]))
        texts[one.key] = TEXTS.put(one.key, text, len(text))
    return [text for text in texts.values() if text is not None]


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
