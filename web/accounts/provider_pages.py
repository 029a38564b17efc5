"""Signing in by an agency's own provider: out to it, and back with its answer."""

from flask import Blueprint, abort, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from casm.accounts.external_identity import link_identity
from casm.accounts.invitation import accept_invitation_with_provider, find_invitation
from casm.accounts.sign_in import sign_in_with_provider
from casm.errors import CasmError
from web.accounts.entering import enter, own_page, see_other, wanted_page
from web.accounts.invitation_pages import say_accepted
from web.accounts.own_session import own_gate, own_holder
from web.accounts.provider_client import Proven, ProviderClient, ProviderRefusal, client_of
from web.config import web_config, web_mailer
from web.page_frame import say_done, say_wrong
from web.viewer import request_origin

blueprint = Blueprint("provider", __name__)

# Links and not forms lead out, since our policy lets no form end at another host. They change nothing by themselves:
# what is done is done with the answer, which only the browser that was sent out can bring.

# What the answer is for: nothing kept means signing in.
PURPOSE = "provider_for"


@blueprint.get("/sign-in/agency/<key>")
def start(key: str) -> AnyResponse:
    """Send the browser to the provider, to sign in."""
    return go_out(known_client(key), {"next": wanted_page()})


@blueprint.get("/account/invitation/<token>/agency/<key>")
def accept_here(token: str, key: str) -> AnyResponse:
    """Send the browser to the provider, to accept an invitation by its sign-in."""
    return go_out(known_client(key), {"invitation": token})


@blueprint.get("/account/identities/<key>/link")
def link_here(key: str) -> AnyResponse:
    """Send the browser to the provider, to let its sign-in open one's account from now on."""
    holder = own_holder()
    holder.check_confirmed()
    return go_out(known_client(key), {"account": str(holder.account.id)})


@blueprint.get("/sign-in/agency/<key>/answer")
def answer(key: str) -> AnyResponse:
    """Take the provider's answer, for what this browser was sent out for and nothing else."""
    client, purpose = known_client(key), session.pop(PURPOSE, None) or {}
    try:
        return take(client.prove(), purpose)
    except CasmError as error:
        say_wrong(error)
        back = "profile.profile_page" if "account" in purpose else "sign_in.sign_in_page"
        return see_other(url_for(back))


def go_out(client: ProviderClient, purpose: dict[str, str]) -> AnyResponse:
    """To the provider and, in the end, back to our page for its answer."""
    session[PURPOSE] = purpose
    back = web_config().public_url or request.host_url.rstrip("/")
    try:
        return client.begin(back + url_for(".answer", key=client.settings.key))
    except ProviderRefusal as error:
        say_wrong(error)
        return see_other(url_for("sign_in.sign_in_page"))


def take(proven: Proven, purpose: dict[str, str]) -> AnyResponse:
    """Do with a proven identity what the browser was sent out for."""
    if "account" in purpose:
        return link(proven, purpose["account"])
    if "invitation" in purpose:
        accept(proven, purpose["invitation"])
    found = sign_in_with_provider(
        web_config().database,
        issuer=proven.issuer,
        subject=proven.subject,
        second_factor_given=proven.second_factor,
        origin=request_origin(),
    )
    return enter(found, own_page(purpose.get("next", "/")))


def accept(proven: Proven, token: str) -> None:
    """Make an invitation into an account of this identity; CasmError when it was sent to another address."""
    _, account = find_invitation(web_config().database, token, request_origin())
    if account.email != proven.email:
        raise CasmError(
            f"The invitation is for {account.email}, and your agency signed you in as {proven.email}.",
            "ask for an invitation to that address, or accept this one by a password",
        )
    say_accepted(
        accept_invitation_with_provider(
            web_config().database,
            web_mailer(),
            token,
            issuer=proven.issuer,
            subject=proven.subject,
            origin=request_origin(),
        )
    )


def link(proven: Proven, account_id: str) -> AnyResponse:
    """Let the identity open the account of the person at this browser, if it is still the one that asked."""
    holder = own_holder()
    if str(holder.account.id) != account_id or holder.account.email != proven.email:
        raise CasmError(
            "Your agency signed in somebody else than the person this account is of.",
            "sign in there with the address of this account",
        )
    with own_gate(holder) as gate:
        link_identity(gate, holder.account, proven.issuer, proven.subject)
    say_done("Your agency's sign-in opens your account from now on.")
    return see_other(url_for("profile.profile_page"))


def known_client(key: str) -> ProviderClient:
    """A configured provider; 404 otherwise."""
    client = client_of(key)
    if client is None:
        abort(404)
    return client
