"""Agreements: who may use whose assets, from when until when."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, OwnedRow, one_of, parent, unique_while_in_use
from casm.inventory.choices import AGREEMENT_KIND, ASSET_CLASS


class Agreement(OwnedRow, Base):
    """A memorandum, mutual-aid agreement or operating procedure and its term."""

    __tablename__ = "agreement"

    title: Mapped[str]
    kind: Mapped[str | None]
    reference_number: Mapped[str | None]
    authority: Mapped[str | None] = mapped_column(comment="law, ordinance or resolution it rests on")
    effective_on: Mapped[date | None]
    expires_on: Mapped[date | None] = mapped_column(comment="NULL with open_ended false: not known")
    open_ended: Mapped[bool] = mapped_column(default=False, server_default="false", comment="in force until ended")
    activation_steps: Mapped[str | None]

    own_constraints = (
        one_of("kind", AGREEMENT_KIND),
        CheckConstraint("expires_on >= effective_on", name="ends_after_start"),
        CheckConstraint("NOT (open_ended AND expires_on IS NOT NULL)", name="open_ended_has_no_end"),
        unique_while_in_use("agreement", "title"),
    )


class AgreementParty(OwnedRow, Base):
    """An agency that an agreement binds; it may belong to another owner."""

    __tablename__ = "agreement_party"

    agreement_id: Mapped[uuid.UUID]
    agency_owner_id: Mapped[uuid.UUID]
    agency_id: Mapped[uuid.UUID] = mapped_column(index=True)

    own_constraints = (
        parent("agreement", "agreement_id"),
        unique_while_in_use("agreement_party", "agreement_id", "agency_id"),
    )


class AgreementAsset(OwnedRow, Base):
    """An asset that an agreement lets its parties use; it may belong to another owner."""

    __tablename__ = "agreement_asset"

    agreement_id: Mapped[uuid.UUID]
    asset_class: Mapped[str]
    asset_owner_id: Mapped[uuid.UUID]
    asset_id: Mapped[uuid.UUID] = mapped_column(index=True)

    own_constraints = (
        parent("agreement", "agreement_id"),
        one_of("asset_class", ASSET_CLASS),
        unique_while_in_use("agreement_asset", "agreement_id", "asset_id"),
    )
