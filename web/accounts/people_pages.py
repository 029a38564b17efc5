"""The people a manager rules: inviting, approving, roles, letting out, and taking lost factors away."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from casm.accounts.approval import approve, decline, let_in_again, list_waiting
from casm.accounts.deactivation import deactivate
from casm.accounts.invitation import Invited, invite, list_invitations, revoke_invitation
from casm.accounts.second_factor import reset_second_factor
from casm.db.session import Database
from casm.errors import CasmError
from casm.mail.mailer import Mailer
from casm.sharing.members import Person, end_membership, give_membership, list_memberships, read_people
from casm.sharing.rights import managed_owners
from casm.sharing.role import ROLES
from casm.sharing.viewer import Viewer
from casm.sharing.words import CLASS_WORDS, FIELD_CLASS_WORDS, classes_in_words, fields_in_words
from web.accounts.entering import see_other
from web.config import web_config, web_mailer
from web.page_frame import render_page, say_done, say_wrong, words_of
from web.viewer import current_viewer, viewer_gate_session, viewer_session

blueprint = Blueprint("people", __name__)

STATE_WORDS = {
    "invited": "Invited",
    "awaiting_approval": "Waits for approval",
    "active": "Active",
    "deactivated": "Deactivated",
}


@blueprint.get("/people")
def people_page() -> str:
    """Everybody one rules, by name, with their roles."""
    with viewer_session() as session:
        people = list(read_people(session).values())
        memberships = list_memberships(session)
    with viewer_gate_session() as gate:
        waiting = list_waiting(gate)
    roles: dict[UUID, list[str]] = {}
    for row in memberships:
        roles.setdefault(row.membership.account_id, []).append(
            f"{ROLES[row.membership.role].short_label}, {row.owner.name}"
        )
    return render_page(
        "accounts/people.html", "People", people=people, roles=roles, waiting=waiting, state_words=STATE_WORDS
    )


@blueprint.get("/people/waiting")
def waiting_page() -> AnyResponse:
    """Those who wait for approval; the address that letters name."""
    return see_other(url_for(".people_page", _anchor="waiting"))


@blueprint.get("/people/invite")
def invite_page() -> Response:
    """The form for an invitation."""
    return invite_form()


@blueprint.post("/people/invite")
def invite_person() -> AnyResponse:
    """Send an invitation; where no letter can be sent, show its link to hand over."""
    form = request.form
    try:
        invited = invite(
            web_config().database,
            current_viewer(),
            web_mailer(),
            email=form.get("email", ""),
            name=form.get("name", ""),
            owner_id=owner_of_form(),
            role=form.get("role", ""),
            field_classes=form.getlist("details"),
            asset_classes=None if form.get("all_layers") else form.getlist("layer"),
        )
    except CasmError as error:
        return invite_form(error)
    if invited.link is not None:
        return unsent_invitation(invited, invited.link)
    say_done(f"An invitation is on its way to {invited.account.email}. It holds for 7 days.")
    return see_other(url_for(".people_page"))


@blueprint.get("/people/<uuid:account_id>")
def person_page(account_id: UUID) -> Response:
    """One person: state, roles, and what can be done."""
    return person_form(account_id)


@blueprint.post("/people/<uuid:account_id>/roles")
def give_role(account_id: UUID) -> AnyResponse:
    """Give a role at an owner."""
    form = request.form
    known_person(account_id)
    try:
        with viewer_session() as session:
            give_membership(
                session,
                owner_of_form(),
                account_id,
                form.get("role", ""),
                form.getlist("details"),
                None if form.get("all_layers") else form.getlist("layer"),
            )
    except CasmError as error:
        return person_form(account_id, error)
    say_done("The role is given; it holds from now on.")
    return see_other(url_for(".person_page", account_id=account_id))


@blueprint.post("/people/<uuid:account_id>/roles/<uuid:membership_id>/end")
def end_role(account_id: UUID, membership_id: UUID) -> AnyResponse:
    """End a role."""
    known_person(account_id)
    try:
        with viewer_session() as session:
            end_membership(session, membership_id, knowingly=bool(request.form.get("knowingly")))
    except CasmError as error:
        return person_form(account_id, error, last_of=membership_id)
    say_done("The role is ended; it gives nothing any more.")
    return see_other(url_for(".person_page", account_id=account_id))


@blueprint.post("/people/<uuid:account_id>/approve")
def approve_account(account_id: UUID) -> AnyResponse:
    """Let an account in."""
    return done_by(account_id, "The account is approved.", lambda: approve(*in_ones_name(), account_id))


@blueprint.post("/people/<uuid:account_id>/decline")
def decline_account(account_id: UUID) -> AnyResponse:
    """Keep an account out."""
    return done_in_gate(account_id, "The account is declined and stays shut.", lambda gate: decline(gate, account_id))


@blueprint.post("/people/<uuid:account_id>/deactivate")
def deactivate_account(account_id: UUID) -> AnyResponse:
    """Shut an account: its sessions and tokens end at once."""
    words = "The account is deactivated; its sessions and tokens have ended."
    return done_in_gate(account_id, words, lambda gate: deactivate(gate, account_id))


@blueprint.post("/people/<uuid:account_id>/let-in")
def let_in(account_id: UUID) -> AnyResponse:
    """Open a deactivated account again."""
    words = "The account is open again; its former sessions and tokens stay ended."
    return done_by(account_id, words, lambda: let_in_again(*in_ones_name(), account_id))


@blueprint.post("/people/<uuid:account_id>/second-step/reset")
def reset_factors(account_id: UUID) -> AnyResponse:
    """Take lost factors from an account."""
    words = "The second step is taken away; the person sets up a new one at the next sign-in."
    return done_in_gate(account_id, words, lambda gate: reset_second_factor(gate, account_id))


@blueprint.post("/people/<uuid:account_id>/invitation/revoke")
def take_back_invitation(account_id: UUID) -> AnyResponse:
    """Make an invitation void."""
    return done_in_gate(account_id, "The invitation is void.", lambda gate: revoke_invitation(gate, account_id))


def done_in_gate(account_id: UUID, words: str, action: Callable[[Session], object]) -> AnyResponse:
    """As done_by, within one session over the accounts."""

    def act() -> None:
        with viewer_gate_session() as gate:
            action(gate)

    return done_by(account_id, words, act)


def done_by(account_id: UUID, words: str, action: Callable[[], object]) -> AnyResponse:
    """Do something about an account one rules, say so, and go back to its page."""
    known_person(account_id)
    try:
        action()
    except CasmError as error:
        say_wrong(error)
    else:
        say_done(words)
    return see_other(url_for(".person_page", account_id=account_id))


def in_ones_name() -> tuple[Database, Viewer, Mailer]:
    """What a change needs that also writes a letter."""
    return web_config().database, current_viewer(), web_mailer()


def known_person(account_id: UUID) -> Person:
    """Somebody the asker rules; 404 for anybody else's people as for nobody."""
    with viewer_session() as session:
        person = read_people(session).get(account_id)
    if person is None:
        abort(404)
    return person


def owner_of_form() -> UUID:
    """The owner chosen in the form; CasmError when it is none."""
    try:
        return UUID(request.form.get("owner", ""))
    except ValueError as error:
        raise CasmError("Jurisdiction or agency: none is chosen.", "choose one from the list") from error


def role_choices() -> dict[str, object]:
    """What the forms for roles offer."""
    with viewer_session() as session:
        owners = managed_owners(session)
    return {
        "owners": owners, "roles": ROLES, "layers": CLASS_WORDS, "details": FIELD_CLASS_WORDS, "chosen": request.form,
    }  # fmt: skip


def invite_form(error: CasmError | None = None) -> Response:
    """The invitation's page, with what was wrong and everything still filled in."""
    page = render_page("accounts/invite.html", "Invite a person", error=error and words_of(error), **role_choices())
    return make_response(page, 200 if error is None else 400)


def unsent_invitation(invited: Invited, link: str) -> Response:
    """The page that shows an invitation's link this once, where no letter could carry it."""
    page = render_page(
        "accounts/invitation_made.html", "The invitation is made", account=invited.account, link=link,
        problem=invited.mail_problem,
    )  # fmt: skip
    return make_response(page, 201)


def person_form(account_id: UUID, error: CasmError | None = None, *, last_of: UUID | None = None) -> Response:
    """A person's page, with what was wrong; last_of: a role that is ended only knowingly."""
    person = known_person(account_id)
    with viewer_session() as session:
        rows = [row for row in list_memberships(session, ended=True) if row.membership.account_id == account_id]
    with viewer_gate_session() as gate:
        waits = account_id in {account.id for account in list_waiting(gate)}
        invitation = next((one for one, account in list_invitations(gate) if account.id == account_id), None)
    page = render_page(
        "accounts/person.html", person.name, error=error and words_of(error), person=person, rows=rows, waits=waits,
        invitation=invitation, last_of=last_of, state_words=STATE_WORDS, classes_in_words=classes_in_words,
        fields_in_words=fields_in_words, me=current_viewer().principal_id == account_id, **role_choices(),
    )  # fmt: skip
    return make_response(page, 200 if error is None else 400)
