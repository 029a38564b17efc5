"""Rule: a national channel is programmed with the guide's squelch; VTAC33 to VTAC38 send 136.5 Hz and receive CSQ."""

from decimal import Decimal
from typing import Any

from casm.quality.doubt import WARNING, Doubt, Mend
from casm.quality.figures import squelch
from casm.quality.rules.national_channels import NationalChannels

Squelch = tuple[str | None, Decimal | None, str | None, int | None]
PARTS = ("squelch_kind", "ctcss_hz", "dcs_code", "nac")


def check_national_squelch(
    name: str,
    rx_freq_hz: int | None,
    tx_freq_hz: int | None,
    rx_squelch: Squelch,
    tx_squelch: Squelch,
    national: NationalChannels,
) -> list[Doubt]:
    """Doubts about the squelch of a channel that has a national name and its frequencies.

    rx_squelch, tx_squelch: kind, tone in hertz, DCS code, NAC. A side without squelch on record is not doubted here.

    Source: CISA, NIFOG 2.02 (2025), interoperability channel tables, columns CTCSS/NAC of mobile RX and TX; APCO/NPSTC
    ANS 1.104.2-2017.
    """
    channel = national.named(name)
    if channel is None or (rx_freq_hz, tx_freq_hz) != (channel.rx_freq_hz, channel.tx_freq_hz):
        return []
    columns: dict[str, Any] = {}
    figures, wrong = [], []
    for side, stated, wanted in (("rx", rx_squelch, channel.rx_squelch), ("tx", tx_squelch, channel.tx_squelch)):
        if stated[0] is None or stated == wanted:
            continue
        # A receiver that opens on any carrier hears a superset, and many agencies program it so.
        if side == "rx" and stated[0] == "csq":
            continue
        columns |= {f"{side}_{part}": value for part, value in zip(PARTS, wanted, strict=True)}
        figures += [(f"{side.upper()} on record", squelch(*stated)), (f"{side.upper()} in the guide", squelch(*wanted))]
        wrong.append(f"{side.upper()} {squelch(*stated)} instead of {squelch(*wanted)}")
    if not wrong:
        return []
    sentence = f"{channel.name} is programmed with {' and '.join(wrong)}: radios set by the guide will not be heard."
    words = f"Set the squelch of {national.edition}"
    return [Doubt(WARNING, sentence, tuple(figures), "squelch", (Mend(words, columns),))]
