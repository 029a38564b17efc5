"""Small worlds made by hand: a few agencies, radios and resources on a grid of a few cells.

Everything is fresh, licensed and covered unless a test says otherwise, so that one thing at a time can fail.
"""

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from geo.coverage.grid import Grid
from geo.interop.authority import Agency, Agreement, Licence
from geo.interop.cells import pack, row_areas_km2
from geo.interop.freshness import Freshness
from geo.interop.gateway import Gateway, GatewayPort
from geo.interop.matrix import Answer, answer
from geo.interop.place import PlaceCells
from geo.interop.radio import Fleet, KeySet, RadioCache, Slot, Template
from geo.interop.reason import Record
from geo.interop.resource import Channel, Encryption, Figures, Peer, RadioSystem, Squelch, Talkgroup
from geo.interop.side_coverage import ComputedCoverage, CoverageBook, Directions, DirectReach
from geo.interop.uses import Uses
from geo.interop.world import Criterion, World

TODAY = date(2026, 11, 22)
FRESH = date(2026, 10, 1)
STALE = date(2025, 9, 22)
GRID = Grid(-84.4, 36.7, 0.01, 3, 4)
EVERYWHERE = np.ones(GRID.shape)
PORTABLE = "portable"
TONE = Squelch("ctcss", "156.7")
CSQ = Squelch("csq")


def record(record_class: str, name: str, *, owner: str = "county", verified: date | None = FRESH) -> Record:
    """A row whose id is its name."""
    return Record(record_class, name, name, owner, verified)


def load(
    fleet: str,
    name: str,
    holds: tuple[str, ...],
    carried: int | None = None,
    listens: tuple[str, ...] = (),
    verified: date | None = FRESH,
    programmed_on: date | None = None,
) -> Template:
    """A further template of a fleet."""
    slots = (*(Slot(hold) for hold in holds), *(Slot(hold, receive_only=True) for hold in listens))
    return Template(record("template", f"{name} of {fleet}", verified=verified), slots or None, carried, programmed_on)


def where(*cells: tuple[int, int], value: float = 0.99, otherwise: float = 0.2) -> np.ndarray:
    """Probabilities that are high in some cells only."""
    array = np.full(GRID.shape, otherwise)
    for cell in cells:
        array[cell] = value
    return array


@dataclass
class Region:
    """A world under construction. `own` assets belong to the county, which both agencies belong to by default."""

    agencies: list[Agency] = field(default_factory=list)
    fleets: dict[str, list[Fleet]] = field(default_factory=dict)
    systems: list[RadioSystem] = field(default_factory=list)
    talkgroups: list[Talkgroup] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    gateways: list[Gateway] = field(default_factory=list)
    caches: list[RadioCache] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    licences: list[Licence] = field(default_factory=list)
    entries: dict = field(default_factory=dict)
    carriers: set[str] = field(default_factory=set)
    areas: dict = field(default_factory=dict)

    def agency(self, name: str, *, owner: str = "county", discipline: str | None = "law") -> str:
        self.agencies.append(Agency(record("agency", name, owner=owner), discipline, frozenset({owner})))
        self.fleets.setdefault(name, [])
        return name

    def licence(self, call_sign: str, *, owner: str = "county", verified: date | None = FRESH, **terms) -> str:
        terms = {"status": "active", "expires_on": date(2030, 1, 1), **terms}
        row = record("licence", call_sign, owner=owner, verified=verified)
        self.licences.append(
            Licence(row, call_sign, owner, terms["status"], terms["expires_on"], terms.get("cancelled_on"))
        )
        return call_sign

    def system(
        self,
        name: str = "P25",
        *,
        owner: str = "county",
        technology: str | None = "p25_phase1",
        standards: bool | None = True,
        bands: set[str] | None = frozenset({"700"}),
        verified: date | None = FRESH,
        licensed: bool = True,
    ) -> str:
        call_sign = self.licence(f"W{name}", owner=owner) if licensed else f"W{name}"
        row = record("radio_system", name, owner=owner, verified=verified)
        bands = None if bands is None else frozenset(bands)
        self.systems.append(RadioSystem(row, technology, standards, bands, (call_sign,)))
        return name

    def join(
        self, one: str, other: str, *, in_force: bool | None = True, carried: set[str] | None = frozenset()
    ) -> None:
        known = None if carried is None else frozenset(carried)
        for name, peer in ((one, other), (other, one)):
            at = next(i for i, system in enumerate(self.systems) if system.id == name)
            row = record("system_peer", f"{one}={other}")
            system = self.systems[at]
            self.systems[at] = replace(system, peers=(*system.peers, Peer(row, peer, "issi", in_force, known)))

    def talkgroup(
        self,
        name: str,
        system: str = "P25",
        *,
        access: str | None = "fdma",
        owner: str = "county",
        encryption: tuple = ("clear",),
        verified: date | None = FRESH,
    ) -> str:
        row = record("talkgroup", name, owner=owner, verified=verified)
        self.talkgroups.append(Talkgroup(row, system, access, _encryption(name, encryption)))
        return name

    def channel(
        self,
        name: str,
        *,
        rx: int | None = 155_000_000,
        tx: int | None = 159_000_000,
        rx_squelch=TONE,
        tx_squelch=TONE,
        bandwidth: str | None = "N",
        mode: str | None = "analog_fm",
        owner: str = "county",
        configuration: str | None = "repeater",
        licensed: bool = True,
        national: bool = False,
        disciplines: set[str] | None = None,
        encryption: tuple = (),
        verified: date | None = FRESH,
    ) -> str:
        call_sign = self.licence(f"W{name}", owner=owner) if licensed else f"W{name}"
        figures = Figures(rx, tx, rx_squelch, tx_squelch, bandwidth, mode)
        eligible = None if disciplines is None else frozenset(disciplines)
        self.channels.append(
            Channel(
                record("channel", name, owner=owner, verified=verified),
                figures,
                configuration,
                national,
                False,
                (call_sign,),
                eligible,
                None,
                _encryption(name, encryption),
            )
        )
        return name

    def fleet(
        self,
        agency: str,
        *holds: str,
        name: str | None = None,
        template: bool = True,
        bands: set[str] | None = frozenset({"VHF", "700"}),
        modes: set[str] | None = frozenset({"analog_fm", "p25_phase1"}),
        tdma: bool | None = False,
        keys: tuple | None = None,
        listens: tuple[str, ...] = (),
        profile: str | None = PORTABLE,
        verified: date | None = FRESH,
        template_verified: date | None = FRESH,
        **loads,
    ) -> str:
        name = name or f"{agency} portables"
        self.fleets[agency].append(
            self.radios(
                name,
                *holds,
                template=template,
                bands=bands,
                modes=modes,
                tdma=tdma,
                keys=keys,
                listens=listens,
                profile=profile,
                verified=verified,
                template_verified=template_verified,
                **loads,
            )
        )
        return name

    def radios(
        self,
        name: str,
        *holds: str,
        template: bool = True,
        bands=frozenset({"VHF", "700"}),
        modes=frozenset({"analog_fm", "p25_phase1"}),
        tdma=False,
        keys=None,
        listens=(),
        profile=PORTABLE,
        verified=FRESH,
        template_verified=FRESH,
        radio_count: int | None = None,
        carried: int | None = None,
        programmed_on: date | None = None,
        also: tuple[tuple, ...] = (),
    ) -> Fleet:
        """A fleet with a template that `carried` radios have; also: further ones, as `load` takes them."""
        slots = (*(Slot(hold) for hold in holds), *(Slot(hold, receive_only=True) for hold in listens))
        row = record("template", f"load of {name}", verified=template_verified)
        first = Template(row, slots, carried, programmed_on)
        loads = (first, *(load(name, *terms) for terms in also)) if template else ()
        key_set = KeySet(record("fleet_encryption", name), frozenset(keys[0]), frozenset(keys[1])) if keys else None
        return Fleet(
            record("fleet", name, verified=verified),
            "portable",
            None if bands is None else frozenset(bands),
            None if modes is None else frozenset(modes),
            tdma,
            key_set,
            loads,
            profile,
            () if profile else ("tx_output_w",),
            radio_count,
        )

    def gateway(
        self,
        name: str,
        *ports: tuple[str | None, str | None],
        agency: str | None = None,
        patches: int | None = 2,
        in_use: int | None = 0,
        minutes: int | None = 10,
        position=(-84.395, 36.695),
        owner: str = "county",
        verified: date | None = FRESH,
    ) -> str:
        made = tuple(
            GatewayPort(record("gateway_port", f"{name}/{n}"), connection, resource)
            for n, (resource, connection) in enumerate(ports, start=1)
        )
        row = record("gateway", name, owner=owner, verified=verified)
        self.gateways.append(Gateway(row, agency, patches, in_use, minutes, position, made))
        return name

    def cache(
        self,
        name: str,
        *fleets: Fleet,
        agency: str | None = None,
        count: int | None = 10,
        minutes: int | None = 30,
        owner: str = "county",
        verified: date | None = FRESH,
    ) -> str:
        row = record("radio_cache", name, owner=owner, verified=verified)
        self.caches.append(RadioCache(row, agency, count, minutes, fleets))
        return name

    def agreement(
        self,
        name: str,
        parties: set[str],
        assets: set[str],
        *,
        effective=date(2020, 1, 1),
        expires=date(2030, 1, 1),
        open_ended: bool = False,
        verified: date | None = FRESH,
    ) -> str:
        self.agreements.append(
            Agreement(
                record("agreement", name, verified=verified),
                frozenset(parties),
                frozenset(assets),
                effective,
                expires,
                open_ended,
            )
        )
        return name

    def cover(
        self,
        carrier: str,
        out: np.ndarray = EVERYWHERE,
        back: np.ndarray | None = None,
        *,
        profile: str = PORTABLE,
        possible: np.ndarray | None = None,
    ) -> None:
        self.carriers.add(carrier)
        loosest = None if possible is None else Directions(possible, possible)
        self.entries[carrier, profile] = ComputedCoverage(Directions(out, out if back is None else back), loosest)

    def direct(self, channel: str, reach_km: float | None, profile: str = PORTABLE) -> None:
        self.entries[channel, profile] = DirectReach(reach_km)

    def world(self, due: dict | None = None) -> World:
        return World(
            tuple(self.agencies),
            {key: tuple(value) for key, value in self.fleets.items()},
            tuple(self.systems),
            tuple(self.talkgroups),
            tuple(self.channels),
            CoverageBook(GRID, dict(self.entries), frozenset(self.carriers), (PORTABLE,)),
            Freshness(TODAY, due or {}),
            tuple(self.gateways),
            tuple(self.caches),
            tuple(self.agreements),
            tuple(self.licences),
            dict(self.areas),
        )

    def ask(
        self,
        *members: str,
        minutes: int = 60,
        target: float = 0.95,
        share: float = 0.95,
        cells=None,
        due: dict | None = None,
    ) -> Answer:
        uses = Uses(self.world(due), target)
        return answer(uses, members, whole_grid(cells), Criterion(minutes, target, share))


def whole_grid(cells: np.ndarray | None = None, outside_km2: float = 0.0) -> PlaceCells:
    """The whole grid, or some cells, as a place."""
    inside = np.ones(GRID.shape, dtype=bool) if cells is None else cells
    return PlaceCells(GRID, pack(inside), row_areas_km2(GRID), outside_km2)


def _encryption(name: str, terms: tuple) -> Encryption | None:
    return Encryption(record("resource_encryption", name), *terms) if terms else None


def pair() -> Region:
    """Two agencies of one county and nothing else."""
    region = Region()
    region.agency("A")
    region.agency("B")
    return region


def codes(found: Answer, level: int, kind: str | None = None) -> set[str]:
    """Codes of the reasons of the methods of a level, each MISSING or STALE with the condition it leaves open."""
    return {
        f"{reason.code}:{reason.condition}" if reason.code in ("MISSING", "STALE") else str(reason.code)
        for method in found.methods
        if method.level == level and (kind is None or method.kind == kind)
        for reason in method.reasons
    }
