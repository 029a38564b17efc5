"""Who can use which net: each side's conditions on each resource, once, however many pairs ask.

Cost grows with programmed slots and with (carrier, profile) coverages, not with pairs of agencies.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from geo.interop import compatibility as fits
from geo.interop.answer import Verdict
from geo.interop.authority import Agency, Authorities
from geo.interop.cells import Ternary, no_cells, pack
from geo.interop.radio import Fleet, RadioCache, Template
from geo.interop.reason import YES, Code, Finding, Record, all_of, any_of, missing, no, yes
from geo.interop.resource import (
    Channel,
    Cipher,
    Net,
    Peer,
    RadioSystem,
    Resource,
    Talkgroup,
    ciphers_of,
    net_of,
)
from geo.interop.side_coverage import ComputedCoverage, Coverage, DirectReach, NoCoverage
from geo.interop.world import World


@dataclass(frozen=True, eq=False)
class Use:
    """An agency on a net: with which radios, by which system or repeater, and whether it may and can.

    ``fleet`` None: no fleet is on record. ``lender``: the cache whose radios they are. ``finding`` is
    everything but coverage; ``cells`` is where it all holds.
    """

    agency: Agency
    fleet: Fleet | None
    template: Template | None
    lender: Record | None
    resource: Resource
    net: Net
    carrier: Record
    joined: bool
    finding: Finding
    coverage: Coverage
    cells: Ternary


NetUses = dict[Net, list[Use]]


class Uses:
    """The uses of every agency and cache at one target probability; each answer is worked out once."""

    def __init__(self, world: World, target_probability: float) -> None:
        self.world = world
        self.target = target_probability
        self.systems = {system.id: system for system in world.systems}
        every: list[Resource] = [*world.talkgroups, *world.channels]
        self.resources = {resource.id: resource for resource in every}
        self.agencies = {agency.id: agency for agency in world.agencies}
        self.caches = {cache.record.id: cache for cache in world.caches}
        self.authorities = Authorities(world.agreements, world.licences, self.systems, world.freshness)
        self._cells: dict[tuple[str, str | None], Ternary] = {}
        self._areas = {channel_id: pack(area) for channel_id, area in world.areas.items()}
        self._of_agency: dict[str, NetUses] = {}
        self._of_cache: dict[tuple[str, str], NetUses] = {}
        self._channels_by_figures: dict[object, list[Channel]] = {}
        self.channel_of: dict[Net, tuple[Channel, Cipher]] = {}
        self._channels_of_net: dict[Net, list[Channel]] = {}
        self._nets_by_pair: dict[tuple[int, int], list[Net]] = {}
        self._open_nets: list[Net] = []
        self._related: dict[Net, dict[Net, Finding]] = {}
        self._held_of_system: dict[tuple[str, str], bool] = {}
        self._index_channels()

    def of_agency(self, agency_id: str) -> NetUses:
        """The nets an agency's own radios can or may be able to use, with every way to do so."""
        if agency_id not in self._of_agency:
            agency = self.agencies[agency_id]
            fleets = self.world.fleets.get(agency_id, ())
            self._of_agency[agency_id] = self._gathered(self._uses(agency, fleets, None))
        return self._of_agency[agency_id]

    def programmed(self, agency_id: str) -> dict[Net, None]:
        """The nets in the agency's templates, whether its radios can and may use them or not."""
        held: dict[Net, None] = {}
        for fleet in self.world.fleets.get(agency_id, ()):
            ids = dict.fromkeys(slot.resource_id for template in fleet.templates for slot in template.slots or ())
            for resource in (self.resources[one] for one in ids if one in self.resources):
                held |= dict.fromkeys(self.net_of(resource, cipher) for cipher in ciphers_of(resource))
        return held

    def of_cache(self, cache_id: str, agency_id: str) -> NetUses:
        """The nets an agency can or may be able to use with radios lent from a cache."""
        key = (cache_id, agency_id)
        if key not in self._of_cache:
            cache = self.caches[cache_id]
            self._of_cache[key] = self._gathered(self._uses(self.agencies[agency_id], cache.fleets, cache))
        return self._of_cache[key]

    def failing(self, agency_id: str, net: Net) -> Use:
        """The way an agency's own radios come closest to a net that they cannot use."""
        agency = self.agencies[agency_id]
        if net.kind == "talkgroup":
            resources: list[Resource] = [self.resources[str(net.identity)]]
        else:
            resources = list(self._channels_of_net[net])
        tried = [
            use
            for fleet, template in self._radios(self.world.fleets.get(agency_id, ()))
            for resource in resources
            for use in self._on_resource(agency, fleet, template, None, resource, net.cipher)
        ]
        return min(tried, key=lambda use: (-use.finding.verdict, len(use.finding.failures)))

    def related(self, net: Net) -> dict[Net, Finding]:
        """The nets that are, or may be, one with a channel's net, each with the finding that says so."""
        if net.kind != "channel":
            return {net: YES}
        if net not in self._related:
            found = {other: self.same_net(net, other) for other in self._candidates(net)}
            self._related[net] = {
                other: finding for other, finding in found.items() if finding.verdict is not Verdict.NO
            }
        return self._related[net]

    def frequency_mates(self, net: Net) -> list[Net]:
        """The channel nets on the same pair of frequencies, which may differ in tone, mode or cipher."""
        return [other for other in self._candidates(net) if other != net] if net.kind == "channel" else []

    def same_net(self, net: Net, other: Net) -> Finding:
        """Whether two channel nets are one."""
        if net == other:
            return YES
        (one, one_cipher), (two, two_cipher) = self.channel_of[net], self.channel_of[other]
        return fits.same_channel(one, one_cipher, two, two_cipher, self.world.freshness)

    def net_of(self, resource: Resource, cipher: Cipher) -> Net:
        """The net of a resource used with a cipher."""
        return net_of(resource, cipher, sure=self._comparable(resource))

    def _comparable(self, resource: Resource) -> bool:
        encryption = resource.encryption
        return self.world.freshness.fresh(resource.record, encryption.record if encryption else None)

    def _index_channels(self) -> None:
        for channel in self.world.channels:
            self._channels_by_figures.setdefault(self._figures_key(channel), []).append(channel)
            for cipher in ciphers_of(channel):
                net = self.net_of(channel, cipher)
                self._channels_of_net.setdefault(net, []).append(channel)
                if net in self.channel_of:
                    continue
                self.channel_of[net] = (channel, cipher)
                pair = self._frequencies(channel)
                if pair is None:
                    self._open_nets.append(net)
                else:
                    self._nets_by_pair.setdefault(pair, []).append(net)

    def subject(self, resource: Resource) -> object:
        """What makes two ports one and the same: the talkgroup, or the channel's figures."""
        return self._figures_key(resource) if isinstance(resource, Channel) else resource.id

    def _figures_key(self, channel: Channel) -> object:
        return channel.figures if channel.figures.stated and self._comparable(channel) else channel.id

    def _frequencies(self, channel: Channel) -> tuple[int, int] | None:
        """The pair of frequencies; None where one is not known for sure."""
        rx_freq_hz, tx_freq_hz = channel.figures.rx_freq_hz, channel.figures.tx_freq_hz
        if rx_freq_hz is None or tx_freq_hz is None or not self.world.freshness.fresh(channel.record):
            return None
        return rx_freq_hz, tx_freq_hz

    def _candidates(self, net: Net) -> Iterable[Net]:
        pair = self._frequencies(self.channel_of[net][0])
        if pair is None:
            return list(self.channel_of)
        return [*self._nets_by_pair[pair], *self._open_nets]

    def _gathered(self, uses: Iterable[Use]) -> NetUses:
        gathered: NetUses = {}
        for use in uses:
            if use.finding.verdict is not Verdict.NO:
                gathered.setdefault(use.net, []).append(use)
        return gathered

    def _uses(self, agency: Agency, fleets: Iterable[Fleet], cache: RadioCache | None) -> Iterator[Use]:
        for fleet, template in self._radios(fleets):
            for resource in self._programmed(template):
                for cipher in ciphers_of(resource):
                    yield from self._on_resource(agency, fleet, template, cache, resource, cipher)

    def _programmed(self, template: Template | None) -> Iterable[Resource]:
        """What a template holds; everything, where nobody says, or lately said, what it holds."""
        if template is None or not fits.contents_known(template, self.world.freshness):
            return self.resources.values()
        ids = dict.fromkeys(slot.resource_id for slot in template.slots or () if not slot.receive_only)
        return (self.resources[resource_id] for resource_id in ids if resource_id in self.resources)

    def _on_resource(
        self,
        agency: Agency,
        fleet: Fleet | None,
        template: Template | None,
        cache: RadioCache | None,
        resource: Resource,
        cipher: Cipher,
    ) -> Iterator[Use]:
        if not resource.available:
            # Nothing is known of it but that radios hold it: one reason says it all.
            shared = missing(Code.PROGRAMMING, f"{resource.record.label} is unavailable", resource.record)
        else:
            right = self._right(agency, resource, cache)
            shared = all_of((right, self._programming(fleet, template, resource, cipher, agency, cache)))
        if isinstance(resource, Channel):
            ways = self._channel_ways(fleet, resource)
        else:
            ways = self._talkgroup_ways(agency, fleet, template, resource, bool(cache))
        for carrier, joined, fit, coverage, profile in ways:
            finding = all_of((fit, shared))
            cells = self._where(finding.verdict, carrier, profile, coverage, resource)
            net = self.net_of(resource, cipher)
            lender = cache.record if cache else None
            yield Use(agency, fleet, template, lender, resource, net, carrier, joined, finding, coverage, cells)

    def _right(self, agency: Agency, resource: Resource, cache: RadioCache | None) -> Finding:
        """Authority on the resource: the agency's own, or that of the agency whose cache lends the radio."""
        own = self.authorities.to_use(agency, resource)
        if cache is None:
            return own
        lender = self.agencies.get(cache.agency_id or "")
        if lender is None:
            text = f"the agency that answers for {cache.record.label} is not on record"
            lent = missing(Code.AUTHORITY, text, cache.record)
        else:
            lent = self.authorities.to_use(lender, resource)
        return all_of((self.authorities.eligible(agency, resource), any_of((own, lent), otherwise=own)))

    def _programming(
        self,
        fleet: Fleet | None,
        template: Template | None,
        resource: Resource,
        cipher: Cipher,
        agency: Agency,
        cache: RadioCache | None,
    ) -> Finding:
        if fleet is None:
            holder = cache.record if cache else agency.record
            return missing(Code.PROGRAMMING, f"no radios of {holder.label} are on record", holder)
        freshness = self.world.freshness
        return all_of(
            (
                fits.radios_in_hand(fleet, freshness),
                fits.programming(fleet, template, resource, freshness),
                fits.encryption(fleet, resource, cipher, freshness),
            )
        )

    def _channel_ways(self, fleet: Fleet | None, channel: Channel) -> Iterator[tuple]:
        freshness = self.world.freshness
        if fleet is None or not channel.available:
            fit = fits.may_be_sent_on(channel, freshness)
        else:
            band, mode = fits.band_for_channel, fits.mode_for_channel
            fit = all_of(
                (
                    fits.may_be_sent_on(channel, freshness),
                    band(fleet, channel, freshness),
                    mode(fleet, channel, freshness),
                )
            )
        if not channel.available:
            yield channel.record, False, YES, NoCoverage(()), None
            return
        for carrier in self.carriers_of(channel):
            profile, coverage = self._coverage(fleet, carrier, direct=channel.direct)
            yield carrier, False, fit, coverage, profile

    def carriers_of(self, channel: Channel) -> list[Record]:
        """The rows whose stations carry a channel: every row of equal figures that has any, else its own."""
        equal = self._channels_by_figures.get(self._figures_key(channel), [channel])
        served = [other.record for other in equal if other.id in self.world.coverage.carriers]
        return served if served and channel.direct is False else [channel.record]

    def _talkgroup_ways(
        self, agency: Agency, fleet: Fleet | None, template: Template | None, talkgroup: Talkgroup, lent: bool
    ) -> Iterator[tuple]:
        home = self.systems.get(talkgroup.system_id)
        if home is None or not talkgroup.available:
            gap = missing(Code.MODE, f"the system of {talkgroup.record.label} is unavailable", talkgroup.record)
            fit = gap if talkgroup.available else YES
            yield talkgroup.record, False, fit, NoCoverage(gap.reasons if talkgroup.available else ()), None
            return
        profile, coverage = self._coverage(fleet, home.record, direct=False)
        yield home.record, False, self._system_fit(fleet, talkgroup, home), coverage, profile
        for peer in home.peers:
            other = self.systems.get(peer.system_id)
            if other is None or other.id == home.id:
                continue
            joined = all_of(
                (
                    self._join_up(peer.record, peer.in_force, home, other),
                    self._carried(peer, talkgroup, home, other),
                    self.standards_based(other),
                    self._programmed_on(fleet, template, other),
                    YES if lent else self.authorities.to_use_system(agency, other),
                    self._system_fit(fleet, talkgroup, other),
                )
            )
            profile, coverage = self._coverage(fleet, other.record, direct=False)
            yield other.record, True, joined, coverage, profile

    def _system_fit(self, fleet: Fleet | None, talkgroup: Talkgroup, system: RadioSystem) -> Finding:
        if fleet is None:
            return YES
        freshness = self.world.freshness
        band = fits.band_for_system(fleet, system, freshness)
        return all_of((band, fits.mode_for_talkgroup(fleet, talkgroup, system, freshness)))

    def _join_up(self, record: Record, in_force: bool | None, home: RadioSystem, other: RadioSystem) -> Finding:
        names = f"the join of {home.record.name} and {other.record.name}"
        if in_force is None:
            return missing(Code.NO_METHOD, f"whether {names} is up is not stated", record)
        finding = yes(record) if in_force else no(Code.NO_METHOD, f"{names} is not up", record)
        return self.world.freshness.judge(finding, Code.NO_METHOD)

    def _carried(self, peer: Peer, talkgroup: Talkgroup, home: RadioSystem, other: RadioSystem) -> Finding:
        """Whether the talkgroup is let over the join: a join that is up carries only what both systems enabled."""
        names = f"the join of {home.record.name} and {other.record.name}"
        if peer.carried_ids is None:
            text = f"whether {talkgroup.record.label} is carried over {names} is not stated"
            return missing(Code.NO_METHOD, text, peer.record)
        carried = talkgroup.id in peer.carried_ids
        text = f"{talkgroup.record.label} is not carried over {names}"
        finding = yes(peer.record) if carried else no(Code.NO_METHOD, text, peer.record)
        return self.world.freshness.judge(finding, Code.NO_METHOD)

    def _programmed_on(self, fleet: Fleet | None, template: Template | None, system: RadioSystem) -> Finding:
        """Whether radios work on a joined system at all: any talkgroup of it in the template shows that they do."""
        if fleet is None or template is None or not template.slots:
            return YES
        return fits.works_on(fleet, template, lambda one: self._holds_any_of(one, system), system, self.world.freshness)

    def _holds_any_of(self, template: Template, system: RadioSystem) -> bool:
        key = (template.record.id, system.id)
        if key not in self._held_of_system:
            held = (self.resources.get(resource_id) for resource_id in template.transmits_on)
            self._held_of_system[key] = any(
                isinstance(resource, Talkgroup) and resource.system_id == system.id for resource in held
            )
        return self._held_of_system[key]

    def standards_based(self, system: RadioSystem | None) -> Finding:
        """Whether a system is standards-based in the sense of SAFECOM's ladder."""
        if system is None:
            return missing(Code.MODE, "the system of the talkgroup is unavailable")
        record = system.record
        if system.standards_based is None:
            return missing(Code.MODE, f"the technology of {record.label} is not stated", record)
        proprietary = no(Code.MODE, f"{record.label} is proprietary", record)
        return self.world.freshness.judge(yes(record) if system.standards_based else proprietary, Code.MODE)

    def _coverage(self, fleet: Fleet | None, carrier: Record, *, direct: bool | None) -> tuple[str | None, Coverage]:
        book = self.world.coverage
        profile = fleet.coverage_profile if fleet else None
        if direct is None:
            text = f"whether {carrier.label} is direct or goes over a repeater is not stated"
            return profile, NoCoverage(missing(Code.COVERAGE, text, carrier).reasons)
        if direct:
            entry = book.entries.get((carrier.id, profile or ""))
            return profile, entry if isinstance(entry, DirectReach) else DirectReach(None)
        if fleet is None:
            gap = missing(Code.COVERAGE, "radios whose figures are not on record have no computed coverage")
        else:
            lacks = ", ".join(fleet.profile_lacks) or "figures"
            gap = missing(Code.COVERAGE, f"{fleet.record.label} does not state its {lacks}", fleet.record)
        return profile, book.of(carrier, profile, gap)

    def _where(
        self, verdict: Verdict, carrier: Record, profile: str | None, coverage: Coverage, resource: Resource
    ) -> Ternary:
        if verdict is Verdict.NO:
            nowhere = no_cells(self.world.coverage.grid)
            return Ternary(nowhere, nowhere)
        key = (carrier.id, profile if isinstance(coverage, ComputedCoverage) else None)
        if key not in self._cells:
            self._cells[key] = self.world.coverage.cells(coverage, self.target)
        cells = self._cells[key]
        area = self._areas.get(resource.id)
        if area is not None:
            cells = Ternary(cells.proven & area, cells.possible & area)
        if verdict is Verdict.UNKNOWN:
            cells = Ternary(no_cells(self.world.coverage.grid), cells.possible)
        return cells

    def covered(self, use: Use) -> Ternary:
        """Where a use has coverage, whatever the area its channel is limited to."""
        profile = use.fleet.coverage_profile if use.fleet else None
        key = (use.carrier.id, profile if isinstance(use.coverage, ComputedCoverage) else None)
        return self._cells[key]

    def area_of(self, resource: Resource) -> np.ndarray | None:
        """The cells in which a channel may be used; None where it is not limited."""
        return self._areas.get(resource.id)

    def _radios(self, fleets: Iterable[Fleet]) -> Iterator[tuple[Fleet | None, Template | None]]:
        """Every fleet with each template in its radios; (None, None) where no fleet is on record."""
        none = True
        for fleet in fleets:
            none = False
            for template in fits.in_radios(fleet, self.world.freshness) or (None,):
                yield fleet, template
        if none:
            yield None, None
