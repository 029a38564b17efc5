"""Pages that show records: the classes, and one record with its map, its users and its history."""

import json
from collections.abc import Iterable
from uuid import UUID

import shapely
from flask import Blueprint, request
from markupsafe import Markup

from casm.attachments.read_files import changes_of_files, read_files
from casm.db.columns import RECORD_SOURCE
from casm.editing.count_records import count_records
from casm.editing.groups import headings
from casm.editing.history import read_history
from casm.editing.labels import term_words
from casm.editing.place import Place, read_place
from casm.editing.read_record import Record, read_parts, read_record
from casm.editing.rights import read_rights
from casm.editing.used_by import read_users
from casm.exchange.marking import mark
from casm.proposals.proposal import APPLIED, WAITING
from casm.proposals.read_proposals import proposals_of
from casm.quality.merging.undo import merges_of
from casm.quality.of_record import doubts_of_record
from web.page_frame import render_page
from web.records.answers import class_or_404, missing_as_404
from web.records.record_view import FieldLine, field_lines
from web.viewer import may, viewer_session

VERSIONS_SHOWN = 20

blueprint = Blueprint("records", __name__, url_prefix="/records")

STYLES = Markup('<link rel="stylesheet" href="/static/records/records.css">\n')
QUALITY_STYLES = Markup('<link rel="stylesheet" href="/static/quality/quality.css">\n')
MAP_STYLES = Markup('<link rel="stylesheet" href="/assets/leaflet/leaflet.css">\n')
MAP_SCRIPTS = Markup(
    '<script src="/assets/leaflet/leaflet.js"></script>\n<script src="/static/records/place.js"></script>\n'
)
CLASS_MAP_SCRIPTS = Markup(
    '<script src="/assets/leaflet/leaflet.js"></script>\n<script src="/static/records/class_map.js"></script>\n'
)
PICKING_SCRIPTS = Markup('<script src="/static/records/pick_place.js"></script>\n') + MAP_SCRIPTS


@blueprint.get("")
def classes() -> str:
    """Every class of which the asker may see records, with how many there are."""
    with viewer_session() as session:
        counts = count_records(session)
    whole = [one for one in counts if not one.record_class.part_of]
    parts = [one for one in counts if one.record_class.part_of]
    return render_page(
        "records/classes.html", "Records", extra_styles=STYLES, whole=whole, parts=parts, may_manage=may("manager"),
    )  # fmt: skip


@blueprint.get("/<name>/<uuid:record_id>")
@missing_as_404
def record(name: str, record_id: UUID) -> str:
    """One record: its fields, where it is, its parts, what refers to it, and its history."""
    class_or_404(name)
    with viewer_session() as session:
        rights = read_rights(session)
        shown = read_record(session, name, record_id, rights=rights)
        parts = read_parts(session, shown, rights)
        single = {
            line.id: field_groups(read_record(session, part.record_class.name, line.id, rights=rights), part.reference)
            for part in parts if part.record_class.single for line in part.lines
        }  # fmt: skip
        users = read_users(session, name, record_id, parts=False)
        place = read_place(session, shown)
        doubts = [] if shown.retired else doubts_of_record(session, name, record_id)
        merges = merges_of(session, record_id) if shown.may_write else []
        every = request.args.get("history") == "all"
        history = read_history(session, shown, **({} if every else {"most": VERSIONS_SHOWN}))
        proposals = proposals_of(session, record_id)
        files = read_files(session, shown)
        file_changes = changes_of_files(session, files) if history else []
        files = [one for one in files if shown.may_write or one.status != "retired"]
        rows = [*shown.rows, *files, *(line.row for part in parts for line in part.lines)]
        rows += [line.row for user in users for line in user.lines]
        rows += place.rows if place else ()
        rows += [row for one in doubts for row in one.rows]
        marking = mark(session, rows)
    styles = (MAP_STYLES if place else Markup("")) + STYLES + QUALITY_STYLES
    return render_page(
        "records/record.html", shown.title, extra_styles=styles,
        scripts=MAP_SCRIPTS if place else "", marking=marking, record=shown, groups=field_groups(shown), parts=parts,
        waiting=[one for one in proposals if one.state == WAITING],
        proposed={one.applied_version: one for one in proposals if one.state == APPLIED},
        single=single, users=users, place=place_data(place, f"Map of {shown.title}"), history=history,
        files=files, file_changes=file_changes,
        doubts=doubts, merges=merges,
        source=term_words(shown.columns["source"]), sources={name: term_words(name) for name in RECORD_SOURCE},
    )  # fmt: skip


def field_groups(shown: Record, left_out: str | None = None) -> list[tuple[str, list[FieldLine], list[str]]]:
    """(heading, lines of what is known, labels of what is not) of each group, without one field."""
    lines = [line for line in field_lines(shown) if line.name != left_out]
    found = []
    for heading in headings(shown.record_class.name):
        known = [line for line in lines if line.group == heading and line.text]
        unknown = [line.label for line in lines if line.group == heading and not line.text]
        if known or unknown:
            found.append((heading, known, unknown))
    return found


def place_data(place: Place | None, label: str) -> dict[str, object] | None:
    """What a small map's script draws: GeoJSON and names, nothing else of the records."""
    if place is None:
        return None
    layers = {"own": place.own, "sites": place.sites, "outlines": place.outlines}
    west, south, east, north = place.bounds
    return {
        "bounds": [[south, west], [north, east]],
        "label": label,
        **{layer: features_of(members) for layer, members in layers.items()},
    }


def features_of(members: Iterable[tuple[str, shapely.Geometry]]) -> list[dict[str, object]]:
    """Named geometries as GeoJSON features that hold nothing else."""
    return [
        {"type": "Feature", "properties": {"name": name}, "geometry": json.loads(shapely.to_geojson(geometry))}
        for name, geometry in members
    ]
