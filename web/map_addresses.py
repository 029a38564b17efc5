"""Where the map of this request has its parts: the map of who is signed in, or the one that a share link shows."""

from dataclasses import dataclass
from uuid import UUID

from flask import g
from markupsafe import Markup


@dataclass(frozen=True)
class MapAddresses:
    """Addresses of the map's parts, and what a shared map says besides.

    sites: where clusters of sites are asked for; site_records: the table of sites, with a page of each below it, empty
    where there is none to see. navigation: the links at its head, None for those of whoever is signed in. watermark:
    words across the map, empty for none.
    """

    map: str = "/"
    tables: str = "/table"
    explain: str = "/api/explain"
    relief: str = "/map/relief.png"
    overlays: str = "/map/overlays"
    sites: str = "/map/sites"
    site_records: str = "/records/site"
    title: str = ""
    watermark: str = ""
    navigation: Markup | None = None

    def overlay(self, result_id: UUID, name: str) -> str:
        """Where an overlay's bounds and the address of its image are told."""
        return f"{self.overlays}/{result_id}/{name}"


OWN = MapAddresses()


def map_addresses() -> MapAddresses:
    """Those of this request."""
    found: MapAddresses = g.get("map_addresses", OWN)
    return found


def answer_at(addresses: MapAddresses) -> None:
    """Let this request's map have its parts elsewhere."""
    g.map_addresses = addresses
