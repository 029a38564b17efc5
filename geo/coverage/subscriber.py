"""A subscriber radio as coverage needs it: what it sends, what it hears, how it is carried."""

from dataclasses import dataclass

from geo.coverage.tables import SubscriberUse


@dataclass(frozen=True)
class SubscriberProfile:
    """A subscriber radio in a way of use. What is None is not on record, and what needs it is unknown.

    tx_output_w and antenna_gain_dbi as the radio has them; receiver_sensitivity_dbm is the reference
    sensitivity; losses come from the use.
    """

    name: str
    use: SubscriberUse
    tx_output_w: float | None
    antenna_gain_dbi: float | None
    receiver_sensitivity_dbm: float | None
    antenna_height_agl_m: float | None = None

    @property
    def height_agl_m(self) -> float:
        """Antenna height above ground: the radio's own where stated, else the use's."""
        return (
            self.use.antenna_height_agl_m if self.antenna_height_agl_m is None else self.antenna_height_agl_m
        )

    def missing_for_talk_out(self) -> tuple[str, ...]:
        """Fields without which it is unknown whether the radio hears."""
        return self._missing("antenna_gain_dbi", "receiver_sensitivity_dbm")

    def missing_for_talk_in(self) -> tuple[str, ...]:
        """Fields without which it is unknown whether the radio is heard."""
        return self._missing("tx_output_w", "antenna_gain_dbi")

    def _missing(self, *names: str) -> tuple[str, ...]:
        return tuple(name for name in names if getattr(self, name) is None)
