"""The fields that a manager's owners add to classes of record: listed, added, changed, retired and taken back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from casm.custom_fields.define import (
    CHANGEABLE,
    FIXED,
    GONE,
    change_field,
    define_field,
    managed_definitions,
    read_managed,
    retire_field,
)
from casm.custom_fields.definitions import Definition
from casm.db.columns import SENSITIVITY
from casm.editing.faults import FieldFaults
from casm.editing.record_class import record_class_of
from casm.errors import CasmError
from casm.exchange.marking import mark
from casm.inventory.custom_field import ATTACHED_FIELD_CLASSES
from casm.sharing.asset_class import RECORD_CLASSES
from casm.sharing.rights import managed_owners
from web.page_frame import render_page, say_done, words_of
from web.records.pages import STYLES
from web.viewer import viewer_session

blueprint = Blueprint("fields", __name__, url_prefix="/fields")

KIND_WORDS = {
    "text": "text, up to 500 characters",
    "whole": "whole number",
    "decimal": "number with decimals",
    "yes_no": "yes or no",
    "date": "date",
    "choice": "one of a list of choices",
}
FIELD_CLASS_WORDS = {
    "public": "whoever sees the record",
    "sensitive": "whoever sees the record's sensitive fields",
}
SENSITIVITY_WORDS = {
    "public": "as the record itself",
    "partner": "at least TLP:GREEN",
    "internal": "at least TLP:AMBER",
    "restricted": "at least TLP:RED",
}
assert set(FIELD_CLASS_WORDS) == set(ATTACHED_FIELD_CLASSES)
assert set(SENSITIVITY_WORDS) == set(SENSITIVITY)


@blueprint.get("")
def overview() -> str:
    """Every field of the owners that the asker manages, by class."""
    with viewer_session() as session:
        lines = managed_definitions(session)
        marking = mark(session, [one.row for one, _count in lines]) if lines else None
    return render_page(
        "fields/overview.html", "Further fields", extra_styles=STYLES, marking=marking, lines=lines,
        class_words={name: record_class_of(name).plural for name in RECORD_CLASSES}, kind_words=KIND_WORDS,
        field_class_words=FIELD_CLASS_WORDS,
    )  # fmt: skip


@blueprint.get("/new")
def new() -> str:
    """The form of a new field."""
    with viewer_session() as session:
        return _form(session, {"record_class": request.args.get("class", "")})


@blueprint.post("/new")
def add() -> Response | tuple[str, int]:
    """Add the field, or show the form again with what is wrong."""
    texts = _texts((*FIXED, *CHANGEABLE, "owner"))
    try:
        owner_id = UUID(texts["owner"])
    except ValueError:
        raise BadRequest("Choose whose records have the field.") from None
    try:
        with viewer_session() as session:
            row = define_field(session, owner_id, texts)
    except CasmError as error:
        with viewer_session() as session:
            return _form(session, texts, error), 422
    say_done(f"The field “{row.label}” is on the forms now.")
    return redirect(url_for(".overview"), 303)


@blueprint.get("/<uuid:field_id>")
def field(field_id: UUID) -> str:
    """The form of one field."""
    with viewer_session() as session:
        one = _managed(session, field_id)
        return _form(session, _texts_of(one), one=one)


@blueprint.post("/<uuid:field_id>")
def change(field_id: UUID) -> Response | tuple[str, int]:
    """Change it from the version that the form was filled from."""
    with viewer_session() as session:
        _managed(session, field_id)
    texts = _texts(CHANGEABLE)
    try:
        with viewer_session() as session:
            row = change_field(session, field_id, _version(), texts)
    except CasmError as error:
        with viewer_session() as session:
            one = _managed(session, field_id)
            return _form(session, _texts_of(one) | texts, error, one), 422 if isinstance(error, FieldFaults) else 409
    say_done(f"The field “{row.label}” is at version {row.version}.")
    return redirect(url_for(".overview"), 303)


@blueprint.post("/<uuid:field_id>/retire")
def retire(field_id: UUID) -> Response | tuple[str, int]:
    """Retire it, or take it back where ``act`` says so; its values stay either way."""
    with viewer_session() as session:
        _managed(session, field_id)
    back = request.form.get("act") == "take back"
    try:
        with viewer_session() as session:
            row = retire_field(session, field_id, _version(), back=back)
    except CasmError as error:
        with viewer_session() as session:
            one = _managed(session, field_id)
            return _form(session, _texts_of(one), error, one), 409
    words = "is on the forms again" if back else "is retired; what records have in it stays with them"
    say_done(f"The field “{row.label}” {words}.")
    return redirect(url_for(".overview"), 303)


def _form(
    session: Session, texts: Mapping[str, str], error: CasmError | None = None, one: Definition | None = None
) -> str:
    owners = managed_owners(session)
    faults = {fault.field: fault for fault in error.faults} if isinstance(error, FieldFaults) else {}
    heading = f"Field “{one.label}”" if one else "New field"
    return render_page(
        "fields/form.html", heading, extra_styles=STYLES, marking=mark(session, [one.row]) if one else None,
        texts=texts,
        one=one, faults=faults, error=words_of(error) if error and not faults else "", owners=owners,
        classes={name: record_class_of(name).plural for name in RECORD_CLASSES}, kinds=KIND_WORDS,
        field_classes=FIELD_CLASS_WORDS, sensitivities=SENSITIVITY_WORDS,
    )  # fmt: skip


def _texts_of(one: Definition) -> dict[str, str]:
    row: Any = one.row
    told = {name: getattr(row, name) for name in (*FIXED, *CHANGEABLE)}
    told |= {name: f"{told[name]:g}" for name in ("least", "most") if told[name] is not None}
    told |= {"required": "yes" if row.required else "", "choices": "\n".join(row.choices or ())}
    return {name: value or "" for name, value in told.items()}


def _texts(names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


def _version() -> int:
    version = request.form.get("version", type=int)
    if version is None:
        raise BadRequest("The form does not say which version of the field it was filled from. Open it anew.")
    return version


def _managed(session: Session, field_id: UUID) -> Definition:
    """The field; 404 alike for one that is foreign and one that is not there."""
    try:
        return read_managed(session, field_id)
    except CasmError as error:
        if error is GONE:
            abort(404)
        raise
