"""Signing in by password, passkey and second factor; unlocking after a pause; signing out."""

from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from casm.accounts.account import Account
from casm.accounts.idle_lock import look_up_locked, unlock
from casm.accounts.origin import gatekeeper
from casm.accounts.passkey import PasskeyRequest
from casm.accounts.session import Holder
from casm.accounts.sign_in import (
    begin_passkey_factor,
    begin_passkey_sign_in,
    give_passkey,
    give_recovery_code,
    give_totp,
    sign_in_with_passkey,
    sign_in_with_password,
)
from casm.accounts.throttle import TooManyAttempts
from casm.accounts.ways_in import ways_in
from casm.errors import CasmError
from web.accounts.entering import PAGE_OF_STAGE, enter, leave, relying_party, see_other, wanted_page
from web.accounts.provider_client import provider_choices
from web.browser_session import session_token
from web.config import web_config
from web.page_frame import render_page, words_of
from web.viewer import begun_session, request_origin

blueprint = Blueprint("sign_in", __name__)

REFUSED = 401
TOO_MANY = 429


@blueprint.get("/sign-in")
def sign_in_page() -> AnyResponse:
    """The form; whoever is signed in goes on, whoever has a locked session unlocks it."""
    holder = begun_session()
    if holder is not None:
        page = PAGE_OF_STAGE.get(holder.session.stage)
        return see_other(wanted_page() if page is None else url_for(page))
    if locked_account() is not None:
        return see_other(url_for(".locked_page", next=wanted_page()))
    return sign_in_form()


@blueprint.post("/sign-in")
def sign_in_here() -> AnyResponse:
    """Take address and password."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        found = sign_in_with_password(web_config().database, email, password, request_origin())
    except CasmError as error:
        return sign_in_form(error, email="".join(filter(str.isprintable, email))[:254])
    return enter(found, wanted_page())


@blueprint.post("/sign-in/passkey/options")
def passkey_options() -> dict[str, str]:
    """What the browser's passkeys are asked."""
    return as_json(begin_passkey_sign_in(web_config().database, relying_party(), request_origin()))


@blueprint.post("/sign-in/passkey")
def passkey_here() -> AnyResponse:
    """Take a passkey's answer."""
    try:
        found = sign_in_with_passkey(web_config().database, relying_party(), *passkey_answer(), request_origin())
    except CasmError as error:
        return sign_in_form(error)
    return enter(found, wanted_page())


@blueprint.get("/sign-in/second-factor")
def second_factor() -> AnyResponse:
    """The form for a code, a passkey or a recovery code."""
    waiting = waiting_session()
    return see_other(url_for(".sign_in_page")) if waiting is None else second_factor_form(waiting)


@blueprint.post("/sign-in/second-factor")
def second_factor_here() -> AnyResponse:
    """Take one of them."""
    waiting, token = waiting_session(), session_token()
    if waiting is None or token is None:
        return see_other(url_for(".sign_in_page"))
    database, origin, wanted = web_config().database, request_origin(), wanted_page()
    try:
        if "answer" in request.form:
            found = give_passkey(database, relying_party(), token, *passkey_answer(), origin)
        elif "recovery_code" in request.form:
            found = give_recovery_code(database, token, request.form["recovery_code"], origin)
        else:
            found = give_totp(database, token, request.form.get("code", ""), origin)
    except CasmError as error:
        return second_factor_form(waiting, error)
    return enter(found, wanted)


@blueprint.post("/sign-in/second-factor/options")
def second_factor_options() -> dict[str, str]:
    """What the passkeys of the account that waits are asked."""
    token = session_token() or ""
    try:
        asked = begin_passkey_factor(web_config().database, relying_party(), token, request_origin())
    except CasmError as error:
        raise BadRequest(words_of(error)) from error
    return as_json(asked)


@blueprint.get("/sign-in/locked")
def locked_page() -> AnyResponse:
    """The password alone, after a pause."""
    return locked_form()


@blueprint.post("/sign-in/locked")
def unlock_here() -> AnyResponse:
    """Take it, and go back to where one was."""
    try:
        found = unlock(
            web_config().database, session_token() or "", request.form.get("password", ""), request_origin()
        )
    except CasmError as error:
        return locked_form(error)
    return enter(found, wanted_page())


@blueprint.post("/sign-out")
def sign_out_here() -> Response:
    """End this browser's session."""
    return leave()


def sign_in_form(error: CasmError | None = None, *, email: str = "") -> Response:
    """The sign-in page, with what was wrong."""
    page = render_page(
        "accounts/sign_in.html", "Sign in", error=error and words_of(error), email=email, wanted=wanted_page(),
        providers=provider_choices(),
    )  # fmt: skip
    return told(page, error)


def second_factor_form(waiting: Holder, error: CasmError | None = None) -> Response:
    """The page for the second factor, with what was wrong."""
    with web_config().database.gate_session(gatekeeper(request_origin())) as gate:
        ways = ways_in(gate, waiting.account.id)
    page = render_page(
        "accounts/second_factor.html", "Second step", error=error and words_of(error), ways=ways,
        account=waiting.account,
    )  # fmt: skip
    return told(page, error)


def locked_form(error: CasmError | None = None) -> AnyResponse:
    """The page that asks for the password after a pause; the sign-in page where there is nothing to unlock."""
    account = locked_account()
    if account is None:
        return see_other(url_for(".sign_in_page", next=wanted_page()))
    page = render_page(
        "accounts/locked.html", "Locked after a pause", error=error and words_of(error), account=account,
        wanted=wanted_page(),
    )  # fmt: skip
    return told(page, error)


def waiting_session() -> Holder | None:
    """The sign-in of this browser that waits for its second factor."""
    holder = begun_session()
    return holder if holder is not None and holder.session.stage == "second_factor" else None


def locked_account() -> Account | None:
    """Whose session in this browser is locked after a pause."""
    token = session_token()
    return None if token is None else look_up_locked(web_config().database, token, request_origin())


def told(page: str, error: CasmError | None) -> Response:
    """A form again with what was wrong with it, or for the first time."""
    response = make_response(page, 200 if error is None else REFUSED)
    if isinstance(error, TooManyAttempts):
        response.status_code = TOO_MANY
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def passkey_answer() -> tuple[UUID, str]:
    """The challenge's id and the device's answer from the form; BadRequest when they are none."""
    try:
        return UUID(request.form.get("challenge_id", "")), request.form["answer"]
    except ValueError as error:
        raise BadRequest("The passkey's answer is not whole. Try again.") from error


def as_json(asked: PasskeyRequest) -> dict[str, str]:
    """A question to a passkey, for the page's script."""
    return {"challengeId": str(asked.challenge_id), "options": asked.options}
