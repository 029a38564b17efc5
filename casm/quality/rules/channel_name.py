"""Rule: a channel that bears a national name must be on that channel's frequencies, and the other way round."""

from casm.quality.doubt import ERROR, NOTE, WARNING, Doubt, Mend
from casm.quality.figures import mhz
from casm.quality.rules.national_channels import NationalChannels, plain_name


def check_channel_name(
    name: str,
    rx_freq_hz: int | None,
    tx_freq_hz: int | None,
    national: NationalChannels,
    *,
    alias: str | None = None,
    receive_only: bool = False,
) -> list[Doubt]:
    """Doubts about a channel's name beside its frequencies, as a subscriber is programmed.

    A pair that is the national one with its sides changed over is left to the rule of sides.

    Source: APCO/NPSTC ANS 1.104.2-2017, Standard Channel Nomenclature for the Public Safety Interoperability
    Channels (channel names with frequencies, its tables by band); frequencies as in CISA, NIFOG 2.02 (2025),
    non-Federal and Federal interoperability channels.
    """
    channel = national.named(name, alias)
    if channel is None:
        return _unnamed(name, rx_freq_hz, tx_freq_hz, national)
    if (tx_freq_hz, rx_freq_hz) == (channel.rx_freq_hz, channel.tx_freq_hz):
        return []
    wanted = {"rx_freq_hz": channel.rx_freq_hz, "tx_freq_hz": channel.tx_freq_hz}
    stated = {"rx_freq_hz": rx_freq_hz, "tx_freq_hz": None if receive_only else tx_freq_hz}
    if receive_only:
        wanted["tx_freq_hz"] = None  # type: ignore[assignment]
    missing = {key: wanted[key] for key, value in stated.items() if value is None and wanted[key] is not None}
    wrong = [key for key, value in stated.items() if value is not None and value != wanted[key]]
    figures = (
        ("RX on record", mhz(rx_freq_hz)),
        ("TX on record", mhz(tx_freq_hz)),
        (f"{channel.name} in {national.edition}", f"RX {mhz(channel.rx_freq_hz)}, TX {mhz(channel.tx_freq_hz)}"),
    )
    if wrong:
        sides = " and ".join(key[:2].upper() for key in wrong)
        other = national.by_pair.get((rx_freq_hz or 0, tx_freq_hz or 0))
        also = f"; these frequencies are those of {other.name}" if other else ""
        sentence = f"It is called {channel.name}, but its {sides} is not that of {channel.name}{also}."
        return [Doubt(ERROR, sentence, figures, "frequency")]
    if missing:
        sides = " and ".join(key[:2].upper() for key in missing)
        mend = Mend(f"Fill in {sides} as {channel.name} has it", missing)
        sentence = f"It is called {channel.name} and states no {sides}, which the guide fixes."
        return [Doubt(WARNING, sentence, figures, "frequency", (mend,))]
    return []


def _unnamed(name: str, rx_freq_hz: int | None, tx_freq_hz: int | None, national: NationalChannels) -> list[Doubt]:
    """A channel on a national pair under a name of its own: at an incident nobody will look for it there."""
    if rx_freq_hz is None or tx_freq_hz is None:
        return []
    channel = national.by_pair.get((rx_freq_hz, tx_freq_hz))
    if channel is None or plain_name(channel.name) in plain_name(name):
        return []
    sentence = (
        f"These are the frequencies of {channel.name}, but it is called {name}: the standard name is what units "
        "of other agencies are told to turn to."
    )
    figures = (("RX", mhz(rx_freq_hz)), ("TX", mhz(tx_freq_hz)), (f"name in {national.edition}", channel.name))
    return [Doubt(NOTE, sentence, figures, "name", (Mend(f"Rename it {channel.name}", {"name": channel.name}),))]
