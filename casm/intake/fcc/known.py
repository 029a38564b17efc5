"""What an owner's inventory already holds at the places of a licence file, so that nothing there is overwritten."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from casm.inventory.backhaul import BackhaulLink
from casm.inventory.site import Site

SOURCE_DATUM = "NAD83"
TRANSMIT_END = "FCC licence"
RECEIVE_END = "FCC licence, receive end"

SITE_COLUMNS = (
    "state_code", "county_fips", "address", "asr_number", "structure_type", "ground_elevation_amsl_m",
    "structure_height_agl_m", "overall_height_agl_m", "remarks", "position_source",
)  # fmt: skip
LINK_COLUMNS = (
    "kind", "call_sign_a", "call_sign_b", "a_to_b_freq_hz", "b_to_a_freq_hz", "polarization", "capacity_mbps",
    "modulation", "protection",
)  # fmt: skip
OTHER_END = {
    "call_sign_a": "call_sign_b", "call_sign_b": "call_sign_a", "a_to_b_freq_hz": "b_to_a_freq_hz",
    "b_to_a_freq_hz": "a_to_b_freq_hz",
}  # fmt: skip


@dataclass(frozen=True)
class KnownSite:
    """A site in the inventory: its names, where its figures are from, and those figures."""

    name: str
    aliases: tuple[str, ...] = ()
    source: str = "uls"
    source_key: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_receiver(self) -> bool:
        """Whether its figures are those of a receive end, which files little more than a position."""
        return self.source == "uls" and self.values.get("position_source") == RECEIVE_END


@dataclass(frozen=True)
class KnownLink:
    """A link in the inventory: its name, its A end, where its figures are from, and those figures."""

    name: str
    site_a: str
    source: str = "uls"
    source_key: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Known:
    """Sites in use by position as filed and by source key, every name taken, links by their two sites' names."""

    at: dict[str, KnownSite] = field(default_factory=dict)
    by_source_key: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    links: dict[frozenset[str], dict[str, KnownLink]] = field(default_factory=lambda: defaultdict(dict))

    def take_name(self, wanted: str, *further: str) -> str:
        """The first of the names that no site has yet (case does not tell names apart), now taken."""
        for name in (wanted, *further):
            if folded(name) not in self.names:
                self.names.add(folded(name))
                return name
        raise ValueError(f"every name is taken: {(wanted, *further)}")


def folded(name: str) -> str:
    """A name without the differences that people do not mean."""
    return " ".join(name.split()).casefold()


def known_places(session: Session, owner_id: uuid.UUID) -> Known:
    """The owner's sites and links in use, as the session's viewer sees them."""
    known = Known()
    columns = [getattr(Site, name) for name in SITE_COLUMNS]
    sites = session.execute(
        select(
            Site.name, Site.aliases, Site.source, Site.source_key, Site.source_datum, Site.source_latitude,
            Site.source_longitude, *columns,
        ).where(Site.owner_id == owner_id, Site.status != "retired")
    )  # fmt: skip
    for name, aliases, source, source_key, datum, latitude_text, longitude_text, *values in sites:
        known.names.update(folded(each) for each in (name, *(aliases or ())))
        if source_key and source == "uls":
            known.by_source_key[source_key] = name
        if datum == SOURCE_DATUM and latitude_text and longitude_text:
            known.at[f"{latitude_text}/{longitude_text}"] = KnownSite(
                name, tuple(aliases or ()), source, source_key, dict(zip(SITE_COLUMNS, values, strict=True))
            )
    site_a, site_b = aliased(Site), aliased(Site)
    links = session.execute(
        select(
            BackhaulLink.name, BackhaulLink.designation, BackhaulLink.source, BackhaulLink.source_key, site_a.name,
            site_b.name, *[getattr(BackhaulLink, name) for name in LINK_COLUMNS],
        )
        .join(site_a, site_a.id == BackhaulLink.site_a_id)
        .join(site_b, site_b.id == BackhaulLink.site_b_id)
        .where(
            BackhaulLink.owner_id == owner_id, BackhaulLink.status != "retired", site_a.owner_id == owner_id,
            site_b.owner_id == owner_id,
        )
    )  # fmt: skip
    for name, designation, source, source_key, end_a, end_b, *values in links:
        known.links[frozenset((end_a, end_b))][designation] = KnownLink(
            name, end_a, source, source_key, dict(zip(LINK_COLUMNS, values, strict=True))
        )
    return known
