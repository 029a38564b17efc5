"""Fleets, templates, keys, caches and gateways as the viewer sees them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from geoalchemy2.shape import to_shape
from sqlalchemy.orm import Session

from casm.assessments.interop_resources import (
    planned_ids,
    record_like,
    unavailable_channel,
    unavailable_talkgroup,
)
from casm.assessments.interop_terms import in_service, record_of
from casm.assessments.subscriber_inputs import figures_of
from casm.inventory.cache_checkout import checked_out_counts
from casm.inventory.encryption import FleetEncryption
from casm.inventory.fleet import Fleet, Template, TemplateSlot
from casm.inventory.gateway import Gateway, GatewayPort
from casm.inventory.radio_cache import RadioCache
from casm.inventory.site import Site
from geo.coverage.subscriber import SubscriberProfile
from geo.interop import gateway as gateway_inputs
from geo.interop import radio as inputs
from geo.interop.resource import Channel, Talkgroup


@dataclass
class Programmable:
    """The resources radios and ports may refer to; one that is not to be had is entered as unavailable."""

    known: set[str]
    planned: set[uuid.UUID]
    channels: dict[str, Channel] = field(default_factory=dict)
    talkgroups: dict[str, Talkgroup] = field(default_factory=dict)

    def resource_of(self, row: Any) -> str | None:
        """The id that a slot or port refers to; None where it refers to nothing, or to something only planned."""
        resource_id = row.channel_id or row.talkgroup_id
        if resource_id is None or resource_id in self.planned:
            return None
        if str(resource_id) not in self.known:
            if row.channel_id is not None:
                self.channels.setdefault(str(resource_id), unavailable_channel(resource_id))
            else:
                self.talkgroups.setdefault(str(resource_id), unavailable_talkgroup(resource_id))
        return str(resource_id)


@dataclass(frozen=True)
class Radios:
    """Every visible radio: fleets by agency, caches, and the subscriber profiles their figures make."""

    fleets: dict[str, tuple[inputs.Fleet, ...]]
    caches: tuple[inputs.RadioCache, ...]
    profiles: dict[str, SubscriberProfile]


def programmable(session: Session, resources: Iterable[Channel | Talkgroup]) -> Programmable:
    """What radios may refer to, from the visible resources."""
    return Programmable({resource.id for resource in resources}, planned_ids(session))


def read_radios(session: Session, resources: Programmable) -> Radios:
    """Every visible fleet with its templates and keys, and every cache with its fleets."""
    slots: dict[Any, list[inputs.Slot]] = defaultdict(list)
    for row in in_service(session, TemplateSlot):
        resource_id = resources.resource_of(row)
        if resource_id is not None:
            slots[row.owner_id, row.template_id].append(inputs.Slot(resource_id, row.receive_only))
    templates: dict[Any, list[inputs.Template]] = defaultdict(list)
    for row in in_service(session, Template):
        held = tuple(sorted(slots[row.owner_id, row.id], key=lambda slot: (slot.resource_id, slot.receive_only)))
        templates[row.owner_id, row.fleet_id].append(
            inputs.Template(record_of("template", row), held or None, row.programmed_radio_count, row.programmed_on)
        )
    keys = {(row.owner_id, row.fleet_id): row for row in in_service(session, FleetEncryption)}
    of_agency: dict[str, list[inputs.Fleet]] = defaultdict(list)
    of_cache: dict[Any, list[inputs.Fleet]] = defaultdict(list)
    profiles: dict[str, SubscriberProfile] = {}
    for row in in_service(session, Fleet):
        figures = figures_of(row)
        if figures.profile is not None and figures.key is not None:
            profiles[figures.key] = figures.profile
        fleet = inputs.Fleet(
            record_of("fleet", row),
            row.form_factor,
            None if row.bands is None else frozenset(row.bands),
            None if row.modes is None else frozenset(row.modes),
            row.tdma_capable,
            _keys(keys.get((row.owner_id, row.id)), row),
            tuple(templates[row.owner_id, row.id]),
            figures.key,
            figures.lacks,
            row.radio_count,
        )
        if row.agency_id is not None:
            of_agency[str(row.agency_id)].append(fleet)
        else:
            of_cache[row.owner_id, row.radio_cache_id].append(fleet)
    out = checked_out_counts(session)
    caches = tuple(
        inputs.RadioCache(
            record_of("radio_cache", row),
            None if row.agency_id is None else str(row.agency_id),
            None if row.radio_count is None else max(row.radio_count - out[row.owner_id, row.id], 0),
            row.deploy_minutes,
            tuple(of_cache[row.owner_id, row.id]),
        )
        for row in in_service(session, RadioCache)
    )
    return Radios({agency: tuple(fleets) for agency, fleets in of_agency.items()}, caches, profiles)


def _keys(row: FleetEncryption | None, fleet: Fleet) -> inputs.KeySet | None:
    if row is None:
        return None
    record = record_of("fleet_encryption", row, fleet.name, encryption=True)
    if row.verified_on is None:
        record = record_like(record, fleet)
    references = None if row.key_references is None else frozenset(int(number) for number in row.key_references)
    algorithms = None if row.algorithms is None else frozenset(row.algorithms)
    return inputs.KeySet(record, algorithms, references)


def read_gateways(session: Session, resources: Programmable) -> tuple[gateway_inputs.Gateway, ...]:
    """Every visible gateway with its ports; it stands where it says, else at its site."""
    sites = {(row.owner_id, row.id): row.position for row in in_service(session, Site)}
    ports: dict[Any, list[GatewayPort]] = defaultdict(list)
    for row in in_service(session, GatewayPort):
        ports[row.owner_id, row.gateway_id].append(row)
    found = []
    for row in in_service(session, Gateway):
        position = row.position if row.position is not None else sites.get((row.site_owner_id, row.site_id))
        point = None if position is None else to_shape(position)
        own = sorted(ports[row.owner_id, row.id], key=lambda port: port.port_number)
        found.append(
            gateway_inputs.Gateway(
                record_of("gateway", row),
                None if row.agency_id is None else str(row.agency_id),
                row.simultaneous_patches,
                row.patches_in_use,
                row.activation_minutes,
                None if point is None else (point.x, point.y),
                tuple(_port(port, row, resources) for port in own),
            )
        )
    return tuple(found)


def _port(port: GatewayPort, gateway: Gateway, resources: Programmable) -> gateway_inputs.GatewayPort:
    record = record_of("gateway_port", port, str(port.port_number))
    if port.verified_on is None:
        record = record_like(record, gateway)
    return gateway_inputs.GatewayPort(record, port.connection, resources.resource_of(port))
