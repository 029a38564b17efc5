"""Which of the records found is meant: all that was typed, word for word, in a name, comes first."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from casm.editing.record_class import record_class_of
from casm.search.added import COLUMNS as ADDED_COLUMNS
from casm.search.columns import TEXTS
from casm.search.entry import Entry
from casm.search.typed import BEGINNING, Typed

Key = tuple[str, uuid.UUID]
# What a record's further texts and those of its parts count against its names.
FURTHER_TEXT, PART = 0.7, 0.9
# Beyond what its words are worth, of a name that is the whole of what was typed.
WHOLE_NAME = 0.5
FURTHER_COLUMNS = TEXTS | frozenset(ADDED_COLUMNS) | {
    "vendor", "make", "model", "radio_make", "radio_model", "antenna_make", "antenna_model", "transmitter_make",
    "transmitter_model", "structure_owner", "provider", "licensee", "title", "release_authority", "zone",
}  # fmt: skip


@dataclass
class Candidate:
    """A record with the entries that speak for it."""

    key: Key
    entries: list[Entry] = field(default_factory=list)

    @property
    def chunks(self) -> frozenset[int]:
        """Which of the typed chunks it holds."""
        return frozenset().union(*(entry.reading.chunks for entry in self.entries))

    @property
    def columns(self) -> list[str]:
        """The columns that hold them, the most telling first."""
        return list(dict.fromkeys(entry.column for entry in sorted(self.entries, key=worth, reverse=True)))

    def score(self, typed: Typed) -> float:
        """From 0 to 1.5."""
        total = 0.0
        for chunk in self.chunks:
            total += max(worth(entry) for entry in self.entries if chunk in entry.reading.chunks)
        whole = any(
            entry.reading.chunks == typed.all_chunks and entry.word == entry.reading.low and "name" in entry.column
            for entry in self.entries
        )
        part = PART if record_class_of(self.key[0]).part_of else 1.0
        return part * (total / max(len(typed.chunks), 1) + (WHOLE_NAME if whole else 0.0))


def worth(entry: Entry) -> float:
    """How much one word says, from 0 to 1."""
    found = entry.reading.worth * (FURTHER_TEXT if entry.column in FURTHER_COLUMNS else 1.0)
    if entry.reading.how == BEGINNING:
        found *= 0.5 + 0.4 * min(1.0, len(entry.reading.typed) / len(entry.word))
    return found


def candidates(entries: Iterable[Entry]) -> dict[Key, Candidate]:
    """The records that entries speak for."""
    found: dict[Key, Candidate] = {}
    for entry in entries:
        key = (entry.table, entry.record_id)
        found.setdefault(key, Candidate(key)).entries.append(entry)
    return found


def fullest(found: Collection[Candidate]) -> list[Candidate]:
    """Those that hold the most of what was typed."""
    most = max((len(one.chunks) for one in found), default=0)
    return [one for one in found if len(one.chunks) == most]


def by_class(found: Iterable[Candidate], typed: Typed) -> dict[str, list[tuple[float, Candidate]]]:
    """Table → (score, record), best first; the table with the best record first."""
    groups: dict[str, list[tuple[float, Candidate]]] = defaultdict(list)
    for one in found:
        groups[one.key[0]].append((one.score(typed), one))
    for listed in groups.values():
        listed.sort(key=lambda pair: (-pair[0], str(pair[1].key[1])))
    return dict(sorted(groups.items(), key=lambda pair: -pair[1][0][0]))
