"""Look-ups in the index of words, each within the shelves that the viewer may read."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Uuid

from casm.search.added import placed, seen_entries
from casm.search.distance import typing_errors
from casm.search.entry import Entry
from casm.search.typed import NEAR, Reading

# Of one reading; whoever means so common a word alone must say more.
MOST_ENTRIES = 400
MOST_NEAR_ENTRIES = 500
MOST_NEAR_WORDS = 6
# A word this long or longer may have two errors.
LONG_WORD = 6

LOOK_UP = text(
    "SELECT p.n, e.word, e.record_id, f.table_name, f.column_name "
    "FROM unnest(CAST(:low AS text[]), CAST(:high AS text[])) WITH ORDINALITY p (low, high, n) "
    "CROSS JOIN LATERAL (SELECT s.word, s.record_id, s.field FROM casm_sec.search_entry s "
    "WHERE s.word >= p.low AND s.word < p.high LIMIT :most) e "
    "JOIN casm_sec.search_field f ON f.field = e.field"
)
WORDS_OF_RECORDS = text(
    # Record by record, lest the planner, which has no statistics here, reads a common word of every shelf.
    "SELECT p.n, e.word, e.record_id, f.table_name, f.column_name FROM unnest(:ids) i (id) "
    "CROSS JOIN LATERAL (SELECT s.word, s.record_id, s.field FROM casm_sec.search_entry s "
    "WHERE s.record_id = i.id OFFSET 0) e "
    "JOIN unnest(CAST(:low AS text[]), CAST(:high AS text[])) WITH ORDINALITY p (low, high, n) "
    "ON e.word >= p.low AND e.word < p.high "
    "JOIN casm_sec.search_field f ON f.field = e.field"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
NEIGHBOURS = text(
    "SELECT DISTINCT t.n, v.word FROM unnest(CAST(:words AS text[])) WITH ORDINALITY t (word, n) "
    "CROSS JOIN LATERAL unnest(casm_sec.search_probes(t.word)) q (variant) "
    "CROSS JOIN LATERAL (SELECT s.word FROM casm_sec.search_variant s WHERE s.variant = q.variant LIMIT :most) v"
)


def look_up(session: Session, readings: Sequence[Reading]) -> tuple[list[Entry], frozenset[Reading]]:
    """(entries, readings of which there are more than were read)."""
    if not readings:
        return [], frozenset()
    rows = session.execute(
        LOOK_UP, {"low": [r.low for r in readings], "high": [r.high for r in readings], "most": MOST_ENTRIES + 1}
    ).all()
    counts = [0] * len(readings)
    found = []
    for row in rows:
        counts[row.n - 1] += 1
        found.append(_entry(row, readings))
    cut = frozenset(r for r, count in zip(readings, counts, strict=True) if count > MOST_ENTRIES)
    return seen_entries(session, found), cut


def look_at(session: Session, record_ids: Collection[uuid.UUID], readings: Collection[Reading]) -> list[Entry]:
    """The words of these records that fit one of the readings."""
    if not record_ids:
        return []
    asked = list(readings)
    given = {"ids": sorted(record_ids), "low": [r.low for r in asked], "high": [r.high for r in asked]}
    return seen_entries(session, [_entry(row, asked) for row in session.execute(WORDS_OF_RECORDS, given)])


def _entry(row: Any, readings: Sequence[Reading]) -> Entry:
    table, column = placed(row.table_name, row.column_name)
    return Entry(table, row.record_id, column, row.word, readings[row.n - 1])


def near_readings(session: Session, words: Sequence[tuple[frozenset[int], str]]) -> list[Reading]:
    """For each (chunks, word) the words of the index that differ from it by typing errors, the nearest first."""
    if not words:
        return []
    rows = session.execute(NEIGHBOURS, {"words": [word for _, word in words], "most": MOST_NEAR_ENTRIES}).all()
    found = []
    for number, (chunks, word) in enumerate(words, start=1):
        most = 2 if len(word) >= LONG_WORD else 1
        near = sorted((typing_errors(word, row.word), row.word) for row in rows if row.n == number)
        for errors, other in [one for one in near if 0 < one[0] <= most][:MOST_NEAR_WORDS]:
            found.append(Reading(chunks, other, other + " ", word, NEAR, 0.75 - 0.2 * errors))
    return found
