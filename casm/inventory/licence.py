"""Licences: the authority to transmit, by call sign."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, OwnedRow, one_of, unique_while_in_use
from casm.inventory.choices import LICENCE_STATUS


class Licence(OwnedRow, Base):
    """An FCC licence: call sign, radio service, licensee and term."""

    __tablename__ = "licence"

    call_sign: Mapped[str]
    radio_service_code: Mapped[str | None] = mapped_column(String, comment="FCC two-letter code, as PW or MW")
    licensee: Mapped[str | None]
    frn: Mapped[str | None] = mapped_column(String, comment="FCC registration number")
    licence_status: Mapped[str | None]
    granted_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    uls_system_id: Mapped[str | None] = mapped_column(String, comment="unique system identifier in FCC files")
    special_conditions: Mapped[str | None]

    own_constraints = (
        one_of("licence_status", LICENCE_STATUS),
        unique_while_in_use("licence", "call_sign"),
    )
