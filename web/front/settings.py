"""What an operator decides about the server: under which address, with whose certificate, behind which proxy."""

import ipaddress
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from casm.db.server import DATABASE
from casm.errors import CasmError

HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
DEFAULT_PORTS = {"https": 443, "http": 80}
CONFIGURE = "run `casm server configure`"


@dataclass(frozen=True)
class FrontSettings:
    """A checked set-up of the server.

    public_url: scheme, name and port that people use, without a slash at the end. listen, port: where nginx listens.
    certificate, key: PEM files of the operator's; both empty takes one made here. trusted_proxies: addresses or
    networks of another proxy that does TLS before us; nginx then speaks plain HTTP to it. redirect_port: a port for
    plain HTTP that only leads to public_url, 0 for none. database, title: as of `casm serve`; an empty title
    is the usual one.
    """

    public_url: str
    listen: str = "0.0.0.0"
    port: int = 8443
    certificate: str = ""
    key: str = ""
    trusted_proxies: tuple[str, ...] = ()
    redirect_port: int = 0
    database: str = DATABASE
    title: str = ""

    def __post_init__(self) -> None:
        parts = public_parts(self.public_url)
        listen = address(self.listen, "listen")
        for name in ("port", "redirect_port"):
            if not 0 <= getattr(self, name) <= 65535:
                raise CasmError(f"{name} is {getattr(self, name)}, which is no port.", "give one from 1 to 65535")
        for network in self.trusted_proxies:
            trusted_network(network)
        if bool(self.certificate) != bool(self.key):
            raise CasmError("A certificate and its key belong together.", "give both files, or neither")
        if self.trusted_proxies and self.certificate:
            raise CasmError(
                "A certificate has no use where another proxy does TLS.", "leave out the certificate or the proxy"
            )
        if parts.scheme == "http" and not self.trusted_proxies and not listen.is_loopback:
            raise CasmError(
                f"{self.public_url} would carry passwords in the clear.",
                "write it with https://, or listen on 127.0.0.1 only",
            )

    @property
    def host(self) -> str:
        """The name people reach the server by, without the port."""
        return public_parts(self.public_url).hostname or ""

    @property
    def scheme(self) -> str:
        """https or http, as people see it."""
        return public_parts(self.public_url).scheme

    @property
    def does_tls(self) -> bool:
        """Whether nginx itself does TLS."""
        return self.scheme == "https" and not self.trusted_proxies

    @property
    def listens_on(self) -> str:
        """Address and port as nginx writes them."""
        return f"{bracketed(self.listen)}:{self.port}"


def public_parts(public_url: str):
    """The parts of a public address; CasmError where it is none that this server can answer under."""
    try:
        parts = urlsplit(public_url)
        well = parts.scheme in DEFAULT_PORTS and is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        well = False
    if not well or public_url != f"{parts.scheme}://{parts.netloc}" or "@" in public_url or not public_url.islower():
        raise CasmError(
            f"{public_url!r} is not an address people can reach a server by.",
            "write it as https://radio.example.gov, with :PORT where it is not 443, small letters, no path",
        )
    return parts


def is_host(name: str) -> bool:
    """Whether it is a host name or an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return len(name) <= 253 and HOST_NAME.fullmatch(name) is not None
    return True


def address(given: str, field: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An IP address of this machine; CasmError names the field."""
    try:
        return ipaddress.ip_address(given)
    except ValueError:
        raise CasmError(
            f"{field} is {given!r}, which is no IP address.", "give one of this machine's, such as 0.0.0.0"
        ) from None


def trusted_network(given: str) -> str:
    """The address or network of a proxy; CasmError when it is none, or is everybody."""
    try:
        network = ipaddress.ip_network(given)
    except ValueError:
        raise CasmError(
            f"{given!r} is no address or network of a proxy.", "write it as 10.0.0.5 or 10.0.0.0/28"
        ) from None
    if network.prefixlen == 0:
        raise CasmError(f"{given} is everybody; anyone could claim any address.", "name the proxy's own address")
    return str(network)


def bracketed(listen: str) -> str:
    """An address as it stands before a port."""
    return f"[{listen}]" if ":" in listen else listen


def save_settings(file: Path, settings: FrontSettings) -> None:
    """Write the settings for the server's own user, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".new")
    written.write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")
    os.replace(written, file)


def read_settings(file: Path) -> FrontSettings:
    """Read the settings; CasmError when there are none or they cannot be understood."""
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
        return FrontSettings(**given | {"trusted_proxies": tuple(given.get("trusted_proxies", ()))})
    except FileNotFoundError:
        raise CasmError("The server has not been set up yet.", CONFIGURE) from None
    except (AttributeError, TypeError, ValueError) as error:
        raise CasmError(f"{file} cannot be understood: {error}.", CONFIGURE) from None
