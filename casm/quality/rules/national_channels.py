"""The national channels by name and by frequencies, for the rules that compare with them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

_BETWEEN = re.compile(r"[\s_\-.]+")


@dataclass(frozen=True)
class NationalChannel:
    """A channel of the guide, from the subscriber's side. rx_squelch, tx_squelch: the columns of each side."""

    name: str
    rx_freq_hz: int
    tx_freq_hz: int
    rx_squelch: tuple[str | None, Decimal | None, str | None, int | None]
    tx_squelch: tuple[str | None, Decimal | None, str | None, int | None]


@dataclass(frozen=True)
class NationalChannels:
    """An edition's channels: by plain name, and by (RX, TX) in hertz."""

    edition: str
    by_name: Mapping[str, NationalChannel]
    by_pair: Mapping[tuple[int, int], NationalChannel]

    @classmethod
    def of(cls, edition: str, channels: Iterable[NationalChannel]) -> "NationalChannels":
        """Channels of an edition."""
        known = tuple(channels)
        return cls(
            edition,
            {plain_name(one.name): one for one in known},
            {(one.rx_freq_hz, one.tx_freq_hz): one for one in known},
        )

    def named(self, *names: str | None) -> NationalChannel | None:
        """The first channel that one of the names stands for."""
        return next((found for name in names if name and (found := self.by_name.get(plain_name(name)))), None)


def plain_name(name: str) -> str:
    """A name without what people write differently: case, blanks, hyphens, full stops."""
    return _BETWEEN.sub("", name).upper()
