"""Giving a grant: what is shown, to whom, until when."""

from datetime import UTC, datetime, timedelta

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casm.errors import CasmError
from casm.sharing.grants import LONGEST, give_grant
from casm.sharing.recipients import Recipient, owner_recipient, person_recipient, read_directory
from web.page_frame import render_page, say_done, words_of
from web.sharing.blueprint import INTERNAL, blueprint
from web.sharing.part_form import end_of_form, owner_of_form, part_choices, part_of_form
from web.viewer import viewer_session

USUAL = timedelta(days=365)


@blueprint.get("/give")
def give() -> str:
    """The form, with what most share chosen."""
    until = datetime.now(UTC) + USUAL
    chosen = MultiDict([("layer", "site"), ("layer", "station"), ("to", "owner"), ("until", f"{until:%Y-%m-%d}")])
    if "owner" in request.args:
        chosen["owner"] = request.args["owner"]
    return _form(chosen)


@blueprint.post("/give")
def give_now() -> Response | tuple[str, int]:
    """Give the grant, or say what must be mended with everything still filled in."""
    try:
        with viewer_session() as session:
            recipient = _recipient(session, request.form)
            give_grant(
                session,
                owner_of_form(request.form),
                part_of_form(session, request.form),
                recipient,
                end_of_form(request.form, LONGEST),
                request.form.get("note", "").strip(),
                may_propose="may_propose" in request.form,
            )
    except CasmError as error:
        return _form(request.form, words_of(error)), 400
    # The same words for every address, as nobody is told who has an account.
    say_done(
        f"Shared with {recipient.name}. Whoever signs in with this address sees it from now on."
        if recipient.email
        else f"Shared with {recipient.name}. Its people see it from now on."
    )
    return redirect(url_for("sharing.overview"), 303)


def _recipient(session: Session, form: MultiDict[str, str]) -> Recipient:
    if form.get("to") == "person":
        return person_recipient(session, form.get("recipient_email", ""))
    return owner_recipient(session, form.get("recipient_owner", ""))


def _form(chosen: MultiDict[str, str], error: str = "") -> str:
    with viewer_session() as session:
        choices = part_choices(session)
        directory = read_directory(session)
    last = datetime.now(UTC) + LONGEST
    return render_page(
        "sharing/give.html", "Share with others", marking=INTERNAL, chosen=chosen, error=error, directory=directory,
        last_day=f"{last:%Y-%m-%d}", **choices,
    )  # fmt: skip
