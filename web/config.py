"""What the web application is given: an open database, who looks without signing in, and what to call the page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import current_app

from casm.config import Settings
from casm.db.server import DATABASE
from casm.db.session import Database
from casm.mail.mailer import Mailer
from casm.mail.settings import LOCAL_ADDRESS, MailSettings
from casm.sharing.viewer import NATION_OWNER_ID, PUBLIC_OWNER_ID, Viewer
from web.accounts.provider_settings import ProviderSettings
from web.maps.page import DEFAULT_TITLE


def map_reader() -> Viewer:
    """Who an open reading on this machine reads as: everything in the tree, contacts left out, no writing.

    Encryption's algorithms and key numbers are among what it reads, as the answers rest on them.
    """
    everything = frozenset({NATION_OWNER_ID, PUBLIC_OWNER_ID})
    classes = frozenset({"public", "sensitive", "encryption"})
    return Viewer("map reader", NATION_OWNER_ID, everything, field_classes=classes)


@dataclass(frozen=True)
class WebConfig:
    """Settings of one running application.

    local_viewer: whom a request from this machine reads as when nobody is signed in; None asks to sign in.
    terrain: a GeoTIFF of elevations for the shaded relief, or None.
    trusted_hosts: names the server answers to, without port; empty accepts any.
    public_url: how people elsewhere reach it, without a slash at the end; empty on this machine alone.
    behind_proxy: requests come through our own proxy only, which says from where. rate_limits: count askers' requests.
    mailer: by which letters go out. providers: the agencies' own sign-ins (OpenID Connect).
    settings, database_name: by which a program of its own finds the data folder and this database again; without
    settings nothing is computed from pages.
    """

    database: Database = field(repr=False)
    local_viewer: Viewer | None = None
    title: str = DEFAULT_TITLE
    terrain: Path | None = None
    trusted_hosts: tuple[str, ...] = ()
    public_url: str = ""
    behind_proxy: bool = False
    rate_limits: bool = False
    mailer: Mailer | None = None
    providers: tuple[ProviderSettings, ...] = ()
    settings: Settings | None = None
    database_name: str = DATABASE

    @property
    def encrypted(self) -> bool:
        """Whether people reach the pages by TLS, so that cookies and browsers may insist on it."""
        return self.public_url.startswith("https://")


def web_config() -> WebConfig:
    """The settings of the application that answers this request."""
    return cast(WebConfig, current_app.extensions["casm"])


def web_mailer() -> Mailer:
    """By what letters go out; without a mail server nothing does, and pages say so."""
    config = web_config()
    return config.mailer or Mailer(MailSettings(None, "casm@localhost", config.public_url or LOCAL_ADDRESS))
