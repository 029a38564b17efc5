"""Signing in by OpenID Connect: authorization code with PKCE, all of its state in the cookie of that one browser."""

import logging
from dataclasses import dataclass
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration
from authlib.integrations.flask_client.apps import FlaskOAuth2App
from flask import current_app, request, session
from joserfc.errors import JoseError
from requests.exceptions import RequestException
from werkzeug.wrappers import Response

from casm.errors import CasmError
from web.accounts.provider_settings import ProviderSettings

# Only signatures whose key the provider keeps to itself; "none" and shared secrets (HS256) are never taken.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
# A provider that takes longer is down, and our worker is wanted elsewhere.
TIMEOUT_S = 10
STATE_PREFIX = "_state_"
# Clocks of two agencies' servers differ by less than this.
LEEWAY_S = 60


LOGGER = logging.getLogger("casm.sign_in")


class ProviderRefusal(CasmError):
    """What the provider answered cannot be taken as proof of who is signing in."""


@dataclass(frozen=True)
class Proven:
    """What a provider has proven: its own lasting name for a person, and the person's verified e-mail address.

    second_factor: it asked for more than a password (RFC 8176, "mfa"), or is set up as one that always does.
    """

    issuer: str
    subject: str
    email: str
    second_factor: bool


class ProviderClient(FlaskOAuth2App):
    """Authlib's client, with the issuer and the algorithms held to what is configured."""

    def __init__(self, settings: ProviderSettings) -> None:
        super().__init__(
            FlaskIntegration(settings.key),
            settings.key,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            server_metadata_url=settings.discovery_address,
            client_kwargs={
                "scope": "openid email profile", "code_challenge_method": "S256", "default_timeout": TIMEOUT_S,
            },
        )  # fmt: skip
        self.settings = settings

    def load_server_metadata(self) -> dict[str, Any]:
        """The discovery document; refused when it is another issuer's or offers no signature of ours."""
        metadata = super().load_server_metadata()
        if metadata.get("issuer") != self.settings.issuer:
            self.server_metadata = {}
            raise ProviderRefusal("The provider's own description names another issuer than the configured one.")
        offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        metadata["id_token_signing_alg_values_supported"] = [name for name in ALGORITHMS if name in offered]
        return metadata

    def save_authorize_data(self, **kwargs: Any) -> None:
        """Keep this attempt's state, nonce and verifier in the cookie, in the place of any earlier attempt's."""
        for key in [key for key in session if key.startswith(STATE_PREFIX)]:
            session.pop(key)
        kwargs.pop("url", None)
        super().save_authorize_data(**kwargs)

    def begin(self, back: str) -> Response:
        """Send the browser to the provider; it comes back to the address given. ProviderRefusal when that is down."""
        try:
            return self.authorize_redirect(back)
        except (AuthlibBaseError, RequestException, ValueError, RuntimeError) as error:
            raise ProviderRefusal(f"{self.settings.label} does not answer.", "try again, or use a password") from error

    def prove(self) -> Proven:
        """What the answer in this request proves; ProviderRefusal in words when that is nothing."""
        if request.args.get("iss", self.settings.issuer) != self.settings.issuer:
            raise ProviderRefusal("The answer came from another provider than the one that was asked.")
        try:
            token = self.authorize_access_token(leeway=LEEWAY_S)
        except (AuthlibBaseError, JoseError, RequestException, ValueError) as error:
            LOGGER.warning("%s: refused, %s %.80r", self.settings.label, type(error).__name__, reason_of(error))
            raise ProviderRefusal(
                "The provider's answer could not be verified, so nobody was signed in.",
                "start again from the sign-in page",
            ) from error
        claims = token.get("userinfo")
        if not claims:
            raise ProviderRefusal("The provider sent no proof of who is signing in.")
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") is not True:
            raise ProviderRefusal(
                "The provider does not say that your e-mail address is verified.", "ask your agency's IT to verify it"
            )
        if not self.settings.vouches_for(email):
            raise ProviderRefusal(f"{self.settings.label} may not sign in people of {email.rpartition('@')[2]}.")
        methods = claims.get("amr") or ()
        factor = self.settings.proves_second_factor or "mfa" in methods
        return Proven(self.settings.issuer, str(claims["sub"]), email.lower(), factor)


def reason_of(error: Exception) -> str:
    """What was wrong with an answer, for the log: the library's word for it and the claim, never a token."""
    words = (getattr(error, "error", ""), getattr(error, "claim", ""))
    return " ".join(word for word in words if isinstance(word, str) and word)


def client_of(key: str) -> ProviderClient | None:
    """The client of a configured provider."""
    clients: dict[str, ProviderClient] = current_app.extensions["casm_providers"]
    return clients.get(key)


def provider_choices() -> list[ProviderSettings]:
    """The configured providers, as the sign-in page offers them."""
    clients: dict[str, ProviderClient] = current_app.extensions["casm_providers"]
    return [client.settings for client in clients.values()]


def make_clients(settings: tuple[ProviderSettings, ...]) -> dict[str, ProviderClient]:
    """A client for each configured provider; nothing is asked of any before somebody signs in."""
    return {provider.key: ProviderClient(provider) for provider in settings}
