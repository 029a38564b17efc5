"""Fixed stations: an antenna and RF chain at a site, and the frequencies it uses."""

import uuid
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    azimuth_check,
    frequency_check,
    frequency_hz,
    one_of,
    parent,
    reference_id,
    reference_owner,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip
from casm.inventory.choices import CONTROL_CHANNEL, POLARIZATION, RECEIVER_SENSITIVITY_METHOD

GAIN_UNIT = ("dBd", "dBi")


class Station(OwnedRow, Base):
    """One transmitter-antenna chain at a site; the system or channel it serves; its place in a trunked system."""

    __tablename__ = "station"

    name: Mapped[str]
    site_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    site_id: Mapped[uuid.UUID | None] = reference_id()
    radio_system_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    radio_system_id: Mapped[uuid.UUID | None] = reference_id()
    channel_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    channel_id: Mapped[uuid.UUID | None] = reference_id()
    call_sign: Mapped[str | None]
    station_class: Mapped[str | None] = mapped_column(String, comment="FCC station class, as FB2 or FXO")
    rfss_id: Mapped[int | None]
    p25_site_id: Mapped[int | None]
    nac: Mapped[int | None]
    licence_location_number: Mapped[int | None]
    licence_antenna_number: Mapped[int | None]

    antenna_make: Mapped[str | None]
    antenna_model: Mapped[str | None]
    antenna_pattern: Mapped[str | None] = mapped_column(comment="omni, or the name of a pattern")
    antenna_height_agl_m: Mapped[float | None] = mapped_column(comment="radiation centre above ground")
    haat_m: Mapped[float | None]
    azimuth_deg: Mapped[float | None]
    beamwidth_deg: Mapped[float | None]
    antenna_gain_dbi: Mapped[float | None]
    antenna_gain_entered_unit: Mapped[str | None] = mapped_column(comment="dBd or dBi as entered; NULL: not stated")
    electrical_tilt_deg: Mapped[float | None] = mapped_column(comment="positive is downwards")
    polarization: Mapped[str | None]
    line_loss_db: Mapped[float | None]
    tx_output_w: Mapped[float | None]
    erp_w: Mapped[float | None] = mapped_column(comment="effective radiated power over a dipole")
    receiver_sensitivity_dbm: Mapped[float | None]
    receiver_sensitivity_method: Mapped[str | None] = mapped_column(comment="what the figure was measured by")
    receiver_noise_figure_db: Mapped[float | None]
    declared_range_m: Mapped[float | None] = mapped_column(comment="claimed by the owner; never computed coverage")

    own_constraints = (
        whole_reference("site"),
        whole_reference("radio_system"),
        whole_reference("channel"),
        one_of("antenna_gain_entered_unit", GAIN_UNIT),
        one_of("polarization", POLARIZATION),
        one_of("receiver_sensitivity_method", RECEIVER_SENSITIVITY_METHOD),
        within("rfss_id", 0, 255),
        within("p25_site_id", 0, 255),
        within("nac", 0, 0xFFF),
        within("antenna_height_agl_m", 0, 1000),
        within("haat_m", -1000, 5000),
        azimuth_check("azimuth_deg"),
        within("beamwidth_deg", 0, 360),
        within("antenna_gain_dbi", -20, 70),
        within("electrical_tilt_deg", -90, 90),
        within("line_loss_db", 0, 60),
        within("tx_output_w", 0, 100000),
        within("erp_w", 0, 10000000),
        within("receiver_sensitivity_dbm", -140, 0),
        within("receiver_noise_figure_db", 0, 40),
        within("declared_range_m", 0, 500000),
        unique_while_in_use("station", "name"),
    )


class StationFrequency(OwnedRow, Base):
    """A frequency a station transmits or receives on (the station's side), with its licensed figures."""

    __tablename__ = "station_frequency"

    station_id: Mapped[uuid.UUID]
    station_tx_freq_hz: Mapped[int | None] = frequency_hz()
    station_tx_upper_freq_hz: Mapped[int | None] = frequency_hz()
    station_rx_freq_hz: Mapped[int | None] = frequency_hz()
    sequence: Mapped[int] = mapped_column(default=1, server_default="1")
    station_class: Mapped[str | None]
    tx_output_w: Mapped[float | None]
    erp_w: Mapped[float | None]
    eirp_dbm: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    transmitter_make: Mapped[str | None]
    transmitter_model: Mapped[str | None]
    emission_designators: Mapped[str | None] = mapped_column(comment="one or several, comma between")
    control_channel: Mapped[str | None] = mapped_column(comment="of a trunked site: carries control, or may")

    own_constraints = (
        parent("station", "station_id"),
        one_of("control_channel", CONTROL_CHANNEL),
        frequency_check("station_tx_freq_hz"),
        frequency_check("station_tx_upper_freq_hz"),
        frequency_check("station_rx_freq_hz"),
        within("tx_output_w", 0, 100000),
        within("erp_w", 0, 10000000),
        CheckConstraint("num_nonnulls(station_tx_freq_hz, station_rx_freq_hz) >= 1", name="has_a_frequency"),
        unique_while_in_use("station_frequency", "station_id", "sequence"),
    )
