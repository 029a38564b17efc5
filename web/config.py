"""What the web application is given: an open database, who looks, and what to call the page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import current_app

from casm.db.session import Database
from casm.sharing.viewer import NATION_OWNER_ID, PUBLIC_OWNER_ID, Viewer
from web.maps.page import DEFAULT_TITLE


def map_reader() -> Viewer:
    """Who the pages read for while there are no accounts: everything in the tree, contacts left out, no writing.

    Encryption's algorithms and key numbers are among what it reads, as the answers rest on them.
    """
    everything = frozenset({NATION_OWNER_ID, PUBLIC_OWNER_ID})
    classes = frozenset({"public", "sensitive", "encryption"})
    return Viewer("map reader", NATION_OWNER_ID, everything, field_classes=classes)


@dataclass(frozen=True)
class WebConfig:
    """Settings of one running application.

    viewer: on whose behalf every page reads. terrain: a GeoTIFF of elevations for the shaded relief, or None.
    trusted_hosts: names the server answers to, without port; empty accepts any.
    """

    database: Database = field(repr=False)
    viewer: Viewer = field(default_factory=map_reader)
    title: str = DEFAULT_TITLE
    terrain: Path | None = None
    trusted_hosts: tuple[str, ...] = ()


def web_config() -> WebConfig:
    """The settings of the application that answers this request."""
    return cast(WebConfig, current_app.extensions["casm"])
