"""FCC licence files to inventory rows: licences, sites, stations with frequencies, links and path segments."""

import re
from collections.abc import Iterator

from casm.intake.fcc.archive import Download, open_records
from casm.intake.fcc.hops import link_rows, path_rows, store_hop
from casm.intake.fcc.known import Known
from casm.intake.fcc.layout import COLUMNS
from casm.intake.fcc.licence import licence_row, no_call_sign
from casm.intake.fcc.location import read_locations
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.path import Point, directions_deg, read_segments
from casm.intake.fcc.records import Fragment, Record, read_records
from casm.intake.fcc.sites import site_rows, store_location
from casm.intake.fcc.spool import Spool, open_spool
from casm.intake.fcc.station import FiledStation, read_stations
from casm.intake.fcc.tally import READ
from casm.intake.problem import ERROR, NOTE, WARNING, Problem
from casm.intake.row import ChildRow, ChildSet, ParsedRow, Reference, StreamItem

CALL_SIGN = re.compile(r"[A-Z0-9]{3,10}")

Place = tuple[str, str, Point | None]
"""Key of a place, name of its site, and its position (NAD83) or None where it has none."""


def read_download(download: Download, owner_code: str, known: Known, outcome: Outcome) -> Iterator[StreamItem]:
    """Rows for one owner, each class after those it refers to; refusals; findings about the files.

    known: names the owner's places have already. outcome: filled on the way; afterwards every record of every
    file is in its tally. Files are read once, to a temporary store on disk; memory stays small.
    """
    yield from download.problems
    with open_spool() as spool:
        yield from _spooled(download, spool, outcome)
        spool.index()
        yield from _licences(spool, owner_code, outcome)
        yield from site_rows(spool, owner_code, known)
        yield from _stations(spool, owner_code, outcome)
        yield from link_rows(spool, owner_code, known)
        yield from path_rows(spool, owner_code)
        for orphan in spool.orphans():
            outcome.refuse(
                orphan, "unique_system_identifier", "its licence has no HD record among the files",
                "put HD.dat of the same download beside it",
            )  # fmt: skip
            yield from outcome.take_refusals()
    yield from outcome.gathered.problems()
    for line in outcome.tally.lines():
        record_type, _, told = line.partition(": ")
        yield Problem(NOTE, f"{record_type}.dat", None, None, None, f"records: {told}", "nothing to do")
    if not outcome.tally.adds_up():
        yield Problem(
            ERROR, "licence files", None, None, None, "some records are not accounted for: a fault of this program",
            "report it with the files",
        )  # fmt: skip


def _spooled(download: Download, spool: Spool, outcome: Outcome) -> Iterator[StreamItem]:
    """Store every record that goes into the inventory; hand on refusals of what is none."""
    for file in download.files:
        with open_records(file) as stream:
            for piece in read_records(stream, file.name, file.record_type):
                outcome.tally.count(piece.record_type, READ)
                outcome.bytes_read += piece.byte_count
                if isinstance(piece, Fragment):
                    problem = Problem(ERROR, piece.file, piece.row, None, piece.excerpt, piece.reason, piece.mend)
                    outcome.refused(piece, problem)
                elif piece.record_type not in COLUMNS:
                    outcome.set_aside(
                        piece, None, f"{piece.record_type} record: the inventory has no place for what it says",
                        "nothing to do",
                    )  # fmt: skip
                else:
                    yield from _store(piece, spool, outcome)
                yield from outcome.take_refusals()


def _store(record: Record, spool: Spool, outcome: Outcome) -> Iterator[StreamItem]:
    system_id = record.text("unique_system_identifier") or ""
    if not (system_id.isascii() and system_id.isdigit() and len(system_id) <= 12):
        outcome.refuse(
            record, "unique_system_identifier", "no system identifier, so the record belongs to no licence",
            "the second field is a number, the same in all records of a licence",
        )  # fmt: skip
        return
    if record.has_nul:
        yield Problem(
            WARNING, record.file, record.row, None, None, "the record holds NUL characters, read as spaces",
            "check the file: a damaged download may hold them",
        )  # fmt: skip
    spool.add(int(system_id), record)
    if record.record_type == "HD":
        granted = record.text("grant_date") or ""
        spool.write(
            "INSERT OR IGNORE INTO licence (system_id, call_sign, in_force, granted) VALUES (?, ?, ?, ?)",
            (int(system_id), (record.text("call_sign") or "").upper(), record.text("license_status") == "A",
             f"{granted[6:10]}{granted[0:2]}{granted[3:5]}"),
        )  # fmt: skip


def _licences(spool: Spool, owner_code: str, outcome: Outcome) -> Iterator[StreamItem]:
    """Licence rows; their locations go to the spool. A licence that is not taken is removed with its records."""
    for system_id, call_sign in list(spool.rows("SELECT system_id, call_sign FROM licence ORDER BY n")):
        records = spool.records_of(system_id)
        rival = spool.database.execute(
            "SELECT system_id FROM licence WHERE call_sign = ? "
            "ORDER BY in_force DESC, granted DESC, system_id DESC LIMIT 1",
            (call_sign,),
        ).fetchone()[0]
        if not CALL_SIGN.fullmatch(call_sign) or rival != system_id:
            yield from _left_out(records, call_sign, rival, outcome)
            spool.write("UPDATE licence SET in_force = -1 WHERE system_id = ?", (system_id,))
            continue
        for record in (each for several in records.values() for each in several):
            if (filed := (record.text("call_sign") or "").upper()) not in ("", call_sign):
                outcome.gathered.add(
                    record.file, record.row, "call_sign",
                    f"record of another call sign ({filed[:10]}) under the system identifier of {call_sign}: taken as "
                    "the licence's, as the files are joined by system identifier", "compare with the licence",
                )  # fmt: skip
        yield licence_row(records, call_sign, owner_code, outcome)
        for filing in read_locations(records.get("LO", []), call_sign, outcome):
            store_location(spool, filing)
        yield from outcome.take_refusals()


def _left_out(records: dict[str, list[Record]], call_sign: str, rival: int, outcome: Outcome) -> Iterator[StreamItem]:
    """Refuse every record of a licence that cannot be taken."""
    for record in records.pop("HD"):
        if CALL_SIGN.fullmatch(call_sign):
            outcome.refuse(
                record, "call_sign", f"the call sign is also that of system identifier {rival}, which is in force or "
                "was granted later and was taken", "nothing to do, unless the other is the wrong one",
            )  # fmt: skip
        else:
            outcome.refused(record, no_call_sign(record))
    for record in (each for several in records.values() for each in several):
        outcome.refuse(
            record, "unique_system_identifier", "its licence was not taken", "see what is said about its HD record"
        )
    yield from outcome.take_refusals()


def _stations(spool: Spool, owner_code: str, outcome: Outcome) -> Iterator[StreamItem]:
    """Stations with their frequencies, licence by licence; path segments go to the spool."""
    for system_id, call_sign in list(
        spool.rows("SELECT system_id, call_sign FROM licence WHERE in_force >= 0 ORDER BY n")
    ):
        records = spool.records_of(system_id)
        places: dict[int, Place] = {
            number: (place, name, None if longitude_deg is None else (longitude_deg, latitude_deg))
            for number, place, name, longitude_deg, latitude_deg in spool.rows(
                "SELECT number, place, name, longitude_deg, latitude_deg FROM location JOIN site USING (place) "
                "WHERE call_sign = ?",
                (call_sign,),
            )
        }
        points = {number: point for number, (_, _, point) in places.items() if point is not None}
        segments = read_segments(records, outcome)
        stations = read_stations(records, call_sign, directions_deg(segments, points), outcome)
        for station in stations:
            yield _station_row(station, call_sign, places, owner_code)
        for segment in segments:
            store_hop(spool, segment, call_sign, places, stations)
        yield from outcome.take_refusals()


def _station_row(station: FiledStation, call_sign: str, places: dict[int, Place], owner_code: str) -> ParsedRow:
    record = station.record
    notes = list(station.problems)
    site: Reference | None = None
    if station.location in places:
        site = Reference("site", places[station.location][1], owner_code)
    else:
        notes.append(
            Problem(
                WARNING, record.file, record.row, "location_number", str(station.location),
                "an antenna at a location that has no LO record: kept without a site", "enter where it stands",
            )
        )  # fmt: skip
    children = ChildSet(
        "station_frequency", "station", tuple(ChildRow(values) for values in station.frequencies)
    )
    return ParsedRow(
        "station", owner_code, station.values, record.file, record.row,
        references={"site": site}, children=(children,), source="uls",
        source_key=f"{call_sign}/AN/{station.location}/{station.antenna}", notes=tuple(notes),
    )  # fmt: skip
