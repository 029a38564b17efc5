"""A class on a map: the same filter as its table, its records in clusters that the server counts."""

import math
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, NotFound

from casm.editing.faults import FieldFaults
from casm.editing.place import outlines_within, widened
from casm.editing.record_class import RecordClass
from casm.editing.rights import read_rights
from casm.exchange.marking import mark
from casm.listing.added_fields import table_fields
from casm.listing.clusters import MOST_ZOOM, Bounds, Cluster, has_places, read_clusters, read_extent
from casm.listing.query import query_of
from web.marking import bear
from web.page_frame import render_page
from web.records.answers import class_or_404, missing_as_404
from web.records.filter_form import chips
from web.records.list_pages import pairs_of, table_page
from web.records.pages import CLASS_MAP_SCRIPTS, MAP_STYLES, STYLES, blueprint, features_of
from web.records.table_view import address_of
from web.viewer import viewer_session

# Coordinates of a cell's middle, to a metre.
DECIMALS = 5


@blueprint.get("/<name>/map")
@missing_as_404
def class_map(name: str) -> str | tuple[str, int]:
    """The map of a filtered table. Its mark is that of everything it can show, wherever it is moved to."""
    record_class = _placed_class(name)
    with viewer_session() as session:
        rights = read_rights(session)
        fields = table_fields(session, name, rights)
        try:
            query = query_of(name, fields, pairs_of(request.args))
            extent = read_extent(session, query)
        except FieldFaults as error:
            return table_page(session, record_class, rights, fields, error.faults), 422
        bounds = widened(extent.bounds)
        outlines = outlines_within(session, bounds)
        marking = mark(session, extent.kinds)
    data = {
        "bounds": [[bounds[1], bounds[0]], [bounds[3], bounds[2]]],
        "outlines": features_of(outlines),
        "clusters": address_of(name, query.pairs(), "records.clusters"),
        "mark": marking.text,
    }
    return render_page(
        "records/class_map.html", f"Map of {record_class.plural}", extra_styles=MAP_STYLES + STYLES,
        scripts=CLASS_MAP_SCRIPTS, marking=marking if extent.placed else None, record_class=record_class,
        extent=extent, data=data, chips=[chip.words for chip in chips(query)],
        table=address_of(name, query.pairs()),
    )  # fmt: skip


@blueprint.get("/<name>/clusters")
@missing_as_404
def clusters(name: str) -> dict[str, Any]:
    """The clusters of a window, as JSON: ?window=west,south,east,north&zoom=9 and the filter of the table."""
    record_class = _placed_class(name)
    window, zoom = _window(), _zoom()
    with viewer_session() as session:
        fields = table_fields(session, name, read_rights(session))
        try:
            query = query_of(name, fields, pairs_of(request.args))
            found, kinds = read_clusters(session, query, window, zoom)
        except FieldFaults as error:
            raise BadRequest("; ".join(f"{one.reason}: {one.mend}" for one in error.faults)) from error
        marking = bear(mark(session, kinds)) if found else None
    return {
        "mark": marking.text if marking else None,
        "clusters": [_as_json(record_class, one) for one in found],
    }


def _as_json(record_class: RecordClass, one: Cluster) -> dict[str, Any]:
    return {
        "latitude": round(one.latitude_deg, DECIMALS),
        "longitude": round(one.longitude_deg, DECIMALS),
        "count": one.count,
        "members": [
            {"title": member.title, "href": f"/records/{record_class.name}/{member.id}"} for member in one.members
        ],
    }


def _placed_class(name: str) -> RecordClass:
    record_class = class_or_404(name)
    if not has_places(record_class):
        raise NotFound
    return record_class


def _window() -> Bounds:
    try:
        west, south, east, north = (float(part) for part in request.args.get("window", "").split(","))
    except ValueError:
        raise BadRequest("Give window as west,south,east,north in degrees.") from None
    if not all(map(math.isfinite, (west, south, east, north))) or not (west < east and south < north):
        raise BadRequest("The window's west lies before its east, and its south before its north.")
    return max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0)


def _zoom() -> int:
    zoom = request.args.get("zoom", type=int)
    if zoom is None or not 0 <= zoom <= MOST_ZOOM:
        raise BadRequest(f"Give zoom as a whole number from 0 to {MOST_ZOOM}.")
    return zoom
