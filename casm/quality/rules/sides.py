"""Rule: RX and TX stand on the side they belong to; a pair typed from the other view has its split reversed."""

from typing import Any

from casm.quality.doubt import ERROR, Doubt, Mend
from casm.quality.figures import mhz
from casm.quality.rules.national_channels import NationalChannels

# Where the fixed station transmits, and how far above it mobiles transmit (hertz). VHF has no fixed split.
PAIRED_BANDS = (
    ("UHF", 450_000_000, 455_000_000, 5_000_000),
    ("UHF", 460_000_000, 465_000_000, 5_000_000),
    ("700 MHz", 769_000_000, 775_000_000, 30_000_000),
    ("800 MHz", 851_000_000, 869_000_000, -45_000_000),
    ("900 MHz", 935_000_000, 940_000_000, -39_000_000),
)
T_BAND_HZ = (470_000_000, 512_000_000)
T_BAND_SPLIT_HZ = 3_000_000
TV_CHANNEL_HZ = 6_000_000
SQUELCH_PARTS = ("squelch_kind", "ctcss_hz", "dcs_code", "nac")


def station_transmits_on(first_hz: int, second_hz: int) -> tuple[str, int] | None:
    """(band, which of the two a fixed station transmits on), None where the pair follows no fixed split."""
    for band, low_hz, high_hz, split_hz in PAIRED_BANDS:
        for station_hz, mobile_hz in ((first_hz, second_hz), (second_hz, first_hz)):
            if low_hz <= station_hz < high_hz and mobile_hz - station_hz == split_hz:
                return band, station_hz
    low, high = sorted((first_hz, second_hz))
    in_t_band = T_BAND_HZ[0] <= low and high < T_BAND_HZ[1]
    lower_half = (low - T_BAND_HZ[0]) % TV_CHANNEL_HZ < TV_CHANNEL_HZ // 2
    if in_t_band and lower_half and high - low == T_BAND_SPLIT_HZ:
        return "T-band", low
    return None


def check_sides(
    rx_freq_hz: int | None,
    tx_freq_hz: int | None,
    national: NationalChannels,
    squelch: dict[str, Any] | None = None,
    *,
    name: str = "",
) -> list[Doubt]:
    """A doubt where a channel's RX and TX, which are a subscriber's, stand as a station has them.

    squelch: the columns of both sides' squelch, which change over with the frequencies. name: the channel's, which
    decides at VHF: VTAC36 with its sides changed over is VTAC33.

    Source: 47 CFR 90.20(c)(3) and 90.35(b)(3) (450-470 MHz, mobiles 5 MHz above), 90.311(a) (470-512 MHz, 3 MHz apart),
    90.531 (769-775 base, 799-805 mobile), 90.613 (851-869 base, 806-824 mobile; 935-940 base, 896-901 mobile), edition
    of 2024; pairs of VHF and of national channels by CISA, NIFOG 2.02 (2025). ICS-217A is filled from the subscriber's
    side (FEMA, ICS Form 217A, instructions to blocks of RX and TX).
    """
    if rx_freq_hz is None or tx_freq_hz is None or rx_freq_hz == tx_freq_hz:
        return []
    paired = station_transmits_on(rx_freq_hz, tx_freq_hz)
    named, changed_pair = national.named(name), (tx_freq_hz, rx_freq_hz)
    channel = national.by_pair.get(changed_pair)
    if named is not None and changed_pair == (named.rx_freq_hz, named.tx_freq_hz):
        channel = named
    elif (rx_freq_hz, tx_freq_hz) in national.by_pair:
        return []
    if channel is not None:
        why = f"this is {channel.name} with its sides changed over"
    elif paired is not None and paired[1] == tx_freq_hz:
        why = f"at {paired[0]} it is the fixed station that transmits on {mhz(tx_freq_hz)}, so a radio receives there"
    else:
        return []
    sentence = f"RX and TX are written from the station's side: {why}."
    figures = (("RX on record", mhz(rx_freq_hz)), ("TX on record", mhz(tx_freq_hz)))
    changed = changed_over({"rx_freq_hz": rx_freq_hz, "tx_freq_hz": tx_freq_hz, **(squelch or {})})
    return [Doubt(ERROR, sentence, figures, "sides", (Mend("Change RX and TX over, with their squelch", changed),))]


def check_station_sides(station_tx_freq_hz: int | None, station_rx_freq_hz: int | None) -> list[Doubt]:
    """A doubt where a station transmits on what mobiles transmit on. Source: as check_sides."""
    if station_tx_freq_hz is None or station_rx_freq_hz is None:
        return []
    paired = station_transmits_on(station_tx_freq_hz, station_rx_freq_hz)
    if paired is None or paired[1] == station_tx_freq_hz:
        return []
    sentence = (
        f"The station's sides are changed over: at {paired[0]} a fixed station transmits on {mhz(paired[1])} and "
        f"receives on {mhz(station_tx_freq_hz)}."
    )
    figures = (("station transmits on", mhz(station_tx_freq_hz)), ("station receives on", mhz(station_rx_freq_hz)))
    changed = {"station_tx_freq_hz": station_rx_freq_hz, "station_rx_freq_hz": station_tx_freq_hz}
    return [Doubt(ERROR, sentence, figures, "sides", (Mend("Change the station's two frequencies over", changed),))]


def changed_over(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns of both sides with RX and TX changed over; twice is as it was."""
    other = {"rx": "tx", "tx": "rx"}
    return {f"{other[name[:2]]}{name[2:]}": value for name, value in columns.items()}
