"""Pages of proposals: those that wait, one with what it would change, and deciding about it."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from casm.dashboard.scope import ScopeMissing, read_scope
from casm.editing.faults import EditConflict, NotWritable, RecordMissing
from casm.errors import CasmError
from casm.exchange.marking import Marking, mark
from casm.proposals.decide import apply_proposal, decline_proposal, withdraw_proposal
from casm.proposals.proposal import STATES, WAITING, Proposal
from casm.proposals.read_proposals import ShownProposal, kinds, list_proposals, read_proposal
from casm.proposals.rules import end_rule, list_rules, set_rule
from casm.sharing.asset_class import RECORD_CLASSES
from casm.sharing.rights import managed_owners
from casm.sharing.words import CLASS_WORDS
from web.page_frame import render_page, say_done, say_wrong
from web.records.answers import missing_as_404
from web.records.conflict_view import conflict_rows
from web.viewer import may, viewer_session

blueprint = Blueprint("proposals", __name__, url_prefix="/proposals")

STATE_WORDS = {"waiting": "Waiting", "applied": "Approved", "declined": "Declined", "withdrawn": "Withdrawn"}
ACT_WORDS = {"change": "a change", "create": "a new record", "retire": "to retire it"}


@blueprint.get("")
def proposals() -> str:
    """Proposals in one state: ?state=, ?page=; ?owner= for those of an owner (its code) and all below it."""
    state = request.args.get("state", WAITING)
    if state not in STATES:
        raise NotFound
    owner = request.args.get("owner")
    with viewer_session() as session:
        try:
            among = () if owner is None else (read_scope(session, owner).holds(Proposal.owner_id),)
        except ScopeMissing:
            raise NotFound from None
        page = list_proposals(session, state, request.args.get("page", 1, type=int), *among)
        marking = mark(session, kinds(page.lines))
    return render_page(
        "proposals/list.html", "Proposals", marking=marking, page=page, states=STATE_WORDS, acts=ACT_WORDS,
        manages=may("manager"), owner=owner,
    )  # fmt: skip


@blueprint.get("/<uuid:proposal_id>")
@missing_as_404
def proposal(proposal_id: UUID) -> str:
    """One proposal, field by field, and what may be done about it."""
    with viewer_session() as session:
        return _page(session, read_proposal(session, proposal_id))


@blueprint.post("/<uuid:proposal_id>/apply")
@missing_as_404
def approve(proposal_id: UUID) -> Response | tuple[str, int]:
    """Make the change from the version that the page was looked at with; 409 with all three states when it moved on."""
    version = request.form.get("version", type=int)
    with viewer_session() as session:
        shown = read_proposal(session, proposal_id)
        if version is None and shown.record is not None:
            raise BadRequest("The form does not say which version of the record was looked at. Open the proposal anew.")
        try:
            written = apply_proposal(session, proposal_id, version)
        except EditConflict as error:
            return _page(session, read_proposal(session, proposal_id), error), 409
        except NotWritable:
            raise
        except CasmError as error:
            return _page(session, read_proposal(session, proposal_id), failure=error), 409
    say_done(f"Approved, and made as version {written.version}.")
    return redirect(url_for("records.record", name=written.record_class, record_id=written.record_id), 303)


@blueprint.post("/<uuid:proposal_id>/decline")
@missing_as_404
def decline(proposal_id: UUID) -> Response | tuple[str, int]:
    """Decline it with a word."""
    with viewer_session() as session:
        read_proposal(session, proposal_id)
        try:
            decline_proposal(session, proposal_id, request.form.get("word", ""))
        except (NotWritable, RecordMissing):
            raise
        except CasmError as error:
            return _page(session, read_proposal(session, proposal_id), failure=error), 409
    say_done("Declined. Whoever proposed it is told.")
    return redirect(url_for(".proposals"), 303)


@blueprint.post("/<uuid:proposal_id>/withdraw")
@missing_as_404
def withdraw(proposal_id: UUID) -> Response | tuple[str, int]:
    """Take one's own proposal back."""
    with viewer_session() as session:
        read_proposal(session, proposal_id)
        try:
            withdraw_proposal(session, proposal_id)
        except (NotWritable, RecordMissing):
            raise
        except CasmError as error:
            return _page(session, read_proposal(session, proposal_id), failure=error), 409
    say_done("Your proposal is withdrawn.")
    return redirect(url_for(".proposals"), 303)


@blueprint.get("/rules")
def rules() -> str:
    """Where changes are proposed first, and the form to have it so elsewhere."""
    with viewer_session() as session:
        return render_page(
            "proposals/rules.html", "Where changes are proposed first", rules=list_rules(session),
            choices=[(one.id, f"{one.name} ({one.code})") for one in managed_owners(session)],
            classes={name: CLASS_WORDS[name] for name in RECORD_CLASSES},
        )  # fmt: skip


@blueprint.post("/rules")
def add_rule() -> Response:
    """Have editors of an owner propose changes of a class."""
    try:
        owner_id = UUID(request.form.get("owner", ""))
    except ValueError:
        say_wrong(CasmError("It is not chosen whose editors propose.", "choose one of those you manage"))
        return redirect(url_for(".rules"), 303)
    return _settle(lambda session: set_rule(session, owner_id, request.form.get("asset_class") or None),
                   "From now on these changes are proposed first.")  # fmt: skip


@blueprint.post("/rules/<uuid:rule_id>/end")
def stop_rule(rule_id: UUID) -> Response:
    """Let editors make these changes themselves again."""
    return _settle(lambda session: end_rule(session, rule_id), "Editors make these changes themselves again.")


def _settle(act, done: str) -> Response:
    try:
        with viewer_session() as session:
            act(session)
    except CasmError as error:
        say_wrong(error)
    else:
        say_done(done)
    return redirect(url_for(".rules"), 303)


def _page(
    session: Session,
    shown: ShownProposal,
    conflict: EditConflict | None = None,
    failure: CasmError | None = None,
) -> str:
    rows = [] if conflict is None or shown.record is None else conflict_rows(shown.record, conflict)
    return render_page(
        "proposals/proposal.html", f"Proposal: {shown.line.proposal.title}", marking=_marking(session, shown),
        shown=shown, one=shown.line.proposal, states=STATE_WORDS, acts=ACT_WORDS, conflict=conflict, rows=rows,
        failure=failure,
    )  # fmt: skip


def _marking(session: Session, shown: ShownProposal) -> Marking:
    return mark(session, [*kinds([shown.line]), *([shown.record.row] if shown.record else [])])
