"""The audit as a file for others, marked and with the hashes that let them check it."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from casm.audit.chain import StoredEvent
from casm.audit.read import AuditLine, Filter, read_events, reads_whole_audit
from casm.audit.record import record_event
from casm.exchange.marking import Marking, mark
from casm.sharing.viewer import Viewer

FORMAT = "casm-audit-export-1"
CSV, JSONL = "csv", "jsonl"
FORMATS = (CSV, JSONL)
HASHED = (
    "id", "at", "actor", "account_id", "owner_id", "action", "subject_table", "subject_id", "origin", "request_id",
    "details", "seen_sha256", "content_sha256",
)  # fmt: skip
# The place in the chain tells how much happened elsewhere, so only who reads everything is given it.
CHAINED = ("sequence", "previous_sha256", "sha256")
IN_WORDS = ("owner", "sentence", "shown")
# Cells that a spreadsheet would run as a formula, and the sign that keeps it from doing so.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True)
class AuditRow:
    """What a marking is made of: who did what, where and when is for the named readers only."""

    owner_codes: tuple[str, ...]
    sensitivity: str = "restricted"
    exercise: bool = False


def audit_marking(session: Session, owner_codes: Iterable[str]) -> Marking:
    """The marking of a page or file of these owners' events."""
    return mark(session, [AuditRow((code,)) for code in sorted(set(owner_codes) - {""})] or [AuditRow(())])


def write_export(
    session: Session,
    viewer: Viewer,
    stream: BinaryIO,
    file_format: str,
    wanted: Filter,
    marking: Marking,
    now: datetime,
) -> int:
    """Write the events the viewer may read, oldest first, and record that they were exported; how many there were.

    file_format: csv (one row an event) or jsonl (a line about the file, then one object an event). Details stand as the
    text that was hashed, so that `casm audit check --export` and anybody else can compute the hashes again.
    """
    whole = reads_whole_audit(session)
    columns = (*CHAINED, *HASHED, *IN_WORDS) if whole else (*HASHED, *IN_WORDS)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    lines = read_events(session, wanted, oldest_first=True)
    if file_format == CSV:
        count = _write_csv(text, columns, lines, marking)
    else:
        about = {
            "format": FORMAT, **marking.as_members(), "exported_at": now.isoformat(timespec="seconds"),
            "exported_by": viewer.actor, "filter": wanted.words(), "whole_chain": whole and not wanted.words(),
        }  # fmt: skip
        count = _write_jsonl(text, columns, lines, about)
    text.detach()
    record_event(
        session,
        action="exported",
        owner_id=viewer.home_owner_id,
        details={
            "what": "the audit", "format": file_format, "filter": wanted.words(), "marking": marking.text,
            "row_count": count,
        },
    )  # fmt: skip
    return count


def _write_csv(text: io.TextIOWrapper, columns: tuple[str, ...], lines: Iterator[AuditLine], marking: Marking) -> int:
    writer = csv.writer(text)
    writer.writerow(("marking", *columns))
    count = 0
    for line in lines:
        count += 1
        told = told_of(line)
        writer.writerow((marking.text, *(kept_from_running(told[name]) for name in columns)))
    if not count:
        writer.writerow((marking.text,))
    return count


def _write_jsonl(
    text: io.TextIOWrapper, columns: tuple[str, ...], lines: Iterator[AuditLine], about: dict[str, object]
) -> int:
    text.write(json.dumps(about, ensure_ascii=False) + "\n")
    count = 0
    for line in lines:
        count += 1
        told = told_of(line)
        text.write(json.dumps({name: told[name] for name in columns}, ensure_ascii=False) + "\n")
    return count


def told_of(line: AuditLine) -> dict[str, str | int | None]:
    """An event's columns of an export."""
    stored = line.stored
    told: dict[str, str | int | None] = {name: getattr(stored, name) for name in (*CHAINED, *HASHED)}
    return told | {"owner": line.owner_code, "sentence": line.sentence, "shown": line.shown}


def kept_from_running(value: str | int | None) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula; nothing is null, an apostrophe alone is empty."""
    if value is None:
        return ""
    told = str(value)
    return f"'{told}" if told.startswith(FORMULA) or not told else told


def as_it_was(cell: str) -> str | None:
    """The value that kept_from_running made a cell of."""
    return None if cell == "" else cell.removeprefix("'")


def read_export(stream: BinaryIO, file_format: str) -> Iterator[StoredEvent]:
    """Events of an exported file. Those of a part of the audit come with sequence 0 and empty links.

    KeyError, ValueError or TypeError when the file is no export.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    if file_format == CSV:
        reader = csv.DictReader(text, strict=True)
        if missing := set(HASHED) - set(reader.fieldnames or ()):
            raise ValueError(f"it has no column {', '.join(sorted(missing))}")
        for row in reader:
            if row.get("id"):
                yield _stored({name: as_it_was(cell or "") for name, cell in row.items() if name != "marking"})
        return
    about = json.loads(text.readline())
    if about["format"] != FORMAT:
        raise ValueError(about["format"])
    for line in text:
        yield _stored(json.loads(line))


def _stored(told: dict[str, str | None]) -> StoredEvent:
    return StoredEvent(
        sequence=int(told.get("sequence") or 0),
        previous_sha256=told.get("previous_sha256") or "",
        sha256=told.get("sha256") or "",
        **{name: told[name] for name in HASHED},  # type: ignore[arg-type]
    )
