"""The gate before every page: an address opens only to whom web.access names."""

from urllib.parse import urlencode

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from web.access import ACCESS_OF_ENDPOINT
from web.accounts.entering import own_page
from web.errors import answer, asked_by_program
from web.viewer import SignInNeeded, require_role

OPEN = ("public", "link")


def guard(app: Flask) -> None:
    """Ask before each request, also for addresses that forget to ask themselves."""

    @app.before_request
    def ask() -> None:
        if request.endpoint is None:
            return
        who = ACCESS_OF_ENDPOINT.get(request.endpoint)
        if who is None:
            app.logger.error("%s has no entry in web.access and stays shut", request.endpoint)
            raise NotFound
        if who not in OPEN:
            require_role(who)

    @app.errorhandler(SignInNeeded)
    def sign_in(_error: SignInNeeded) -> AnyResponse:
        if asked_by_program():
            response = answer(401, "Sign in first", "This address needs a signed-in session or an API token.")
            response.headers["WWW-Authenticate"] = 'Bearer realm="CASM"'
            return response
        return sign_in_page()


def sign_in_page() -> Response | AnyResponse:
    """Send a browser to sign in, and afterwards back to the page it wanted."""
    wanted = own_page(request.full_path.removesuffix("?") if request.method == "GET" else request.path)
    query = "" if wanted == "/" else "?" + urlencode({"next": wanted})
    return redirect(f"/sign-in{query}", 303)
