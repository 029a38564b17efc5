"""Encryption of channels, talkgroups and fleets: algorithm and key reference only, never key material."""

import uuid

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, OwnedRow, all_of, one_of, parent, text_list, unique_while_in_use, within
from casm.inventory.choices import ENCRYPTION_ALGORITHM, ENCRYPTION_STATE


class ResourceEncryption(OwnedRow, Base):
    """How a channel or talkgroup is encrypted; a table of its own, since row security hides rows, not columns."""

    __tablename__ = "resource_encryption"

    channel_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    talkgroup_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    state: Mapped[str | None]
    algorithm: Mapped[str | None]
    key_reference: Mapped[int | None] = mapped_column(comment="CKR or SLN: the number of a key, never a key")

    own_constraints = (
        parent("channel", "channel_id"),
        parent("talkgroup", "talkgroup_id"),
        CheckConstraint("num_nonnulls(channel_id, talkgroup_id) = 1", name="channel_or_talkgroup"),
        one_of("state", ENCRYPTION_STATE),
        one_of("algorithm", ENCRYPTION_ALGORITHM),
        within("key_reference", 0, 65535),
        CheckConstraint("state <> 'clear' OR key_reference IS NULL", name="clear_has_no_key"),
        unique_while_in_use("resource_encryption", "coalesce(channel_id, talkgroup_id)"),
    )


class FleetEncryption(OwnedRow, Base):
    """What a fleet can decrypt: algorithms it has, and the numbers of the keys loaded in it."""

    __tablename__ = "fleet_encryption"

    fleet_id: Mapped[uuid.UUID]
    algorithms: Mapped[list[str] | None] = text_list()
    key_references: Mapped[list[str] | None] = text_list()

    own_constraints = (
        parent("fleet", "fleet_id"),
        all_of("algorithms", ENCRYPTION_ALGORITHM),
        CheckConstraint(
            "array_to_string(key_references, ',') ~ '^([0-9]{1,5}(,[0-9]{1,5})*)?$'", name="key_numbers_only"
        ),
        unique_while_in_use("fleet_encryption", "fleet_id"),
    )
