"""Subscriber profiles: the radios of a fleet in their usual way of use, and which fleets use which carrier."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.exchange.marking import highest, says_exercise
from casm.inventory.channel import Channel
from casm.inventory.fleet import Fleet, Template, TemplateSlot
from casm.inventory.talkgroup import Talkgroup
from geo.coverage.subscriber import SubscriberProfile
from geo.coverage.tables import reference_radio, subscriber_use

Key = tuple[uuid.UUID, uuid.UUID]

USE_OF_FORM_FACTOR = {
    "portable": "portable_street",
    "mobile": "mobile",
    "control_station": "control_station",
}
REFERENCE = "reference"


@dataclass(frozen=True)
class ProfileInput:
    """A profile and the rows it comes from; fleets with equal figures share one.

    key names use and figures, so that it is the same from run to run. note: what was assumed, if anything.
    """

    key: str
    subscriber: SubscriberProfile
    owner_ids: frozenset[uuid.UUID] = frozenset()
    input_ids: frozenset[uuid.UUID] = frozenset()
    note: str | None = None
    sensitivity: str = "public"
    exercise: bool = False


@dataclass(frozen=True)
class FleetFigures:
    """What a fleet's row gives for coverage: a profile, or the fields it lacks."""

    profile: SubscriberProfile | None
    key: str | None
    lacks: tuple[str, ...] = ()


@dataclass
class ProfileBook:
    """Profiles by carrier (system or channel), and the sentences about fleets without one."""

    by_carrier: dict[Key, dict[str, ProfileInput]] = field(default_factory=lambda: defaultdict(dict))
    without: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))


def figures_of(fleet: Fleet) -> FleetFigures:
    """The profile of a fleet, or the names of the fields that are not on record."""
    lacks = [
        name for name in ("tx_output_w", "antenna_gain_dbi", "receiver_sensitivity_dbm") if getattr(fleet, name) is None
    ]
    if fleet.form_factor not in USE_OF_FORM_FACTOR:
        lacks.insert(0, "form_factor" if fleet.form_factor is None else f"use for {fleet.form_factor}")
    if lacks:
        return FleetFigures(None, None, tuple(lacks))
    profile = SubscriberProfile(
        name=(
            f"{fleet.form_factor.replace('_', ' ')} ({fleet.tx_output_w:g} W, {fleet.antenna_gain_dbi:g} dBi,"
            f" {fleet.receiver_sensitivity_dbm:g} dBm)"
        ),
        use=subscriber_use(USE_OF_FORM_FACTOR[fleet.form_factor]),
        tx_output_w=fleet.tx_output_w,
        antenna_gain_dbi=fleet.antenna_gain_dbi,
        receiver_sensitivity_dbm=fleet.receiver_sensitivity_dbm,
        antenna_height_agl_m=fleet.antenna_height_agl_m,
    )
    return FleetFigures(profile, profile_key(profile))


def profile_key(profile: SubscriberProfile) -> str:
    """Name of a whole profile by its use and figures, as portable_street_5W_-5dBi_-119dBm_1.5m."""
    return (
        f"{profile.use.key}_{profile.tx_output_w:g}W_{profile.antenna_gain_dbi:g}dBi"
        f"_{profile.receiver_sensitivity_dbm:g}dBm_{profile.height_agl_m:g}m"
    )


def reference_profile(freq_mhz: float) -> ProfileInput:
    """The reference portable of a frequency on the street; GeoError where none is on record."""
    radio = reference_radio(freq_mhz)
    profile = SubscriberProfile(
        name=radio.title,
        use=subscriber_use("portable_street"),
        tx_output_w=radio.tx_output_w,
        antenna_gain_dbi=radio.antenna_gain_dbi,
        receiver_sensitivity_dbm=radio.receiver_sensitivity_dbm,
    )
    return ProfileInput(
        key=f"{REFERENCE}_{profile_key(profile)}",
        subscriber=profile,
        note=f"no fleet with whole figures is on record for it: {radio.title} taken, unverified ({radio.source})",
    )


def read_profiles(session: Session) -> ProfileBook:
    """Profiles of every fleet the viewer may see, under each system and channel programmed into it."""
    book = ProfileBook()
    talkgroup_system = {
        (row.owner_id, row.id): (row.owner_id, row.radio_system_id) for row in session.scalars(select(Talkgroup))
    }
    channel_system = {
        (row.owner_id, row.id): (row.radio_system_owner_id, row.radio_system_id)
        for row in session.execute(
            select(Channel.owner_id, Channel.id, Channel.radio_system_owner_id, Channel.radio_system_id)
        )
    }
    same_fleet = (Template.owner_id == Fleet.owner_id) & (Template.fleet_id == Fleet.id)
    same_template = (TemplateSlot.owner_id == Template.owner_id) & (TemplateSlot.template_id == Template.id)
    statement = (
        select(Fleet, TemplateSlot)
        .join(Template, same_fleet)
        .join(TemplateSlot, same_template)
        .where(Fleet.status == "active", Template.status == "active", TemplateSlot.status == "active")
        .order_by(Fleet.name, Fleet.id)
    )
    for fleet, slot in session.execute(statement):
        figures = figures_of(fleet)
        carriers = set()
        if slot.talkgroup_id is not None:
            carriers.add(talkgroup_system.get((slot.talkgroup_owner_id, slot.talkgroup_id)))
        if slot.channel_id is not None:
            channel = (slot.channel_owner_id, slot.channel_id)
            carriers.add(channel)
            carriers.add(channel_system.get(channel))
        for carrier in carriers:
            if carrier is not None and carrier[1] is not None:
                _enter(book, carrier, fleet, figures)
    return book


def _enter(book: ProfileBook, carrier: Key, fleet: Fleet, figures: FleetFigures) -> None:
    if figures.profile is None:
        sentence = f"coverage for {fleet.name} unknown: {', '.join(figures.lacks)} not on record"
        if sentence not in book.without[carrier]:
            book.without[carrier].append(sentence)
        return
    before = book.by_carrier[carrier].get(figures.key) or ProfileInput(figures.key, figures.profile)
    book.by_carrier[carrier][figures.key] = replace(
        before,
        owner_ids=before.owner_ids | {fleet.owner_id},
        input_ids=before.input_ids | {fleet.id},
        sensitivity=highest((before.sensitivity, fleet.sensitivity)),
        exercise=before.exercise or says_exercise(fleet.name, fleet.remarks),
    )
