"""Pages that change records: new, edit, retire, take back, put back; each change is made from a stated version."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, make_response, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from casm.editing.change_record import change_record, create_record
from casm.editing.faults import EditConflict, FieldFault, FieldFaults, NotWritable, Written
from casm.editing.history import read_history, texts_at
from casm.editing.names import Key
from casm.editing.new_record import NewForm, new_form
from casm.editing.offers import read_offers
from casm.editing.place import Place, read_place, read_surroundings
from casm.editing.put_back import put_back
from casm.editing.read_record import Record, read_record
from casm.editing.record_class import RecordClass
from casm.editing.retire import bring_back, retire_record
from casm.editing.used_by import read_users
from casm.errors import CasmError
from casm.exchange.marking import mark
from casm.proposals.propose import Proposed, propose_change, propose_record, propose_retirement
from web.own_units import own_units
from web.page_frame import render_page, say_done
from web.records.answers import class_or_404, missing_as_404
from web.records.conflict_view import conflict_rows
from web.records.form_view import group_views, texts_of_form, unshown_faults
from web.records.pages import MAP_STYLES, PICKING_SCRIPTS, STYLES, place_data
from web.records.table_view import address_of
from web.viewer import viewer_session

blueprint = Blueprint("record_forms", __name__, url_prefix="/records")

GIVEN_PREFIX = "given-"


@blueprint.get("/<name>/new")
@missing_as_404
def new(name: str) -> str:
    """An empty form; ?<reference>=<id> begins it from the record it is to be part of."""
    class_or_404(name)
    with viewer_session() as session:
        form = new_form(session, name, _given_ids(request.args))
        return _new_page(session, form, own_units().shown_all(form.texts))


@blueprint.post("/<name>/new")
@missing_as_404
def make(name: str) -> Response | tuple[str, int]:
    """Make the record, or show the form again with what is wrong beside each field."""
    class_or_404(name)
    given = _given_ids({key.removeprefix(GIVEN_PREFIX): value for key, value in request.form.items()
                        if key.startswith(GIVEN_PREFIX)})  # fmt: skip
    with viewer_session() as session:
        form = new_form(session, name, given)
        owner_id = _uuid(request.form.get("owner", ""))
        typed, own = texts_of_form(form.fields, request.form), own_units()
        taken = own.taken(typed, form.texts)
        texts = {**form.texts, **taken}
        known: dict[str, Key] = {one.reference: one.key for one in form.given}
        try:
            if any(one.proposes and one.id == owner_id for one in form.owners):
                return _proposed(propose_record(session, name, owner_id, texts, _reason(), known=known))
            written = create_record(session, name, owner_id, texts, known=known)
        except FieldFaults as error:
            return _new_page(session, form, own.shown_again(typed, taken, error.texts or texts), error, owner_id), 422
    _say(written, f"The {form.record_class.words} was made.")
    begun_from = form.given[0].key if form.given and form.record_class.part_of else (name, written.record_id)
    return redirect(url_for("records.record", name=begun_from[0], record_id=begun_from[1]), 303)


@blueprint.get("/<name>/<uuid:record_id>/edit")
@missing_as_404
def edit(name: str, record_id: UUID) -> str:
    """A form filled with what is on record, from the version that it names; ?only=<field> shows that field alone."""
    class_or_404(name)
    with viewer_session() as session:
        record = _editable(session, name, record_id)
        return _edit_page(session, record, own_units().shown_all(record.texts), record.version)


@blueprint.post("/<name>/<uuid:record_id>/edit")
@missing_as_404
def change(name: str, record_id: UUID) -> Response | tuple[str, int]:
    """Change the record from the version that the form was filled from; 409 when it is not in force any more."""
    class_or_404(name)
    version = _version()
    with viewer_session() as session:
        record = _editable(session, name, record_id)
        typed, own = texts_of_form(record.fields, request.form), own_units()
        # What the form was filled with, so that what came back as it was shown is no change.
        filled = record.texts if version == record.version else texts_at(session, record, version)
        texts = own.taken(typed, filled or record.texts)
        try:
            if record.may_propose:
                return _proposed(propose_change(session, name, record_id, version, texts, _reason()))
            written = change_record(session, name, record_id, version, texts)
        except FieldFaults as error:
            again = own.shown_again(typed, texts, error.texts or {**record.texts, **texts})
            return _edit_page(session, record, again, version, error), 422
        except EditConflict as error:
            return _conflict_page(session, read_record(session, name, record_id), error), 409
        except CasmError as error:
            return _edit_page(session, record, own.shown_all(record.texts), record.version, error), 409
    _say(written, f"Saved as version {written.version}." if written.changed else "Nothing was changed.")
    back = _table(name, record_id)
    return make_response(redirect(back, 303)) if back else _to(name, record_id)


@blueprint.get("/<name>/<uuid:record_id>/retire")
@missing_as_404
def ask_to_retire(name: str, record_id: UUID) -> str:
    """What refers to the record, before it is retired or taken back."""
    class_or_404(name)
    with viewer_session() as session:
        record = _editable(session, name, record_id)
        return _retire_page(session, record)


@blueprint.post("/<name>/<uuid:record_id>/retire")
@missing_as_404
def retire(name: str, record_id: UUID) -> Response | tuple[str, int]:
    """Retire the record with its parts, or take it back where ``act`` says so."""
    class_or_404(name)
    version = _version()
    back = request.form.get("act") == "take back"
    with viewer_session() as session:
        record = _editable(session, name, record_id)
        try:
            if record.may_propose and not back:
                return _proposed(propose_retirement(session, name, record_id, version, _reason()))
            (bring_back if back else retire_record)(session, name, record_id, version)
        except CasmError as error:
            if isinstance(error, NotWritable):
                raise
            return _retire_page(session, read_record(session, name, record_id), error), 409
    say_done(f"{record.title} is in use again." if back else f"{record.title} is retired. It can be taken back.")
    return _to(name, record_id)


@blueprint.get("/<name>/<uuid:record_id>/put-back/<int:number>")
@missing_as_404
def ask_to_put_back(name: str, record_id: UUID, number: int) -> str:
    """What putting a former version back would change."""
    class_or_404(name)
    with viewer_session() as session:
        return _put_back_page(session, _writable(session, name, record_id), number)


@blueprint.post("/<name>/<uuid:record_id>/put-back/<int:number>")
@missing_as_404
def do_put_back(name: str, record_id: UUID, number: int) -> Response | tuple[str, int]:
    """Put the former version back as a new one."""
    class_or_404(name)
    version = _version()
    with viewer_session() as session:
        _writable(session, name, record_id)
        try:
            written = put_back(session, name, record_id, version, number)
        except CasmError as error:
            if isinstance(error, NotWritable):
                raise
            return _put_back_page(session, read_record(session, name, record_id), number, error), 409
    say_done(f"Version {number} was put back, as version {written.version}.")
    return _to(name, record_id)


def _new_page(
    session: Session,
    form: NewForm,
    texts: Mapping[str, str],
    error: FieldFaults | None = None,
    owner_id: UUID | None = None,
) -> str:
    owner_id = owner_id or (form.owners[0].id if len(form.owners) == 1 else None)
    faults = error.faults if error else ()
    name = form.record_class.name
    return _form_page(
        session, form.record_class, form.fields, texts, faults, owner_id,
        heading=f"New {form.record_class.words}", form=form, chosen_owner=owner_id, error=error,
        left_out=_told_otherwise(form), version=None, proposes=any(one.proposes for one in form.owners),
        action=url_for(".make", name=name),
        cancel=url_for("records.records", name=name),
    )  # fmt: skip


def _edit_page(
    session: Session, record: Record, texts: Mapping[str, str], version: int, error: CasmError | None = None
) -> str:
    faults = error.faults if isinstance(error, FieldFaults) else ()
    return _form_page(
        session, record.record_class, record.fields, texts, faults, record.owner.id,
        heading=f"Edit {record.title}", record=record, error=error, left_out=_left_out(record, faults), version=version,
        cancel=_table(record.record_class.name, record.id) or _address(record), proposes=record.may_propose,
        action=url_for(".change", name=record.record_class.name, record_id=record.id, **_small()),
    )  # fmt: skip


def _conflict_page(session: Session, record: Record, error: EditConflict) -> str:
    """Both states, and the form with the person's own changes on top of what is stored now."""
    edited, theirs = set(error.edited), {field.name for one in error.meanwhile for field in one.fields}
    merged = own_units().shown_all(error.merged) | {name: error.merged[name] for name in edited}
    notes = {one.name: "yours; somebody else changed this field as well" for one in record.fields
             if one.name in edited & theirs}  # fmt: skip
    return _form_page(
        session, record.record_class, record.fields, merged, (), record.owner.id,
        heading=f"{record.title} was changed meanwhile", record=record, error=error, left_out=_parents(record),
        version=error.current, conflict=error, rows=conflict_rows(record, error), notes=notes,
        proposes=record.may_propose,
        action=url_for(".change", name=record.record_class.name, record_id=record.id, **_small()),
        cancel=_table(record.record_class.name, record.id) or _address(record),
    )  # fmt: skip


def _form_page(
    session: Session,
    record_class: RecordClass,
    fields: Any,
    texts: Mapping[str, str],
    faults: tuple[FieldFault, ...],
    owner_id: UUID | None,
    *,
    heading: str,
    error: CasmError | None,
    left_out: list[str],
    record: Record | None = None,
    form: NewForm | None = None,
    notes: Mapping[str, str] | None = None,
    **context: Any,
) -> str:
    shown = [one for one in fields if one.name not in left_out]
    groups = group_views(record_class.name, shown, texts, faults, notes)
    place = _where_it_may_be(session, record, form) if any(one.name == "latitude" for one in shown) else None
    rows = [*(record.rows if record else ()), *(place.rows if place else ())]
    return render_page(
        "records/form.html", heading, extra_styles=(MAP_STYLES if place else Markup("")) + STYLES,
        scripts=PICKING_SCRIPTS if place else "", record_class=record_class, groups=groups, faults=faults,
        marking=mark(session, rows) if rows else None, record=record, form=form,
        place=place_data(place, "Map to pick the position on"), general=unshown_faults(shown, faults),
        offers=read_offers(session, shown, owner_id), failure=error, **context,
    )  # fmt: skip


def _where_it_may_be(session: Session, record: Record | None, form: NewForm | None) -> Place:
    """What to draw under a position that is picked: the record's own surroundings, else those of its owners."""
    place = read_place(session, record) if record else None
    if place:
        return place
    owners = [record.owner.id] if record else [owner.id for owner in form.owners] if form else []
    return read_surroundings(session, owners)


def _retire_page(session: Session, record: Record, error: CasmError | None = None) -> str:
    users = [] if record.retired else read_users(session, record.record_class.name, record.id)
    rows = [*record.rows, *(line.row for user in users for line in user.lines)]
    return render_page(
        "records/retire.html", f"Take {record.title} back" if record.retired else f"Retire {record.title}",
        extra_styles=STYLES, marking=mark(session, rows), record=record, users=users, failure=error,
    )  # fmt: skip


def _put_back_page(session: Session, record: Record, number: int, error: CasmError | None = None) -> str:
    history = read_history(session, record)
    undone = [one for one in history if one.number > number]
    return render_page(
        "records/put_back.html", f"Put back version {number} of {record.title}", extra_styles=STYLES,
        marking=mark(session, record.rows), record=record, number=number, undone=undone, failure=error,
    )  # fmt: skip


def _editable(session: Session, name: str, record_id: UUID) -> Record:
    """A record that the asker may change, be it by a proposal."""
    record = read_record(session, name, record_id)
    if not record.may_write and not record.may_propose:
        raise NotWritable
    return record


def _proposed(made: Proposed) -> Response:
    """On to the proposal that was made in place of a change."""
    notes = (f"Note: {note.reason}. {note.mend[:1].upper()}{note.mend[1:]}." for note in made.notes)
    say_done(" ".join(["Your proposal waits for somebody who may make the change.", *notes]))
    return make_response(redirect(url_for("proposals.proposal", proposal_id=made.id), 303))


def _reason() -> str:
    return request.form.get("reason", "")


def _writable(session: Session, name: str, record_id: UUID) -> Record:
    record = read_record(session, name, record_id)
    if not record.may_write:
        raise NotWritable
    return record


def _parents(record: Record) -> list[str]:
    """References to what the record is part of: a part stays where it was made. Also what would only help find them."""
    parents = [name for name in record.record_class.part_of if record.columns.get(f"{name}_id")]
    if record.record_class.name == "template_slot":
        parents.append("fleet")
    others = set(record.record_class.part_of) - set(parents)
    return [*parents, *others] if parents else []


def _left_out(record: Record, faults: tuple[FieldFault, ...]) -> list[str]:
    """Fields that the form does not show: in a form of one cell all but it, and those that a fault is told of."""
    only = request.args.get("only")
    names = {one.name for one in record.fields}
    if only is None or only not in names:
        return _parents(record)
    return sorted(names - {only} - {fault.field for fault in faults if fault.field})


def _small() -> dict[str, str]:
    """What the address of a form of one cell says, to be carried on: the field, and the table it was opened from."""
    return {key: request.args[key] for key in ("only", "back") if key in request.args}


def _table(name: str, record_id: UUID) -> str | None:
    """The table that a form was opened from, at the record's row; None when it was opened elsewhere."""
    if "back" not in request.args:
        return None
    return f"{address_of(name, parse_qsl(request.args['back'].removeprefix('?')))}#row-{record_id}"


def _told_otherwise(form: NewForm) -> list[str]:
    """References that the form need not ask for: those it was begun with, and others that would contradict them."""
    if not form.given:
        return []
    given = [one.reference for one in form.given]
    helps = ["fleet"] if form.record_class.name == "template_slot" else []
    return [*given, *helps, *(set(form.record_class.part_of) - set(given))]


def _version() -> int:
    """The version that the form was filled from; no write goes without."""
    version = request.form.get("version", type=int)
    if version is None:
        raise BadRequest("The form does not say which version of the record it was filled from. Open it anew.")
    return version


def _given_ids(told: Mapping[str, str]) -> dict[str, UUID]:
    return {reference: _uuid(value) for reference, value in told.items()}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest("This address or form names a record in a way that is not understood.") from None


def _say(written: Written, words: str) -> None:
    notes = (f"Note: {note.reason}. {note.mend[:1].upper()}{note.mend[1:]}." for note in written.notes)
    say_done(" ".join([words, *notes]))


def _address(record: Record) -> str:
    return url_for("records.record", name=record.record_class.name, record_id=record.id)


def _to(name: str, record_id: UUID) -> Response:
    return make_response(redirect(url_for("records.record", name=name, record_id=record_id), 303))
