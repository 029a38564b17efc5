"""What each jurisdiction asks of whoever handles its records: read and stated by those who manage it."""

from uuid import UUID

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from casm.db.columns import SENSITIVITY
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.sharing.handling import MOST_CHARACTERS, Handling, handling_of_owners, read_handling_text, set_handling_text
from casm.sharing.rights import managed_owners
from casm.sharing.tlp import TLP, WORDS
from web.page_frame import render_page, say_done, words_of
from web.sharing.blueprint import INTERNAL, blueprint
from web.viewer import viewer_session

FIELDS = ("text", "tlp_floor", "tlp_ceiling", "release_up_to")


@blueprint.get("/handling")
def handling() -> str:
    """The rules that hold for each jurisdiction and agency the asker manages."""
    with viewer_session() as session:
        owners = managed_owners(session)
        rules = handling_of_owners(session, [owner.id for owner in owners])
    lines = [(owner, rules[owner.id]) for owner in owners]
    return render_page("sharing/handling.html", "Handling rules", marking=INTERNAL, lines=lines)


@blueprint.get("/handling/<uuid:owner_id>")
def handling_of(owner_id: UUID) -> str:
    """The form of one owner's own rules."""
    with viewer_session() as session:
        owner, rule = _managed(session, owner_id)
        own = read_handling_text(session, owner_id)
    chosen = {name: getattr(own, name, None) or "" for name in FIELDS}
    return _form(owner, rule, chosen)


@blueprint.post("/handling/<uuid:owner_id>")
def state_handling(owner_id: UUID) -> str | Response | tuple[str, int]:
    """State an owner's own rules, in place of those it had."""
    chosen = {name: request.form.get(name, "") for name in FIELDS}
    with viewer_session() as session:
        owner, rule = _managed(session, owner_id)
    try:
        with viewer_session() as session:
            set_handling_text(
                session, owner_id, words=chosen["text"],
                **{name: chosen[name] or None for name in FIELDS[1:]},
            )  # fmt: skip
    except CasmError as error:
        return _form(owner, rule, chosen, words_of(error)), 400
    say_done(f"The rules of {owner.name} hold from now on, for everything below it too.")
    return redirect(url_for("sharing.handling"), 303)


def _managed(session: Session, owner_id: UUID) -> tuple[Owner, Handling]:
    """The owner and what holds for it; 404 alike for one that is foreign and one that is not there."""
    owner = next((owner for owner in managed_owners(session) if owner.id == owner_id), None)
    if owner is None:
        abort(404)
    return owner, handling_of_owners(session, [owner_id])[owner_id]


def _form(owner: Owner, rule: Handling, chosen: dict[str, str], error: str = "") -> str:
    return render_page(
        "sharing/handling_of.html", f"Handling rules of {owner.name}", marking=INTERNAL, owner=owner, rule=rule,
        chosen=chosen, error=error, labels=WORDS, tlp=TLP, most=MOST_CHARACTERS, releases=SENSITIVITY[:-1],
    )  # fmt: skip
