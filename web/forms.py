"""Forms: none is taken without the token of the page it was filled in on."""

from flask import Flask, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest

from web.browser_session import LONGEST_SESSION_S
from web.cross_site import EXEMPT_ENDPOINTS
from web.viewer import bearer_token

STALE = (
    "The page this form is on has been open for too long, or somebody has signed in or out since. Open the page again "
    "and send the form from there. Signing in needs cookies."
)


def protect_forms(app: Flask) -> None:
    """Ask each changing request for its CSRF token; a program that shows an API token uses no cookie and needs none."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=LONGEST_SESSION_S,
        # Pages send no Referer; web.cross_site asks Fetch Metadata and Origin instead.
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf = CSRFProtect(app)

    @app.before_request
    def ask_for_token() -> None:
        if request.endpoint not in (None, *EXEMPT_ENDPOINTS) and bearer_token() is None:
            try:
                csrf.protect()
            except CSRFError as error:
                raise BadRequest(STALE) from error
