"""Link budgets of one path in both directions: from the sender's output to the loss the path may have."""

import math
from dataclasses import dataclass

from geo import units
from geo.coverage.subscriber import SubscriberProfile
from geo.coverage.tables import Criterion
from geo.coverage.transmitter import Transmitter

# Thermal noise density at 290 K, dBm/Hz: k = 1.380649e-23 J/K (SI), so 10 log10(k · 290 · 1000).
THERMAL_NOISE_DBM_PER_HZ = -173.975


@dataclass(frozen=True)
class Term:
    """One line of a budget; gains positive, losses negative."""

    name: str
    value_db: float


@dataclass(frozen=True)
class Budget:
    """Every term of one direction, and the path loss at which the criterion is just met (median)."""

    direction: str
    terms: tuple[Term, ...]

    @property
    def allowed_loss_db(self) -> float:
        """Sum of the terms: the median loss of path, clutter and pattern that is left to spend."""
        return math.fsum(term.value_db for term in self.terms)


@dataclass(frozen=True)
class Unknown:
    """No budget can be made, and for want of which fields of which side."""

    direction: str
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.direction} unknown: {'; '.join(self.missing)} not on record"


def talk_out(
    station: Transmitter, subscriber: SubscriberProfile, criterion: Criterion, *, noise_rise_db: float = 0.0
) -> Budget | Unknown:
    """Station to subscriber: from EIRP to the level the subscriber's receiver needs."""
    missing = _named(station.name, station.missing_for_talk_out())
    missing += _named(subscriber.name, subscriber.missing_for_talk_out())
    if missing:
        return Unknown("talk-out", missing)
    needed_dbm = required_level_dbm(
        criterion, sensitivity_dbm=subscriber.receiver_sensitivity_dbm, noise_rise_db=noise_rise_db
    )
    return Budget(
        "talk-out",
        (
            Term("station EIRP, dBm", station.eirp_dbm),
            Term("subscriber antenna gain", subscriber.antenna_gain_dbi),
            *_use_terms(subscriber),
            Term("level needed by the subscriber, dBm", -needed_dbm),
        ),
    )


def talk_in(
    station: Transmitter, subscriber: SubscriberProfile, criterion: Criterion, *, noise_rise_db: float = 0.0
) -> Budget | Unknown:
    """Subscriber to station: from the subscriber's output to the level the station's receiver needs."""
    missing = _named(station.name, station.missing_for_talk_in())
    missing += _named(subscriber.name, subscriber.missing_for_talk_in())
    if missing:
        return Unknown("talk-in", missing)
    needed_dbm = required_level_dbm(
        criterion,
        sensitivity_dbm=station.receiver_sensitivity_dbm,
        noise_figure_db=station.receiver_noise_figure_db,
        noise_rise_db=noise_rise_db,
    )
    return Budget(
        "talk-in",
        (
            Term("subscriber output, dBm", units.w_to_dbm(subscriber.tx_output_w)),
            Term("subscriber antenna gain", subscriber.antenna_gain_dbi),
            *_use_terms(subscriber),
            Term("station antenna gain", station.antenna_gain_dbi),
            Term("station line loss", -station.line_loss_db),
            Term("level needed by the station, dBm", -needed_dbm),
        ),
    )


def required_level_dbm(
    criterion: Criterion,
    *,
    sensitivity_dbm: float | None = None,
    noise_figure_db: float | None = None,
    noise_rise_db: float = 0.0,
) -> float:
    """Mean level at the receiver's input that meets a criterion in fading (TSB-88 practice).

    From the reference sensitivity: its noise floor is sensitivity minus static C/N. Without that, from the
    noise figure: thermal noise in the criterion's bandwidth plus noise figure. Both None is an error.
    """
    if sensitivity_dbm is not None:
        floor_dbm = sensitivity_dbm - criterion.static_cn_db
    elif noise_figure_db is not None:
        bandwidth_db = units.ratio_to_db(criterion.noise_bandwidth_khz * units.HZ_PER_KHZ)
        floor_dbm = THERMAL_NOISE_DBM_PER_HZ + bandwidth_db + noise_figure_db
    else:
        raise ValueError("a required level needs a sensitivity or a noise figure")
    return floor_dbm + noise_rise_db + criterion.faded_cn_db


def _use_terms(subscriber: SubscriberProfile) -> tuple[Term, ...]:
    use = subscriber.use
    losses = (
        ("body loss", use.body_loss_db),
        ("building loss", use.building_loss_db),
        ("vehicle loss", use.vehicle_loss_db),
    )
    return tuple(Term(name, -loss_db) for name, loss_db in losses if loss_db)


def _named(whose: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{field} of {whose}" for field in fields)
