"""The chain of hashes: what exactly is hashed, and whether a run of events holds together.

All text is UTF-8, every hash SHA-256 in lower-case hexadecimal.
  seen_sha256     of: seen_salt, a line feed, seen as the database prints it; null where nothing was seen
  content_sha256  of a JSON array of strings and nulls (elements parted by ", ", nothing escaped that need not be):
                  "casm-audit-1", id, at (UTC, as 2026-11-22T19:58:25.123456Z), actor, account_id, owner_id, action,
                  subject_table, subject_id, origin, request_id, details as the database prints them, seen_sha256
  sha256          of four lines joined by line feeds: casm-audit-1, sequence, previous_sha256, content_sha256
The first event's previous_sha256 is the audit's genesis. The database's own writing of this is in
casm/db/migrations/audit/02_append.sql; that the two agree is what a check shows.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FORMAT = "casm-audit-1"


@dataclass(frozen=True)
class StoredEvent:
    """An event as stored, every field as text, in the order of the canonical array where it belongs to it."""

    sequence: int
    id: str
    at: str
    actor: str
    account_id: str | None
    owner_id: str
    action: str
    subject_table: str | None
    subject_id: str | None
    origin: str | None
    request_id: str | None
    details: str
    seen_sha256: str | None
    content_sha256: str
    previous_sha256: str
    sha256: str
    seen: str | None = None
    seen_salt: str | None = None
    seen_owner_ids: str | None = None


@dataclass(frozen=True)
class Fault:
    """A place where the chain does not hold. sequence: of the event, or of the gap's beginning."""

    sequence: int
    problem: str


@dataclass(frozen=True)
class Head:
    """How far a chain reaches, kept apart from it. event_count is also the last event's sequence."""

    genesis_sha256: str
    event_count: int
    sha256: str


def sha256(text: str) -> str:
    """Hexadecimal SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def seen_sha256(salt: str, seen: str) -> str:
    """Hash of what a view showed, salted so that it cannot be guessed."""
    return sha256(f"{salt}\n{seen}")


def content_sha256(event: StoredEvent) -> str:
    """Hash of what an event says, independent of every other event."""
    said = (
        FORMAT, event.id, event.at, event.actor, event.account_id, event.owner_id, event.action, event.subject_table,
        event.subject_id, event.origin, event.request_id, event.details, event.seen_sha256,
    )  # fmt: skip
    return sha256(json.dumps(said, ensure_ascii=False))


def link_sha256(sequence: int, previous_sha256: str, content: str) -> str:
    """Hash that holds an event at its place in the chain."""
    return sha256("\n".join((FORMAT, str(sequence), previous_sha256, content)))


def faults_within(event: StoredEvent) -> Iterator[str]:
    """What is wrong with one event by itself."""
    if content_sha256(event) != event.content_sha256:
        yield "says something else than when it was written"
    if link_sha256(event.sequence, event.previous_sha256, event.content_sha256) != event.sha256:
        yield "its hash is not the hash of its place and content"
    if event.seen is None:
        if (event.seen_sha256, event.seen_salt, event.seen_owner_ids) != (None, None, None):
            yield "what it showed is missing"
    elif event.seen_salt is None or seen_sha256(event.seen_salt, event.seen) != event.seen_sha256:
        yield "what it showed is not what was written"
    elif sorted(json.loads(event.seen)) != json.loads(event.seen_owner_ids or "[]"):
        yield "it names other owners than those it showed"


def faults(events: Iterable[StoredEvent], head: Head, known: Iterable[Head] = ()) -> Iterator[Fault]:
    """What is wrong with a whole chain, given in the order of its sequence.

    head: what the database keeps beside the chain. known: checkpoints of this audit kept elsewhere, any number.
    """
    wanted: dict[int, set[str]] = {}
    for checkpoint in known:
        wanted.setdefault(checkpoint.event_count, set()).add(checkpoint.sha256)
    last_sequence, last_sha256 = 0, head.genesis_sha256
    yield from _against_checkpoints(last_sequence, last_sha256, wanted)
    for event in events:
        if event.sequence != last_sequence + 1:
            missing = f"events {last_sequence + 1} to {event.sequence - 1} are missing"
            yield Fault(event.sequence, missing if event.sequence > last_sequence else "is there twice")
        elif event.previous_sha256 != last_sha256:
            yield Fault(event.sequence, "does not follow from the event before it")
        yield from (Fault(event.sequence, problem) for problem in faults_within(event))
        last_sequence, last_sha256 = event.sequence, event.sha256
        yield from _against_checkpoints(last_sequence, last_sha256, wanted)
    if last_sequence < head.event_count:
        yield Fault(last_sequence + 1, f"events {last_sequence + 1} to {head.event_count} are missing at the end")
    elif (last_sequence, last_sha256) != (head.event_count, head.sha256):
        yield Fault(last_sequence, f"the end is not the one on record (event {head.event_count})")
    for count in sorted(wanted):
        if count > last_sequence:
            yield Fault(count, f"a checkpoint was made of event {count}, and the audit ends with event {last_sequence}")


def faults_of_export(events: Iterable[StoredEvent], known: Iterable[Head] = ()) -> Iterator[Fault]:
    """What is wrong with events from an export, oldest first: of a whole audit with its links, of a part without.

    In a part of the audit (a filter, or an auditor of some owners) each event is checked by itself, and that its
    neighbours follow it where both are there. known: checkpoints; those that fall on an event exported must meet it.
    Faults of events without a sequence carry their place in the file.
    """
    wanted = {checkpoint.event_count: checkpoint.sha256 for checkpoint in known}
    before: StoredEvent | None = None
    for place, event in enumerate(events, 1):
        linked = bool(event.sequence)
        at = event.sequence or place
        if content_sha256(event) != event.content_sha256:
            yield Fault(at, "says something else than when it was written")
        if linked and link_sha256(event.sequence, event.previous_sha256, event.content_sha256) != event.sha256:
            yield Fault(at, "its hash is not the hash of its place and content")
        if linked and before is not None and event.sequence <= before.sequence:
            yield Fault(at, "is out of order")
        follows = linked and before is not None and event.sequence == before.sequence + 1
        if follows and before is not None and event.previous_sha256 != before.sha256:
            yield Fault(at, "does not follow from the event before it")
        if wanted.get(event.sequence, event.sha256) != event.sha256:
            yield Fault(at, "is not the event that a checkpoint was made of")
        before = event


def _against_checkpoints(sequence: int, reached_sha256: str, wanted: dict[int, set[str]]) -> Iterator[Fault]:
    if wanted.get(sequence, {reached_sha256}) != {reached_sha256}:
        yield Fault(sequence, "is not the event that a checkpoint was made of: what led to it was rewritten")
