"""Records for programs: read with an ETag, written only with If-Match: 428 without one, 412 when it is not in force."""

import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest

from casm.attachments.read_files import read_files
from casm.editing.change_record import change_record, create_record
from casm.editing.count_records import count_records
from casm.editing.custom_form import new_fields
from casm.editing.faults import EditConflict, FieldFaults, NotWritable, RecordMissing, VersionMissing, Written
from casm.editing.history import read_history
from casm.editing.json_values import record_json, texts_of_json
from casm.editing.put_back import put_back
from casm.editing.read_record import read_parts, read_record
from casm.editing.retire import bring_back, retire_record
from casm.editing.rights import owners_to_choose, read_rights
from casm.errors import CasmError
from casm.exchange.marking import Marking, mark
from casm.listing.added_fields import table_fields
from casm.listing.page import read_page
from casm.listing.query import query_of
from casm.proposals.propose import propose_change, propose_record, propose_retirement
from casm.proposals.read_proposals import ShownProposal, kinds, read_proposal
from web.marking import bear
from web.records.answers import class_or_404
from web.viewer import viewer_session

blueprint = Blueprint("records_api", __name__, url_prefix="/api/records")

P = ParamSpec("P")
ETAG = re.compile(r'^"([1-9][0-9]{0,8})"$')


def problems_in_json(view: Callable[P, Response]) -> Callable[P, Response]:
    """Errors of editing as RFC 9457 problems; a record that is not there and one that is not shown are told alike."""

    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except RecordMissing:
            return problem(404, "Not found", "There is nothing at this address, or nothing that you may see.")
        except NotWritable as error:
            return problem(403, "Not yours to change", error.message)
        except VersionMissing as error:
            return problem(428, "If-Match is needed", f"{error.message} Send its ETag in If-Match.")
        except EditConflict as error:
            return conflict_problem(error)
        except FieldFaults as error:
            faults = [{"field": one.field, "reason": one.reason, "mend": one.mend} for one in error.faults]
            return problem(422, "Fields cannot be taken", error.message, errors=faults)
        except CasmError as error:
            return problem(409, "This could not be done", error.message, mend=error.mend)

    return answered


@blueprint.get("")
@problems_in_json
def classes() -> Response:
    """The classes of which the asker may see records, with their counts."""
    with viewer_session() as session:
        counts = count_records(session)
    listed = [
        {"class": one.record_class.name, "words": one.record_class.plural, "count": one.count,
         "href": url_for(".records", name=one.record_class.name)}
        for one in counts
    ]  # fmt: skip
    return answer({"classes": listed}, None)


@blueprint.get("/<name>")
@problems_in_json
def records(name: str) -> Response:
    """The records of a class, 100 to a page, by the table's own filter, order and columns: ?kind.is=pole&sort=-name.

    ``next`` leads to the page behind, null at the end; ``total`` is null where more meet the filter than were counted.
    """
    class_or_404(name)
    with viewer_session() as session:
        fields = table_fields(session, name, read_rights(session))
        page = read_page(session, query_of(name, fields, list(request.args.items(multi=True))))
        marking = mark(session, page.rows)
    listed = [
        {"id": str(one.line.id), "title": one.line.title, "owner": one.line.owner, "version": one.line.version,
         "fields": one.cells, "href": url_for(".record", name=name, record_id=one.line.id)}
        for one in page.lines
    ]  # fmt: skip
    further = page.query.at(page.next).pairs(paged=True) if page.next else None
    told = {
        "class": name, "total": page.total, "total_words": page.total_words, "records": listed,
        "next": url_for(".records", name=name) + "?" + urlencode(further) if further else None,
    }  # fmt: skip
    return answer(told, marking)


@blueprint.post("/<name>")
@problems_in_json
def make(name: str) -> Response:
    """Make a record: {"owner": code, "fields": {name: text, figure or null}}."""
    record_class = class_or_404(name)
    told = body()
    with viewer_session() as session:
        rights = read_rights(session)
        owners = {owner.code: owner for owner in owners_to_choose(session, rights, record_class)}
        owner = owners.get(str(told.get("owner", "")).lower())
        if owner is None:
            raise NotWritable
        fields = new_fields(session, record_class, [owner.code], rights.field_classes(record_class, owner.id))
        texts = texts_of_json(fields, members(told))
        if owner.proposes:
            proposed = propose_record(session, name, owner.id, texts, reason_of(told))
        else:
            written = create_record(session, name, owner.id, texts)
    if owner.proposes:
        return proposal_answer(proposed.id, 202)
    return written_answer(written, 201)


@blueprint.get("/<name>/<uuid:record_id>")
@problems_in_json
def record(name: str, record_id: UUID) -> Response:
    """One record with its parts; its version is its ETag."""
    class_or_404(name)
    with viewer_session() as session:
        shown = read_record(session, name, record_id)
        parts = read_parts(session, shown)
        files = read_files(session, shown, retired=False)
        marking = mark(session, [*shown.rows, *files, *(line.row for part in parts for line in part.lines)])
    told = record_json(shown) | {
        "parts": {
            part.record_class.name: [
                {"id": str(line.id), "title": line.title, "version": line.version,
                 "href": url_for(".record", name=part.record_class.name, record_id=line.id)}
                for line in part.lines
            ]
            for part in parts
        },
        "files": [
            {"id": str(one.id), "file_name": one.file_name, "media_type": one.media_type, "version": one.version,
             "href": url_for("files_api.file", name=name, record_id=record_id, file_id=one.id)}
            for one in files
        ],
    }  # fmt: skip
    return with_version(answer(told, marking), shown.version)


@blueprint.get("/<name>/<uuid:record_id>/history")
@problems_in_json
def history(name: str, record_id: UUID) -> Response:
    """Who changed what when, newest first."""
    class_or_404(name)
    with viewer_session() as session:
        shown = read_record(session, name, record_id)
        versions = read_history(session, shown)
        marking = mark(session, shown.rows)
    listed = [
        {"version": one.number, "actor": one.actor, "at": one.at.isoformat(), "action": one.action,
         "fields": [{"name": field.name, "before": field.before, "after": field.after} for field in one.fields]}
        for one in versions
    ]  # fmt: skip
    return with_version(answer({"versions": listed}, marking), shown.version)


@blueprint.patch("/<name>/<uuid:record_id>")
@problems_in_json
def change(name: str, record_id: UUID) -> Response:
    """Change some fields: {"fields": {name: text, figure or null}}; the others stay.

    Of whom changes are only proposed, 202 and the proposal: "reason" says why.
    """
    class_or_404(name)
    with viewer_session() as session:
        shown = read_record(session, name, record_id)
        version, told = stated_version(shown.version), body()
        texts = texts_of_json(shown.fields, members(told))
        if shown.may_propose:
            proposed = propose_change(session, name, record_id, version, texts, reason_of(told))
        else:
            written = change_record(session, name, record_id, version, texts)
    return proposal_answer(proposed.id, 202) if shown.may_propose else written_answer(written)


@blueprint.delete("/<name>/<uuid:record_id>")
@problems_in_json
def retire(name: str, record_id: UUID) -> Response:
    """Retire the record; nothing is deleted. Of whom it is only proposed, 202 and the proposal."""
    class_or_404(name)
    with viewer_session() as session:
        shown = read_record(session, name, record_id)
        version = stated_version(shown.version)
        if shown.may_propose:
            proposed = propose_retirement(session, name, record_id, version)
        else:
            written = retire_record(session, name, record_id, version)
    return proposal_answer(proposed.id, 202) if shown.may_propose else written_answer(written)


@blueprint.post("/<name>/<uuid:record_id>/bring-back")
@problems_in_json
def take_back(name: str, record_id: UUID) -> Response:
    """Take a retired record into use again."""
    return act(name, record_id, lambda session, version: bring_back(session, name, record_id, version))


@blueprint.post("/<name>/<uuid:record_id>/put-back")
@problems_in_json
def former(name: str, record_id: UUID) -> Response:
    """Put a former version back as a new one: {"version": number}."""
    wanted = body().get("version")
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise BadRequest('Say which version in the body, as {"version": 3}.')
    return act(name, record_id, lambda session, version: put_back(session, name, record_id, version, wanted))


def act(name: str, record_id: UUID, action: Callable[[Any, int], Written]) -> Response:
    """Do something to a record from the version that If-Match states."""
    class_or_404(name)
    with viewer_session() as session:
        shown = read_record(session, name, record_id)
        written = action(session, stated_version(shown.version))
    return written_answer(written)


def reason_of(told: Mapping[str, Any]) -> str:
    """Why something is proposed."""
    return str(told.get("reason") or "")


def stated_version(current: int) -> int:
    """The version in If-Match (RFC 9110, 13.1.1); VersionMissing without one, * included: it would match anything."""
    given = [tag.strip() for tag in request.headers.get("If-Match", "").split(",") if tag.strip()]
    if not given or "*" in given:
        raise VersionMissing
    versions = [int(match[1]) for tag in given if (match := ETAG.match(tag))]
    if not versions:
        raise EditConflict(0, current)
    return current if current in versions else max(versions)


def body() -> dict[str, Any]:
    """The JSON object of the request; BadRequest where there is none."""
    told = request.get_json(silent=True)
    if not isinstance(told, dict):
        raise BadRequest("The body must be a JSON object, sent as application/json.")
    return told


def members(told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a body."""
    fields = told.get("fields")
    if not isinstance(fields, dict):
        raise BadRequest('Give the fields as an object, as {"fields": {"remarks": "new antenna"}}.')
    return fields


def conflict_problem(error: EditConflict) -> Response:
    """412: who changed what meanwhile, and the record's fields as they are now."""
    meanwhile = [
        {"version": one.version, "actor": one.actor, "at": one.at.isoformat(),
         "fields": [{"name": field.name, "before": field.before, "after": field.after} for field in one.fields]}
        for one in error.meanwhile
    ]  # fmt: skip
    response = problem(
        412, "Changed meanwhile", error.message, current_version=error.current, meanwhile=meanwhile,
        current_fields=error.theirs,
    )  # fmt: skip
    return with_version(response, error.current)


def written_answer(written: Written, status: int = 200) -> Response:
    """What a write did: the record as it is now."""
    with viewer_session() as session:
        shown = read_record(session, written.record_class, written.record_id)
        marking = mark(session, shown.rows)
    notes = [{"field": one.field, "reason": one.reason, "mend": one.mend} for one in written.notes]
    response = with_version(answer(record_json(shown) | {"notes": notes}, marking, status), shown.version)
    if status == 201:
        response.headers["Location"] = url_for(".record", name=written.record_class, record_id=written.record_id)
    return response


def proposal_answer(proposal_id: UUID, status: int = 200) -> Response:
    """A proposal as programs read it; 202 says that it was made in place of a change."""
    with viewer_session() as session:
        shown = read_proposal(session, proposal_id)
        marking = mark(session, [*kinds([shown.line]), *([shown.record.row] if shown.record else [])])
    response = answer(proposal_json(shown), marking, status)
    if status == 202:
        response.headers["Location"] = url_for("proposals_api.proposal", proposal_id=proposal_id)
    return response


def proposal_json(shown: ShownProposal) -> dict[str, Any]:
    """One proposal."""
    one = shown.line.proposal
    return {
        "id": str(one.id), "act": one.act, "class": one.record_class, "title": one.title, "state": one.state,
        "owner": shown.line.owner_code, "record": None if one.record_id is None else str(one.record_id),
        "base_version": one.base_version, "current_version": None if shown.record is None else shown.record.version,
        "reason": one.reason, "proposed_by": one.proposed_by, "proposed_at": one.created_at.isoformat(),
        "decided_by": one.decided_by, "decided_at": None if one.decided_at is None else one.decided_at.isoformat(),
        "word": one.word, "applied_version": one.applied_version, "may_decide": shown.may_decide, "own": shown.own,
        "fields": [{"name": field.name, "before": field.before, "after": field.after} for field in shown.differences],
    }  # fmt: skip


def answer(told: Mapping[str, Any], marking: Marking | None, status: int = 200) -> Response:
    """JSON with its marking, in the body and as a header."""
    told = {**told, "handling": bear(marking).as_members()}
    return Response(json.dumps(told), status, mimetype="application/json")


def with_version(response: Response, version: int) -> Response:
    """The answer with the record's version as its ETag."""
    response.headers["ETag"] = f'"{version}"'
    return response


def problem(status: int, title: str, detail: str, **members: Any) -> Response:
    """An RFC 9457 problem document."""
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
    return Response(json.dumps(told), status, mimetype="application/problem+json")
