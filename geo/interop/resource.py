"""Channels, talkgroups and systems as a subscriber radio meets them, and the net each of them is."""

from dataclasses import dataclass

from geo.interop.reason import Record

NARROW_HZ = 12_500
VERY_NARROW_HZ = 6_250

# Edges in MHz of the land-mobile bands in which US public safety is licensed (47 CFR 90.20(c), 90.531, 90.613;
# T-band: 47 CFR 90.303), widened to the whole range a radio sold for that band covers.
BAND_EDGES_MHZ = (
    ("LOW", 25.0, 54.0),
    ("VHF", 136.0, 174.0),
    ("220", 216.0, 222.0),
    ("UHF", 380.0, 470.0),
    ("T-BAND", 470.0, 512.0),
    ("700", 758.0, 806.0),
    ("800", 806.0, 896.0),
    ("900", 896.0, 941.0),
)


def band_of(freq_hz: int) -> str | None:
    """The band a frequency lies in; None outside every band. A frequency on an edge is in the upper band."""
    for band, low_mhz, high_mhz in BAND_EDGES_MHZ:
        if low_mhz * 1e6 <= freq_hz < high_mhz * 1e6:
            return band
    return None


@dataclass(frozen=True)
class Cipher:
    """A way a transmission is made: clear, or an algorithm with the number of a key; None: not stated."""

    algorithm: str | None
    key_reference: int | None = None

    @property
    def clear(self) -> bool:
        """Whether nothing is encrypted."""
        return self.algorithm == "none"

    @property
    def stated(self) -> bool:
        """Whether everything needed to compare it is known."""
        return self.clear or (self.algorithm is not None and self.key_reference is not None)


CLEAR = Cipher("none")
NOT_STATED = Cipher(None)


@dataclass(frozen=True)
class Encryption:
    """How a resource is encrypted: clear, strapped (always) or selectable; None: not stated."""

    record: Record
    state: str | None
    algorithm: str | None = None
    key_reference: int | None = None


@dataclass(frozen=True)
class Squelch:
    """What opens a receiver, or what a transmitter sends to open one.

    kind: csq, ctcss (value hertz as text), dcs (code) or nac (number as text); None: not stated.
    """

    kind: str | None
    value: str | None = None

    @property
    def carrier(self) -> bool:
        """Whether any carrier opens it."""
        return self.kind == "csq"

    @property
    def stated(self) -> bool:
        """Whether it can be compared."""
        return self.kind is not None


@dataclass(frozen=True)
class Figures:
    """The figures of a channel from the subscriber's side. None: not stated."""

    rx_freq_hz: int | None
    tx_freq_hz: int | None
    rx_squelch: Squelch
    tx_squelch: Squelch
    bandwidth: str | None
    mode: str | None

    @property
    def stated(self) -> bool:
        """Whether every figure is known, so that equality decides."""
        return None not in (self.rx_freq_hz, self.tx_freq_hz, self.bandwidth, self.mode) and (
            self.rx_squelch.stated and self.tx_squelch.stated
        )

    @property
    def direct(self) -> bool:
        """Whether radios hear each other without a repeater."""
        return self.rx_freq_hz is not None and self.rx_freq_hz == self.tx_freq_hz


def bandwidth_class(bandwidth_hz: int | None) -> str | None:
    """W, N or VN, as radios are set and ICS-217A writes it: above 12.5 kHz, to 12.5 kHz, to 6.25 kHz."""
    if bandwidth_hz is None:
        return None
    if bandwidth_hz > NARROW_HZ:
        return "W"
    return "N" if bandwidth_hz > VERY_NARROW_HZ else "VN"


@dataclass(frozen=True)
class Peer:
    """A join of a system to another by ISSI or CSSI. ``in_force`` None: not known whether it is up.

    ``carried_ids``: the talkgroups that both systems let over it; None: not stated.
    """

    record: Record
    system_id: str
    kind: str
    in_force: bool | None
    carried_ids: frozenset[str] | None = None


@dataclass(frozen=True)
class RadioSystem:
    """A system and what a radio needs to work on it. A field that is None is not stated.

    ``call_signs``: those of its stations; empty where none is stated.
    """

    record: Record
    technology: str | None
    standards_based: bool | None
    bands: frozenset[str] | None
    call_signs: tuple[str, ...] = ()
    peers: tuple[Peer, ...] = ()

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.id


@dataclass(frozen=True)
class Talkgroup:
    """A talkgroup of a system; access is fdma, tdma or dynamic (Phase 1 radios too), None: not stated.

    ``available`` False: radios are programmed with it, but its own row is not to be had.
    """

    record: Record
    system_id: str
    access: str | None
    encryption: Encryption | None = None
    available: bool = True

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.id


@dataclass(frozen=True)
class Channel:
    """A channel with its authority terms. ``restricted`` tells that it may be used in a stated area only.

    ``national``: open under the national-channel rule; ``federal``: only to federal agencies and by agreement.

    ``available`` False: radios are programmed with it, but its own row is not to be had.
    """

    record: Record
    figures: Figures
    configuration: str | None
    national: bool = False
    federal: bool = False
    call_signs: tuple[str, ...] = ()
    eligible_disciplines: frozenset[str] | None = None
    system_id: str | None = None
    encryption: Encryption | None = None
    restricted: bool = False
    available: bool = True

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.id

    @property
    def direct(self) -> bool | None:
        """Whether it is used radio to radio, without a repeater; None where neither use nor figures say."""
        if self.configuration is not None:
            return self.configuration == "simplex"
        if None in (self.figures.rx_freq_hz, self.figures.tx_freq_hz):
            return None
        return self.figures.direct


Resource = Talkgroup | Channel


def ciphers_of(resource: Resource) -> tuple[Cipher, ...]:
    """Every way the resource may be used: clear, encrypted, or both; NOT_STATED where nobody says.

    Analogue FM is clear by nature: every algorithm on record (ADP, DES-OFB, AES-256) is of digital voice. On a
    national channel encryption must be possible to switch off (47 CFR 90.553(a)), so clear is always a way.
    """
    encryption = resource.encryption
    if isinstance(resource, Channel) and (
        resource.figures.mode == "analog_fm" or (resource.national and encryption is None)
    ):
        return (CLEAR,)
    if encryption is None or encryption.state is None:
        return (NOT_STATED,)
    if encryption.state == "clear" or encryption.algorithm == "none":
        return (CLEAR,)
    encrypted = Cipher(encryption.algorithm, encryption.key_reference)
    return (encrypted,) if encryption.state == "strapped" else (CLEAR, encrypted)


@dataclass(frozen=True)
class Net:
    """One way to be on the air together: a talkgroup, or equal channel figures, with one cipher.

    ``identity`` is the talkgroup's id; or the figures; or, where a figure is not known for sure, the
    channel's own id, since two unknowns are not known to be equal. An unstated cipher carries the
    resource's id likewise.
    """

    kind: str
    identity: str | Figures
    cipher: Cipher
    unstated_in: str = ""


def net_of(resource: Resource, cipher: Cipher, *, sure: bool) -> Net:
    """The net of a resource used with a cipher; `sure`: its rows are fresh enough to compare figures by."""
    unstated_in = "" if cipher.stated else resource.id
    if isinstance(resource, Talkgroup):
        return Net("talkgroup", resource.id, cipher, unstated_in)
    comparable = sure and resource.figures.stated
    return Net("channel", resource.figures if comparable else resource.id, cipher, unstated_in)
