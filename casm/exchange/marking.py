"""The handling mark of whatever is made of rows, and the one function that says it: mark()."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.db.columns import SENSITIVITY, OwnedRow
from casm.inventory.owner import Owner
from casm.sharing.handling import handling_of_owners
from casm.sharing.tlp import TLP, TLP_OF_SENSITIVITY, WORDS, highest_tlp

EXERCISE = "EXERCISE"
# A mark with the words of more owners than this names their number; the words themselves are in the members.
MOST_TEXTS = 2


class RowOnItsWayOut(Protocol):
    """A row that has been read already, as mark() needs it."""

    @property
    def sensitivity(self) -> str:
        """One of SENSITIVITY."""

    @property
    def exercise(self) -> bool:
        """Whether it is of an exercise."""

    @property
    def owner_codes(self) -> Collection[str]:
        """Whose it is, results naming every owner behind them."""


Markable = RowOnItsWayOut | OwnedRow


@dataclass(frozen=True)
class Marking:
    """How a page, map or file must be handled: as strictly as the strictest row in it asks.

    handling: (owner's name, its words) of the owners that have words of their own.
    """

    tlp: str = TLP[0]
    exercise: bool = False
    sensitivity: str = SENSITIVITY[0]
    owner_codes: frozenset[str] = frozenset()
    handling: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """The label alone, as TLP 2.0 writes it."""
        return f"TLP:{self.tlp}"

    @property
    def words(self) -> str:
        """What the label, or the owners, ask of the reader."""
        if len(self.handling) > MOST_TEXTS:
            return f"{WORDS[self.tlp]}; rules of {len(self.handling)} owners apply"
        return "; ".join(f"{name}: {text}" for name, text in self.handling) or WORDS[self.tlp]

    @property
    def more_handling(self) -> tuple[tuple[str, str], ...]:
        """The owners' words that the mark itself has no room for."""
        return self.handling if len(self.handling) > MOST_TEXTS else ()

    @property
    def text(self) -> str:
        """The whole mark, as printed at head and foot."""
        return " // ".join((EXERCISE, self.label, self.words) if self.exercise else (self.label, self.words))

    @property
    def short(self) -> str:
        """The mark without its words, where there is little room, as on the map itself."""
        return f"{EXERCISE} // {self.label}" if self.exercise else self.label

    @property
    def header(self) -> str:
        """The mark as an HTTP header or another place for plain ASCII can hold it."""
        return self.text.encode("ascii", "replace").decode("ascii")

    @property
    def css_class(self) -> str:
        """The class of its strip on pages."""
        return f"marking-{self.tlp.lower().replace('+', '-')}"

    def file_name(self, stem: str, suffix: str) -> str:
        """A file's name that bears the mark, as `sites.EXERCISE.TLP-AMBER.geojson`; suffix without the dot."""
        return ".".join((stem, *((EXERCISE,) if self.exercise else ()), f"TLP-{self.tlp}", suffix))

    def as_tags(self) -> dict[str, str]:
        """The mark as tags of a GeoTIFF: our own, and the copyright line that any viewer shows (plain ASCII)."""
        return {
            "CASM_MARKING": self.text,
            "CASM_TLP": self.label,
            "CASM_OWNERS": ", ".join(sorted(self.owner_codes)),
            "TIFFTAG_COPYRIGHT": self.header,
        }

    def as_members(self) -> dict[str, object]:
        """The mark as machine-readable members."""
        return {
            "marking": self.text,
            "tlp": self.label,
            "exercise": self.exercise,
            "sensitivity": self.sensitivity,
            "handling": [{"owner": name, "text": text} for name, text in self.handling],
            "owners": sorted(self.owner_codes),
        }


def mark(session: Session, rows: Iterable[Markable]) -> Marking:
    """The marking of whatever is made of these rows: the only way to one, for every page, map, print and format.

    rows: all that show or go in, mapped rows or rows on their way out; read once and not kept, so that a writer can
    stream through it. The label is the highest of the rows', each raised to its owner's floor; an owner's words (its
    own or those of the nearest owner above) stand unless all of its rows are for anyone. ValueError on a sensitivity
    that is none.
    """
    highest: dict[str | uuid.UUID, int] = {}
    exercise = False
    most = 0
    for row in rows:
        rank = SENSITIVITY.index(row.sensitivity)
        most = max(most, rank)
        exercise = exercise or (_of_exercise(row) if isinstance(row, OwnedRow) else row.exercise)
        for owner in _owners_of(row) if isinstance(row, OwnedRow) else row.owner_codes:
            highest[owner] = max(highest.get(owner, 0), rank)
    ranks, codes = _by_owner_id(session, highest)
    rules = handling_of_owners(session, ranks)
    labels = {owner_id: rules[owner_id].tlp_of(SENSITIVITY[rank]) for owner_id, rank in ranks.items()}
    texts = {
        (rule.text_of or "", rule.text)
        for owner_id, rule in rules.items()
        if rule.text is not None and labels[owner_id] != TLP[0]
    }
    return Marking(
        tlp=highest_tlp((TLP_OF_SENSITIVITY[SENSITIVITY[most]], *labels.values())),
        exercise=exercise,
        sensitivity=SENSITIVITY[most],
        owner_codes=frozenset(codes),
        handling=tuple(sorted(texts)),
    )


def mark_each(session: Session, rows: Sequence[Markable]) -> list[Marking]:
    """The mark of each row by itself, its owners' rules looked up once; of any of them together() makes their mark."""
    owners = [tuple(_owners_of(row) if isinstance(row, OwnedRow) else row.owner_codes) for row in rows]
    found = _find_owners(session, {owner for named in owners for owner in named})
    id_of: dict[str | uuid.UUID, uuid.UUID] = {code: owner_id for owner_id, code in found}
    code_of = dict(found)
    rules = handling_of_owners(session, {*id_of.values(), *(o for n in owners for o in n if isinstance(o, uuid.UUID))})
    marks: dict[Marking, Marking] = {}
    made = []
    for row, named in zip(rows, owners, strict=True):
        ids = [owner if isinstance(owner, uuid.UUID) else id_of.get(owner) for owner in named]
        held = [rules[owner_id] for owner_id in ids if owner_id is not None]
        labels = [(rule, rule.tlp_of(row.sensitivity)) for rule in held]
        marking = Marking(
            tlp=highest_tlp((TLP_OF_SENSITIVITY[row.sensitivity], *(label for _rule, label in labels))),
            exercise=_of_exercise(row) if isinstance(row, OwnedRow) else row.exercise,
            sensitivity=row.sensitivity,
            owner_codes=frozenset(
                owner if isinstance(owner, str) else code_of[owner]
                for owner in named
                if isinstance(owner, str) or owner in code_of
            ),
            handling=tuple(
                sorted({(r.text_of or "", r.text) for r, label in labels if r.text is not None and label != TLP[0]})
            ),
        )
        made.append(marks.setdefault(marking, marking))
    return made


def together(marks: Iterable[Marking]) -> Marking:
    """The mark of what is made of several marked things: as strict as the strictest, with every owner's words."""
    several = {id(marking): marking for marking in marks}.values()
    return Marking(
        tlp=highest_tlp((TLP[0], *(marking.tlp for marking in several))),
        exercise=any(marking.exercise for marking in several),
        sensitivity=highest((SENSITIVITY[0], *(marking.sensitivity for marking in several))),
        owner_codes=frozenset().union(*(marking.owner_codes for marking in several)),
        handling=tuple(sorted({words for marking in several for words in marking.handling})),
    )


@dataclass(frozen=True)
class KindOfRows:
    """Rows of one owner and sensitivity, which are counted or drawn without being read one by one."""

    sensitivity: str
    exercise: bool
    owner_codes: tuple[str, ...]


def kinds_of_rows(
    session: Session, mapped: type[OwnedRow], owner_ids: Collection[uuid.UUID] | None = None
) -> Iterator[KindOfRows]:
    """What mark() needs of all rows of a class that are in use, as many as there are kinds of them.

    owner_ids: only of these owners.
    """
    exercise = func.bool_or(func.coalesce(mapped.remarks, "").contains(EXERCISE) | Owner.name.contains(EXERCISE))
    statement = (
        select(mapped.sensitivity, exercise, Owner.code)
        .join(Owner, Owner.id == mapped.owner_id)
        .where(mapped.status != "retired")
        .group_by(mapped.sensitivity, Owner.code)
    )
    if owner_ids is not None:
        statement = statement.where(mapped.owner_id.in_(owner_ids))
    for sensitivity, of_exercise, code in session.execute(statement):
        yield KindOfRows(sensitivity, of_exercise, (code,))


def _by_owner_id(session: Session, highest: dict[str | uuid.UUID, int]) -> tuple[dict[uuid.UUID, int], set[str]]:
    """The highest rank of each owner by its id, and the codes of those named by code."""
    ranks = {owner: rank for owner, rank in highest.items() if isinstance(owner, uuid.UUID)}
    codes = {owner for owner in highest if isinstance(owner, str)}
    found = _find_owners(session, highest)
    for owner_id, code in found:
        if code in codes:
            ranks[owner_id] = max(ranks.get(owner_id, 0), highest[code])
    return ranks, {code for _, code in found} | codes


def _find_owners(session: Session, named: Collection[str | uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    """Id and code of the owners named by either that the session may know of."""
    ids = {owner for owner in named if isinstance(owner, uuid.UUID)}
    codes = {owner for owner in named if isinstance(owner, str)}
    rows = session.execute(select(Owner.id, Owner.code).where(Owner.code.in_(codes) | Owner.id.in_(ids)))
    return [(owner_id, code) for owner_id, code in rows]


def _owners_of(row: OwnedRow) -> Iterable[uuid.UUID]:
    return (row.owner_id, *(getattr(row, "audience", None) or ()))


def _of_exercise(row: OwnedRow) -> bool:
    return says_exercise(*(getattr(row, name, None) for name in ("name", "title", "remarks", "caveats")))


def highest(sensitivities: Iterable[str]) -> str:
    """The most sensitive of several."""
    return max(sensitivities, key=SENSITIVITY.index)


def says_exercise(*texts: object) -> bool:
    """Whether any text (owner name, remarks, title, caveats) carries the word EXERCISE in capitals."""
    for text in texts:
        if isinstance(text, str):
            if EXERCISE in text:
                return True
        elif isinstance(text, (list, tuple, set, frozenset)) and says_exercise(*text):
            return True
    return False
