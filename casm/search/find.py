"""Records that the viewer sees, found by what was typed: ranked, by class, with the fields that matched.

The index says where to look, within what the database opens to the viewer; every record is then read like any other,
so that what the application's wall holds back (an area, a class) is neither shown nor counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.db.tables import OwnedRow
from casm.editing.field_texts import columns_of_row, value_text
from casm.editing.labels import label_of
from casm.editing.read_record import Line, lines_of
from casm.editing.record_class import RecordClass, record_class_of
from casm.search.added import COLUMNS as ADDED_COLUMNS
from casm.search.added import Matched, matched_values
from casm.search.entry import Entry
from casm.search.look_up import MOST_ENTRIES, look_at, look_up, near_readings
from casm.search.rank import Candidate, by_class, candidates, fullest
from casm.search.typed import NEAR, Reading, Typed, read_typed, words_of
from casm.sharing.limit import among

SHOWN_OF_EACH = 5
SHOWN_OF_ONE = 100
MOST_LOOKED_AT = 2 * MOST_ENTRIES
SHORTEST_NEAR = 4


@dataclass(frozen=True)
class Hit:
    """A record found. matched: (label, text) of the fields that hold what was typed. rows: for the marking."""

    line: Line
    matched: tuple[tuple[str, str], ...]
    score: float
    rows: tuple[OwnedRow, ...]


@dataclass(frozen=True)
class Group:
    """The records of one class. count: how many were found, more: whether there are further ones."""

    record_class: RecordClass
    hits: tuple[Hit, ...]
    count: int
    more: bool


@dataclass(frozen=True)
class Found:
    """What a search came to.

    near: (as typed, as on record) of words found with a typing error. whole: whether all that was typed is in each
    record; without, it is what holds the most of it.
    """

    typed: str
    groups: tuple[Group, ...]
    near: tuple[tuple[str, str], ...]
    whole: bool

    @property
    def count(self) -> int:
        """Records found, of all classes."""
        return sum(group.count for group in self.groups)

    @property
    def more(self) -> bool:
        """Whether there are further ones."""
        return any(group.more for group in self.groups)


def find_records(session: Session, written: str, *, only: str | None = None) -> Found:
    """Search all classes, or only one of them."""
    typed = read_typed(session, written)
    entries, cut = look_up(session, typed.readings)
    entries += complete(session, typed, entries, cut)
    chosen = full(entries, typed)
    if not chosen:
        entries, more_cut = forgive(session, typed, entries)
        cut |= more_cut
        chosen = full(entries, typed)
    whole = bool(chosen)
    chosen = chosen or fullest(list(candidates(entries).values()))
    groups = []
    for name, scored in by_class(chosen, typed).items():
        if only is None or name == only:
            found = read_group(session, name, scored, SHOWN_OF_EACH if only is None else SHOWN_OF_ONE, cut)
            if found is not None:
                groups.append(found)
    return Found(typed.text, tuple(groups), near_words(groups, chosen), whole)


def full(entries: Iterable[Entry], typed: Typed) -> list[Candidate]:
    """The records that hold all that was typed."""
    return [one for one in candidates(entries).values() if typed.chunks and one.chunks == typed.all_chunks]


def complete(session: Session, typed: Typed, entries: list[Entry], cut: frozenset[Reading]) -> list[Entry]:
    """What common words were not read of, for the records that the other words lead to."""
    if not cut or len(typed.chunks) < 2:
        return []
    told = candidates(entries)
    rare = {entry.record_id for entry in entries if entry.reading not in cut}
    common = frozenset().union(*(reading.chunks for reading in cut))
    wanted = [
        key[1] for key, one in told.items()
        if one.chunks != typed.all_chunks and one.chunks | common == typed.all_chunks
    ]  # fmt: skip
    wanted.sort(key=lambda record_id: (record_id not in rare, str(record_id)))
    return look_at(session, wanted[:MOST_LOOKED_AT], cut)


def forgive(session: Session, typed: Typed, entries: list[Entry]) -> tuple[list[Entry], frozenset[Reading]]:
    """The entries, and those of words with a typing error in place of such as stand nowhere, or of all."""
    known = frozenset().union(*(entry.reading.chunks for entry in entries))
    long = [(chunks, word) for chunks, word in words_of(typed.chunks) if len(word) >= SHORTEST_NEAR]
    missing = [(chunks, word) for chunks, word in long if not chunks <= known]
    # Words written as one are read so only where what they are made of stands nowhere, even with an error.
    words = missing or long
    near = near_readings(session, [one for one in words if len(one[0]) == 1])
    if not typed.all_chunks <= known.union(*(reading.chunks for reading in near)):
        near += near_readings(session, [one for one in words if len(one[0]) > 1])
    found, cut = look_up(session, near)
    entries = entries + found
    return entries + complete(session, typed, entries, cut), cut


def read_group(
    session: Session, name: str, scored: list[tuple[float, Candidate]], most: int, cut: frozenset[Reading]
) -> Group | None:
    """The records of a class that the viewer sees: counted, and the best of them read."""
    record_class = record_class_of(name)
    mapped = record_class.mapped
    ids = [one.key[1] for _, one in scored]
    states = session.execute(select(mapped.id, mapped.status).where(among(mapped.id, ids)))
    seen = {row.id: row.status for row in states}
    if not seen:
        return None
    best = [(score, one) for score, one in scored if one.key[1] in seen]
    best.sort(key=lambda pair: (seen[pair[1].key[1]] == "retired", -pair[0]))
    shown = best[:most]
    rows = session.scalars(select(mapped).where(mapped.id.in_([one.key[1] for _, one in shown])))
    lines = {line.id: line for line in lines_of(session, record_class, rows)}
    added = matched_values(session, (entry for _, one in shown for entry in one.entries))
    hits = tuple(_hit(lines[one.key[1]], one, score, added) for score, one in shown if one.key[1] in lines)
    # Of equals the shorter name, which holds least beside what was typed.
    hits = tuple(sorted(hits, key=lambda hit: (hit.line.retired, -hit.score, len(hit.line.title), hit.line.title)))
    more = any(entry.reading in cut for _, one in scored for entry in one.entries)
    return Group(record_class, hits, len(seen), more)


def _hit(line: Line, one: Candidate, score: float, added: Matched) -> Hit:
    further = added.get(line.id, [])
    matched = (*matched_fields(line, one), *((definition.label, told) for definition, told in further))
    return Hit(line, matched, score, (line.row, *(definition for definition, _ in further)))


def matched_fields(line: Line, one: Candidate) -> tuple[tuple[str, str], ...]:
    """(label, text) of the class' own columns that matched."""
    columns = columns_of_row(line.row)
    own = (name for name in one.columns if name not in ADDED_COLUMNS)
    return tuple((label_of(name), value_text(name, columns.get(name))) for name in own)


def near_words(groups: Iterable[Group], chosen: Iterable[Candidate]) -> tuple[tuple[str, str], ...]:
    """(typed, on record) of the words of records shown that were found with a typing error."""
    shown = {hit.line.id for group in groups for hit in group.hits}
    return tuple(
        sorted({
            (entry.reading.typed, entry.word)
            for one in chosen if one.key[1] in shown
            for entry in one.entries if entry.reading.how == NEAR
        })
    )  # fmt: skip
