"""Radio caches: radios kept ready to lend; the radios themselves are fleets of the cache.

How many can be lent now is counted from the cache's checkouts (casm.inventory.cache_checkout) and stored nowhere.
"""

import uuid
from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    on_earth,
    point,
    reference_id,
    reference_owner,
    unique_while_in_use,
    whole_reference,
    within,
)


class RadioCache(OwnedRow, Base):
    """A cache (or strategic reserve) of radios, where it is and how soon it is out."""

    __tablename__ = "radio_cache"

    name: Mapped[str]
    agency_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    agency_id: Mapped[uuid.UUID | None] = reference_id()
    position = point()
    address: Mapped[str | None]
    radio_count: Mapped[int | None] = mapped_column(comment="when all of them are in")
    load_version: Mapped[str | None] = mapped_column(comment="programming that all its radios are loaded with")
    spare_battery_count: Mapped[int | None]
    charger_count: Mapped[int | None]
    deploy_minutes: Mapped[int | None] = mapped_column(comment="from request to radios in hands")
    release_authority: Mapped[str | None]
    transport: Mapped[str | None]
    condition: Mapped[str | None]
    last_tested_on: Mapped[date | None]

    own_geometries = ("position",)
    own_constraints = (
        on_earth("position"),
        whole_reference("agency"),
        within("radio_count", 0, 100000),
        within("spare_battery_count", 0, 1000000),
        within("charger_count", 0, 100000),
        within("deploy_minutes", 0, 100000),
        unique_while_in_use("radio_cache", "name"),
    )
