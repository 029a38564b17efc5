"""Gateways and console patches: what their ports touch, how many nets they can join, how soon."""

from dataclasses import dataclass

from geo.interop.answer import Verdict
from geo.interop.reason import Code, Finding, Record, missing, no, yes
from geo.interop.side_coverage import CoverageBook


@dataclass(frozen=True)
class GatewayPort:
    """A port and the channel or talkgroup on it; connection is wired or radio. None: not stated."""

    record: Record
    connection: str | None
    resource_id: str | None


@dataclass(frozen=True)
class Gateway:
    """A device or console that joins nets. ``position``: longitude, latitude. None: not stated."""

    record: Record
    agency_id: str | None
    simultaneous_patches: int | None
    patches_in_use: int | None
    activation_minutes: int | None
    position: tuple[float, float] | None
    ports: tuple[GatewayPort, ...]


def in_time(record: Record, minutes: int | None, within_minutes: int) -> Finding:
    """Whether something can be up within the time limit."""
    if minutes is None:
        return missing(Code.TIME, f"how many minutes {record.label} takes is not stated", record)
    if minutes > within_minutes:
        return no(Code.TIME, f"{record.label} takes {minutes} minutes, and {within_minutes} are allowed", record)
    return yes(record)


def patch_left(gateway: Gateway) -> Finding:
    """Whether the gateway can join one more set of nets, and has two ports to do it with."""
    record = gateway.record
    if len(gateway.ports) < 2:
        return missing(Code.CAPACITY, f"fewer than two ports of {record.label} are on record", record)
    if gateway.simultaneous_patches is None:
        return missing(Code.CAPACITY, f"how many patches {record.label} can keep is not stated", record)
    if gateway.simultaneous_patches == 0:
        return no(Code.CAPACITY, f"{record.label} can keep no patch", record)
    if gateway.patches_in_use is None:
        return missing(Code.CAPACITY, f"how many patches of {record.label} are in use is not stated", record)
    if gateway.patches_in_use >= gateway.simultaneous_patches:
        text = f"all {gateway.simultaneous_patches} patches of {record.label} are in use"
        return no(Code.CAPACITY, text, record)
    return yes(record)


def port_reaches(
    gateway: Gateway,
    port: GatewayPort,
    carriers: tuple[Record, ...],
    *,
    direct: bool | None,
    book: CoverageBook,
    target: float,
) -> Finding:
    """Whether the port is in touch with its resource: by wire, or by a radio covered where the gateway stands.

    No record says what radio a port has, so only reach for the weakest kind (book.port_profiles) is proof of it;
    where that fails, a better one may do.
    """
    resource = carriers[0].label if carriers else "its resource"
    where = f"port {port.record.name} of {gateway.record.label}"
    if port.connection == "wired":
        return yes(gateway.record, port.record)
    if port.connection is None:
        return missing(Code.COVERAGE, f"whether {where} is wired or a radio is not stated", port.record)
    if direct is not False:
        text = f"how far {where} is from the radios on {resource} is not stated"
        return missing(Code.COVERAGE, text, port.record)
    if gateway.position is None:
        return missing(Code.COVERAGE, f"the position of {gateway.record.label} is not stated", gateway.record)
    cell = book.grid.cell_of(*gateway.position)
    if cell is None:
        text = f"{gateway.record.label} stands outside the area with computed coverage"
        return missing(Code.COVERAGE, text, gateway.record)
    entries = [entry for carrier in carriers for entry in book.for_ports(carrier.id)]
    evidence = frozenset().union(*(entry.evidence for entry in entries))
    verdicts = {entry.at_cell(cell, target) for entry in entries}
    if verdicts == {Verdict.YES}:
        finding = yes(gateway.record, port.record)
    elif not verdicts:
        finding = missing(Code.COVERAGE, f"coverage of {resource} is not computed where {where} stands", port.record)
    else:
        text = f"{resource} does not surely reach a portable where {where} stands, and its radio is not on record"
        finding = missing(Code.COVERAGE, text, port.record)
    return Finding(finding.verdict, finding.reasons, finding.evidence | evidence)
