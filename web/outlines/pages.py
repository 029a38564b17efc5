"""Upload a file of outlines, look at what it holds and what would become of it, then take it in."""

import json
from dataclasses import dataclass
from typing import Any

import shapely
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from casm.db.columns import SENSITIVITY
from casm.editing.record_class import record_class_of
from casm.editing.rights import read_rights, writable_owners
from casm.errors import CasmError
from casm.intake.outlines.container import LISTED, MOST_BYTES
from casm.intake.outlines.read import KINDS, Choices, Outlines, read_outlines
from casm.intake.outlines.take import choose, take_outlines
from casm.intake.outlines.waiting import Waiting, fetch, keep, let_go
from casm.intake.report import ImportReport
from web.config import web_config
from web.page_frame import render_page, say_done, words_of
from web.records.pages import MAP_SCRIPTS, MAP_STYLES, STYLES
from web.viewer import current_viewer, viewer_session

blueprint = Blueprint("outlines", __name__, url_prefix="/outlines")

MOST_SHOWN = 500
# Corners that the small map is drawn with; what is taken in keeps all of its own.
DRAWN_STEP_DEG = 0.0005
CHOSEN = ("kind", "name_field", "code_field", "edition", "sensitivity", "owner")


@dataclass(frozen=True)
class Look:
    """What a file holds and what would become of it."""

    waiting: Waiting
    outlines: Outlines
    choices: Choices
    owner_code: str


@blueprint.get("")
def form() -> str:
    """The form to upload a file."""
    return _form_page()


@blueprint.post("")
def upload() -> str | tuple[str, int]:
    """Read the file, and show what taking it in would do."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise CasmError("No file was chosen.", "choose one, then send the form")
        content = sent.read(MOST_BYTES + 1)
        outlines = _read(content, sent.filename[-120:])
        waiting = keep(current_viewer().actor, outlines.file_name, content)
        return _look_page(_look(waiting, outlines))
    except CasmError as error:
        return _form_page(error), 422


@blueprint.post("/<upload>")
def look(upload: str) -> str | tuple[str, int]:
    """Show the same file with other choices."""
    try:
        waiting = fetch(current_viewer().actor, upload)
        outlines = _read(waiting.content, waiting.file_name)
        return _look_page(_look(waiting, outlines))
    except CasmError as error:
        return _form_page(error), 422


@blueprint.post("/<upload>/take")
def take(upload: str) -> AnyResponse | tuple[str, int]:
    """Take the outlines in as they were shown."""
    try:
        waiting = fetch(current_viewer().actor, upload)
        seen = _look(waiting, _read(waiting.content, waiting.file_name))
        report = _take(seen, dry_run=False)
    except CasmError as error:
        return _form_page(error), 422
    let_go(upload)
    told = {"created": "new", "changed": "changed", "unchanged": "as they were", "reported": "not taken"}
    counts = ", ".join(f"{report.total(outcome)} {words}" for outcome, words in told.items())
    say_done(f"{waiting.file_name}: {counts}.")
    return redirect(url_for("records.records", name="jurisdiction"), 303)


def _read(content: bytes, file_name: str) -> Outlines:
    texts = {name: request.form.get(name, "").strip()[:200] for name in ("layer", "reference_system")}
    return read_outlines(content, file_name, **texts)


def _look(waiting: Waiting, outlines: Outlines) -> Look:
    given = {name: request.form.get(name, "").strip()[:200] for name in CHOSEN}
    owner_code = given.pop("owner").lower()
    if not owner_code:
        raise CasmError("It is not said whose outlines these are.", "choose an owner")
    given["sensitivity"] = given["sensitivity"] or "public"
    return Look(waiting, outlines, choose(outlines, **given), owner_code)


def _take(seen: Look, *, dry_run: bool) -> ImportReport:
    return take_outlines(
        web_config().database, current_viewer(), seen.outlines, seen.choices, seen.owner_code, seen.waiting.content,
        dry_run=dry_run,
    )  # fmt: skip


def _owners() -> list[Any]:
    with viewer_session() as session:
        return writable_owners(session, read_rights(session), record_class_of("jurisdiction"))


def _form_page(error: CasmError | None = None) -> str:
    return render_page(
        "outlines/upload.html", "Outlines of cities, tribes and districts", extra_styles=STYLES,
        error=words_of(error) if error else "", kinds=KINDS, owners=_owners(), listed=LISTED, texts=request.form,
        most_mib=MOST_BYTES >> 20, sensitivities=SENSITIVITY,
    )  # fmt: skip


def _look_page(seen: Look) -> str:
    report = _take(seen, dry_run=True)
    problems: dict[int | None, list[str]] = {}
    for one in report.problems:
        problems.setdefault(one.row, []).append(f"{one.reason}: {one.mend}")
    return render_page(
        "outlines/look.html", f"Look at {seen.waiting.file_name}", extra_styles=MAP_STYLES + STYLES,
        scripts=MAP_SCRIPTS, look=seen, report=report, problems=problems, place=_place(seen),
        features=seen.outlines.features[:MOST_SHOWN], kinds=KINDS, owners=_owners(), sensitivities=SENSITIVITY,
        texts=request.form,
    )  # fmt: skip


def _place(seen: Look) -> dict[str, object] | None:
    """What the small map's script draws."""
    areas = [(one, one.area) for one in seen.outlines.features[:MOST_SHOWN] if one.area is not None]
    if not areas:
        return None
    west, south, east, north = shapely.total_bounds([area for _, area in areas])
    return {
        "bounds": [[south, west], [north, east]],
        "label": f"Map of the outlines in {seen.waiting.file_name}",
        "sites": [],
        "outlines": [],
        "own": [
            {"type": "Feature", "properties": {"name": one.values.get(seen.choices.name_field) or str(one.number)},
             "geometry": json.loads(shapely.to_geojson(area.simplify(DRAWN_STEP_DEG)))}
            for one, area in areas
        ],
    }  # fmt: skip
