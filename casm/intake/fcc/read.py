"""FCC licence files to inventory rows: licences, sites, stations with frequencies, links and path segments."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import shapely

from casm.intake.fcc.archive import Download, open_records
from casm.intake.fcc.known import SOURCE_DATUM, Known
from casm.intake.fcc.layout import COLUMNS
from casm.intake.fcc.licence import licence_row, no_call_sign
from casm.intake.fcc.link import Hop, links_of_pair
from casm.intake.fcc.location import UNLOCATED, Filing, merged, read_locations
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.path import Point, Segment, computed, directions_deg, read_segments
from casm.intake.fcc.records import Fragment, Record, read_records
from casm.intake.fcc.spool import Spool, open_spool, packed, unpacked
from casm.intake.fcc.station import FiledStation, read_stations
from casm.intake.fcc.tally import READ
from casm.intake.fcc.values import FiledPosition
from casm.intake.problem import ERROR, NOTE, WARNING, Problem
from casm.intake.row import ChildRow, ChildSet, ParsedRow, Reference, StreamItem

Place = tuple[str, Point | None]
"""Name of a site and its position (NAD83), or None where it has none."""


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
        yield from _sites(spool, owner_code, known)
        yield from _stations(spool, owner_code, outcome)
        yield from _links(spool, owner_code, known)
        yield from _paths(spool, owner_code)
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
        if not call_sign or rival != system_id:
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
            spool.write(
                "INSERT INTO location (call_sign, number, place, is_receiver, filing) VALUES (?, ?, ?, ?, ?)",
                (call_sign, filing.number, filing.place, filing.is_receiver, _packed_filing(filing)),
            )
        yield from outcome.take_refusals()


def _left_out(records: dict[str, list[Record]], call_sign: str, rival: int, outcome: Outcome) -> Iterator[StreamItem]:
    """Refuse every record of a licence that cannot be taken."""
    for record in records.pop("HD"):
        if call_sign:
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


def _sites(spool: Spool, owner_code: str, known: Known) -> Iterator[StreamItem]:
    """One site for each position as filed, in the order in which positions first appear."""
    spool.database.execute("CREATE INDEX location_of_place ON location (place, is_receiver, call_sign, number)")
    spool.database.execute("CREATE INDEX location_of_call_sign ON location (call_sign)")
    for (place,) in list(spool.rows("SELECT place FROM location GROUP BY place ORDER BY MIN(n)")):
        filings = [
            _unpacked_filing(filing)
            for (filing,) in spool.rows(
                "SELECT filing FROM location WHERE place = ? ORDER BY is_receiver, call_sign, number", (place,)
            )
        ]
        values, problems, names = merged(filings)
        first = filings[0]
        tag = f"{first.call_sign} location {first.number}"
        source_key = f"{first.call_sign}/LO/{first.number}"
        notes = list(problems)
        aliases: list[str] = []
        if place.startswith(UNLOCATED):
            filed = names[0] if names else tag
            name = filed if tag in filed else f"{filed} ({tag})"
        elif place in known.at:
            name = known.at[place].name
            aliases = list(known.at[place].aliases)
        else:
            filed = names[0] if names else tag
            name = known.take_name(
                filed, f"{filed} ({tag})", f"{filed} ({place.replace('/', ', ')})"
            )
            if source_key in known.by_source_key:
                former, _ = known.by_source_key[source_key]
                notes.append(
                    Problem(
                        WARNING, first.file, first.row, "location_number", str(first.number),
                        f"this location stood at another position before, as site {former!r}: a new site was made",
                        f"retire {former!r} if nothing is there any more",
                    )
                )  # fmt: skip
        spelled = {each.casefold() for each in (name, *aliases)}
        aliases += [each for each in names if each.casefold() not in spelled and not name.startswith(f"{each} (")]
        position = first.position
        if position is not None:
            values |= {
                "position": shapely.Point(position.longitude_deg, position.latitude_deg),
                "source_datum": SOURCE_DATUM,
                "source_latitude": position.latitude_text,
                "source_longitude": position.longitude_text,
                "position_source": "FCC licence files",
            }
        if aliases:
            values["aliases"] = aliases
        spool.write(
            "INSERT INTO site VALUES (?, ?, ?, ?)",
            (place, name, position and position.longitude_deg, position and position.latitude_deg),
        )
        yield ParsedRow(
            "site", owner_code, {"name": name, **values}, first.file, first.row,
            source="uls", source_key=source_key, notes=tuple(notes),
        )  # fmt: skip


def _stations(spool: Spool, owner_code: str, outcome: Outcome) -> Iterator[StreamItem]:
    """Stations with their frequencies, licence by licence; path segments go to the spool as hops."""
    taken = list(spool.rows("SELECT system_id, call_sign FROM licence WHERE in_force >= 0 ORDER BY n"))
    for system_id, call_sign in taken:
        records = spool.records_of(system_id)
        places: dict[int, Place] = {}
        keys: dict[int, str] = {}
        for number, place, name, longitude_deg, latitude_deg in spool.rows(
            "SELECT number, place, name, longitude_deg, latitude_deg FROM location JOIN site USING (place) "
            "WHERE call_sign = ?",
            (call_sign,),
        ):
            places[number] = (name, None if longitude_deg is None else (longitude_deg, latitude_deg))
            keys[number] = place
        points = {number: point for number, (_, point) in places.items() if point is not None}
        segments = read_segments(records, outcome)
        stations = read_stations(records, call_sign, directions_deg(segments, points), outcome)
        for station in stations:
            yield _station_row(station, call_sign, places, owner_code)
        for segment in segments:
            facts = _hop_facts(segment, call_sign, places, keys, stations)
            tx_place, rx_place = facts["tx_place"], facts["rx_place"]
            joins_two = tx_place is not None and rx_place is not None and tx_place != rx_place
            spool.write(
                "INSERT INTO hop (pair, facts) VALUES (?, ?)",
                ("~".join(sorted((tx_place, rx_place))) if joins_two else None, packed(facts)),
            )
        yield from outcome.take_refusals()


def _station_row(station: FiledStation, call_sign: str, places: dict[int, Place], owner_code: str) -> ParsedRow:
    record = station.record
    notes = list(station.problems)
    site: Reference | None = None
    if station.location in places:
        site = Reference("site", places[station.location][0], owner_code)
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


def _hop_facts(
    segment: Segment,
    call_sign: str,
    places: dict[int, Place],
    keys: dict[int, str],
    stations: list[FiledStation],
) -> dict[str, Any]:
    """What the link and the path row need of a segment, as plain figures and texts."""
    record = segment.record
    by_antenna = {(station.location, station.antenna): station for station in stations}
    sender, receiver = by_antenna.get(segment.transmitter), by_antenna.get(segment.receiver)
    ends: dict[str, Any] = {}
    points = []
    for way, (location, _) in (("tx", segment.transmitter), ("rx", segment.receiver)):
        name, point = places.get(location, (None, None))
        ends |= {f"{way}_site": name, f"{way}_place": keys.get(location)}
        points.append(point)
        if name is None:
            segment.problems.append(
                Problem(
                    WARNING, record.file, record.row, None, str(location),
                    f"{'transmitter' if way == 'tx' else 'receiver'} at a location that has no LO record: that end "
                    "stays unknown, and there is no link", "put LO.dat of the same download beside it",
                )
            )  # fmt: skip
    figures = computed(segment, *points)
    if figures["path_length_m"] == 0.0:
        segment.problems.append(
            Problem(
                NOTE, record.file, record.row, "segment_length", record.text("segment_length")
                if record.record_type == "SG" else None,
                "transmitter and receiver are filed at one place: the path is kept with length 0, without azimuth "
                "and without a link", "nothing to do; a master station and its remotes are filed so",
            )
        )  # fmt: skip
    sent = sender.facts if sender else {}
    got = receiver.facts if receiver else {}
    return {
        "call_sign": call_sign,
        "path_number": segment.path_number,
        "segment_number": segment.segment_number,
        "file": record.file,
        "row": record.row,
        "tx_station": sender.values["name"] if sender else None,
        "receiver_call_sign": segment.receiver_call_sign,
        "passive_repeater": segment.passive_repeater,
        "filed_segment_length_m": segment.filed_segment_length_m,
        "filed_azimuth_deg": sent.get("filed_azimuth_deg"),
        "tx_antenna_agl_m": sent.get("antenna_height_agl_m"),
        "rx_antenna_agl_m": got.get("antenna_height_agl_m"),
        "tx_freqs_hz": sent.get("tx_freqs_hz", []),
        "polarization": sent.get("polarization"),
        "rate_kbps": sent.get("rate_kbps"),
        "modulation": sent.get("modulation"),
        "diversity": bool(sent.get("diversity") or got.get("diversity")),
        "problems": [asdict(problem) for problem in segment.problems],
        **ends,
        **figures,
    }


HOP_FIELDS = (
    "call_sign", "tx_place", "rx_place", "tx_site", "rx_site", "tx_antenna_agl_m", "rx_antenna_agl_m",
    "receiver_call_sign", "polarization", "rate_kbps", "modulation", "diversity", "path_length_m",
)  # fmt: skip


def _links(spool: Spool, owner_code: str, known: Known) -> Iterator[StreamItem]:
    """One link for each pair of places, or several that are truly parallel."""
    spool.database.execute("CREATE INDEX hop_of_pair ON hop (pair)")
    pairs = list(spool.rows("SELECT pair FROM hop WHERE pair IS NOT NULL GROUP BY pair ORDER BY MIN(n)"))
    for (pair,) in pairs:
        hops: list[Hop] = []
        lines: dict[int, tuple[str, int]] = {}
        for number, text in spool.rows("SELECT n, facts FROM hop WHERE pair = ? ORDER BY n", (pair,)):
            facts = unpacked(text)
            lines[number] = (facts["file"], facts["row"])
            hops.append(
                Hop(number=number, tx_freqs_hz=tuple(facts["tx_freqs_hz"]), **{key: facts[key] for key in HOP_FIELDS})
            )
        for link in links_of_pair(hops, known.links.get(frozenset((hops[0].tx_site, hops[0].rx_site)), {})):
            for hop in link.hops:
                spool.write("UPDATE hop SET link = ? WHERE n = ?", (link.name, hop.number))
            first = link.hops[0]
            file, row = lines[first.number]
            yield ParsedRow(
                "backhaul_link", owner_code, link.values, file, row,
                references={
                    "site_a": Reference("site", link.site_a, owner_code),
                    "site_b": Reference("site", link.site_b, owner_code),
                },
                source="uls", source_key=f"{first.call_sign}/link/{pair}",
            )  # fmt: skip


def _paths(spool: Spool, owner_code: str) -> Iterator[StreamItem]:
    """One row for each path segment, as filed and as computed."""
    for link, text in spool.rows("SELECT link, facts FROM hop ORDER BY n"):
        facts = unpacked(text)
        named = {
            "backhaul_link": ("backhaul_link", link),
            "tx_station": ("station", facts["tx_station"]),
            "tx_site": ("site", facts["tx_site"]),
            "rx_site": ("site", facts["rx_site"]),
        }
        columns = (
            "call_sign", "path_number", "segment_number", "receiver_call_sign", "passive_repeater",
            "filed_segment_length_m", "filed_azimuth_deg", "path_length_m", "azimuth_deg",
        )  # fmt: skip
        yield ParsedRow(
            "microwave_path", owner_code, {column: facts[column] for column in columns}, facts["file"], facts["row"],
            references={
                name: Reference(record_class, target, owner_code) if target else None
                for name, (record_class, target) in named.items()
            },
            source="uls",
            source_key=f"{facts['call_sign']}/PA/{facts['path_number']}/{facts['segment_number']}",
            notes=tuple(Problem(**problem) for problem in facts["problems"]),
        )  # fmt: skip


def _packed_filing(filing: Filing) -> str:
    return packed(asdict(filing))


def _unpacked_filing(text: str) -> Filing:
    facts = unpacked(text)
    position = facts.pop("position")
    problems = tuple(Problem(**problem) for problem in facts.pop("problems"))
    return Filing(**facts, position=FiledPosition(**position) if position else None, problems=problems)
