"""Rule: figures that cannot hold together do not stand in one record."""

from collections.abc import Iterable
from datetime import date

from casm.quality.doubt import ERROR, NOTE, WARNING, Doubt
from casm.quality.figures import khz, mhz
from casm.quality.rules.narrowband import emission_kind, necessary_bandwidth_hz
from geo.units import dbi_to_dbd, ratio_to_db

# Antenna gains are stated to half a decibel and line losses are estimates; 3 dB is half or twice the figure.
ERP_TOLERANCE_DB = 3.0
# Where land-mobile service is licensed in the US (47 CFR 90.20, 90.35, 90.519), with broadband.
LAND_MOBILE_MHZ = (
    (25.0, 50.0), (72.0, 76.0), (138.0, 174.0), (216.0, 222.0), (380.0, 512.0), (758.0, 869.0), (896.0, 960.0),
    (4940.0, 4990.0),
)  # fmt: skip


def check_erp(
    tx_output_w: float | None, line_loss_db: float | None, antenna_gain_dbi: float | None, erp_w: float | None
) -> list[Doubt]:
    """A doubt where the ERP is not output less line loss plus gain over a dipole.

    Source: 47 CFR 2.1, effective radiated power; ITU-R V.573-6 (dBd = dBi - 2.15). The 3 dB are this project's.
    """
    if not tx_output_w or not erp_w or antenna_gain_dbi is None or line_loss_db is None:
        return []
    gain_dbd = dbi_to_dbd(antenna_gain_dbi)
    computed_w = tx_output_w * 10 ** ((gain_dbd - line_loss_db) / 10)
    off_db = ratio_to_db(erp_w / computed_w)
    if abs(off_db) <= ERP_TOLERANCE_DB:
        return []
    figures = (("transmitter output", f"{tx_output_w:g} W"), ("line loss", f"{line_loss_db:g} dB"),
               ("antenna gain", f"{gain_dbd:.2f} dBd"), ("ERP on record", f"{erp_w:g} W"),
               ("ERP computed", f"{computed_w:.3g} W"))  # fmt: skip
    sentence = (
        f"Output, line loss and gain make {computed_w:.3g} W of ERP, but {erp_w:g} W is on record, "
        f"{off_db:+.1f} dB off."
    )
    return [Doubt(WARNING, sentence, figures, "erp")]


def check_emission(emission_designator: str | None, bandwidth_hz: float | None, mode: str | None) -> list[Doubt]:
    """Doubts where an emission is wider than its channel, or is analog voice on a digital channel or the reverse.

    Source: 47 CFR 2.201 (third symbol E: telephony; first F, second 3: analogue FM; 1: digital) and 2.202.
    """
    if not emission_designator:
        return []
    found = []
    figures = (("emission", emission_designator), ("bandwidth", khz(bandwidth_hz)), ("mode", mode or "not known"))
    necessary_hz = necessary_bandwidth_hz(emission_designator)
    if necessary_hz is not None and bandwidth_hz is not None and necessary_hz > bandwidth_hz:
        sentence = f"{emission_designator} is {khz(necessary_hz)} wide, more than the channel's {khz(bandwidth_hz)}."
        found.append(Doubt(ERROR, sentence, figures, "bandwidth"))
    kind = emission_kind(emission_designator)
    if kind == "F3E" and mode in ("p25_phase1", "p25_phase2", "dmr", "nxdn", "tetra"):
        sentence = f"{emission_designator} is analogue FM voice, but the channel's mode is {mode.replace('_', ' ')}."
        found.append(Doubt(WARNING, sentence, figures, "mode"))
    if kind in ("F1E", "F1D", "D7W", "FXE") and mode == "analog_fm":
        sentence = f"{emission_designator} is a digital emission, but the channel's mode is analog FM."
        found.append(Doubt(WARNING, sentence, figures, "mode"))
    return found


def check_land_mobile(freqs_hz: Iterable[int | None]) -> list[Doubt]:
    """A doubt about each frequency where there is no land-mobile band: a slipped decimal point, mostly.

    Source: 47 CFR 2.106 and part 90 (90.20, 90.35, 90.519, 90.1213), edition of 2024.
    """
    return [
        Doubt(ERROR, f"{mhz(one)} lies in no land-mobile band: look at the decimal point.", (("frequency", mhz(one)),),
              f"band {one}")
        for one in sorted({freq for freq in freqs_hz if freq is not None})
        if not any(low * 1e6 <= one <= high * 1e6 for low, high in LAND_MOBILE_MHZ)
    ]  # fmt: skip


def check_at_most(part: str, part_count: int | None, whole: str, whole_count: int | None) -> list[Doubt]:
    """A doubt where a part is more than its whole, as sworn staff and all staff. Source: arithmetic."""
    if part_count is None or whole_count is None or part_count <= whole_count:
        return []
    sentence = f"{part[:1].upper()}{part[1:]} are {part_count:,}, more than {whole} ({whole_count:,})."
    return [Doubt(ERROR, sentence, ((part, f"{part_count:,}"), (whole, f"{whole_count:,}")), part)]


def check_order(first: str, first_on: date | None, second: str, second_on: date | None) -> list[Doubt]:
    """A doubt where something ends before it begins. Source: arithmetic."""
    if first_on is None or second_on is None or first_on <= second_on:
        return []
    sentence = f"{first[:1].upper()}{first[1:]} is {first_on.isoformat()}, after {second} ({second_on.isoformat()})."
    return [Doubt(ERROR, sentence, ((first, first_on.isoformat()), (second, second_on.isoformat())), first)]


def check_phase_2(modes: Iterable[str] | None, tdma_capable: bool | None) -> list[Doubt]:
    """A doubt where radios are said to do P25 Phase 2 and not to do TDMA, which is what Phase 2 is.

    Source: TIA-102.BBAB (Phase 2 two-slot TDMA overview).
    """
    if "p25_phase2" in (modes or ()) and tdma_capable is False:
        figures = (("modes", ", ".join(modes or ())), ("TDMA capable", "no"))
        return [Doubt(ERROR, "P25 Phase 2 is TDMA, but these radios are entered as not TDMA capable.", figures, "tdma")]
    if tdma_capable and modes is not None and not {"p25_phase2", "dmr", "tetra"} & set(modes):
        figures = (("modes", ", ".join(modes) or "none"), ("TDMA capable", "yes"))
        sentence = "The radios are entered as TDMA capable, but no mode that uses TDMA is listed."
        return [Doubt(NOTE, sentence, figures, "tdma")]
    return []
