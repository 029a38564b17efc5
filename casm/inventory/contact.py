"""Contacts: people and lines to call, in a table of their own so that hiding them hides whole rows."""

import uuid

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, OwnedRow, one_of, parent, unique_while_in_use
from casm.inventory.choices import CONTACT_ROLE

OF = "agency_id, gateway_id, radio_cache_id, site_id, dispatch_center_id, mobile_comm_vehicle_id"


class Contact(OwnedRow, Base):
    """A point of contact of an agency, a site, or something that stands ready."""

    __tablename__ = "contact"

    agency_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    gateway_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    radio_cache_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    site_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    dispatch_center_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    mobile_comm_vehicle_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    name: Mapped[str]
    title: Mapped[str | None]
    role: Mapped[str | None]
    phone: Mapped[str | None]
    mobile: Mapped[str | None]
    email: Mapped[str | None]

    own_constraints = (
        parent("agency", "agency_id"),
        parent("gateway", "gateway_id"),
        parent("radio_cache", "radio_cache_id"),
        parent("site", "site_id"),
        parent("dispatch_center", "dispatch_center_id"),
        parent("mobile_comm_vehicle", "mobile_comm_vehicle_id"),
        one_of("role", CONTACT_ROLE),
        CheckConstraint(f"num_nonnulls({OF}) = 1", name="of_one_record"),
        unique_while_in_use("contact", "name", f"coalesce({OF})"),
    )
