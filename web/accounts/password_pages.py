"""A forgotten password: a link by mail, and the page it leads to."""

from flask import Blueprint, Response, make_response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from casm.accounts.password import LEAST_CHARACTERS
from casm.accounts.password_reset import LinkSpent, find_reset, finish_reset, request_reset
from casm.accounts.throttle import TooManyAttempts
from casm.errors import CasmError
from web.accounts.entering import leave, see_other
from web.accounts.sign_in_pages import told
from web.config import web_config, web_mailer
from web.page_frame import render_page, say_done, words_of
from web.viewer import request_origin

blueprint = Blueprint("passwords", __name__)

GONE = 410


@blueprint.get("/account/forgotten")
def forgotten_page() -> Response:
    """The form that asks for the address."""
    return forgotten_form()


@blueprint.post("/account/forgotten")
def send_link() -> AnyResponse:
    """Have a link sent, if the address has an account: said alike either way."""
    try:
        request_reset(web_config().database, web_mailer(), request.form.get("email", ""), request_origin())
    except TooManyAttempts as error:
        return forgotten_form(error)
    say_done("If this address has an account, a letter with a link is on its way. The link holds for 30 minutes.")
    return see_other(url_for("sign_in.sign_in_page"))


@blueprint.get("/account/reset/<token>")
def reset_page(token: str) -> Response:
    """The form for the new password; the link is used only when it is sent."""
    try:
        account = find_reset(web_config().database, token, request_origin())
    except LinkSpent as error:
        return spent_link(error)
    return new_password_form("accounts/reset.html", "A new password", email=account.email)


@blueprint.post("/account/reset/<token>")
def set_password(token: str) -> AnyResponse:
    """Set the new password; every session and API token of the account ends."""
    email = ""
    try:
        email = find_reset(web_config().database, token, request_origin()).email
        finish_reset(web_config().database, token, repeated_password(), request_origin())
    except LinkSpent as error:
        return spent_link(error)
    except CasmError as error:
        return new_password_form("accounts/reset.html", "A new password", error, email=email)
    response = leave()
    say_done("The password is set. Everybody who was signed in to your account is signed out; sign in with it now.")
    return response


def repeated_password() -> str:
    """The new password, typed twice alike; CasmError otherwise."""
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        raise CasmError("The two passwords differ.", "type the same one twice")
    return password


def new_password_form(template: str, heading: str, error: CasmError | None = None, **context: object) -> Response:
    """A page that asks for a new password twice, with what was wrong."""
    page = render_page(
        template, heading, error=error and words_of(error), least_characters=LEAST_CHARACTERS, **context
    )
    return make_response(page, 200 if error is None else 400)


def forgotten_form(error: CasmError | None = None) -> Response:
    """The page that asks for the address, with what was wrong."""
    return told(render_page("accounts/forgotten.html", "Forgotten password", error=error and words_of(error)), error)


def spent_link(error: LinkSpent) -> Response:
    """What a link that is no longer good leads to."""
    return make_response(render_page("accounts/link_spent.html", "Link no longer good", error=words_of(error)), GONE)
