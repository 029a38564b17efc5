"""The second factor: codes from an app, passkeys, and recovery codes for the day both are lost."""

from uuid import UUID

import segno
from flask import Blueprint, Response, make_response, request, session, url_for
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from casm.accounts.passkey import begin_registration, finish_registration
from casm.accounts.second_factor import (
    SetUp,
    finish_set_up,
    must_have_second_factor,
    new_recovery_codes,
    remove_passkey,
    remove_totp,
)
from casm.accounts.session import ConfirmationNeeded
from casm.accounts.totp import TotpSetup, begin_totp, confirm_totp, pending_totp
from casm.accounts.ways_in import ways_in
from casm.errors import CasmError
from web.accounts.entering import WANTED, own_page, relying_party, see_other
from web.accounts.own_session import own_gate, own_holder
from web.accounts.sign_in_pages import as_json, passkey_answer
from web.browser_session import give_session
from web.page_frame import render_page, say_done, say_wrong, words_of

blueprint = Blueprint("factors", __name__)


@blueprint.get("/account/second-step")
def factors_page() -> AnyResponse:
    """What is set up, and what can be; asks for the password again after a while."""
    holder = own_holder()
    holder.check_confirmed()
    with own_gate(holder) as gate:
        ways = ways_in(gate, holder.account.id)
        asked_for = must_have_second_factor(gate, holder.account.id)
    page = render_page(
        "accounts/factors.html", "Second step of signing in", ways=ways, asked_for=asked_for,
        waits=holder.session.stage != "open",
    )  # fmt: skip
    return make_response(page)


@blueprint.get("/account/second-step/app")
def app_page() -> AnyResponse:
    """The QR code to scan, drawn anew only where none is waiting."""
    holder = own_holder()
    holder.check_confirmed()
    try:
        with own_gate(holder) as gate:
            setup = pending_totp(gate, holder.account) or begin_totp(gate, holder)
    except ConfirmationNeeded:
        raise
    except CasmError as error:
        say_wrong(error)
        return see_other(url_for(".factors_page"))
    return app_form(setup)


@blueprint.post("/account/second-step/app")
def confirm_app() -> AnyResponse:
    """Take the first code, which puts the app into use."""
    holder = own_holder()
    holder.check_confirmed()
    try:
        with own_gate(holder) as gate:
            confirm_totp(gate, holder, request.form.get("code", ""))
            done = finish_set_up(gate, holder)
    except CasmError as error:
        with own_gate(holder) as gate:
            setup = pending_totp(gate, holder.account)
        if setup is None:
            say_wrong(error)
            return see_other(url_for(".factors_page"))
        return app_form(setup, error)
    return set_up(done, "Codes from your app are asked for when you sign in.")


@blueprint.post("/account/second-step/app/remove")
def remove_app() -> AnyResponse:
    """Give up codes from an app."""
    return changed("Codes from an app are no longer asked for.", lambda gate, holder: remove_totp(gate, holder))


@blueprint.post("/account/second-step/passkey/options")
def passkey_options() -> dict[str, str]:
    """What the browser is asked to make."""
    holder = own_holder()
    try:
        with own_gate(holder) as gate:
            return as_json(begin_registration(gate, relying_party(), holder))
    except CasmError as error:
        raise BadRequest(words_of(error)) from error


@blueprint.post("/account/second-step/passkey")
def add_passkey() -> AnyResponse:
    """Keep the passkey the browser made."""
    holder = own_holder()
    holder.check_confirmed()
    challenge_id, answer = passkey_answer()
    try:
        with own_gate(holder) as gate:
            key = finish_registration(
                gate, relying_party(), holder, challenge_id, answer, request.form.get("name", "")
            )
            done = finish_set_up(gate, holder)
    except CasmError as error:
        say_wrong(error)
        return see_other(url_for(".factors_page"))
    return set_up(done, f"The passkey {key.name} is added.")


@blueprint.post("/account/second-step/passkey/<uuid:passkey_id>/remove")
def remove_one_passkey(passkey_id: UUID) -> AnyResponse:
    """Give up a passkey."""
    return changed("The passkey is removed.", lambda gate, holder: remove_passkey(gate, holder, passkey_id))


@blueprint.post("/account/second-step/recovery-codes")
def make_codes() -> AnyResponse:
    """Ten new recovery codes, shown this once."""
    holder = own_holder()
    holder.check_confirmed()
    try:
        with own_gate(holder) as gate:
            codes = new_recovery_codes(gate, holder)
    except CasmError as error:
        say_wrong(error)
        return see_other(url_for(".factors_page"))
    return codes_once(codes, "The codes before these are void.")


def changed(done: str, change) -> AnyResponse:
    """Make a change to the holder's factors and say so, or say what was wrong."""
    holder = own_holder()
    holder.check_confirmed()
    try:
        with own_gate(holder) as gate:
            change(gate, holder)
    except CasmError as error:
        say_wrong(error)
    else:
        say_done(done)
    return see_other(url_for(".factors_page"))


def set_up(done: SetUp, words: str) -> AnyResponse:
    """After a factor was set up: the recovery codes if there are new ones, and the opened session."""
    if done.recovery_codes:
        response = codes_once(done.recovery_codes, words)
    else:
        say_done(words)
        response = see_other(url_for(".factors_page"))
    if done.token is not None:
        give_session(response, done.token)
    return response


def codes_once(codes: list[str], words: str) -> Response:
    """The page that shows recovery codes this once."""
    wanted = own_page(session.pop(WANTED, None) or url_for(".factors_page"))
    page = render_page("accounts/recovery_codes.html", "Your recovery codes", codes=codes, words=words, wanted=wanted)
    return make_response(page)


def app_form(setup: TotpSetup, error: CasmError | None = None) -> Response:
    """The page with the QR code, with what was wrong."""
    drawn = segno.make(setup.uri, error="m", micro=False).svg_inline(
        border=3, svgclass="qr", lineclass=None, omitsize=True, title="QR code for your app"
    )
    secret = " ".join(setup.secret[start : start + 4] for start in range(0, len(setup.secret), 4))
    page = render_page(
        "accounts/app.html", "Codes from an app", error=error and words_of(error), qr=Markup(drawn), secret=secret
    )
    return make_response(page, 200 if error is None else 400)
