"""Find the records that references name: own owner, its ancestors, the public, then a unique match elsewhere."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from psycopg2 import sql
from sqlalchemy import Integer
from sqlalchemy.orm import Session

from casm.intake import bulk
from casm.intake.owner_tree import OwnerTree
from casm.intake.row import Reference
from casm.intake.shapes import Shape, shape_of
from casm.intake.words import class_words

CACHE_LIMIT = 200_000
EXACT, LOOSE = "exact", "loose"


@dataclass(frozen=True, slots=True)
class Found:
    """The record a reference names."""

    owner_id: uuid.UUID
    record_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why a reference names no record. final: no row still to come can change that."""

    reason: str
    mend: str
    final: bool


Answer = Found | NotFound


@dataclass(frozen=True, slots=True)
class Question:
    """A reference as one row asks for it. contained: the record must belong to the same owner."""

    owner_id: uuid.UUID
    reference: Reference
    contained: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that goes by the name asked for; rank: how good a name it is (0 its own, then aliases)."""

    owner_id: uuid.UUID
    record_id: uuid.UUID
    within_id: uuid.UUID | None
    rank: int


@dataclass
class Resolver:
    """Answers questions many at a time, and remembers what it found (a record never goes away)."""

    owners: OwnerTree
    known: dict[Question, Found] = field(default_factory=dict)

    def resolve(self, session: Session, questions: Iterable[Question]) -> dict[Question, Answer]:
        """An answer to every question."""
        answers: dict[Question, Answer] = {}
        by_class: dict[str, list[Question]] = defaultdict(list)
        for question in dict.fromkeys(questions):
            if question in self.known:
                answers[question] = self.known[question]
            elif refusal := self._refuse(question):
                answers[question] = refusal
            else:
                by_class[question.reference.record_class].append(question)
        for record_class, asked in by_class.items():
            answers |= self._resolve_class(session, shape_of(record_class), asked)
        if len(self.known) > CACHE_LIMIT:
            self.known.clear()
        self.known |= {question: answer for question, answer in answers.items() if isinstance(answer, Found)}
        return answers

    def _refuse(self, question: Question) -> NotFound | None:
        code = question.reference.owner_code
        if code is None:
            return None
        if code not in self.owners.ids:
            return NotFound(
                f"there is no owner {code!r} (or you may not see it)",
                "write the owner's code as casm knows it, such as us.tn.campbell, before the ::",
                final=False,
            )
        if question.contained and self.owners.ids[code] != question.owner_id:
            return NotFound(
                f"{question.reference} belongs to another owner than this row, which cannot be here",
                f"give the row the owner {code}, or name a {class_words(question.reference.record_class)} of its own",
                final=True,
            )
        return None

    def _resolve_class(self, session: Session, shape: Shape, asked: list[Question]) -> dict[Question, Answer]:
        answers: dict[Question, Answer] = {}
        containers = self._containers(session, shape, asked, answers)
        left = [question for question in asked if question not in answers]
        for manner in (EXACT, LOOSE):
            owners = {owner for question in left for owner in self._where(question)}
            found = candidates(session, shape, {question.reference.name for question in left}, owners, manner)
            left = self._pick(left, found, containers, answers, manner)
        elsewhere = [q for q in left if q.reference.owner_code is None and not q.contained]
        if elsewhere:
            found = candidates(session, shape, {question.reference.name for question in elsewhere}, None, EXACT)
            for question in elsewhere:
                matches = self._matching(question, found, containers, EXACT)
                if matches:
                    answers[question] = self._only(question, matches)
        for question in left:
            answers.setdefault(question, self._missing(question))
        return answers

    def _containers(
        self, session: Session, shape: Shape, asked: list[Question], answers: dict[Question, Answer]
    ) -> dict[Question, Found]:
        """The record each question says its answer lies within; what cannot be found is answered so."""
        if shape.within is None:
            return {}
        target = shape.references[shape.within].target or shape.within
        inner = {
            question: Question(
                question.owner_id,
                Reference(target, question.reference.within, question.reference.owner_code),
                question.contained,
            )
            for question in asked
            if question.reference.within
        }
        found: dict[Question, Found] = {}
        outer = self.resolve(session, inner.values())
        for question, container in inner.items():
            answer = outer[container]
            if isinstance(answer, Found):
                found[question] = answer
            else:
                answers[question] = answer
        return found

    def _where(self, question: Question) -> tuple[uuid.UUID, ...]:
        if question.contained:
            return (question.owner_id,)
        if question.reference.owner_code is not None:
            return (self.owners.ids[question.reference.owner_code],)
        return self.owners.chain(question.owner_id)

    def _matching(
        self,
        question: Question,
        found: dict[str, list[Candidate]],
        containers: dict[Question, Found],
        manner: str,
    ) -> list[Candidate]:
        matches = found.get(folded(question.reference.name) if manner == LOOSE else question.reference.name, [])
        container = containers.get(question)
        return [match for match in matches if container is None or match.within_id == container.record_id]

    def _pick(
        self,
        left: list[Question],
        found: dict[str, list[Candidate]],
        containers: dict[Question, Found],
        answers: dict[Question, Answer],
        manner: str,
    ) -> list[Question]:
        """Answer what the candidates answer, nearest owner first; return the questions still open."""
        still = []
        for question in left:
            matches = self._matching(question, found, containers, manner)
            for owner_id in self._where(question):
                own = [match for match in matches if match.owner_id == owner_id]
                if own:
                    best = min(match.rank for match in own)
                    answers[question] = self._only(question, [match for match in own if match.rank == best])
                    break
            else:
                still.append(question)
        return still

    def _only(self, question: Question, matches: list[Candidate]) -> Answer:
        distinct = {match.record_id: match for match in matches}
        if len(distinct) == 1:
            match = next(iter(distinct.values()))
            return Found(match.owner_id, match.record_id)
        record_class = question.reference.record_class
        owners = sorted({self.owners.codes.get(match.owner_id, "another owner") for match in matches})
        if len(owners) > 1:
            mend = f"write the owner before it, as {owners[0]}::{question.reference.name}"
        elif within := shape_of(record_class).within:
            mend = f"name its {class_words(within)} in a column {within!r} as well"
        else:
            mend = "use its full name"
        return NotFound(
            f"{question.reference} names {len(distinct)} {class_words(record_class)} records ({', '.join(owners)})",
            mend,
            final=True,
        )

    def _missing(self, question: Question) -> NotFound:
        words = class_words(question.reference.record_class)
        if question.reference.owner_code is not None:
            where = f" of owner {question.reference.owner_code}"
        elif question.contained:
            where = f" of owner {self.owners.codes.get(question.owner_id, 'this row')}"
        else:
            where = ""
        if question.reference.within:
            where += f" in {question.reference.within}"
        return NotFound(
            f"there is no {words} {question.reference.name!r}{where} (or you may not see it)",
            f"check the spelling, or import the {words} first",
            final=False,
        )


def folded(name: str) -> str:
    """A name without the differences that people do not mean: case and doubled spaces."""
    return " ".join(name.split()).casefold()


def candidates(
    session: Session, shape: Shape, names: set[str], owners: set[uuid.UUID] | None, manner: str
) -> dict[str, list[Candidate]]:
    """Rows in use that go by the names, keyed by the name (folded when loose); owners None: any visible."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    if not names:
        return found
    within = shape.references[shape.within].id_column if shape.within else None
    for rank, column in enumerate((*shape.names, *((shape.aliases,) if shape.aliases else ()))):
        for key, row in _named(session, shape, column, within, names, owners, manner):
            found[key].append(Candidate(row["owner_id"], row["id"], row.get(within) if within else None, rank))
    return found


def _named(
    session: Session,
    shape: Shape,
    column: str,
    within: str | None,
    names: set[str],
    owners: set[uuid.UUID] | None,
    manner: str,
) -> Iterable[tuple[str, dict[str, Any]]]:
    """(name asked for, row) of every row that has the name in the column."""
    is_number = isinstance(shape.table.c[column].type, Integer)
    is_list = column == shape.aliases
    if is_number:
        if manner == LOOSE:
            return
        asked = {int(name): name for name in names if name.isascii() and name.isdigit() and len(name) < 10}
    else:
        asked = {(folded(name) if manner == LOOSE else name): name for name in names}
    wanted = ["id", "owner_id", column, *([within] if within else [])]
    conditions: dict[str, Iterable[Any]] = {} if owners is None else {"owner_id": owners}
    if manner == EXACT:
        rows = bulk.fetch(session, shape.table, wanted, {**conditions, column: asked})
    else:
        rows = _loosely(session, shape, wanted, column, is_list=is_list, names=asked, owners=owners or set())
    for row in rows:
        if row[column] is None:
            continue
        for value in row[column] if is_list else (row[column],):
            key = folded(value) if manner == LOOSE else value
            if key in asked:
                yield str(key) if manner == LOOSE else asked[key], row


def _loosely(
    session: Session,
    shape: Shape,
    wanted: list[str],
    column: str,
    *,
    is_list: bool,
    names: Iterable[str],
    owners: set[uuid.UUID],
) -> list[dict[str, Any]]:
    """Rows of the owners whose name, without regard to case, may be one of the folded names."""
    folds = (
        "EXISTS (SELECT FROM unnest({column}) AS one WHERE lower(one) = ANY (%s))"
        if is_list
        else "lower({column}) = ANY (%s)"
    )
    statement = sql.SQL(
        "SELECT {columns} FROM {table} WHERE owner_id = ANY (%s::uuid[]) AND status <> 'retired' AND " + folds
    ).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, wanted)),
        table=sql.Identifier(bulk.SCHEMA_OF_TABLES, shape.record_class),
        column=sql.Identifier(column),
    )
    with bulk.cursor_of(session) as cursor:
        cursor.execute(statement, ([str(owner) for owner in owners], list(names)))
        return [dict(zip(wanted, row, strict=True)) for row in cursor.fetchall()]
