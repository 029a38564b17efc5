"""Systems, talkgroups and channels as the viewer sees them; what is referred to but not to be had stays unknown."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.assessments.coverage_inputs import StationInput, necessary_bandwidth_hz
from casm.assessments.interop_terms import in_service, record_of
from casm.intake.library.nifog import FEDERAL
from casm.inventory.channel import Channel
from casm.inventory.choices import STANDARDS_BASED_TECHNOLOGY
from casm.inventory.encryption import ResourceEncryption
from casm.inventory.radio_system import RadioSystem, SystemPeer
from casm.inventory.talkgroup import Talkgroup
from geo.interop import resource as inputs
from geo.interop.reason import Record

NATIONAL_CHANNEL = "national_channel"
# What is referred to and not to be had: no owner and no date, since neither is the asker's to know.
UNAVAILABLE = "unavailable"
# A P25 receiver set to NAC $F7E opens for any NAC (TIA-102.BAAC, network access codes).
ANY_NAC = 0xF7E


def read_systems(session: Session, stations: Iterable[StationInput]) -> tuple[inputs.RadioSystem, ...]:
    """Every visible system with the call signs of its stations and the systems it is joined to, either way."""
    rows = in_service(session, RadioSystem)
    by_key = {(row.owner_id, row.id): row for row in rows}
    call_signs: dict[Any, set[str]] = defaultdict(set)
    for station in stations:
        if station.radio_system is not None and station.call_sign:
            call_signs[station.radio_system].add(station.call_sign)
    peers: dict[Any, list[inputs.Peer]] = defaultdict(list)
    for row in in_service(session, SystemPeer):
        here, there = (row.owner_id, row.radio_system_id), (row.peer_system_owner_id, row.peer_system_id)
        if here in by_key and there in by_key:
            name = f"{by_key[here].name} and {by_key[there].name}"
            record = record_of("system_peer", row, name)
            if row.verified_on is None:
                record = record_like(record, by_key[here])
            peers[here].append(inputs.Peer(record, str(there[1]), row.kind, row.in_force))
            peers[there].append(inputs.Peer(record, str(here[1]), row.kind, row.in_force))
    return tuple(
        inputs.RadioSystem(
            record_of("radio_system", row),
            row.technology,
            None if row.technology is None else row.technology in STANDARDS_BASED_TECHNOLOGY,
            None if row.bands is None else frozenset(row.bands),
            tuple(sorted(call_signs[row.owner_id, row.id])),
            tuple(peers[row.owner_id, row.id]),
        )
        for row in rows
    )


def record_like(record: Record, row: Any) -> Record:
    """A side row's record, verified when the row it belongs to was."""
    return Record(record.record_class, record.id, record.name, record.owner_id, row.verified_on, record.encryption)


def read_encryption(session: Session) -> dict[uuid.UUID, ResourceEncryption]:
    """How channels and talkgroups are encrypted, by their id; empty for a viewer without that field class."""
    return {row.channel_id or row.talkgroup_id: row for row in in_service(session, ResourceEncryption)}


def read_talkgroups(session: Session, encryption: dict[uuid.UUID, ResourceEncryption]) -> tuple[inputs.Talkgroup, ...]:
    """Every visible talkgroup."""
    return tuple(
        inputs.Talkgroup(
            record_of("talkgroup", row, row.alias),
            str(row.radio_system_id),
            row.access,
            _encryption(encryption.get(row.id), row, row.alias),
        )
        for row in in_service(session, Talkgroup)
    )


def read_channels(
    session: Session, encryption: dict[uuid.UUID, ResourceEncryption], stations: Iterable[StationInput]
) -> tuple[inputs.Channel, ...]:
    """Every visible channel; its call signs are its own, else those of its stations."""
    by_channel: dict[Any, set[str]] = defaultdict(set)
    for station in stations:
        if station.channel is not None and station.call_sign:
            by_channel[station.channel].add(station.call_sign)
    return tuple(
        inputs.Channel(
            record_of(NATIONAL_CHANNEL if row.national else "channel", row),
            figures_of(row),
            row.configuration,
            row.national,
            row.national and row.eligible_users == FEDERAL,
            (row.call_sign,) if row.call_sign else tuple(sorted(by_channel[row.owner_id, row.id])),
            None if row.eligible_disciplines is None else frozenset(row.eligible_disciplines),
            None if row.radio_system_id is None else str(row.radio_system_id),
            _encryption(encryption.get(row.id), row, row.name),
            row.restricted_to is not None,
        )
        for row in in_service(session, Channel)
    )


def figures_of(row: Channel) -> inputs.Figures:
    """A channel's figures in the form they are compared in."""
    width_hz = row.bandwidth_hz
    if width_hz is None and row.emission_designator:
        necessary_hz = necessary_bandwidth_hz(row.emission_designator)
        width_hz = None if necessary_hz is None else round(necessary_hz)
    return inputs.Figures(
        row.rx_freq_hz,
        row.tx_freq_hz,
        squelch(row.rx_squelch_kind, row.rx_ctcss_hz, row.rx_dcs_code, row.rx_nac, receiving=True),
        squelch(row.tx_squelch_kind, row.tx_ctcss_hz, row.tx_dcs_code, row.tx_nac),
        inputs.bandwidth_class(width_hz),
        row.mode,
    )


def squelch(
    kind: str | None, ctcss_hz: Decimal | None, dcs_code: str | None, nac: int | None, *, receiving: bool = False
) -> inputs.Squelch:
    """A squelch in one spelling: tones with one decimal, DCS with its polarity, NAC as a number."""
    if kind == "ctcss":
        return inputs.Squelch(kind, f"{ctcss_hz:.1f}")
    if kind == "dcs" and dcs_code is not None:
        return inputs.Squelch(kind, dcs_code if dcs_code[-1] in "NI" else f"{dcs_code}N")
    if kind == "nac":
        return inputs.Squelch("csq") if receiving and nac == ANY_NAC else inputs.Squelch(kind, str(nac))
    return inputs.Squelch(kind)


def _encryption(row: ResourceEncryption | None, of: Any, name: str) -> inputs.Encryption | None:
    if row is None:
        return None
    record = record_of("resource_encryption", row, name, encryption=True)
    if row.verified_on is None:
        record = record_like(record, of)
    return inputs.Encryption(record, row.state, row.algorithm, row.key_reference)


def planned_ids(session: Session) -> set[uuid.UUID]:
    """Channels and talkgroups that are only planned: known, and of no use yet."""
    found: set[uuid.UUID] = set()
    for model in (Channel, Talkgroup):
        found |= set(session.scalars(select(model.id).where(model.status == "planned")))
    return found


def unavailable_channel(row_id: uuid.UUID) -> inputs.Channel:
    """A channel that radios are programmed with and whose own row is hidden, retired or gone."""
    nothing = inputs.Figures(None, None, inputs.Squelch(None), inputs.Squelch(None), None, None)
    record = Record(UNAVAILABLE, str(row_id), "the record of a channel")
    return inputs.Channel(record, nothing, None, available=False)


def unavailable_talkgroup(row_id: uuid.UUID) -> inputs.Talkgroup:
    """A talkgroup that radios are programmed with and whose own row is hidden, retired or gone."""
    record = Record(UNAVAILABLE, str(row_id), "the record of a talkgroup")
    return inputs.Talkgroup(record, "", None, available=False)
