"""Putting an owner below another, or merging it into one: chosen, looked at, confirmed, done."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, make_response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from casm.editing.owner_move_preview import MovePreview, preview_merge, preview_transfer
from casm.errors import CasmError
from casm.exchange.marking import mark
from casm.sharing.owner_moves import merge_owners, movable_owners, receiving_owners, transfer_owner
from web.accounts.entering import see_other
from web.accounts.own_session import own_holder
from web.page_frame import render_page, say_done, words_of
from web.viewer import viewer_session

blueprint = Blueprint("owners", __name__, url_prefix="/owners")

PREVIEWS: dict[str, Callable[[Session, UUID, UUID], MovePreview]] = {
    "transfer": preview_transfer,
    "merge": preview_merge,
}
PAGES = {"transfer": "owners.look_at_transfer", "merge": "owners.look_at_merge"}


@blueprint.get("")
def choose() -> Response:
    """The form that asks which owner goes where; filled in, it leads to what that would move."""
    if "act" not in request.args:
        return _choice()
    try:
        act, moved_id, to_owner_id = _chosen()
    except CasmError as error:
        return _choice(error)
    return see_other(url_for(PAGES[act], moved_id=moved_id, to_owner_id=to_owner_id))


@blueprint.get("/<uuid:moved_id>/transfer/<uuid:to_owner_id>")
def look_at_transfer(moved_id: UUID, to_owner_id: UUID) -> Response:
    """What goes along below another parent."""
    return _look("transfer", moved_id, to_owner_id)


@blueprint.post("/<uuid:moved_id>/transfer/<uuid:to_owner_id>")
def transfer(moved_id: UUID, to_owner_id: UUID) -> Response:
    """Put an owner below another parent."""

    def act(session: Session, seen: MovePreview) -> str:
        transfer_owner(session, moved_id, to_owner_id)
        return f"{seen.owner.name} is now below {seen.other.name}, with all it has. Compute the answers anew."

    return _do("transfer", moved_id, to_owner_id, act)


@blueprint.get("/<uuid:moved_id>/merge/<uuid:to_owner_id>")
def look_at_merge(moved_id: UUID, to_owner_id: UUID) -> Response:
    """What would become the other owner's, and which names clash."""
    return _look("merge", moved_id, to_owner_id)


@blueprint.post("/<uuid:moved_id>/merge/<uuid:to_owner_id>")
def merge(moved_id: UUID, to_owner_id: UUID) -> Response:
    """Give everything an owner has to another."""

    def act(session: Session, seen: MovePreview) -> str:
        merge_owners(session, moved_id, to_owner_id)
        return f"All that {seen.owner.name} had is now {seen.other.name}’s. Compute the answers anew."

    return _do("merge", moved_id, to_owner_id, act)


def _chosen() -> tuple[str, UUID, UUID]:
    """What the form asks for; CasmError naming the field that is not filled in."""
    act = request.args["act"]
    if act not in PREVIEWS:
        raise CasmError("Nothing is chosen to be done.", "choose to transfer or to merge")
    ids = []
    for name, words in (("owner", "Which owner"), ("other", "Where to")):
        try:
            ids.append(UUID(request.args.get(name, "")))
        except ValueError as error:
            raise CasmError(f"{words}: none is chosen.", "choose one from the list") from error
    return act, ids[0], ids[1]


def _choice(error: CasmError | None = None) -> Response:
    with viewer_session() as session:
        movable, receiving = movable_owners(session), receiving_owners(session)
    page = render_page(
        "sharing/owners.html", "Transfer or merge owners", error=error and words_of(error), movable=movable,
        receiving=receiving, chosen=request.args,
    )  # fmt: skip
    return make_response(page, 200 if error is None else 400)


def _look(act: str, moved_id: UUID, to_owner_id: UUID, error: CasmError | None = None) -> Response:
    """The page of one move, for whoever has just proved who it is; 404 alike for what is foreign and what is none."""
    own_holder().check_confirmed()
    with viewer_session() as session:
        try:
            seen = PREVIEWS[act](session, moved_id, to_owner_id)
        except CasmError:
            abort(404)
        marking = mark(session, seen.kinds)
    verb, where = ("Merge", "into") if act == "merge" else ("Transfer", "to")
    page = render_page(
        "sharing/owner_move.html", f"{verb} {seen.owner.name} {where} {seen.other.name}", marking=marking, act=act,
        seen=seen, error=error and words_of(error),
    )  # fmt: skip
    return make_response(page, 200 if error is None else 400)


def _do(act: str, moved_id: UUID, to_owner_id: UUID, action: Callable[[Session, MovePreview], str]) -> Response:
    own_holder().check_confirmed()
    with viewer_session() as session:
        try:
            seen = PREVIEWS[act](session, moved_id, to_owner_id)
        except CasmError:
            abort(404)
    try:
        with viewer_session() as session:
            words = action(session, seen)
    except CasmError as error:
        return _look(act, moved_id, to_owner_id, error)
    say_done(words)
    return see_other(url_for(".choose"))
