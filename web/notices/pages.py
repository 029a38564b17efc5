"""What the person signed in is to be told, and marking it as read."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from casm.exchange.marking import mark
from casm.notices.read_notices import mark_read, read_notices
from web.page_frame import render_page, say_done
from web.viewer import viewer_session

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


@blueprint.get("")
def notices() -> str:
    """One's notices, unread ones first."""
    with viewer_session() as session:
        shown = read_notices(session)
        marking = mark(session, [one.subject.row for one in shown if one.subject is not None])
    return render_page(
        "notices/notices.html", "Notices", marking=marking, shown=shown, unread=sum(one.unread for one in shown)
    )


@blueprint.post("/read")
def read() -> Response:
    """Mark those ticked as read; all of them where ``every`` says so."""
    try:
        ids = None if "every" in request.form else [UUID(one) for one in request.form.getlist("notice")]
    except ValueError:
        raise BadRequest("This form names a notice in a way that is not understood.") from None
    with viewer_session() as session:
        count = mark_read(session, ids)
    say_done(f"{count} marked as read." if count else "Nothing was marked: tick what you have read.")
    return redirect(url_for(".notices"), 303)
