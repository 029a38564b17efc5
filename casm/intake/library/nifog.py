"""The national interoperability channels of CISA's National Interoperability Field Operations Guide, as a library.

Written from the subscriber's side, as the guide has them: RX and TX of a portable or mobile. The table is the
project's own tabulation of the guide's facts; the emission and bandwidth of analogue rows are a reading of it.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.db.session import Database
from casm.intake import batches
from casm.intake.batches import FileOrigin
from casm.intake.cell import Cell
from casm.intake.compare import same, settle
from casm.intake.measures import frequency_hz
from casm.intake.problem import NOTE, WARNING, Problem
from casm.intake.report import ImportReport
from casm.intake.row import ParsedRow, StreamItem
from casm.intake.squelch import parse_squelch
from casm.intake.writer import Writer
from casm.inventory.channel import Channel
from casm.sharing.viewer import PUBLIC_OWNER_ID, Viewer
from geo.units import khz_to_hz

EDITION = "NIFOG 2.02"
LIBRARY_FILE = Path(__file__).with_name("nifog_2.02.csv")
PUBLIC = "public"

MODES = {"A": "analog_fm", "D": "p25_phase1"}
FUNCTIONS = {
    "calling": "calling", "call": "calling", "incident calling": "calling", "direct NC 1": "calling",
    "direct NC 2": "calling", "tactical": "tactical", "tac": "tactical", "gtac": "tactical", "mob": "tactical",
    "incident command": "command", "SAR incident command": "command", "data": "data",
}  # fmt: skip
DISCIPLINES = {"law": ["law"], "fire": ["fire"], "fire (proposed)": ["fire"], "med": ["ems"]}
FEDERAL = "federal agencies, and others by agreement with one (NIFOG: conditions for federal channels)"
NON_FEDERAL = "holders of a Part 90 licence or those authorised by one (47 CFR 90.20)"


def import_library(database: Database, viewer: Viewer, *, dry_run: bool = False) -> ImportReport:
    """Take in the channels, and report how an older edition in the inventory differs."""
    return import_edition(database, viewer, LIBRARY_FILE, EDITION, dry_run=dry_run)


def import_edition(
    database: Database, viewer: Viewer, path: Path, edition: str, *, dry_run: bool = False
) -> ImportReport:
    """Take in one edition's table; a channel that the edition no longer has is kept, and said."""
    rows = list(library_rows(path, edition))
    with database.session(viewer) as session:
        drift = drift_from_stored(session, rows, edition)
    origin = FileOrigin(path.name, batches.sha256_of([path]), "library", PUBLIC, "channel", {"edition": edition})
    with Writer(database, viewer, dry_run=dry_run) as writer:
        return writer.take(origin, [*drift, *rows])


def library_rows(path: Path, edition: str) -> Iterator[ParsedRow]:
    """One row for each channel of the table."""
    with path.open(encoding="utf-8", newline="") as file:
        for number, line in enumerate(csv.DictReader(file), 2):
            yield ParsedRow(
                "channel", PUBLIC, _columns(line, edition), path.name, number, source="seed",
                source_key=f"NIFOG/{line['channel_name']}",
            )  # fmt: skip


def _columns(line: dict[str, str], edition: str) -> dict[str, object]:
    rx_hz, tx_hz = frequency_hz(Cell(line["mobile_rx_mhz"])), frequency_hz(Cell(line["mobile_tx_mhz"]))
    federal = line["group"].startswith("Federal")
    return {
        "name": line["channel_name"],
        "configuration": "simplex" if rx_hz == tx_hz else "repeater",
        "function": FUNCTIONS.get(line["use"], "mutual_aid"),
        "rx_freq_hz": rx_hz,
        "tx_freq_hz": tx_hz,
        **parse_squelch(Cell(line["rx_squelch"])).columns("rx"),
        **parse_squelch(Cell(line["tx_squelch"])).columns("tx"),
        "mode": MODES[line["mode"]],
        "emission_designator": line["emission"],
        "bandwidth_hz": khz_to_hz(line["bandwidth_khz"]),
        "national": True,
        "eligible_users": FEDERAL if federal else NON_FEDERAL,
        "eligible_disciplines": DISCIPLINES.get(line["use"]),
        "library_edition": edition,
        "remarks": f"{line['group']}; {line['use']}",
        "sensitivity": "public",
    }


def drift_from_stored(session: Session, rows: list[ParsedRow], edition: str) -> list[StreamItem]:
    """Notes on what the edition changes in the stored library, and warnings of channels it no longer has."""
    stored = {
        channel.name: channel
        for channel in session.scalars(
            select(Channel).where(
                Channel.owner_id == PUBLIC_OWNER_ID, Channel.library_edition.is_not(None), Channel.status != "retired"
            )
        )
    }
    found: list[StreamItem] = []
    for row in rows:
        channel = stored.pop(str(row.values["name"]), None)
        for name, value in row.values.items() if channel else ():
            before = getattr(channel, name)
            if name != "library_edition" and not same(before, settle(Channel.__table__.c[name], value)):
                reason = f"{channel.name}: {name} was {before} in {channel.library_edition} and is {value} in {edition}"
                mend = "reprogram the radios that hold the channel"
                found.append(Problem(NOTE, row.file, row.row, name, str(value), reason, mend))
    for name, channel in stored.items():
        found.append(
            Problem(
                WARNING, rows[0].file if rows else edition, None, None, name,
                f"{name} of {channel.library_edition} is not in {edition}; it is kept as it was",
                "retire it once no template holds it",
            )
        )  # fmt: skip
    return found
