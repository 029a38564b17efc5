"""One's own account: name, password, where one is signed in, and proving once more that it is oneself."""

from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from casm.accounts.account import choose_units, find_account, rename
from casm.accounts.external_identity import unlink_identity
from casm.accounts.password import LEAST_CHARACTERS
from casm.accounts.password_reset import change_password
from casm.accounts.session import ConfirmationNeeded, end_session, list_sessions
from casm.accounts.sign_in import confirm_password
from casm.accounts.ways_in import ways_in
from casm.editing.own_units import CHOICES, own_units_of
from casm.errors import CasmError
from casm.sharing.own_memberships import read_own_memberships
from casm.sharing.role import ROLES
from web.accounts.entering import leave, own_page, see_other
from web.accounts.own_session import own_gate, own_holder
from web.accounts.password_pages import repeated_password
from web.accounts.provider_client import provider_choices
from web.accounts.sign_in_pages import told
from web.config import web_config
from web.page_frame import render_page, say_done, say_wrong, words_of
from web.viewer import request_origin, viewer_session

blueprint = Blueprint("profile", __name__)


@blueprint.get("/account")
def profile_page() -> Response:
    """Everything about one's own account."""
    return profile_form()


@blueprint.post("/account/name")
def change_name() -> AnyResponse:
    """Change the name one is shown by."""
    holder = own_holder()
    try:
        with own_gate(holder) as gate:
            account = find_account(gate, holder.account.id)
            assert account is not None
            rename(gate, account, request.form.get("name", ""))
    except CasmError as error:
        return profile_form(error)
    say_done("Your name is changed.")
    return see_other(url_for(".profile_page"))


@blueprint.post("/account/units")
def choose_own_units() -> AnyResponse:
    """Choose the units that pages show and take."""
    holder = own_holder()
    try:
        chosen = own_units_of(request.form)
        with own_gate(holder) as gate:
            account = find_account(gate, holder.account.id)
            assert account is not None
            choose_units(account, chosen.length_units, chosen.gain_unit, chosen.position_notation)
    except CasmError as error:
        return profile_form(error)
    say_done("Pages now show and take these units.")
    return see_other(url_for(".profile_page"))


@blueprint.post("/account/password")
def change_own_password() -> AnyResponse:
    """Replace the password; one's other sessions end."""
    try:
        ended = change_password(
            web_config().database, own_holder(), request.form.get("current", ""), repeated_password(), request_origin()
        )
    except CasmError as error:
        return profile_form(error)
    others = f" You are signed out in {ended} other place{'s' * (ended != 1)}." if ended else ""
    say_done(f"The password is changed.{others}")
    return see_other(url_for(".profile_page"))


@blueprint.post("/account/sessions/<uuid:session_id>/end")
def end_own_session(session_id: UUID) -> AnyResponse:
    """Sign out in one place."""
    holder = own_holder()
    with own_gate(holder) as gate:
        end_session(gate, holder.account, session_id)
    if session_id == holder.session.id:
        return leave()
    say_done("Signed out there.")
    return see_other(url_for(".profile_page"))


@blueprint.post("/account/identities/<uuid:identity_id>/unlink")
def unlink(identity_id: UUID) -> AnyResponse:
    """Give up signing in by the agency."""
    holder = own_holder()
    try:
        with own_gate(holder) as gate:
            unlink_identity(gate, holder, identity_id)
    except ConfirmationNeeded:
        raise
    except CasmError as error:
        say_wrong(error)
    else:
        say_done("The agency's sign-in no longer opens your account.")
    return see_other(url_for(".profile_page"))


@blueprint.get("/account/confirm")
def confirm_page() -> Response:
    """Ask for the password once more."""
    return confirm_form()


@blueprint.post("/account/confirm")
def confirm() -> AnyResponse:
    """Take it, and go on to what was wanted."""
    try:
        confirm_password(
            web_config().database, own_holder(), request.form.get("password", ""), request_origin()
        )
    except CasmError as error:
        return confirm_form(error)
    return see_other(own_page(request.form.get("next", "")))


def ask_to_confirm(_error: ConfirmationNeeded) -> Response:
    """Lead to the page that asks for the password, and from there back to the page of what was wanted."""
    wanted = own_page(request.path)
    return see_other(url_for("profile.confirm_page", next=url_for("profile.profile_page") if wanted == "/" else wanted))


def confirm_form(error: CasmError | None = None) -> Response:
    """The page that asks for the password once more, with what was wrong."""
    holder = own_holder()
    with own_gate(holder) as gate:
        ways = ways_in(gate, holder.account.id)
    page = render_page(
        "accounts/confirm.html", "Confirm that it is you", error=error and words_of(error), account=holder.account,
        ways=ways, wanted=own_page(request.values.get("next", "")),
    )  # fmt: skip
    return told(page, error)


def profile_form(error: CasmError | None = None) -> Response:
    """The profile page, with what was wrong."""
    holder = own_holder()
    with own_gate(holder) as gate:
        ways = ways_in(gate, holder.account.id)
        sessions = list_sessions(gate, holder.account.id)
    with viewer_session() as session:
        memberships = read_own_memberships(session)
    page = render_page(
        "accounts/profile.html", "Your account", error=error and words_of(error), account=holder.account, ways=ways,
        sessions=sessions, here=holder.session.id, memberships=memberships, least_characters=LEAST_CHARACTERS,
        providers=provider_choices(), roles=ROLES, browser_of=browser_of, unit_choices=CHOICES,
    )  # fmt: skip
    return make_response(page, 200 if error is None else 400)


def browser_of(user_agent: str) -> str:
    """A browser's own name for itself in two words, for a person to recognise; the most particular name first."""
    names = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = ("iPhone", "iPad", "Android", "Windows", "Mac", "Linux")
    name = next((words for sign, words in names.items() if sign in user_agent), "A browser")
    system = next((words for words in systems if words in user_agent), "")
    return f"{name} on {system}" if system else name
