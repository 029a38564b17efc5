"""Site rows out of the locations of all licences: one site for each position as filed."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import shapely

from casm.intake.fcc.known import RECEIVE_END, SOURCE_DATUM, TRANSMIT_END, Known, KnownSite
from casm.intake.fcc.location import COMPARED, UNLOCATED, Filing, merged
from casm.intake.fcc.spool import Spool, packed, unpacked
from casm.intake.fcc.values import FiledPosition
from casm.intake.problem import WARNING, Problem
from casm.intake.row import ParsedRow

# Columns as the licence files call them, for messages.
HEADINGS = {**COMPARED, "name": "location_name", "position": "lat_degrees", "address": "location_address"}


def store_location(spool: Spool, filing: Filing) -> None:
    """Put one location into the spool."""
    spool.write(
        "INSERT INTO location (call_sign, number, place, is_receiver, filing) VALUES (?, ?, ?, ?, ?)",
        (filing.call_sign, filing.number, filing.place, filing.is_receiver, packed(asdict(filing))),
    )


def site_rows(spool: Spool, owner_code: str, known: Known) -> Iterator[ParsedRow]:
    """One row for each position, in the order in which positions first appear; its name goes to the spool."""
    spool.database.execute("CREATE INDEX location_of_place ON location (place, is_receiver, call_sign, number)")
    spool.database.execute("CREATE INDEX location_of_call_sign ON location (call_sign)")
    for (place,) in list(spool.rows("SELECT place FROM location GROUP BY place ORDER BY MIN(n)")):
        filings = [
            _filing(text)
            for (text,) in spool.rows(
                "SELECT filing FROM location WHERE place = ? ORDER BY is_receiver, call_sign, number", (place,)
            )
        ]
        row = _row(place, filings, owner_code, known)
        position = filings[0].position
        spool.write(
            "INSERT INTO site VALUES (?, ?, ?, ?)",
            (place, row.values["name"], position and position.longitude_deg, position and position.latitude_deg),
        )
        yield row


def _row(place: str, filings: list[Filing], owner_code: str, known: Known) -> ParsedRow:
    """The site of one place, its figures those of the first filing that states them."""
    first = filings[0]
    source_key = _source_key(first)
    values, problems, names = merged(filings)
    notes = list(problems)
    position = first.position
    if position is not None:
        values |= {
            "position": shapely.Point(position.longitude_deg, position.latitude_deg),
            "source_datum": SOURCE_DATUM,
            "source_latitude": position.latitude_text,
            "source_longitude": position.longitude_text,
            "position_source": RECEIVE_END if first.is_receiver else TRANSMIT_END,
        }
    tag = f"{first.call_sign} location {first.number}"
    filed_name = names[0] if names else tag
    aliases: list[str] = []
    source: tuple[str, str | None] = ("uls", source_key)
    if place.startswith(UNLOCATED):
        name = filed_name if tag in filed_name else f"{filed_name} ({tag})"
    elif place in known.at:
        stored = known.at[place]
        name, aliases = stored.name, list(stored.aliases)
        is_authority = stored.source == "uls" and (
            stored.source_key in {_source_key(filing) for filing in filings}
            or (stored.is_receiver and not first.is_receiver)
        )
        if not is_authority:
            values = _only_unknown(values, stored, first, notes)
            source = (stored.source, stored.source_key)
    else:
        name = known.take_name(filed_name, f"{filed_name} ({tag})", f"{filed_name} ({place.replace('/', ', ')})")
        if source_key in known.by_source_key:
            former = known.by_source_key[source_key]
            notes.append(
                Problem(
                    WARNING, first.file, first.row, "location_number", str(first.number),
                    f"this location stood at another position before, as site {former!r}: a new site was made",
                    f"retire {former!r} if nothing is there any more",
                )
            )  # fmt: skip
    spelled = {each.casefold() for each in (name, *aliases)}
    aliases += [each for each in names if each.casefold() not in spelled and not name.startswith(f"{each} (")]
    if aliases:
        values["aliases"] = aliases
    return ParsedRow(
        "site", owner_code, {"name": name, **values}, first.file, first.row,
        source=source[0], source_key=source[1], headings=HEADINGS, notes=tuple(notes),
    )  # fmt: skip


def _only_unknown(values: dict[str, Any], stored: KnownSite, first: Filing, notes: list[Problem]) -> dict[str, Any]:
    """What the site does not say yet; its figures come from elsewhere and stand, and what differs is said."""
    for column, filed_column in COMPARED.items():
        held = stored.values.get(column)
        if column in values and held is not None and held != values[column]:
            notes.append(
                Problem(
                    WARNING, first.file, first.row, filed_column, str(values[column]),
                    f"differs from {held}, which site {stored.name!r} has from {stored.source_key or stored.source} "
                    "and keeps", "find out which is right and correct the site",
                )
            )  # fmt: skip
    unknown = {column for column, held in stored.values.items() if held is None}
    return {column: value for column, value in values.items() if column in unknown}


def _source_key(filing: Filing) -> str:
    return f"{filing.call_sign}/LO/{filing.number}"


def _filing(text: str) -> Filing:
    facts = unpacked(text)
    position = facts.pop("position")
    problems = tuple(Problem(**problem) for problem in facts.pop("problems"))
    return Filing(**facts, position=FiledPosition(**position) if position else None, problems=problems)
