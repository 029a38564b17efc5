"""The OpenID Connect providers that agencies sign in with, as the surroundings name them."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from casm.errors import CasmError

PREFIX = "CASM_OIDC"
MOST_PROVIDERS = 20
LOOPBACK = ("127.0.0.1", "::1", "localhost")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}|localhost")


@dataclass(frozen=True)
class ProviderSettings:
    """One provider.

    key: how addresses name it. label: what its button says. issuer: its identifier, whose discovery document tells
    the rest. email_domains: the only domains whose e-mail addresses it may vouch for.
    proves_second_factor: it asks for a second factor itself, so CASM asks for none.
    """

    key: str
    label: str
    issuer: str
    client_id: str
    email_domains: tuple[str, ...]
    client_secret: str = field(repr=False)
    proves_second_factor: bool = False

    @property
    def discovery_address(self) -> str:
        """Where the provider describes itself (OpenID Connect Discovery 1.0, 4)."""
        return f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"

    def vouches_for(self, email: str) -> bool:
        """Whether an address lies in one of its domains; a subdomain is a domain of its own."""
        name, _, domain = email.rpartition("@")
        return bool(name) and domain.lower() in self.email_domains


def providers_from_environment(environ: Mapping[str, str] | None = None) -> tuple[ProviderSettings, ...]:
    """Read CASM_OIDC_ISSUER and its fellows, then CASM_OIDC_2_ISSUER and so on; CasmError when one is amiss."""
    variables = os.environ if environ is None else environ
    found = tuple(_settings(key, prefix, variables) for key, prefix in _prefixes(variables))
    domains = [domain for provider in found for domain in provider.email_domains]
    twice = sorted({domain for domain in domains if domains.count(domain) > 1})
    if twice:
        raise CasmError(f"Two providers would vouch for {twice[0]}.", "name each domain with one provider only")
    return found


def _prefixes(variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for number in range(1, MOST_PROVIDERS + 1):
        prefix = PREFIX if number == 1 else f"{PREFIX}_{number}"
        if variables.get(f"{prefix}_ISSUER"):
            yield str(number), prefix


def _settings(key: str, prefix: str, variables: Mapping[str, str]) -> ProviderSettings:
    issuer = variables[f"{prefix}_ISSUER"]
    parts = urlsplit(issuer)
    if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)) or not parts.hostname:
        raise CasmError(f"{prefix}_ISSUER is no https address.", "give the issuer as the provider states it")
    domains = tuple(dict.fromkeys(_required(variables, f"{prefix}_EMAIL_DOMAINS").lower().replace(" ", "").split(",")))
    wrong = [domain for domain in domains if not DOMAIN.fullmatch(domain)]
    if wrong:
        raise CasmError(f"{prefix}_EMAIL_DOMAINS names no domain in {wrong[0]!r}.", "as in sheriff.example,ems.example")
    factor = variables.get(f"{prefix}_SECOND_FACTOR") or "casm"
    if factor not in ("casm", "provider"):
        raise CasmError(f"{prefix}_SECOND_FACTOR says neither casm nor provider.", "name who asks for it")
    return ProviderSettings(
        key=key,
        label=variables.get(f"{prefix}_NAME") or parts.hostname,
        issuer=issuer,
        client_id=_required(variables, f"{prefix}_CLIENT_ID"),
        client_secret=_required(variables, f"{prefix}_CLIENT_SECRET"),
        email_domains=domains,
        proves_second_factor=factor == "provider",
    )


def _required(variables: Mapping[str, str], name: str) -> str:
    value = variables.get(name, "").strip()
    if not value:
        raise CasmError(f"{name} is not set.", "set it, or leave the provider's issuer out too")
    return value
