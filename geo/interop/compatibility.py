"""Whether a fleet's radios fit a resource: band, mode, programming, encryption; and whether two channels are one.

Each elementary condition is judged for freshness by itself, so that one stale row opens only what rests on it.
"""

from collections.abc import Callable

from geo.interop.answer import Verdict
from geo.interop.freshness import Freshness
from geo.interop.radio import Fleet, Template
from geo.interop.reason import YES, Code, Finding, Record, all_of, missing, no, yes
from geo.interop.resource import (
    NOT_STATED,
    Channel,
    Cipher,
    Figures,
    RadioSystem,
    Resource,
    Squelch,
    Talkgroup,
    band_of,
)

# The radio mode that each channel mode and system technology asks for; of several, all, to hear whatever is sent.
MODES_FOR_CHANNEL = {
    "analog_fm": ("analog_fm",),
    "p25_phase1": ("p25_phase1",),
    "mixed_fm_p25": ("analog_fm", "p25_phase1"),
    "p25_phase2": ("p25_phase2",),
}
MODE_FOR_TECHNOLOGY = {
    "analog": "analog_fm",
    "p25_conventional": "p25_phase1",
    "p25_phase1": "p25_phase1",
    "p25_phase2": "p25_phase1",
    "smartzone": "smartnet",
}


def band_for_channel(fleet: Fleet, channel: Channel, freshness: Freshness) -> Finding:
    """Whether the radios cover both frequencies of the channel."""
    figures = channel.figures
    return all_of(
        freshness.judge(_band_of_frequency(fleet, channel, name, freq_hz), Code.BAND)
        for name, freq_hz in (("receive", figures.rx_freq_hz), ("transmit", figures.tx_freq_hz))
    )


def _band_of_frequency(fleet: Fleet, channel: Channel, name: str, freq_hz: int | None) -> Finding:
    if freq_hz is None:
        return missing(Code.BAND, f"the {name} frequency of {channel.record.label} is not stated", channel.record)
    band = band_of(freq_hz)
    if band is None:
        text = f"{freq_hz / 1e6:.4f} MHz of {channel.record.label} is in no land-mobile band"
        return missing(Code.BAND, text, channel.record)
    if fleet.bands is None:
        return missing(Code.BAND, f"the bands of {fleet.record.label} are not stated", fleet.record)
    if band in fleet.bands:
        return yes(fleet.record, channel.record)
    text = f"{fleet.record.label} has no {band}, which {channel.record.label} needs"
    return no(Code.BAND, text, fleet.record, channel.record)


def band_for_system(fleet: Fleet, system: RadioSystem, freshness: Freshness) -> Finding:
    """Whether the radios cover the system's bands; having only some of them leaves open where they work."""
    return freshness.judge(_bands_of_system(fleet, system), Code.BAND)


def _bands_of_system(fleet: Fleet, system: RadioSystem) -> Finding:
    if system.bands is None or not system.bands:
        return missing(Code.BAND, f"the bands of {system.record.label} are not stated", system.record)
    if fleet.bands is None:
        return missing(Code.BAND, f"the bands of {fleet.record.label} are not stated", fleet.record)
    shared = system.bands & fleet.bands
    if not shared:
        text = f"{fleet.record.label} has no {_joined(sorted(system.bands))}, which {system.record.label} needs"
        return no(Code.BAND, text, fleet.record, system.record)
    if shared != system.bands:
        lacking = _joined(sorted(system.bands - shared))
        text = f"{fleet.record.label} lacks {lacking}, and where {system.record.label} uses it is not stated"
        return missing(Code.BAND, text, fleet.record, system.record)
    return yes(fleet.record, system.record)


def mode_for_channel(fleet: Fleet, channel: Channel, freshness: Freshness) -> Finding:
    """Whether the radios have the channel's mode."""
    mode = channel.figures.mode
    if mode is None:
        return missing(Code.MODE, f"the mode of {channel.record.label} is not stated", channel.record)
    wanted = MODES_FOR_CHANNEL.get(mode, (mode,))
    if fleet.modes is not None and 0 < len(fleet.modes & set(wanted)) < len(wanted):
        # Radios of one mode do not hear those that send the other, and which is sent no record says.
        lacking = " and ".join(one for one in wanted if one not in fleet.modes)
        text = f"{fleet.record.label} has no {lacking}, and which mode is sent on {channel.record.label} is not stated"
        return missing(Code.MODE, text, fleet.record, channel.record)
    return freshness.judge(_has_mode(fleet, wanted, channel.record), Code.MODE)


def may_be_sent_on(channel: Channel, freshness: Freshness) -> Finding:
    """Whether radios may transmit on a channel at all."""
    if channel.configuration != "receive_only":
        return YES
    text = f"{channel.record.label} is for listening only"
    return freshness.judge(no(Code.NO_METHOD, text, channel.record), Code.NO_METHOD)


def mode_for_talkgroup(fleet: Fleet, talkgroup: Talkgroup, system: RadioSystem, freshness: Freshness) -> Finding:
    """Whether the radios have the system's mode and, for a TDMA talkgroup, two-slot TDMA."""
    if system.technology is None:
        text = f"the technology of {system.record.label} is not stated"
        return missing(Code.MODE, text, system.record)
    mode = _has_mode(fleet, (MODE_FOR_TECHNOLOGY.get(system.technology, system.technology),), system.record)
    tdma = _tdma(fleet, talkgroup, system)
    return all_of((freshness.judge(mode, Code.MODE), freshness.judge(tdma, Code.MODE)))


def _tdma(fleet: Fleet, talkgroup: Talkgroup, system: RadioSystem) -> Finding:
    if talkgroup.access in ("fdma", "dynamic"):
        return yes(talkgroup.record)
    if talkgroup.access is None and system.technology != "p25_phase2":
        return yes(talkgroup.record)
    if fleet.has_tdma:
        return yes(fleet.record, talkgroup.record)
    if talkgroup.access is None:
        text = f"whether {talkgroup.record.label} is TDMA is not stated"
        return missing(Code.MODE, text, talkgroup.record)
    if fleet.has_tdma is None:
        return missing(Code.MODE, f"whether {fleet.record.label} has TDMA is not stated", fleet.record)
    text = f"{fleet.record.label} has no TDMA, which {talkgroup.record.label} needs"
    return no(Code.MODE, text, fleet.record, talkgroup.record)


def _has_mode(fleet: Fleet, any_mode: tuple[str, ...], needing: Record) -> Finding:
    if fleet.modes is None:
        return missing(Code.MODE, f"the modes of {fleet.record.label} are not stated", fleet.record)
    if fleet.modes & set(any_mode):
        return yes(fleet.record, needing)
    text = f"{fleet.record.label} has no {' or '.join(any_mode)}, which {needing.label} needs"
    return no(Code.MODE, text, fleet.record, needing)


def in_radios(fleet: Fleet, freshness: Freshness) -> tuple[Template, ...]:
    """The templates that radios of the fleet carry or may carry: all but those that surely are in none."""
    return tuple(
        template
        for template in fleet.templates
        if template.programmed_radio_count != 0 or not freshness.fresh(template.record)
    )


def contents_known(template: Template | None, freshness: Freshness) -> bool:
    """Whether what radios with this template hold on the day asked for is known for sure."""
    return template is not None and bool(template.slots) and freshness.fresh(template.record) and (
        template.programmed_on is None or template.programmed_on <= freshness.as_of
    )  # fmt: skip


def programming(fleet: Fleet, template: Template | None, resource: Resource, freshness: Freshness) -> Finding:
    """Whether the radios have the resource, able to transmit: those with this template, and so all of the fleet.

    None: no template is on record. NO where this template lacks it; UNKNOWN where this one holds it and another
    that radios of the fleet carry does not, since nobody knows which radio is in the hand.
    """
    own = freshness.judge(_slots(fleet, template, resource, freshness), Code.PROGRAMMING)
    if template is None or own.verdict is Verdict.NO:
        return own
    others = [other for other in in_radios(fleet, freshness) if other is not template]
    fellows = (
        _fellow(fleet, other, freshness.judge(_slots(fleet, other, resource, freshness), Code.PROGRAMMING), resource)
        for other in others
    )
    return all_of((own, *fellows, _radios_told(fleet, (template, *others))))


def radios_in_hand(fleet: Fleet, freshness: Freshness) -> Finding:
    """Whether the fleet has any radio at all; a count that is not stated is taken to be some."""
    if fleet.radio_count == 0:
        return freshness.judge(no(Code.CAPACITY, f"{fleet.record.label} has no radios", fleet.record), Code.CAPACITY)
    return YES


def works_on(fleet: Fleet, template: Template, own_system: Callable[[Template], bool], system: RadioSystem,
             freshness: Freshness) -> Finding:  # fmt: skip
    """Whether the radios work on a joined system: a talkgroup of it, able to transmit, in this and every template.

    own_system: whether a template holds a talkgroup of that system.
    """

    def on_it(one: Template) -> Finding:
        text = f"{fleet.record.label} has nothing of {system.record.label} in {one.record.label}"
        finding = yes(one.record) if own_system(one) else no(Code.PROGRAMMING, text, one.record)
        return freshness.judge(finding if contents_known(one, freshness) else yes(one.record), Code.PROGRAMMING)

    own = on_it(template)
    if own.verdict is Verdict.NO:
        return own
    others = (other for other in in_radios(fleet, freshness) if other is not template)
    return all_of((own, *(_fellow(fleet, other, on_it(other), system) for other in others)))


def _fellow(fleet: Fleet, template: Template, finding: Finding, wanted: Resource | RadioSystem) -> Finding:
    """What another template in the fleet's radios makes of the whole: without the resource, the whole is unsure."""
    if finding.verdict is not Verdict.NO:
        return finding
    count, total = template.programmed_radio_count, fleet.radio_count
    how_many = "some radios" if count is None else f"{count} radios" if total is None else f"{count} of {total} radios"
    lacks = f"has {wanted.record.name} to listen only" if template.only_listens(wanted.id) else (
        f"lacks {wanted.record.name}"
    )  # fmt: skip
    text = f"{how_many} of {fleet.record.label} carry {template.record.label}, which {lacks}"
    return missing(Code.PROGRAMMING, text, template.record, fleet.record)


def _radios_told(fleet: Fleet, templates: tuple[Template, ...]) -> Finding:
    """Whether the templates account for every radio of the fleet, where all counts are stated."""
    counts = [template.programmed_radio_count for template in templates]
    if fleet.radio_count is None or None in counts or sum(counts) >= fleet.radio_count:
        return yes(fleet.record)
    rest = fleet.radio_count - sum(counts)
    text = f"what {rest} of {fleet.radio_count} radios of {fleet.record.label} carry is not on record"
    return missing(Code.PROGRAMMING, text, fleet.record)


def _slots(fleet: Fleet, template: Template | None, resource: Resource, freshness: Freshness) -> Finding:
    if template is None:
        text = f"no programming template of {fleet.record.label} is on record"
        if fleet.templates:
            text = f"no template on record is in any radio of {fleet.record.label}"
        return missing(Code.PROGRAMMING, text, *(one.record for one in fleet.templates), fleet.record)
    if not template.slots:
        text = f"what {template.record.label} of {fleet.record.label} holds is not stated"
        return missing(Code.PROGRAMMING, text, template.record)
    if template.programmed_on is not None and template.programmed_on > freshness.as_of:
        day = template.programmed_on.isoformat()
        text = f"{template.record.label} of {fleet.record.label} was programmed only on {day}"
        return missing(Code.PROGRAMMING, text, template.record)
    if template.holds(resource.id):
        return yes(template.record)
    if template.only_listens(resource.id):
        text = f"{template.record.label} of {fleet.record.label} has {resource.record.name} to listen only"
    else:
        text = f"{fleet.record.label} lacks {resource.record.name} in {template.record.label}"
    return no(Code.PROGRAMMING, text, template.record)


def encryption(fleet: Fleet, resource: Resource, cipher: Cipher, freshness: Freshness) -> Finding:
    """Whether the radios can use the resource with this cipher: clear, or its algorithm and key loaded."""
    return freshness.judge(_keys(fleet, resource, cipher), Code.ENCRYPTION)


def _keys(fleet: Fleet, resource: Resource, cipher: Cipher) -> Finding:
    row = resource.encryption.record if resource.encryption is not None else None
    what = resource.record.label
    if cipher.clear:
        return yes(row)
    if cipher == NOT_STATED or cipher.algorithm is None:
        return missing(Code.ENCRYPTION, f"whether {what} is encrypted, and how, is not stated", row or resource.record)
    keys = fleet.keys
    if keys is None or keys.algorithms is None:
        text = f"the encryption of {fleet.record.label} is not stated, and {what} is encrypted"
        return missing(Code.ENCRYPTION, text, keys.record if keys else fleet.record, row)
    if cipher.algorithm not in keys.algorithms:
        text = f"{fleet.record.label} has no {_ALGORITHM_WORDS[cipher.algorithm]}, which {what} needs"
        return no(Code.ENCRYPTION, text, keys.record, row)
    if cipher.key_reference is None:
        return missing(Code.ENCRYPTION, f"the key reference of {what} is not stated", row)
    if keys.key_references is None:
        return missing(Code.ENCRYPTION, f"the key references of {fleet.record.label} are not stated", keys.record)
    if cipher.key_reference not in keys.key_references:
        text = f"{fleet.record.label} has no key {cipher.key_reference}, which {what} needs"
        return no(Code.ENCRYPTION, text, keys.record, row)
    return yes(keys.record, row)


_ALGORITHM_WORDS = {"adp": "ADP", "des_ofb": "DES-OFB", "aes_256": "AES-256"}


def same_channel(
    one: Channel, one_cipher: Cipher, other: Channel, other_cipher: Cipher, freshness: Freshness
) -> Finding:
    """Whether two channel records are one net: by the figures, whatever the names.

    Receive, transmit, what opens the receivers, bandwidth, mode and cipher must agree. A receiver on carrier
    squelch hears every tone; on a direct channel each receiver must be opened by the other's transmitter.
    """
    if one.id == other.id and one_cipher == other_cipher:
        return YES
    a, b = one.figures, other.figures
    both = f"{one.record.label} and {other.record.label}"
    return all_of(
        freshness.judge(finding, condition)
        for condition, finding in (
            (Code.PROGRAMMING, _equal("receive frequency", a.rx_freq_hz, b.rx_freq_hz, one, other)),
            (Code.PROGRAMMING, _equal("transmit frequency", a.tx_freq_hz, b.tx_freq_hz, one, other)),
            (Code.PROGRAMMING, _squelches(a, b, one, other)),
            (Code.PROGRAMMING, _equal("bandwidth", a.bandwidth, b.bandwidth, one, other)),
            (Code.MODE, _modes(a.mode, b.mode, one, other)),
            (Code.ENCRYPTION, _ciphers(one_cipher, other_cipher, both, one, other)),
        )
    )


def _equal(what: str, a: object, b: object, one: Channel, other: Channel) -> Finding:
    for value, channel in ((a, one), (b, other)):
        if value is None:
            return missing(Code.PROGRAMMING, f"the {what} of {channel.record.label} is not stated", channel.record)
    if a == b:
        return yes(one.record, other.record)
    text = f"{one.record.label} and {other.record.label} differ in {what}"
    return no(Code.PROGRAMMING, text, one.record, other.record)


def _squelches(a: Figures, b: Figures, one: Channel, other: Channel) -> Finding:
    sent = _equal("transmit tone or NAC", _value(a.tx_squelch), _value(b.tx_squelch), one, other)
    heard = _equal("receive tone or NAC", _value(a.rx_squelch), _value(b.rx_squelch), one, other)
    if heard.verdict is Verdict.NO and a.direct and b.direct:
        heard = all_of((_opens(a.tx_squelch, b.rx_squelch, one, other), _opens(b.tx_squelch, a.rx_squelch, other, one)))
    elif heard.verdict is Verdict.NO and (a.rx_squelch.carrier or b.rx_squelch.carrier):
        heard = yes(one.record, other.record)
    return all_of((sent, heard))


def _value(squelch: Squelch) -> Squelch | None:
    return squelch if squelch.stated else None


def _opens(sent: Squelch, receiver: Squelch, sender: Channel, hearer: Channel) -> Finding:
    """Whether what one channel sends opens the other's receiver."""
    if receiver.carrier:
        return yes(hearer.record)
    if not receiver.stated:
        return missing(Code.PROGRAMMING, f"the receive tone of {hearer.record.label} is not stated", hearer.record)
    if not sent.stated:
        return missing(Code.PROGRAMMING, f"the transmit tone of {sender.record.label} is not stated", sender.record)
    if sent == receiver:
        return yes(sender.record, hearer.record)
    text = f"what {sender.record.label} sends does not open the receiver on {hearer.record.label}"
    return no(Code.PROGRAMMING, text, sender.record, hearer.record)


def _modes(a: str | None, b: str | None, one: Channel, other: Channel) -> Finding:
    """Equal modes; a mixed channel meets a pure one only if it is set to that mode, which no record says."""
    mixed = "mixed_fm_p25"
    if a is not None and b is not None and a != b and mixed in (a, b) and {a, b} & {"analog_fm", "p25_phase1"}:
        channel = one if a == mixed else other
        text = f"which mode radios send on the mixed {channel.record.label} is not stated"
        return missing(Code.MODE, text, channel.record)
    finding = _equal("mode", a, b, one, other)
    if finding.verdict is Verdict.NO:
        text = f"{one.record.label} and {other.record.label} differ in mode"
        return no(Code.MODE, text, one.record, other.record)
    return finding


def _ciphers(a: Cipher, b: Cipher, both: str, one: Channel, other: Channel) -> Finding:
    rows = tuple(channel.encryption.record if channel.encryption else channel.record for channel in (one, other))
    if a.stated and b.stated:
        return yes(*rows) if a == b else no(Code.ENCRYPTION, f"{both} are not encrypted alike", *rows)
    known_apart = (
        (a.algorithm is not None and b.algorithm is not None and a.algorithm != b.algorithm)
        or (a.key_reference is not None and b.key_reference is not None and a.key_reference != b.key_reference)
    )  # fmt: skip
    if known_apart:
        return no(Code.ENCRYPTION, f"{both} are not encrypted alike", *rows)
    return missing(Code.ENCRYPTION, f"whether {both} are encrypted alike is not stated", *rows)


def _joined(words: list[str]) -> str:
    return " and ".join(words)
