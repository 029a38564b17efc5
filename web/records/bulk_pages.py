"""Changing many records together: what is to be set, a preview of every record, then all of them or none; and undoing.

Everything between the table and the change is one address, since what was chosen may be too long for one: each form
carries it on, packed.
"""

import base64
import binascii
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from casm.bulk.edit import commit_edit, preview_edit, settable_fields
from casm.bulk.outcome import CHANGES, MOST_ROWS, REFUSED, STAYS, BulkRefused, Done, Preview, TooMany
from casm.bulk.retire import commit_bring_back, commit_retire, preview_bring_back, preview_retire
from casm.bulk.targets import matching_ids
from casm.bulk.undo import commit_undo, moment_number, moment_of, preview_undo, read_together
from casm.editing.faults import FieldFaults, NotWritable
from casm.editing.form_fields import FormField
from casm.editing.offers import read_offers
from casm.editing.record_class import RecordClass
from casm.editing.rights import read_rights
from casm.errors import CasmError
from casm.exchange.marking import mark
from casm.listing.added_fields import table_fields
from casm.listing.query import query_of
from web.own_units import own_units
from web.page_frame import render_page, say_done, words_of
from web.records.answers import class_or_404, missing_as_404
from web.records.filter_form import address_pairs
from web.records.form_view import group_views, texts_of_form
from web.records.pages import STYLES
from web.records.table_view import address_of
from web.viewer import viewer_session

blueprint = Blueprint("bulk", __name__, url_prefix="/records")

EDIT, RETIRE, BRING_BACK = "edit", "retire", "bring-back"
ACTS = (EDIT, RETIRE, BRING_BACK)
SHOWN = MOST_ROWS
# An id and the version it was read at.
PACKED = struct.Struct(">16sI")


@dataclass(frozen=True)
class Asked:
    """What a form asks: which records, what is done with them, and the fields that are set, by name."""

    ids: tuple[UUID, ...]
    act: str
    texts: Mapping[str, str]
    set_fields: tuple[str, ...]
    back: str


@blueprint.post("/<name>/together")
@missing_as_404
def together(name: str) -> str | tuple[str, int] | Response:
    """One step: choose fields, preview, or change; ``step`` says which."""
    record_class = class_or_404(name)
    step = request.form.get("step", "choose")
    done: Done | None = None
    try:
        with viewer_session() as session:
            rights = read_rights(session)
            if not rights.writable(record_class) | rights.proposable(record_class):
                raise NotWritable
            fields = settable_fields(session, name)
            asked = asked_of(session, record_class, fields)
            if step == "change":
                done = change(session, name, asked, unpacked(request.form.get("chosen", "")))
            elif step == "preview" or asked.act != EDIT:
                return preview_page(session, record_class, asked, previewed(session, name, asked))
            else:
                return choose_page(session, record_class, fields, asked)
    except FieldFaults as error:
        return again(record_class, error), 422
    except BulkRefused as error:
        return again(record_class, error), 409
    except TooMany as error:
        return again(record_class, error), 422
    assert done is not None
    say_done(done_words(record_class, done))
    if not done.count:
        return redirect(url_for("proposals.proposals"), 303)
    return redirect(url_for(".changed", name=name, moment=moment_number(done.moment)), 303)


def done_words(record_class: RecordClass, done: Done) -> str:
    """What was done: how many were changed, and how many of the changes wait to be decided."""
    told = []
    if done.count or not done.proposed:
        told.append(f"{done.count:,} {words_for(record_class, done.count)} changed together.")
    if done.proposed:
        waits = "1 proposal waits" if done.proposed == 1 else f"{done.proposed:,} proposals wait"
        told.append(f"{waits} for somebody who may make the changes.")
    return " ".join(told)


@blueprint.get("/<name>/together/<int:moment>")
@missing_as_404
def changed(name: str, moment: int) -> str:
    """What was changed together, and what undoing it would do."""
    record_class = class_or_404(name)
    with viewer_session() as session:
        found = read_together(session, name, moment_of(moment))
        return undo_page(session, record_class, preview_undo(session, found), found.actor, moment)


@blueprint.post("/<name>/together/<int:moment>")
@missing_as_404
def undo(name: str, moment: int) -> str | tuple[str, int] | Response:
    """Undo it: every record that was shown as one to be put back, or none."""
    record_class = class_or_404(name)
    stated = unpacked(request.form.get("chosen", ""))
    try:
        with viewer_session() as session:
            done = commit_undo(session, read_together(session, name, moment_of(moment)), stated)
    except BulkRefused as error:
        with viewer_session() as session:
            found = read_together(session, name, moment_of(moment))
            return undo_page(session, record_class, preview_undo(session, found), found.actor, moment, error), 409
    say_done(f"{done.count:,} {record_class.words if done.count == 1 else record_class.plural} put back together.")
    return redirect(url_for(".changed", name=name, moment=moment_number(done.moment)), 303)


def asked_of(session: Session, record_class: RecordClass, fields: Sequence[FormField]) -> Asked:
    """What the form asks; a record or an act that is not understood is BadRequest."""
    name, form = record_class.name, request.form
    act = form.get("act", EDIT)
    if act not in ACTS:
        raise BadRequest(f"Records are changed together by one of: {', '.join(ACTS)}.")
    if form.get("all") == "yes":
        pairs = address_pairs(request.args)
        shown = table_fields(session, name, read_rights(session))
        ids: Sequence[UUID] = matching_ids(session, query_of(name, shown, pairs))
    elif "chosen" in form:
        ids = list(unpacked(form["chosen"]))
    else:
        ids = [_uuid(text) for text in form.getlist("row")]
    named = [*form.getlist("set"), *([form["add"]] if form.get("add") else [])]
    known = {one.name: one for one in fields}
    chosen = tuple(dict.fromkeys(one for one in named if one in known and one != form.get("drop")))
    texts = own_units().taken(texts_of_form([known[one] for one in chosen], form), {})
    back = address_of(name, address_pairs(request.args))
    return Asked(tuple(ids), act, {one: texts.get(one, "") for one in chosen}, chosen, back)


def previewed(session: Session, name: str, asked: Asked) -> Preview:
    """What the act would do."""
    if asked.act == RETIRE:
        return preview_retire(session, name, asked.ids)
    if asked.act == BRING_BACK:
        return preview_bring_back(session, name, asked.ids)
    return preview_edit(session, name, asked.ids, asked.texts)


def change(session: Session, name: str, asked: Asked, stated: Mapping[UUID, int]) -> Done:
    """Do what was previewed."""
    if not stated:
        raise BadRequest("The form does not say which records are to be changed. Preview it again.")
    if asked.act == RETIRE:
        return commit_retire(session, name, stated, request.form.get("reason", ""))
    if asked.act == BRING_BACK:
        return commit_bring_back(session, name, stated)
    return commit_edit(session, name, stated, asked.texts, request.form.get("reason", ""))


def again(record_class: RecordClass, error: CasmError) -> str:
    """The step before, in a transaction of its own, with what is wrong."""
    name = record_class.name
    with viewer_session() as session:
        fields = settable_fields(session, name)
        if isinstance(error, TooMany):
            return render_page("records/together_none.html", "Change records together", extra_styles=STYLES,
                               record_class=record_class, failure=words_of(error),
                               back=address_of(name, address_pairs(request.args)))  # fmt: skip
        asked = asked_of(session, record_class, fields)
        if isinstance(error, FieldFaults):
            return choose_page(session, record_class, fields, asked, error)
        return preview_page(session, record_class, asked, previewed(session, name, asked), error)


def choose_page(
    session: Session,
    record_class: RecordClass,
    fields: Sequence[FormField],
    asked: Asked,
    error: FieldFaults | None = None,
) -> str:
    """Which fields are set, to what."""
    name = record_class.name
    known = {one.name: one for one in fields}
    chosen = [known[one] for one in asked.set_fields]
    faults = error.faults if error else ()
    words = record_class.words if len(asked.ids) == 1 else record_class.plural
    return render_page(
        "records/together.html", f"Change {len(asked.ids):,} {words} together", extra_styles=STYLES,
        record_class=record_class, asked=asked, most=MOST_ROWS, packed=packed(dict.fromkeys(asked.ids, 0)),
        groups=group_views(name, chosen, asked.texts, faults), offers=read_offers(session, chosen, None),
        left=[one for one in fields if one.name not in asked.set_fields], faults=faults,
        general=[fault for fault in faults if fault.field not in asked.set_fields], action=here(name),
    )  # fmt: skip


def preview_page(
    session: Session, record_class: RecordClass, asked: Asked, found: Preview, error: BulkRefused | None = None
) -> str:
    """Every record and what becomes of it; those that stay or are refused are left out of the change."""
    verb = {EDIT: "Change", RETIRE: "Retire", BRING_BACK: "Take back"}[asked.act]
    made = [one for one in found.of(CHANGES) if not one.proposed]
    proposed = [one for one in found.of(CHANGES) if one.proposed]
    count = len(made) + len(proposed)
    if not made and proposed:
        verb = {EDIT: "Propose to change", RETIRE: "Propose to retire"}[asked.act]
    return render_page(
        "records/together_preview.html", f"{verb} {count:,} {words_for(record_class, count)}: what would be",
        extra_styles=STYLES, marking=mark(session, found.outcomes), record_class=record_class, asked=asked,
        found=found, verb=verb, count=count, words=words_for(record_class, count),
        changes=made[:SHOWN], proposed=proposed[:SHOWN], stays=found.of(STAYS), refused=found.of(REFUSED),
        shown=SHOWN, packed=packed(found.stated),
        chosen=packed(dict.fromkeys(asked.ids, 0)), failure=error, action=here(record_class.name),
    )  # fmt: skip


def undo_page(
    session: Session,
    record_class: RecordClass,
    found: Preview,
    actor: str,
    moment: int,
    error: BulkRefused | None = None,
) -> str:
    """What was changed together, as undoing would change it back."""
    count = len(found.of(CHANGES))
    return render_page(
        "records/together_undo.html", f"{len(found.outcomes):,} {words_for(record_class, 2)} changed together",
        extra_styles=STYLES, marking=mark(session, found.outcomes), record_class=record_class, found=found,
        count=count, words=words_for(record_class, count), changes=found.of(CHANGES)[:SHOWN], stays=found.of(STAYS),
        refused=found.of(REFUSED), shown=SHOWN, packed=packed(found.stated), actor=actor,
        at=moment_of(moment), failure=error,
    )  # fmt: skip


def words_for(record_class: RecordClass, count: int) -> str:
    """One or many of a class, as people say."""
    return record_class.words if count == 1 else record_class.plural


def here(name: str) -> str:
    """This address, with the table's query that leads back."""
    return address_of(name, address_pairs(request.args), ".together")


def packed(stated: Mapping[UUID, int]) -> str:
    """Records and versions as one text of a form."""
    return base64.b64encode(b"".join(PACKED.pack(one.bytes, version) for one, version in stated.items())).decode()


def unpacked(text: str) -> dict[UUID, int]:
    """Records and versions of such a text; BadRequest when it is none, or of too many."""
    try:
        data = base64.b64decode(text, validate=True)
        found = {UUID(bytes=one): version for one, version in PACKED.iter_unpack(data)}
    except (binascii.Error, struct.error, ValueError):
        raise BadRequest("The form names records in a way that is not understood. Preview it again.") from None
    if len(found) > MOST_ROWS:
        raise BadRequest(f"At most {MOST_ROWS:,} records are changed together.")
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest("The form names a record in a way that is not understood.") from None
