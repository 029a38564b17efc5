"""Link rows and path rows out of the path segments of all licences."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from casm.intake.fcc.known import OTHER_END, Known, KnownLink
from casm.intake.fcc.link import Hop, Link, links_of_pair
from casm.intake.fcc.path import Point, Segment, computed
from casm.intake.fcc.spool import Spool, packed, unpacked
from casm.intake.fcc.station import FiledStation
from casm.intake.problem import NOTE, WARNING, Problem
from casm.intake.row import ParsedRow, Reference

FROM_SEGMENT = ("path_number", "segment_number", "receiver_call_sign", "passive_repeater", "filed_segment_length_m")
FROM_SENDER = ("filed_azimuth_deg", "polarization", "rate_kbps", "modulation")
OF_HOP = (
    "call_sign", "tx_place", "rx_place", "tx_site", "rx_site", "tx_antenna_agl_m", "rx_antenna_agl_m",
    "receiver_call_sign", "polarization", "rate_kbps", "modulation", "diversity", "path_length_m",
)  # fmt: skip
OF_PATH = (
    "call_sign", "path_number", "segment_number", "receiver_call_sign", "passive_repeater",
    "filed_segment_length_m", "filed_azimuth_deg", "path_length_m", "azimuth_deg",
)  # fmt: skip


def store_hop(
    spool: Spool,
    segment: Segment,
    call_sign: str,
    places: Mapping[int, tuple[str, str, Point | None]],
    stations: list[FiledStation],
) -> None:
    """Put one segment into the spool with all that its link and its path row need.

    places: location number → key of its place, name of its site, position (NAD83) or None.
    """
    record = segment.record
    by_antenna = {(station.location, station.antenna): station for station in stations}
    sender, receiver = by_antenna.get(segment.transmitter), by_antenna.get(segment.receiver)
    sent = sender.facts if sender else {}
    got = receiver.facts if receiver else {}
    facts: dict[str, Any] = {
        "call_sign": call_sign,
        "file": record.file,
        "row": record.row,
        "tx_station": sender.values["name"] if sender else None,
        "tx_antenna_agl_m": sent.get("antenna_height_agl_m"),
        "rx_antenna_agl_m": got.get("antenna_height_agl_m"),
        "tx_freqs_hz": sent.get("tx_freqs_hz", []),
        "diversity": bool(sent.get("diversity") or got.get("diversity")),
        **{name: getattr(segment, name) for name in FROM_SEGMENT},
        **{name: sent.get(name) for name in FROM_SENDER},
    }
    points = []
    for way, (location, _) in (("tx", segment.transmitter), ("rx", segment.receiver)):
        key, name, point = places.get(location, (None, None, None))
        facts |= {f"{way}_site": name, f"{way}_place": key}
        points.append(point)
        if name is None:
            _no_site(segment, "transmitter" if way == "tx" else "receiver", location)
    facts |= computed(segment, *points)
    if facts["path_length_m"] == 0.0:
        _no_length(segment)
    facts["problems"] = [asdict(problem) for problem in segment.problems]
    ends = sorted({facts["tx_place"], facts["rx_place"]} - {None})
    pair = "~".join(ends) if len(ends) == 2 else None
    spool.write("INSERT INTO hop (pair, facts) VALUES (?, ?)", (pair, packed(facts)))


def _no_site(segment: Segment, end: str, location: int) -> None:
    record = segment.record
    segment.problems.append(
        Problem(
            WARNING, record.file, record.row, None, str(location),
            f"{end} at a location that has no LO record: that end stays unknown, and there is no link",
            "put LO.dat of the same download beside it",
        )
    )  # fmt: skip


def _no_length(segment: Segment) -> None:
    record = segment.record
    filed = record.text("segment_length") if record.record_type == "SG" else None
    segment.problems.append(
        Problem(
            NOTE, record.file, record.row, "segment_length", filed,
            "transmitter and receiver are filed at one place: the path is kept with length 0, without azimuth and "
            "without a link", "nothing to do; a master station and its remotes are filed so",
        )
    )  # fmt: skip


def link_rows(spool: Spool, owner_code: str, known: Known) -> Iterator[ParsedRow]:
    """One link for each pair of places, or several that are truly parallel; names go to the spool."""
    spool.database.execute("CREATE INDEX hop_of_pair ON hop (pair)")
    pairs = list(spool.rows("SELECT pair FROM hop WHERE pair IS NOT NULL GROUP BY pair ORDER BY MIN(n)"))
    for (pair,) in pairs:
        hops: list[Hop] = []
        lines: dict[int, tuple[str, int]] = {}
        keys: dict[int, str] = {}
        for number, text in spool.rows("SELECT n, facts FROM hop WHERE pair = ? ORDER BY n", (pair,)):
            facts = unpacked(text)
            lines[number] = (facts["file"], facts["row"])
            keys[number] = _path_key(facts)
            hops.append(
                Hop(number=number, tx_freqs_hz=tuple(facts["tx_freqs_hz"]), **{name: facts[name] for name in OF_HOP})
            )
        stored = known.links.get(frozenset((hops[0].tx_site, hops[0].rx_site)), {})
        for link in links_of_pair(hops, {designation: each.name for designation, each in stored.items()}):
            for hop in link.hops:
                spool.write("UPDATE hop SET link = ? WHERE n = ?", (link.name, hop.number))
            first = link.hops[0].number
            yield _link_row(
                link, stored.get(link.values["designation"]), [keys[hop.number] for hop in link.hops], owner_code,
                *lines[first],
            )  # fmt: skip


def _link_row(
    link: Link, stored: KnownLink | None, path_keys: list[str], owner_code: str, file: str, row: int
) -> ParsedRow:
    """The link as this filing says it; a link whose figures come from elsewhere only gains what it does not say."""
    values, site_a, site_b = link.values, link.site_a, link.site_b
    source: tuple[str, str | None] = ("uls", f"{path_keys[0]}/link")
    if stored is not None:
        if stored.site_a != site_a:
            site_a, site_b = site_b, site_a
            values = {OTHER_END.get(column, column): value for column, value in values.items()}
        if stored.source != "uls" or stored.source_key not in {f"{key}/link" for key in path_keys}:
            source = (stored.source, stored.source_key)
            values = {
                column: value
                for column, value in values.items()
                # The name, and the length, which follows from the sites, are the same whoever says them.
                if column not in stored.values or stored.values[column] is None
            }
    return ParsedRow(
        "backhaul_link", owner_code, values, file, row,
        references={
            "site_a": Reference("site", site_a, owner_code), "site_b": Reference("site", site_b, owner_code),
        },
        source=source[0], source_key=source[1],
    )  # fmt: skip


def path_rows(spool: Spool, owner_code: str) -> Iterator[ParsedRow]:
    """One row for each path segment, as filed and as computed."""
    for link, text in spool.rows("SELECT link, facts FROM hop ORDER BY n"):
        facts = unpacked(text)
        named = {
            "backhaul_link": ("backhaul_link", link),
            "tx_station": ("station", facts["tx_station"]),
            "tx_site": ("site", facts["tx_site"]),
            "rx_site": ("site", facts["rx_site"]),
        }
        yield ParsedRow(
            "microwave_path", owner_code, {column: facts[column] for column in OF_PATH}, facts["file"], facts["row"],
            references={
                name: Reference(record_class, target, owner_code) if target else None
                for name, (record_class, target) in named.items()
            },
            source="uls", source_key=_path_key(facts),
            notes=tuple(Problem(**problem) for problem in facts["problems"]),
        )  # fmt: skip


def _path_key(facts: Mapping[str, Any]) -> str:
    return f"{facts['call_sign']}/PA/{facts['path_number']}/{facts['segment_number']}"
