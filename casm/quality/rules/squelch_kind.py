"""Rule: the squelch fits the mode, and its tone or code is one that radios have; a NAC is not a CTCSS."""

from collections.abc import Iterator
from decimal import Decimal

from casm.intake.squelch import CTCSS_HZ, DCS_CODES
from casm.quality.doubt import ERROR, WARNING, Doubt, Mend
from casm.quality.figures import squelch

ANALOG_ONLY = frozenset({"analog_fm"})
P25_ONLY = frozenset({"p25_phase1", "p25_phase2"})
# A tone typed from memory is off by a tenth or two; further off it may be another one.
NEAR_HZ = Decimal("0.2")


def check_squelch_kind(
    side: str,
    mode: str | None,
    kind: str | None,
    ctcss_hz: Decimal | None = None,
    dcs_code: str | None = None,
    nac: int | None = None,
) -> list[Doubt]:
    """Doubts about one side's squelch. side: rx or tx. mode: one of the field's terms, None if not known.

    Source: TIA-603-E (2016), 2.3 and annex on CTCSS frequencies and CDCSS codes; TIA-102.BAAC-D (2017), Common Air
    Interface Reserved Values, on network access codes; that $61F stands for 156.7 Hz (the tone in tenths of a hertz as
    hexadecimal) is the practice of systems that changed from analogue to P25.
    """
    return list(_doubts(side, mode, kind, ctcss_hz, dcs_code, nac))


def _doubts(
    side: str, mode: str | None, kind: str | None, ctcss_hz: Decimal | None, dcs_code: str | None, nac: int | None
) -> Iterator[Doubt]:
    written, shown = squelch(kind, ctcss_hz, dcs_code, nac), side.upper()
    figures = ((f"{shown} squelch", written), ("mode", (mode or "not known").replace("_", " ")))
    if kind == "nac" and mode in ANALOG_ONLY and nac is not None:
        tone_hz = Decimal(nac) / 10
        mends: tuple[Mend, ...] = ()
        if tone_hz in CTCSS_HZ:
            mends = (Mend(f"Set the {shown} squelch to the tone {tone_hz} Hz", columns(side, "ctcss", tone_hz)),)
        sentence = f"The {shown} squelch {written} is a P25 network access code, but the channel is analog FM only."
        yield Doubt(ERROR, sentence, figures, side, mends)
    if kind in ("ctcss", "dcs") and mode in P25_ONLY:
        sentence = f"The {shown} squelch {written} is analog, but the channel is P25 only, which opens on a NAC."
        yield Doubt(ERROR, sentence, figures, side)
    elif kind == "ctcss" and ctcss_hz is not None and ctcss_hz not in CTCSS_HZ:
        near = [tone_hz for tone_hz in sorted(CTCSS_HZ) if abs(tone_hz - ctcss_hz) <= NEAR_HZ]
        mends = tuple(Mend(f"Set the {shown} tone to {one} Hz", columns(side, "ctcss", one)) for one in near)
        sentence = f"{written} is no standard CTCSS tone" + (f"; {near[0]} Hz is." if near else ".")
        yield Doubt(WARNING, sentence, figures, side, mends if len(near) == 1 else ())
    elif kind == "dcs" and dcs_code is not None and dcs_code[:3] not in DCS_CODES:
        yield Doubt(WARNING, f"{written} is none of the DCS codes that radios offer.", figures, side)


def columns(side: str, kind: str, ctcss_hz: Decimal) -> dict[str, object]:
    """A side's columns for a tone."""
    return {
        f"{side}_squelch_kind": kind, f"{side}_ctcss_hz": ctcss_hz, f"{side}_dcs_code": None, f"{side}_nac": None,
    }  # fmt: skip
