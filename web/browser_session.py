"""Cookies of this server: bound to it, out of scripts' reach, and for TLS alone where there is TLS."""

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

from web.config import WebConfig, web_config

# Who is signed in: an opaque word that only the database knows the meaning of.
SIGNED_IN = "casm"
# What a form carries from page to page: CSRF token, messages, the state of a provider's sign-in. Signed, not secret.
FORMS = "casm-forms"
# A browser takes a cookie of this prefix only over TLS, for this very host and its whole path (RFC 6265bis 4.1.3.2).
HOST_PREFIX = "__Host-"
LONGEST_SESSION_S = 12 * 3600


def cookie_name(name: str) -> str:
    """The name a cookie has in this request's scheme."""
    return f"{HOST_PREFIX}{name}" if for_tls_alone() else name


def for_tls_alone() -> bool:
    """Whether a cookie of this answer may go over TLS only: wherever people reach us by it."""
    return request.is_secure or web_config().encrypted


class _FormCookie(SecureCookieSessionInterface):
    """Flask's signed cookie under our name, Secure wherever people reach us by TLS."""

    def get_cookie_name(self, app: Flask) -> str:
        return cookie_name(FORMS)

    def get_cookie_secure(self, app: Flask) -> bool:
        return for_tls_alone()


def keep_cookies(app: Flask, config: WebConfig) -> None:
    """Set up the signed cookie; its key is derived from the database's seal, so every worker and restart knows it."""
    app.config.update(
        SECRET_KEY=config.database.seal.sign("key of the form cookie"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.session_interface = _FormCookie()


def session_token() -> str | None:
    """The session this browser says it has, unproven."""
    return request.cookies.get(cookie_name(SIGNED_IN)) or None


def give_session(response: Response, token: str) -> None:
    """Let the browser keep a session until it is closed."""
    response.set_cookie(
        cookie_name(SIGNED_IN), token, path="/", secure=for_tls_alone(), httponly=True, samesite="Lax",
    )  # fmt: skip


def take_session(response: Response) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(cookie_name(SIGNED_IN), path="/", secure=for_tls_alone(), httponly=True, samesite="Lax")
