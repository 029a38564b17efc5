"""Where mail goes out and what addresses its links have: CASM_SMTP_URL, CASM_MAIL_FROM, CASM_PUBLIC_URL."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from casm.errors import CasmError

PORTS = {"smtp": 587, "smtps": 465}
LOCAL_ADDRESS = "http://127.0.0.1:8080"
AS_URL = "smtp://USER:PASSWORD@HOST:PORT (STARTTLS) or smtps://USER:PASSWORD@HOST:PORT (TLS)"


@dataclass(frozen=True)
class SmtpServer:
    """A mail server: implicit_tls from the first byte, else starttls before anything is said.

    password: hidden from repr. ca_file: certificates to trust instead of the system's.
    """

    host: str
    port: int
    implicit_tls: bool
    starttls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None


@dataclass(frozen=True)
class MailSettings:
    """server is None where no mail can be sent; public_url: how browsers reach the pages, with no slash at its end."""

    server: SmtpServer | None
    sender: str
    public_url: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "MailSettings":
        """Read the variables; an empty value counts as unset. CasmError names the one that is wrong."""
        variables = os.environ if environ is None else environ
        public_url = public_address(variables.get("CASM_PUBLIC_URL") or LOCAL_ADDRESS)
        address = variables.get("CASM_SMTP_URL")
        server = smtp_server(address) if address else None
        sender = variables.get("CASM_MAIL_FROM") or f"casm@{urlsplit(public_url).hostname}"
        if any(character in sender for character in "\r\n\0") or sender.count("@") != 1:
            raise CasmError("CASM_MAIL_FROM is no address.", "write it as casm@agency.example")
        return cls(server, sender, public_url)


def public_address(text: str) -> str:
    """The address of our own pages; CasmError when it is none."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise CasmError("CASM_PUBLIC_URL is no address of a site.", "write it as https://casm.agency.example")
    return text.strip().rstrip("/")


def smtp_server(address: str) -> SmtpServer:
    """Read smtp:// and smtps:// addresses; CasmError, which repeats no password, when it is none.

    smtp:// means STARTTLS, except to this machine itself or where ?starttls=no says so, which no password may follow.
    """
    wrong = CasmError("CASM_SMTP_URL is no address of a mail server.", f"write it as {AS_URL}")
    try:
        parts = urlsplit(address.strip())
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise wrong from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not parts.hostname or parts.path not in ("", "/") or set(options) - {"starttls", "ca"}:
        raise wrong
    implicit = parts.scheme == "smtps"
    starttls = not implicit and options.get("starttls", "no" if is_this_machine(parts.hostname) else "yes") != "no"
    user = unquote(parts.username) if parts.username else None
    if user and not (implicit or starttls) and not is_this_machine(parts.hostname):
        raise CasmError("CASM_SMTP_URL would send its password unencrypted.", "leave out starttls=no")
    return SmtpServer(
        parts.hostname,
        port,
        implicit,
        starttls,
        user,
        unquote(parts.password) if parts.password else None,
        Path(options["ca"]) if options.get("ca") else None,
    )


def is_this_machine(host: str) -> bool:
    """Whether a host's name is the machine's own loopback."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
