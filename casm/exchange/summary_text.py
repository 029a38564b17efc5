"""What is on record and what follows from it, as plain text for somebody who runs a county, not a radio system."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.assessments.coverage_rows import SYSTEM
from casm.assessments.interop_rows import GAP, GROUP, PAIR
from casm.assessments.result import Result
from casm.audit.exports import one_export
from casm.db.columns import OwnedRow
from casm.exchange.marked_file import marked_file
from casm.exchange.marking import Markable, Marking, kinds_of_rows, mark
from casm.exchange.overview import read_overview, shown_rows
from casm.inventory.agency import Agency
from casm.inventory.agreement import Agreement
from casm.inventory.alert_originator import AlertOriginator
from casm.inventory.backhaul import BackhaulLink
from casm.inventory.broadband_service import BroadbandService
from casm.inventory.channel import Channel
from casm.inventory.comm_unit import CommUnitMember
from casm.inventory.contact import Contact
from casm.inventory.dispatch_center import DispatchCenter
from casm.inventory.fleet import Fleet
from casm.inventory.gateway import Gateway
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.licence import Licence
from casm.inventory.mobile_comm_vehicle import MobileCommVehicle
from casm.inventory.need import Need
from casm.inventory.owner import Owner
from casm.inventory.radio import Radio
from casm.inventory.radio_cache import RadioCache
from casm.inventory.radio_system import RadioSystem
from casm.inventory.site import Site
from casm.inventory.station import Station
from casm.inventory.talkgroup import Talkgroup
from casm.sharing.leaving import leaving

WIDTH = 100
ON_RECORD: tuple[tuple[str, type[OwnedRow]], ...] = (
    ("agencies", Agency), ("jurisdictions", Jurisdiction), ("sites", Site), ("stations", Station),
    ("radio systems", RadioSystem), ("channels", Channel), ("talkgroups", Talkgroup), ("fleets of radios", Fleet),
    ("radio caches", RadioCache), ("gateways", Gateway), ("links between sites", BackhaulLink),
    ("licences", Licence), ("agreements", Agreement), ("needs", Need), ("contacts", Contact),
    ("dispatch centers", DispatchCenter), ("communications-unit members", CommUnitMember),
    ("mobile communications vehicles", MobileCommVehicle), ("alert originators", AlertOriginator),
    ("broadband and priority services", BroadbandService), ("individual radios", Radio),
)  # fmt: skip
LEVELS = {
    5: "the same standards-based system, or joined ones",
    4: "the same proprietary system",
    3: "a shared channel",
    2: "a gateway or console patch",
    1: "radios lent from a cache",
    0: "no way",
}
# Output and antenna gain in a profile's name, as portable_street_5W_-5dBi_-119dBm_1.5m.
_RADIO = re.compile(r"_([\d.]+)W_(-?[\d.]+)dBi")
_AT_FREQUENCY = re.compile(r" at [\d.]+ MHz")
NO_PLACE = "·"
NOT_KNOWN = "?"


@dataclass(frozen=True)
class Pair:
    """A stored answer for two agencies, by their ids."""

    ids: frozenset[str]
    summary: dict[str, Any]

    @property
    def cell(self) -> str:
        """The interval as the matrix writes it: 3, or 1-5 for at least 1, perhaps 5."""
        proven, possible = self.summary.get("proven_level"), self.summary.get("possible_level")
        if proven is None or possible is None:
            return NO_PLACE if self.summary["place"]["kind"] == "none" else NOT_KNOWN
        return str(proven) if proven == possible else f"{proven}-{possible}"


def write_summary(session: Session, path: Path, *, title: str, now: datetime | None = None) -> None:
    """Write the summary of all that this session's viewer may see to a text file, whole or not at all."""
    with one_export(session, "the summary", "txt") as told:
        with leaving(session):
            marking = mark(session, summed_up(session))
            text = "\n".join(summary_text(session, marking, title=title, now=now or datetime.now(UTC)))
        with marked_file(path, marking) as stream:
            stream.write((text + "\n").encode())
        told["marking"] = marking.text


def summed_up(session: Session) -> Iterator[Markable]:
    """Every row that the summary tells of or counts, for its mark."""
    yield from shown_rows(read_overview(session))
    for kind in (SYSTEM, PAIR, GROUP, GAP):
        yield from _results(session, kind)
    for _, mapped in ON_RECORD:
        yield from kinds_of_rows(session, mapped)


def summary_text(session: Session, marking: Marking, *, title: str, now: datetime) -> Iterator[str]:
    """The summary, line by line."""
    results = {kind: _results(session, kind) for kind in (SYSTEM, PAIR, GROUP, GAP)}
    mark_lines = [*_wrapped(marking.text), *(f"{name}: {text}" for name, text in marking.more_handling)]
    yield from mark_lines
    yield ""
    yield title
    yield f"Written {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC. {_seen_from(results[PAIR] + results[GROUP])}"
    yield from _wrapped(
        "Everything below is worked out by computer from the records given. It replaces no measurement and no test"
        " call on the ground."
    )
    for heading, lines in (
        ("In short", _in_short(results)),
        ("What is on record", _on_record(session)),
        ("Who can talk to whom", _matrix(session, results[PAIR])),
        ("What is not known for sure, and why", _open_pairs(results[PAIR])),
        ("What must be possible, and whether it is", _needs(results[GROUP])),
        ("Where it is not, and why", _gaps(results[GAP])),
        ("Coverage", _coverage(results[SYSTEM])),
        ("What to keep in mind", _caveats([row for rows in results.values() for row in rows])),
        ("How it was worked out", _methods([row for rows in results.values() for row in rows])),
    ):
        yield ""
        yield heading.upper()
        shown = list(lines)
        yield from shown or ["  Nothing."]
    yield ""
    yield from mark_lines


def _results(session: Session, kind: str) -> list[Result]:
    return list(
        session.scalars(
            select(Result).where(Result.kind == kind, Result.status != "retired").order_by(Result.title, Result.id)
        )
    )


def _seen_from(rows: Iterable[Result]) -> str:
    days = sorted({str(row.summary["as_of"]) for row in rows if row.summary.get("as_of")})
    return f"Ages of records and terms of agreements are seen from {' and '.join(days)}." if days else ""


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    after = first if rest is None else rest
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
    )


def _in_short(results: dict[str, list[Result]]) -> Iterator[str]:
    states = Counter(row.summary["state"] for row in results[GROUP])
    intervals = [Pair(frozenset(), row.summary).cell for row in results[PAIR]]
    judged = [cell for cell in intervals if cell not in (NO_PLACE, NOT_KNOWN)]
    yield f"  Stated needs: {states['met']} met, {states['not met']} not met, {states['not proven']} not known."
    yield (
        f"  Pairs of agencies: {len(judged)} with a place in common; {sum('-' not in cell for cell in judged)} of them"
        f" have a sure answer,"
    )
    yield f"  {sum('-' in cell for cell in judged)} hang on records that are missing or old, or on ground without data."
    gaps = Counter(row.summary["reason"] for row in results[GAP] if row.summary["known"])
    if gaps:
        told = ", ".join(f"{reason} {count}" for reason, count in sorted(gaps.items()))
        yield f"  Gaps by reason: {told}."


def _on_record(session: Session) -> Iterator[str]:
    for words, mapped in ON_RECORD:
        statement = select(mapped.status, func.count()).where(mapped.status != "retired").group_by(mapped.status)
        counts = {status: count for status, count in session.execute(statement)}
        total = sum(counts.values())
        apart = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()) if status != "active")
        yield f"  {total:5d}  {words}" + (f" ({apart})" if apart else "")
    national = session.scalar(select(func.count()).where(Channel.national, Channel.status != "retired")) or 0
    yield f"  {national:5d}  of the channels are national ones"
    radios = session.scalar(select(func.sum(Fleet.radio_count)).where(Fleet.status != "retired")) or 0
    yield f"  {radios:5d}  radios in these fleets"
    owners = session.scalars(select(Owner.name).where(Owner.kind.not_in(("nation", "public"))).order_by(Owner.code))
    yield from _wrapped("Owners: " + ", ".join(owners) + ".", "  ")


def _matrix(session: Session, rows: list[Result]) -> Iterator[str]:
    pairs = {pair.ids: pair for row in rows if (pair := Pair(frozenset(row.result_key.split("|")), row.summary))}
    named = {member for ids in pairs for member in ids}
    agencies = [
        (str(agency_id), abbreviation or name, name)
        for agency_id, abbreviation, name in session.execute(
            select(Agency.id, Agency.abbreviation, Agency.name)
            .where(Agency.status != "retired")
            .order_by(Agency.abbreviation, Agency.name)
        )
        if str(agency_id) in named
    ]
    if not agencies:
        return
    yield from (f"  {level}  {words}" for level, words in LEVELS.items())
    yield from _wrapped(
        f'"3" is sure. "1-5" is at least 1, perhaps 5: it hangs on something not known. "{NO_PLACE}" is no place in'
        " common. An answer counts for a pair when it holds in 95 % of the place where both serve.",
        "  ",
    )
    yield ""
    wide = max(len(short) for _, short, _ in agencies)
    column = max(4, wide + 1)
    yield " " * (wide + 3) + "".join(short.rjust(column) for _, short, _ in agencies[1:])
    for index, (one, short, _) in enumerate(agencies[:-1]):
        cells = [
            pairs[key].cell if (key := frozenset((one, other))) in pairs else NOT_KNOWN
            for other, _, _ in agencies[index + 1 :]
        ]
        yield f"  {short.ljust(wide)} " + " " * (column * index) + "".join(cell.rjust(column) for cell in cells)
    yield ""
    yield from (f"  {short.ljust(wide)}  {name}" for _, short, name in agencies)


def _open_pairs(rows: list[Result]) -> Iterator[str]:
    """Each interval with what leaves it open: the reasons of the ways by which its best level may be reached."""
    for row in rows:
        summary = row.summary
        if summary.get("proven_level") == summary.get("possible_level"):
            continue
        reasons = dict.fromkeys(
            f"{reason['text']} ({reason['code']})"
            for method in summary["methods"]
            if method["state"] == "unknown" and method["level"] == summary["possible_level"]
            for reason in method["reasons"]
            if reason["state"] == "unknown"
        )
        told = "; ".join(list(reasons)[:3])
        yield from _wrapped(f"{' – '.join(summary['members'])}: {summary['answer']}. {told}", "  - ", "    ")


def _needs(rows: list[Result]) -> Iterator[str]:
    for row in sorted(rows, key=lambda row: (row.summary["state"] != "not met", row.title)):
        summary = row.summary
        told = (
            f"{summary['state'].upper()}: {summary['need']}. Asked: level {_level(summary['required_level'])} within"
            f" {summary['within_minutes']} minutes. Found: {_found(summary)}."
        )
        yield from _wrapped(told, "  - ", "    ")


def _level(level: int) -> str:
    return f"{level} ({LEVELS[level]})"


def _found(summary: dict[str, Any]) -> str:
    proven = summary.get("proven_level")
    sure = proven is not None and proven == summary.get("possible_level")
    return _level(proven) if sure else str(summary.get("answer", "not known"))


def _gaps(rows: list[Result]) -> Iterator[str]:
    for row in sorted(rows, key=lambda row: (not row.summary["known"], row.title)):
        summary = row.summary
        mark = "GAP" if summary["known"] else "NOT KNOWN"
        told = f"{mark} ({summary['reason']}), {summary.get('area_km2', 0):g} km²: {summary['sentence']}"
        yield from _wrapped(told, "  - ", "    ")


def _coverage(rows: list[Result]) -> Iterator[str]:
    if rows:
        yield from _wrapped(
            "Share of the land with elevation data where a radio can both hear and be heard at the probability asked.",
            "  ",
        )
    for row in rows:
        figures = row.summary.get("figures") or {}
        share, target = figures.get("bounded_area_share"), row.summary.get("target")
        told = "not known" if share is None else f"{share:4.0%} at {target:.0%}"
        radio = _RADIO.search(str(row.summary.get("profile")))
        yield f"  {told.rjust(12)}  {row.title}" + (f" ({radio[1]} W, {radio[2]} dBi)" if radio else "")


def _caveats(rows: list[Result]) -> Iterator[str]:
    # A doubt that differs only in the frequency is one doubt to the reader.
    for caveat in dict.fromkeys(_AT_FREQUENCY.sub("", caveat) for row in rows for caveat in row.caveats):
        yield from _wrapped(caveat, "  - ", "    ")


def _methods(rows: list[Result]) -> Iterator[str]:
    for (method, version), count in sorted(Counter((row.method, row.method_version) for row in rows).items()):
        yield from _wrapped(f"{method}, version {version}: {count} results", "  - ", "    ")
