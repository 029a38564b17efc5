"""A class on a map: the same filter as its table, its records in clusters that the server counts."""

from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, NotFound

from casm.editing.faults import FieldFaults
from casm.editing.place import outlines_within, widened
from casm.editing.record_class import RecordClass
from casm.editing.rights import read_rights
from casm.exchange.marking import mark
from casm.listing.added_fields import table_fields
from casm.listing.clusters import Cluster, has_places, read_clusters, read_extent
from casm.listing.query import query_of
from web.maps.windows import asked_window, asked_zoom, cluster_json
from web.marking import bear
from web.page_frame import render_page
from web.records.answers import class_or_404, missing_as_404
from web.records.filter_form import chips
from web.records.list_pages import pairs_of, table_page
from web.records.pages import CLASS_MAP_SCRIPTS, MAP_STYLES, STYLES, blueprint, features_of
from web.records.table_view import address_of
from web.viewer import viewer_session


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
    window, zoom = asked_window(), asked_zoom()
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
    members = [{"title": member.title, "href": f"/records/{record_class.name}/{member.id}"} for member in one.members]
    return cluster_json(one) | {"members": members}


def _placed_class(name: str) -> RecordClass:
    record_class = class_or_404(name)
    if not has_places(record_class):
        raise NotFound
    return record_class
