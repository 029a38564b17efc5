"""What is shared with others, by grants and links, and what others share with the asker."""

from uuid import UUID

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from casm.errors import CasmError
from casm.exchange.marking import mark
from casm.sharing.from_others import what_i_see
from casm.sharing.grants import list_given, revoke_grant
from casm.sharing.links import list_links, revoke_link
from casm.sharing.who_sees import RECORD_OF_CLASS, who_sees
from casm.sharing.words import classes_in_words, fields_in_words, place_in_words
from web.page_frame import render_page, say_done, say_wrong
from web.sharing.blueprint import INTERNAL, blueprint
from web.viewer import may, viewer_session

WORDS = {"classes": classes_in_words, "fields": fields_in_words, "place": place_in_words}


@blueprint.get("")
def overview() -> str:
    """What the asker's jurisdictions show, to whom and until when; and the way to what others show."""
    manages = may("manager")
    with viewer_session() as session:
        given, links = (list_given(session), list_links(session)) if manages else ([], [])
        shown = [reason for reason in what_i_see(session) if reason.kind == "shown"]
    return render_page(
        "sharing/overview.html", "Sharing", marking=INTERNAL, manages=manages, given=given, links=links, shown=shown,
        words=WORDS,
    )  # fmt: skip


@blueprint.get("/from-others")
def from_others() -> str:
    """Everything the asker sees, and by which right."""
    with viewer_session() as session:
        reasons = what_i_see(session)
    return render_page("sharing/from_others.html", "What you can see, and why", marking=INTERNAL, reasons=reasons)


@blueprint.post("/grants/<uuid:grant_id>/revoke")
def revoke(grant_id: UUID) -> Response:
    """End a grant now."""
    return _end("The grant is revoked. What it showed is out of sight from now on.", revoke_grant, grant_id)


@blueprint.post("/links/<uuid:link_id>/revoke")
def revoke_share_link(link_id: UUID) -> Response:
    """End a share link now."""
    return _end("The link is revoked. Nobody can open it any more.", revoke_link, link_id)


def _end(done: str, end, what: UUID) -> Response:
    try:
        with viewer_session() as session:
            end(session, what)
    except CasmError as error:
        say_wrong(error)
    else:
        say_done(done)
    return redirect(url_for("sharing.overview"), 303)


@blueprint.get("/who/<asset_class>/<uuid:record_id>")
def who(asset_class: str, record_id: UUID) -> str:
    """Everyone who sees a record, and why."""
    try:
        with viewer_session() as session:
            seen = who_sees(session, asset_class, record_id)
            marking = mark(session, [session.get_one(RECORD_OF_CLASS[asset_class], record_id)])
    except CasmError:
        abort(404)
    return render_page("sharing/who.html", f"Who can see {seen.name}", marking=marking, seen=seen)
