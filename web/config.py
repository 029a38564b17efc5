"""What the web application is given: an open database, who looks, and what to call the page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import current_app

from casm.db.session import Database
from casm.sharing.viewer import Viewer
from web.maps.page import DEFAULT_TITLE


@dataclass(frozen=True)
class WebConfig:
    """Settings of one running application.

    viewer: on whose behalf every page reads. terrain: a GeoTIFF of elevations for the shaded relief, or None.
    trusted_hosts: names the server answers to, without port; empty accepts any.
    """

    database: Database = field(repr=False)
    viewer: Viewer = field(default_factory=Viewer.local_administrator)
    title: str = DEFAULT_TITLE
    terrain: Path | None = None
    trusted_hosts: tuple[str, ...] = ()


def web_config() -> WebConfig:
    """The settings of the application that answers this request."""
    return cast(WebConfig, current_app.extensions["casm"])
