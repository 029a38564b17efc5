"""The methods by which agencies could talk, each with its level, its legs and what stands in its way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations

from geo.interop.answer import Verdict
from geo.interop.authority import Agency
from geo.interop.cells import Ternary, all_cells, no_cells
from geo.interop.compatibility import may_be_sent_on
from geo.interop.gateway import Gateway, GatewayPort, in_time, patch_left, port_reaches
from geo.interop.radio import Fleet, RadioCache
from geo.interop.reason import YES, Code, Finding, Reason, Record, all_of, any_of, missing, no, yes
from geo.interop.resource import Channel, Net, Talkgroup, ciphers_of
from geo.interop.uses import NetUses, Use, Uses

TALKGROUP, JOINED, CHANNEL, GATEWAY, CACHE = "shared_talkgroup", "joined_systems", "shared_channel", "gateway", "cache"
NOT_ON_RECORD = "not_on_record"


@dataclass(frozen=True, eq=False)
class Leg:
    """One agency's part of a method: the uses it may choose from, and where any of them works."""

    agency: Agency
    uses: tuple[Use, ...]
    finding: Finding
    cells: Ternary


@dataclass(frozen=True, eq=False)
class Method:
    """A way for all members to talk: ``common`` is what no single leg decides, ``via`` the rows it runs through.

    ``finding`` is everything but place; ``cells`` is where it surely and possibly works.
    """

    level: int
    kind: str
    via: tuple[Record, ...]
    legs: tuple[Leg, ...]
    common: Finding
    minutes: int | None
    finding: Finding
    cells: Ternary
    place_reasons: tuple[Reason, ...] = ()


def methods_between(uses: Uses, member_ids: Sequence[str], within_minutes: int) -> Iterator[Method]:
    """Every method for the members that works or may work somewhere, and the ways that come near and fail."""
    members = [uses.of_agency(member) for member in member_ids]
    agencies = [uses.agencies[member] for member in member_ids]
    if not any(uses.world.fleets.get(member) for member in member_ids):
        yield _radios_not_on_record(uses, agencies)
    yield from _talkgroups(uses, agencies, members)
    yield from _channels(uses, agencies, members)
    for gateway in uses.world.gateways:
        yield from _gateway(uses, gateway, agencies, members, within_minutes)
    for cache in uses.world.caches:
        yield from _cache(uses, cache, agencies, members, within_minutes)


def _radios_not_on_record(uses: Uses, agencies: list[Agency]) -> Method:
    """Where no radio of anybody is on record, they may share anything, on record or not."""
    grid = uses.world.coverage.grid
    anywhere = Ternary(no_cells(grid), all_cells(grid))
    legs = []
    for agency in agencies:
        gap = missing(Code.PROGRAMMING, f"no radios of {agency.name} are on record", agency.record)
        legs.append(Leg(agency, (), gap, anywhere))
    return _method(uses, 5, NOT_ON_RECORD, legs, YES, (), None)


def _method(
    uses: Uses,
    level: int,
    kind: str,
    legs: Iterable[Leg],
    common: Finding,
    via: tuple[Record, ...] = (),
    minutes: int | None = 0,
    place_reasons: tuple[Reason, ...] = (),
) -> Method:
    legs = tuple(legs)
    finding = all_of((common, *(leg.finding for leg in legs)))
    grid = uses.world.coverage.grid
    cells = Ternary(no_cells(grid), no_cells(grid))
    if finding.verdict is not Verdict.NO:
        everywhere = all_cells(grid)
        cells = Ternary(everywhere if common.verdict is Verdict.YES else cells.proven, everywhere)
        for leg in legs:
            cells = cells & leg.cells
    return Method(level, kind, via, legs, common, minutes, finding, cells, place_reasons)


def _leg(uses: Uses, agency: Agency, options: Sequence[Use], otherwise: Finding) -> Leg:
    grid = uses.world.coverage.grid
    cells = Ternary(no_cells(grid), no_cells(grid))
    for use in options:
        cells = cells | use.cells
    return Leg(agency, tuple(options), any_of((use.finding for use in options), otherwise), cells)


def _talkgroups(uses: Uses, agencies: list[Agency], members: list[NetUses]) -> Iterator[Method]:
    """Levels 5 and 4. On a system of unstated technology both are put forward, 5 as not known."""
    for net in _worth_a_word(uses, agencies, members, "talkgroup"):
        talkgroup = uses.resources[str(net.identity)]
        assert isinstance(talkgroup, Talkgroup)
        legs = [_own_leg(uses, agency, member, net) for agency, member in zip(agencies, members, strict=True)]
        joined = all(leg.uses for leg in legs) and any(all(use.joined for use in leg.uses) for leg in legs)
        kind = JOINED if joined else TALKGROUP
        standard = uses.standards_based(uses.systems.get(talkgroup.system_id))
        if standard.verdict is not Verdict.NO:
            yield _method(uses, 5, kind, legs, standard, (talkgroup.record,))
        if standard.verdict is not Verdict.YES:
            yield _method(uses, 4, kind, legs, YES, (talkgroup.record,))


def _worth_a_word(uses: Uses, agencies: list[Agency], members: list[NetUses], kind: str) -> Iterable[Net]:
    """The nets that every member has or may have, and those that any of them is programmed with."""
    everybodys = [net for net in members[0] if all(net in member for member in members)]
    programmed = chain.from_iterable(uses.programmed(agency.id) for agency in agencies)
    return [net for net in dict.fromkeys((*everybodys, *programmed)) if net.kind == kind]


def _own_leg(uses: Uses, agency: Agency, member: NetUses, net: Net) -> Leg:
    """A member's leg on a net; where it cannot use it, the way that comes closest, for its reasons."""
    options = member.get(net)
    if options:
        return _leg(uses, agency, options, YES)
    closest = uses.failing(agency.id, net)
    nowhere = no_cells(uses.world.coverage.grid)
    return Leg(agency, (), closest.finding, Ternary(nowhere, nowhere))


def _channels(uses: Uses, agencies: list[Agency], members: list[NetUses]) -> Iterator[Method]:
    """Level 3: every combination of channel nets that are, or may be, one; then those that come near."""
    for nets, common in _meetings(uses, members):
        legs = [
            _leg(uses, agency, member[net], YES) for agency, member, net in zip(agencies, members, nets, strict=True)
        ]
        legs, apart = _through_one_station(uses, legs)
        yield _method(uses, 3, CHANNEL, legs, common, _records_of(uses, legs, nets), place_reasons=apart)
    yield from _near_channels(uses, agencies, members)


def _within(legs: Iterable[Leg], limit: Ternary) -> list[Leg]:
    """The legs where a condition on all of them together holds as well."""
    return [replace(leg, cells=leg.cells & limit) for leg in legs]


def _through_one_station(uses: Uses, legs: list[Leg]) -> tuple[list[Leg], tuple[Reason, ...]]:
    """The legs, proven only where one and the same channel row's stations serve all sides.

    Rows of one net may be one repeater typed twice or two repeaters, and then neither repeats the other.
    """
    carriers = {use.carrier.id: use.carrier for leg in legs for use in leg.uses}
    if len(carriers) < 2:
        return legs, ()
    grid = uses.world.coverage.grid
    together, anyhow = no_cells(grid), all_cells(grid)
    for carrier_id in carriers:
        by_this = all_cells(grid)
        for leg in legs:
            side = no_cells(grid)
            for use in leg.uses:
                if use.carrier.id == carrier_id:
                    side = side | use.cells.proven
            by_this = by_this & side
        together = together | by_this
    for leg in legs:
        anyhow = anyhow & leg.cells.proven
    if not (anyhow & ~together).any():
        return legs, ()
    names = " and ".join(dict.fromkeys(carrier.name for carrier in carriers.values()))
    text = f"whether the stations of {names} repeat each other is not stated"
    reason = Reason(Code.MISSING, Code.COVERAGE, text, tuple(carriers))
    return _within(legs, Ternary(together, all_cells(grid))), (reason,)


def _meetings(uses: Uses, members: list[NetUses]) -> Iterator[tuple[tuple[Net, ...], Finding]]:
    """Combinations of one channel net a member, each pair of them one net for sure or perhaps."""

    def extend(chosen: tuple[Net, ...], common: Finding) -> Iterator[tuple[tuple[Net, ...], Finding]]:
        if len(chosen) == len(members):
            yield chosen, common
            return
        for net in uses.related(chosen[0]):
            if net not in members[len(chosen)]:
                continue
            same = all_of(uses.same_net(other, net) for other in chosen)
            if same.verdict is not Verdict.NO:
                yield from extend((*chosen, net), all_of((common, same)))

    for first in members[0]:
        if first.kind == "channel":
            yield from extend((first,), YES)


def _near_channels(uses: Uses, agencies: list[Agency], members: list[NetUses]) -> Iterator[Method]:
    """A net that one member has and another lacks, or has with another tone, mode or cipher."""
    for net in _worth_a_word(uses, agencies, members, "channel"):
        legs, sameness = [], []
        for agency, member in zip(agencies, members, strict=True):
            mine = [other for other in uses.related(net) if other in member]
            if mine:
                legs.append(_leg(uses, agency, member[net if net in member else mine[0]], YES))
                continue
            lacking = _own_leg(uses, agency, member, net)
            mates = [(uses.same_net(net, other), other) for other in uses.frequency_mates(net) if other in member]
            closest = min(mates, key=lambda mate: len(mate[0].failures), default=None)
            if closest is not None and len(closest[0].failures) <= len(lacking.finding.failures):
                sameness.append(closest[0])
                legs.append(_leg(uses, agency, member[closest[1]], YES))
            else:
                legs.append(lacking)
        method = _method(uses, 3, CHANNEL, legs, all_of(sameness), _records_of(uses, legs, (net,)))
        if method.finding.verdict is Verdict.NO:
            yield method


def _records_of(uses: Uses, legs: Iterable[Leg], nets: Iterable[Net]) -> tuple[Record, ...]:
    used = [use.resource.record for leg in legs for use in leg.uses]
    return tuple(dict.fromkeys(used or [uses.channel_of[net][0].record for net in nets]))


def _gateway(
    uses: Uses, gateway: Gateway, agencies: list[Agency], members: list[NetUses], within_minutes: int
) -> Iterator[Method]:
    """Level 2: each member reaches a port of the gateway."""
    touches = [_touches(uses, gateway, agency, member) for agency, member in zip(agencies, members, strict=True)]
    legs = [_gateway_leg(uses, gateway, agency, own) for agency, own in zip(agencies, touches, strict=True)]
    if all(leg.finding.verdict is Verdict.NO and not leg.uses for leg in legs):
        return
    judge = uses.world.freshness.judge
    two, where_two = _two_ports(uses, gateway, legs, touches)
    common = all_of(
        (
            judge(in_time(gateway.record, gateway.activation_minutes, within_minutes), Code.TIME),
            judge(patch_left(gateway), Code.CAPACITY),
            any_of((uses.authorities.to_use_asset(agency, gateway.record) for agency in agencies), otherwise=YES)
            if gateway.agency_id not in {agency.id for agency in agencies}
            else judge(yes(gateway.record), Code.AUTHORITY),
            two,
        )
    )
    legs = _within(legs, where_two)
    yield _method(uses, 2, GATEWAY, legs, common, (gateway.record,), gateway.activation_minutes)


@dataclass(frozen=True, eq=False)
class _Touch:
    """A member's way to a port. subject: what is on the port; ports on one and the same channel have one subject."""

    subject: object
    name: str
    finding: Finding
    uses: tuple[Use, ...]
    cells: Ternary


def _two_ports(
    uses: Uses, gateway: Gateway, legs: list[Leg], touches: list[list[_Touch]]
) -> tuple[Finding, Ternary]:
    """Whether the members come in on two subjects at least, and where: what meets on one port is no patch.

    Where only one port is on record, another may be there; patch_left says so.
    """
    grid = uses.world.coverage.grid
    everywhere = Ternary(all_cells(grid), all_cells(grid))
    if len(gateway.ports) < 2 or any(leg.finding.verdict is Verdict.NO for leg in legs):
        return YES, everywhere
    by_subject: dict[object, list[_Touch]] = {}
    for touch in chain.from_iterable(touches):
        by_subject.setdefault(touch.subject, []).append(touch)
    nothing = no_cells(grid)
    once = twice = Ternary(nothing, nothing)
    findings = []
    for group in by_subject.values():
        findings.append(any_of((touch.finding for touch in group), otherwise=YES))
        reached = Ternary(nothing, nothing)
        for touch in group:
            reached = reached | touch.cells
        twice, once = twice | (once & reached), once | reached
    findings.sort(key=lambda finding: -finding.verdict)
    if len(findings) > 1 and findings[1].verdict is not Verdict.NO:
        return findings[1], twice
    on = " and ".join(dict.fromkeys(touch.name for touch in chain.from_iterable(touches)))
    text = f"all sides come to {gateway.record.label} on {on or 'one port'} alone, and a patch joins two"
    return uses.world.freshness.judge(no(Code.NO_METHOD, text, gateway.record), Code.NO_METHOD), twice


def _touches(uses: Uses, gateway: Gateway, agency: Agency, member: NetUses) -> list[_Touch]:
    """A member's ways to the ports: on the port's net, which the gateway may use and is in touch with."""
    grid = uses.world.coverage.grid
    freshness = uses.world.freshness
    found = []
    for port in gateway.ports:
        resource = uses.resources.get(port.resource_id or "")
        if resource is None or not freshness.fresh(port.record):
            text = f"what is on port {port.record.name} of {gateway.record.label} is not stated"
            stale = freshness.judge(yes(port.record), Code.NO_METHOD)
            gap = missing(Code.NO_METHOD, text, port.record) if stale.verdict is Verdict.YES else stale
            anywhere = Ternary(no_cells(grid), all_cells(grid))
            found.append(_Touch(port.record.id, f"port {port.record.name}", gap, (), anywhere))
            continue
        for net, link in _port_nets(uses, gateway, port):
            for mine, same in uses.related(net).items() if net.kind == "channel" else ((net, YES),):
                if mine not in member:
                    continue
                side = _leg(uses, agency, member[mine], YES)
                finding = all_of((link, same, side.finding))
                cells = Ternary(no_cells(grid), no_cells(grid))
                if finding.verdict is not Verdict.NO:
                    sure = all_of((link, same)).verdict is Verdict.YES
                    cells = Ternary(side.cells.proven if sure else cells.proven, side.cells.possible)
                found.append(_Touch(uses.subject(resource), resource.record.name, finding, side.uses, cells))
    return found


def _gateway_leg(uses: Uses, gateway: Gateway, agency: Agency, touches: list[_Touch]) -> Leg:
    """A member's leg to any port."""
    grid = uses.world.coverage.grid
    cells = Ternary(no_cells(grid), no_cells(grid))
    for touch in touches:
        cells = cells | touch.cells
    untouched = no(
        Code.NO_METHOD, f"{gateway.record.label} has no port on a channel or talkgroup of {agency.name}",
        gateway.record, agency.record,
    )  # fmt: skip
    finding = any_of((touch.finding for touch in touches), otherwise=untouched)
    chosen = chain.from_iterable(touch.uses for touch in touches if touch.finding.verdict is finding.verdict)
    return Leg(agency, tuple(dict.fromkeys(chosen)), finding, cells)


def _port_nets(uses: Uses, gateway: Gateway, port: GatewayPort) -> Iterator[tuple[Net, Finding]]:
    """The nets of a port, each with whether the gateway may use it and is in touch with it."""
    resource = uses.resources.get(port.resource_id or "")
    if resource is None:
        return
    if isinstance(resource, Channel):
        carriers, direct = tuple(uses.carriers_of(resource)), resource.direct
    else:
        system = uses.systems.get(resource.system_id)
        carriers, direct = (() if system is None else (system.record,)), False
    judge = uses.world.freshness.judge
    reach = port_reaches(gateway, port, carriers, direct=direct, book=uses.world.coverage, target=uses.target)
    holder = uses.agencies.get(gateway.agency_id or "")
    if holder is None:
        text = f"the agency that answers for {gateway.record.label} is not on record"
        right = missing(Code.AUTHORITY, text, gateway.record)
    else:
        right = uses.authorities.to_use(holder, resource)
    for cipher in ciphers_of(resource):
        text = f"whether {gateway.record.label} has the key of {resource.record.label} is not stated"
        key = YES if cipher.clear else missing(Code.ENCRYPTION, text, port.record)
        may_send = may_be_sent_on(resource, uses.world.freshness) if isinstance(resource, Channel) else YES
        yield uses.net_of(resource, cipher), all_of((judge(reach, Code.COVERAGE), right, key, may_send))


def _cache(
    uses: Uses, cache: RadioCache, agencies: list[Agency], members: list[NetUses], within_minutes: int
) -> Iterator[Method]:
    """Level 1: one or more members work with radios lent from the cache, the others with their own.

    Swapping own radios is not counted: no record says which radios an agency can spare.
    """
    judge, authorities = uses.world.freshness.judge, uses.authorities
    timely = judge(in_time(cache.record, cache.deploy_minutes, within_minutes), Code.TIME)
    for size in range(1, len(agencies) + 1):
        for borrowers in combinations(range(len(agencies)), size):
            lent = [
                _with_radios_left(uses, cache, uses.of_cache(cache.record.id, agency.id), size)
                if index in borrowers
                else member
                for index, (agency, member) in enumerate(zip(agencies, members, strict=True))
            ]
            rights = [
                judge(yes(cache.record), Code.AUTHORITY)
                if agencies[index].id == cache.agency_id
                else authorities.to_use_asset(agencies[index], cache.record)
                for index in borrowers
            ]
            terms = all_of((timely, judge(_radios_left(cache, size), Code.CAPACITY), *rights))
            yield from _lent(uses, cache, agencies, lent, terms)


def _lent(
    uses: Uses, cache: RadioCache, agencies: list[Agency], members: list[NetUses], terms: Finding
) -> Iterator[Method]:
    for net in dict.fromkeys(net for net in members[0] if net.kind == "talkgroup"):
        if all(net in member for member in members):
            legs = [_leg(uses, agency, member[net], YES) for agency, member in zip(agencies, members, strict=True)]
            via: tuple[Record, ...] = (cache.record, uses.resources[str(net.identity)].record)
            yield _method(uses, 1, CACHE, legs, terms, via, cache.deploy_minutes)
    for nets, same in _meetings(uses, members):
        legs = [
            _leg(uses, agency, member[net], YES) for agency, member, net in zip(agencies, members, nets, strict=True)
        ]
        legs, apart = _through_one_station(uses, legs)
        via = (cache.record, *_records_of(uses, legs, nets))
        yield _method(uses, 1, CACHE, legs, all_of((same, terms)), via, cache.deploy_minutes, apart)


def _with_radios_left(uses: Uses, cache: RadioCache, lent: NetUses, wanted: int) -> NetUses:
    """The uses of lent radios, sure only where enough radios of that very fleet are surely left."""
    unsure = {}
    for fleet in cache.fleets:
        finding = uses.world.freshness.judge(_of_fleet_left(cache, fleet, wanted), Code.CAPACITY)
        if finding.verdict is not Verdict.YES:
            unsure[fleet.record.id] = finding
    if not unsure:
        return lent
    nowhere = no_cells(uses.world.coverage.grid)
    limited: NetUses = {}
    for net, options in lent.items():
        limited[net] = [
            replace(use, finding=all_of((use.finding, unsure[use.fleet.record.id])),
                    cells=Ternary(nowhere, use.cells.possible))
            if use.fleet is not None and use.fleet.record.id in unsure else use
            for use in options
        ]  # fmt: skip
    return limited


def _of_fleet_left(cache: RadioCache, fleet: Fleet, wanted: int) -> Finding:
    """Whether the radios wanted are left of one fleet of a cache, even if all that are out are of it."""
    rows = (cache.record, fleet.record)
    if fleet.radio_count is not None and fleet.radio_count < wanted:
        text = f"{cache.record.label} has {fleet.radio_count} radios of {fleet.record.label}, and {wanted} are wanted"
        return missing(Code.CAPACITY, text, *rows)
    others = [other.radio_count for other in cache.fleets if other is not fleet]
    if not others or cache.available_radio_count is None:
        return yes(*rows)
    if None in others or cache.available_radio_count - sum(count or 0 for count in others) < wanted:
        text = f"how many of the radios left in {cache.record.label} are of {fleet.record.label} is not stated"
        return missing(Code.CAPACITY, text, *rows)
    return yes(*rows, *(other.record for other in cache.fleets))


def _radios_left(cache: RadioCache, wanted: int) -> Finding:
    count, record = cache.available_radio_count, cache.record
    if count is None:
        return missing(Code.CAPACITY, f"how many radios {record.label} has left is not stated", record)
    if count < wanted:
        return no(Code.CAPACITY, f"{record.label} has {count} radios left, and {wanted} are wanted", record)
    return yes(record)
