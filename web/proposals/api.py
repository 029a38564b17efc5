"""Proposals for programs: made by the API of records (202), read and decided here; applying asks for If-Match."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest

from casm.exchange.marking import mark
from casm.proposals.decide import apply_proposal, decline_proposal, withdraw_proposal
from casm.proposals.proposal import STATES, WAITING
from casm.proposals.read_proposals import kinds, list_proposals, read_proposal
from web.marking import bear
from web.records.api import answer, body, problems_in_json, proposal_answer, stated_version, written_answer
from web.viewer import viewer_session

blueprint = Blueprint("proposals_api", __name__, url_prefix="/api/proposals")


@blueprint.get("")
@problems_in_json
def proposals() -> Response:
    """Proposals in one state, 100 to a page: ?state=waiting, ?page=."""
    state = request.args.get("state", WAITING)
    if state not in STATES:
        raise BadRequest(f"The state is one of {', '.join(STATES)}.")
    with viewer_session() as session:
        page = list_proposals(session, state, request.args.get("page", 1, type=int))
        marking = mark(session, kinds(page.lines))
    listed = [
        {"id": str(one.proposal.id), "act": one.proposal.act, "class": one.proposal.record_class,
         "title": one.proposal.title, "owner": one.owner_code, "proposed_by": one.proposal.proposed_by,
         "href": url_for(".proposal", proposal_id=one.proposal.id)}
        for one in page.lines
    ]  # fmt: skip
    told = {"state": state, "page": page.number, "pages": page.last, "counts": page.counts, "proposals": listed}
    return answer(told, bear(marking))


@blueprint.get("/<uuid:proposal_id>")
@problems_in_json
def proposal(proposal_id: UUID) -> Response:
    """One proposal with its fields."""
    return proposal_answer(proposal_id)


@blueprint.post("/<uuid:proposal_id>/apply")
@problems_in_json
def apply(proposal_id: UUID) -> Response:
    """Make the change: If-Match states the record's version that was looked at (none for a new record)."""
    with viewer_session() as session:
        shown = read_proposal(session, proposal_id)
        version = None if shown.record is None else stated_version(shown.record.version)
        written = apply_proposal(session, proposal_id, version)
    return written_answer(written, 201 if shown.record is None else 200)


@blueprint.post("/<uuid:proposal_id>/decline")
@problems_in_json
def decline(proposal_id: UUID) -> Response:
    """Decline it: {"word": why}."""
    with viewer_session() as session:
        read_proposal(session, proposal_id)
        decline_proposal(session, proposal_id, str(body().get("word") or ""))
    return proposal_answer(proposal_id)


@blueprint.post("/<uuid:proposal_id>/withdraw")
@problems_in_json
def withdraw(proposal_id: UUID) -> Response:
    """Take one's own proposal back."""
    with viewer_session() as session:
        read_proposal(session, proposal_id)
        withdraw_proposal(session, proposal_id)
    return proposal_answer(proposal_id)
