"""Channels, always written from the subscriber radio's side; the station's view is derived."""

import uuid
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    frequency_check,
    frequency_hz,
    multipolygon,
    one_of,
    reference_id,
    reference_owner,
    text_list,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip
from casm.inventory.choices import CHANNEL_CONFIGURATION, CHANNEL_FUNCTION, CHANNEL_MODE, SQUELCH_KIND


def _squelch_is_typed(side: str) -> CheckConstraint:
    """A check that a squelch's kind and its one value agree: a NAC is not a CTCSS."""
    return CheckConstraint(
        f"CASE {side}_squelch_kind "
        f"WHEN 'ctcss' THEN {side}_ctcss_hz IS NOT NULL AND num_nonnulls({side}_dcs_code, {side}_nac) = 0 "
        f"WHEN 'dcs' THEN {side}_dcs_code IS NOT NULL AND num_nonnulls({side}_ctcss_hz, {side}_nac) = 0 "
        f"WHEN 'nac' THEN {side}_nac IS NOT NULL AND num_nonnulls({side}_ctcss_hz, {side}_dcs_code) = 0 "
        f"ELSE num_nonnulls({side}_ctcss_hz, {side}_dcs_code, {side}_nac) = 0 END",
        name=f"{side}_squelch_typed",
    )


class Channel(OwnedRow, Base):
    """A channel as a portable or mobile is programmed with it: RX and TX are the subscriber's."""

    __tablename__ = "channel"

    name: Mapped[str]
    alias: Mapped[str | None]
    configuration: Mapped[str | None]
    function: Mapped[str | None]
    rx_freq_hz: Mapped[int | None] = frequency_hz()
    tx_freq_hz: Mapped[int | None] = frequency_hz()
    rx_squelch_kind: Mapped[str | None]
    rx_ctcss_hz: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    rx_dcs_code: Mapped[str | None]
    rx_nac: Mapped[int | None]
    tx_squelch_kind: Mapped[str | None]
    tx_ctcss_hz: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    tx_dcs_code: Mapped[str | None]
    tx_nac: Mapped[int | None]
    mode: Mapped[str | None]
    emission_designator: Mapped[str | None]
    bandwidth_hz: Mapped[int | None]
    call_sign: Mapped[str | None]
    radio_system_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    radio_system_id: Mapped[uuid.UUID | None] = reference_id()
    national: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="a nationwide interoperability channel"
    )
    eligible_users: Mapped[str | None]
    eligible_disciplines: Mapped[list[str] | None] = text_list()
    library_edition: Mapped[str | None] = mapped_column(String, comment="for a national channel: NIFOG edition")
    restricted_to = multipolygon()

    own_geometries = ("restricted_to",)
    own_constraints = (
        one_of("configuration", CHANNEL_CONFIGURATION),
        one_of("function", CHANNEL_FUNCTION),
        one_of("mode", CHANNEL_MODE),
        one_of("rx_squelch_kind", SQUELCH_KIND),
        one_of("tx_squelch_kind", SQUELCH_KIND),
        _squelch_is_typed("rx"),
        _squelch_is_typed("tx"),
        frequency_check("rx_freq_hz"),
        frequency_check("tx_freq_hz"),
        within("rx_ctcss_hz", 60, 260),
        within("tx_ctcss_hz", 60, 260),
        within("rx_nac", 0, 0xFFF),
        within("tx_nac", 0, 0xFFF),
        CheckConstraint("rx_dcs_code ~ '^[0-7]{3}[NI]?$' AND tx_dcs_code ~ '^[0-7]{3}[NI]?$'", name="dcs_octal"),
        CheckConstraint(
            "emission_designator ~ '^[0-9]{1,3}[HKMG][0-9]{0,3}[A-Z0-9]{3,5}$'", name="emission_well_formed"
        ),
        CheckConstraint("bandwidth_hz > 0", name="bandwidth_positive"),
        CheckConstraint("configuration <> 'simplex' OR rx_freq_hz = tx_freq_hz", name="simplex_one_frequency"),
        CheckConstraint("configuration <> 'receive_only' OR tx_freq_hz IS NULL", name="receive_only_silent"),
        whole_reference("radio_system"),
        unique_while_in_use("channel", "name"),
    )
