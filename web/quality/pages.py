"""The page of findings: filtered, each with its reason, figures and source, mended or called no fault from there."""

from uuid import UUID

from flask import Blueprint, make_response, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from casm.dashboard.scope import ScopeMissing, ScopeOwner, read_choices, read_scope
from casm.editing.faults import NotWritable, RecordMissing
from casm.editing.record_class import is_record_class, record_class_of
from casm.errors import CasmError
from casm.exchange.marking import mark
from casm.quality.catalogue import RULES
from casm.quality.dismissal import dismiss, finding_of, reopen
from casm.quality.doubt import SEVERITIES
from casm.quality.listing import NO_FAULT, OPEN, Wanted, list_findings
from casm.quality.mending import mend
from web.page_frame import render_page, say_done, say_wrong
from web.quality.kept import asked_findings
from web.records.answers import class_or_404, missing_as_404
from web.viewer import viewer_session

blueprint = Blueprint("quality", __name__, url_prefix="/quality")

STYLES = Markup('<link rel="stylesheet" href="/static/quality/quality.css">\n')


@blueprint.get("")
def findings() -> str:
    """What is doubtful; ?owner=<code>&rule=&class=&severity=&state=&page= choose which."""
    wanted, code = wanted_of_request(), request.args.get("owner", "")
    number = request.args.get("page", 1, type=int)
    with viewer_session() as session:
        owner = owner_of_code(session, code)
        listing = list_findings(session, asked_findings(session, owner.id if owner else None), wanted, number)
        marking = mark(session, (row for one in listing.shown for row in one.rows))
        choices = read_choices(session)
    if owner is not None and owner not in choices:
        choices = [owner, *choices]
    heading = f"What is doubtful: {owner.name}" if owner else "What is doubtful"
    return render_page(
        "quality/findings.html", heading, extra_styles=STYLES, marking=marking, listing=listing, wanted=wanted,
        owner=owner, choices=[(one.code, one.name) for one in choices],
        rules=[(rule.name, rule.title) for rule in RULES.values()], severities=[(one, one) for one in SEVERITIES],
        classes=[(name, record_class_of(name).plural) for name in listing.classes],
        states=[(OPEN, "open"), (NO_FAULT, "called no fault")],
    )  # fmt: skip


@blueprint.post("/<name>/<uuid:record_id>/mend")
@missing_as_404
def mend_now(name: str, record_id: UUID) -> Response:
    """Apply a finding's mend to the version that the finding was computed from."""
    class_or_404(name)
    try:
        with viewer_session() as session:
            written = mend(session, *_asked(name, record_id), request.form.get("number", 0, type=int))
        say_done(f"Mended, as version {written.version}. The record's history can put the former one back.")
    except CasmError as error:
        _tell_or_raise(error)
    return _back()


@blueprint.post("/<name>/<uuid:record_id>/no-fault")
@missing_as_404
def call_no_fault(name: str, record_id: UUID) -> Response:
    """Call a finding no fault, for the reason given."""
    class_or_404(name)
    try:
        with viewer_session() as session:
            dismiss(session, finding_of(session, *_asked(name, record_id)), request.form.get("because", ""))
        say_done("Called no fault. It is looked at again as soon as the record changes.")
    except CasmError as error:
        _tell_or_raise(error)
    return _back()


@blueprint.post("/dismissals/<uuid:dismissal_id>/reopen")
@missing_as_404
def reopen_now(dismissal_id: UUID) -> Response:
    """Look at a finding again."""
    try:
        with viewer_session() as session:
            reopen(session, dismissal_id)
        say_done("The finding is open again.")
    except CasmError as error:
        _tell_or_raise(error)
    return _back()


def wanted_of_request() -> Wanted:
    """The findings that an address asks for; 404 for what is no rule, class, severity or state."""
    given = {name: request.args.get(name, "") for name in ("rule", "class", "severity", "state")}
    known = (
        given["rule"] in ("", *RULES)
        and (not given["class"] or is_record_class(given["class"]))
        and given["severity"] in ("", *SEVERITIES)
        and given["state"] in ("", OPEN, NO_FAULT)
    )
    if not known:
        raise NotFound
    return Wanted(given["rule"], given["class"], given["severity"], given["state"] or OPEN)


def owner_of_code(session: Session, code: str) -> ScopeOwner | None:
    """The owner of a code, None where none is given; 404 where the asker knows of none."""
    if not code:
        return None
    try:
        return read_scope(session, code).root
    except ScopeMissing:
        raise NotFound from None


def _asked(name: str, record_id: UUID) -> tuple[str, str, UUID, str, int]:
    """(rule, class, record, about, version) that a form names; no write goes without a version."""
    version = request.form.get("version", type=int)
    if version is None:
        raise BadRequest("The form does not say which version of the record it was made from. Open the page anew.")
    return request.form.get("rule", ""), name, record_id, request.form.get("about", ""), version


def _tell_or_raise(error: CasmError) -> None:
    """Tell on the next page what could not be done; what is not there or not the asker's is an answer of its own."""
    if isinstance(error, (NotWritable, RecordMissing)):
        raise error
    say_wrong(error)


def _back() -> Response:
    """To the page that the form was on: the list as it was filtered, or the record."""
    record_class, record_id = request.form.get("from_class", ""), request.form.get("from_record", "")
    if is_record_class(record_class) and record_id:
        try:
            address = url_for("records.record", name=record_class, record_id=UUID(record_id))
        except ValueError:
            address = url_for(".findings")
    else:
        kept = {name: request.form.get(f"list-{name}", "") for name in ("owner", "rule", "class", "severity", "page")}
        address = url_for(".findings", **{name: value for name, value in kept.items() if value})
    return make_response(redirect(address, 303))
