"""Stations and their frequencies as files state them."""

from casm.intake import measures, synonyms, values
from casm.intake.cell import Cell, CellError
from casm.intake.classes.common import EVERY_CLASS
from casm.intake.fields import (
    ClassSpec,
    Draft,
    Field,
    choice,
    freq,
    measure,
    network_code,
    part,
    reference,
    text,
    whole,
)
from casm.intake.measures import GAIN_DBI, Measured, measured
from casm.intake.row import ChildRow, ChildSet
from casm.inventory.choices import CONTROL_CHANNEL, POLARIZATION, RECEIVER_SENSITIVITY_METHOD

FREQUENCIES = "station_tx_freqs_mhz"


def antenna_gain(low_dbi: float, high_dbi: float):
    """A parser of a gain in dBd or dBi that keeps the unit it was written in."""
    return lambda cell: measured(cell, GAIN_DBI, default_unit=None, low=low_dbi, high=high_dbi)


def azimuth_deg(cell: Cell) -> float:
    """An azimuth from true north; 360 is 0."""
    number, unit = measures.split_number(cell.text)
    if unit not in (None, "deg") or not 0 <= number <= 360:
        raise CellError("an azimuth is 0 to 360 degrees from true north", "correct it")
    return float(number) % 360.0


def _frequencies(cell: Cell) -> list[int]:
    return [measures.frequency_hz(Cell(one, cell.unit)) for one in values.elements(cell.text)]


def finish_gain(draft: Draft) -> None:
    """The gain in dBi, and the unit it was entered in, which a column of its own may name."""
    found: Measured | None = draft.take("antenna_gain_dbi")
    unit = draft.take("antenna_gain_entered_unit")
    if found is not None:
        draft.values["antenna_gain_dbi"] = found.value
        draft.values["antenna_gain_entered_unit"] = unit or found.written_unit
    elif unit is not None:
        draft.note("antenna_gain_entered_unit", "a unit is stated for a gain that is not", "fill in the gain")


def _finish_station(draft: Draft) -> None:
    finish_gain(draft)
    freqs = draft.take(FREQUENCIES)
    if freqs is not None:
        rows = tuple(
            ChildRow({"station_tx_freq_hz": freq_hz, "sequence": number}) for number, freq_hz in enumerate(freqs, 1)
        )
        draft.children.append(ChildSet("station_frequency", "station", rows, column=FREQUENCIES))


STATION = ClassSpec(
    "station",
    (
        *EVERY_CLASS,
        text("name", "station", "station name", "base station", "repeater", "repeater name", required=True),
        reference("site", "site", "site name", "location", "tower", "site id"),
        reference("radio_system", "radio_system", "system", "system name"),
        reference("channel", "channel", "channel name"),
        Field("call_sign", values.call_sign, ("licence", "license", "fcc call sign")),
        Field("station_class", values.call_sign, ("class", "class station")),
        whole("rfss_id", 0, 255, "rfss", "p25 rfss"),
        whole("p25_site_id", 0, 255, "p25 site", "site number"),
        network_code("nac", 0xFFF, "p25 nac", "network access code"),
        whole("licence_location_number", 0, 100_000, "location number"),
        whole("licence_antenna_number", 0, 100_000, "antenna number"),
        text("antenna_make", "antenna manufacturer"),
        text("antenna_model", "antenna", "antenna type"),
        text("antenna_pattern", "pattern"),
        measure("antenna_height_agl_m", measures.LENGTH_M, 0, 1000, "antenna height", "antenna height above ground",
                "rc height", "radiation center", "radiation center agl", "rad center", "height to center",
                "rc height agl", "antenna center height"),
        measure("haat_m", measures.LENGTH_M, -1000, 5000, "height above average terrain", "antenna haat", "haat"),
        Field("azimuth_deg", azimuth_deg, ("antenna azimuth", "bearing", "orientation"), units=("deg",)),
        measure("beamwidth_deg", measures.ANGLE_DEG, 0, 360, "antenna beamwidth", default_unit="deg"),
        Field("antenna_gain_dbi", antenna_gain(-20, 70), ("gain", "antenna gain"), role="part",
              units=tuple(GAIN_DBI), needs_unit=True),
        part("antenna_gain_entered_unit", values.choice(("dBd", "dBi"), {}), "gain unit", "antenna gain unit"),
        measure("electrical_tilt_deg", measures.ANGLE_DEG, -90, 90, "tilt", "downtilt", "antenna tilt",
                default_unit="deg"),
        choice("polarization", POLARIZATION, "antenna polarization", synonyms=synonyms.POLARIZATION),
        measure("line_loss_db", measures.RATIO_DB, 0, 60, "line loss", "feedline loss", "cable loss", "feeder loss",
                "total loss", default_unit="dB"),
        measure("tx_output_w", measures.POWER_W, 0, 100_000, "tx power", "output power", "power", "tx output power",
                "power output"),
        measure("erp_w", measures.POWER_W, 0, 10_000_000, "erp", "effective radiated power"),
        measure("receiver_sensitivity_dbm", measures.LEVEL_DBM, -140, 0, "rx sensitivity", "sensitivity rx",
                "receive sensitivity"),
        choice("receiver_sensitivity_method", RECEIVER_SENSITIVITY_METHOD, "sensitivity method",
               "sensitivity criterion", synonyms=synonyms.RECEIVER_SENSITIVITY_METHOD),
        measure("receiver_noise_figure_db", measures.RATIO_DB, 0, 40, "noise figure", "rx noise figure",
                default_unit="dB"),
        measure("declared_range_m", measures.LENGTH_M, 0, 500_000, "range", "declared range", "coverage radius",
                "radius"),
        Field(FREQUENCIES, _frequencies, ("tx freq", "tx freqs", "station tx freq", "freq", "freqs",
              "station freqs", "output freq"), role="part", units=tuple(measures.FREQUENCY)),
    ),
    _finish_station,
    ("repeaters", "base_stations", "services"),
)  # fmt: skip

STATION_FREQUENCY = ClassSpec(
    "station_frequency",
    (
        *EVERY_CLASS,
        reference("station", "station", "station name", required=True),
        whole("sequence", 1, 100_000, "frequency number", "freq number", "channel number"),
        freq("station_tx_freq_hz", "tx freq", "output freq", "freq"),
        freq("station_tx_upper_freq_hz", "upper freq", "tx upper freq"),
        freq("station_rx_freq_hz", "rx freq", "input freq"),
        Field("station_class", values.call_sign, ("class",)),
        measure("tx_output_w", measures.POWER_W, 0, 100_000, "tx power", "output power", "power"),
        measure("erp_w", measures.POWER_W, 0, 10_000_000, "erp"),
        measure("eirp_dbm", measures.LEVEL_DBM, -100, 150, "eirp"),
        text("transmitter_make", "tx make"),
        text("transmitter_model", "tx model"),
        text("emission_designators", "emission", "emissions", "emission designator"),
        choice("control_channel", CONTROL_CHANNEL, "control", synonyms=synonyms.CONTROL_CHANNEL),
    ),
    file_names=("station_freqs", "frequencies_of_stations"),
)
