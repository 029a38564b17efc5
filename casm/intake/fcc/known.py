"""What an owner's inventory already holds at the places of a licence file, so that a place keeps its name."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from casm.inventory.backhaul import BackhaulLink
from casm.inventory.site import Site

SOURCE_DATUM = "NAD83"


@dataclass(frozen=True)
class KnownSite:
    """A site in the inventory: its name and its further names."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass
class Known:
    """Sites in use by position as filed and by source key, every name taken, links by their two sites' names."""

    at: dict[str, KnownSite] = field(default_factory=dict)
    by_source_key: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    links: dict[frozenset[str], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

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
    """What the owner's sites and links in use are called, for the session's viewer."""
    known = Known()
    sites = session.execute(
        select(
            Site.name, Site.aliases, Site.source_datum, Site.source_latitude, Site.source_longitude, Site.source_key
        ).where(Site.owner_id == owner_id, Site.status != "retired")
    )
    for name, aliases, datum, latitude_text, longitude_text, source_key in sites:
        known.names.update(folded(each) for each in (name, *(aliases or ())))
        place = f"{latitude_text}/{longitude_text}"
        if datum == SOURCE_DATUM and latitude_text and longitude_text:
            known.at[place] = KnownSite(name, tuple(aliases or ()))
        if source_key:
            known.by_source_key[source_key] = (name, place)
    site_a, site_b = aliased(Site), aliased(Site)
    links = session.execute(
        select(BackhaulLink.name, BackhaulLink.designation, site_a.name, site_b.name)
        .join(site_a, site_a.id == BackhaulLink.site_a_id)
        .join(site_b, site_b.id == BackhaulLink.site_b_id)
        .where(
            BackhaulLink.owner_id == owner_id,
            BackhaulLink.status != "retired",
            site_a.owner_id == owner_id,
            site_b.owner_id == owner_id,
        )
    )
    for name, designation, one_end, other_end in links:
        known.links[frozenset((one_end, other_end))][designation] = name
    return known
