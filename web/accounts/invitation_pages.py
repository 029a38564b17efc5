"""Accepting an invitation: by a password of one's own, or by the agency's sign-in."""

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as AnyResponse

from casm.accounts.account import Account
from casm.accounts.invitation import accept_invitation, find_invitation
from casm.accounts.password_reset import LinkSpent
from casm.errors import CasmError
from casm.sharing.role import ROLES
from web.accounts.entering import leave
from web.accounts.password_pages import GONE, new_password_form, repeated_password
from web.accounts.provider_client import provider_choices
from web.config import web_config, web_mailer
from web.page_frame import render_page, say_done, words_of
from web.viewer import request_origin

blueprint = Blueprint("invitation", __name__)


@blueprint.get("/account/invitation/<token>")
def invitation_page(token: str) -> Response:
    """Who invites whom into what, and the form; the link is used only when it is sent."""
    return invitation_form(token)


@blueprint.post("/account/invitation/<token>")
def accept(token: str) -> AnyResponse:
    """Make the invitation into an account."""
    try:
        account = accept_invitation(
            web_config().database, web_mailer(), token, repeated_password(), request_origin()
        )
    except LinkSpent as error:
        return spent_invitation(error)
    except CasmError as error:
        return invitation_form(token, error)
    # Whoever was signed in here until now is not the one invited.
    response = leave()
    say_accepted(account)
    return response


def say_accepted(account: Account) -> None:
    """Tell on the next page what comes now."""
    if account.state == "active":
        say_done("Your account is ready. Sign in with your e-mail address.")
    else:
        say_done("Thank you. Your administrative manager now approves the account; you get a letter when it is open.")


def invitation_form(token: str, error: CasmError | None = None) -> Response:
    """The page of an invitation, with what was wrong."""
    try:
        invitation, account = find_invitation(web_config().database, token, request_origin())
    except LinkSpent as spent:
        return spent_invitation(spent)
    fitting = [provider for provider in provider_choices() if provider.vouches_for(account.email)]
    return new_password_form(
        "accounts/invitation.html", "Your invitation", error, account=account, role=ROLES[invitation.role],
        inviter=invitation.invited_by_name, invitation_token=token, providers=fitting,
    )  # fmt: skip


def spent_invitation(error: LinkSpent) -> Response:
    """What an invitation that is no longer good leads to."""
    page = render_page("accounts/link_spent.html", "Invitation no longer good", error=words_of(error), invited=True)
    return make_response(page, GONE)
