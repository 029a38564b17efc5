"""Make parsed rows ready: owners, references and areas looked up, so that only columns are left."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import shapely
from psycopg2 import sql
from sqlalchemy.orm import Session

from casm.intake import bulk
from casm.intake.apply import ready_children
from casm.intake.owner_tree import OwnerTree
from casm.intake.plan import ReadyRow, settle_columns
from casm.intake.problem import ERROR, Problem
from casm.intake.references import Answer, Found, NotFound, Question, Resolver
from casm.intake.row import ParsedRow, Reference, RejectedRow
from casm.intake.shapes import Shape, shape_of

AREAS_KEPT = 500


@dataclass
class Prepared:
    """What became of the rows: ready; waiting for a record that may still come; or rejected for good.

    A waiting row carries the problem it is reported with if nothing comes, and whether only its children wait.
    """

    ready: list[ReadyRow] = field(default_factory=list)
    waiting: list["Waiting"] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)


@dataclass(frozen=True)
class Waiting:
    """A row that names something which is not there yet."""

    row: ParsedRow
    problem: Problem
    only_children: bool


@dataclass
class Preparer:
    """Looks up what rows refer to; remembers areas joined of jurisdictions."""

    owners: OwnerTree
    resolver: Resolver
    areas: dict[tuple[uuid.UUID, ...], shapely.Geometry | None] = field(default_factory=dict)

    def prepare(self, session: Session, shape: Shape, rows: list[ParsedRow], *, leave_children: bool) -> Prepared:
        """Sort the rows; leave_children: a row whose children wait is made ready without them."""
        result = Prepared()
        owned = []
        for row in rows:
            owner_id = self.owners.ids.get(row.owner_code)
            if owner_id is None or owner_id not in self.owners.writable:
                known = "may not write its rows" if owner_id else "there is no such owner, or you may not see it"
                problem = row.problem(
                    ERROR, "owner", f"you {known}" if owner_id else known,
                    "name an owner of yours (casm import owners.csv makes new ones)", row.owner_code,
                )  # fmt: skip
                result.rejected.append(RejectedRow(row.file, row.row, (*row.notes, problem), row.record_class))
            else:
                owned.append((row, owner_id))
        answers = self.resolver.resolve(
            session, (question for row, owner_id in owned for _, question in _questions(shape, row, owner_id))
        )
        for row, owner_id in owned:
            self._sort(session, shape, row, owner_id, answers, result, leave_children=leave_children)
        return result

    def _sort(
        self,
        session: Session,
        shape: Shape,
        row: ParsedRow,
        owner_id: uuid.UUID,
        answers: dict[Question, Answer],
        result: Prepared,
        *,
        leave_children: bool,
    ) -> None:
        waits_itself, waits_below = None, None
        for name, question in _questions(shape, row, owner_id):
            answer = answers[question]
            if isinstance(answer, NotFound):
                field_name, below = name
                problem = row.problem(ERROR, field_name, answer.reason, answer.mend)
                if answer.final:
                    result.rejected.append(RejectedRow(row.file, row.row, (*row.notes, problem), row.record_class))
                    return
                if below:
                    waits_below = waits_below or problem
                else:
                    waits_itself = waits_itself or problem
        if waits_itself or (waits_below and not leave_children):
            problem = waits_itself or waits_below
            result.waiting.append(Waiting(row, problem, only_children=waits_itself is None))
            return
        try:
            ready = self._ready(session, shape, row, owner_id, answers, with_children=waits_below is None)
        except ValueError as error:
            problem = row.problem(ERROR, *error.args)
            result.rejected.append(RejectedRow(row.file, row.row, (*row.notes, problem), row.record_class))
            return
        result.ready.append(ready)
        if waits_below:
            result.waiting.append(Waiting(row, waits_below, only_children=True))

    def _ready(
        self,
        session: Session,
        shape: Shape,
        row: ParsedRow,
        owner_id: uuid.UUID,
        answers: dict[Question, Answer],
        *,
        with_children: bool,
    ) -> ReadyRow:
        columns = dict(row.values)
        columns |= _reference_columns(shape, owner_id, row.references, answers)
        for name, references in row.areas.items():
            ids = tuple(_found(answers, owner_id, reference).record_id for reference in references)
            columns[name] = self._area(session, name, ids)
        ready = ReadyRow(row, owner_id, settle_columns(shape, columns))
        for source in row.children if with_children else ():
            child_shape = shape_of(source.record_class)
            below = [
                {**child.values, **_reference_columns(child_shape, owner_id, child.references, answers)}
                for child in source.rows
            ]
            ready.children.append(ready_children(source, below))
        return ready

    def _area(self, session: Session, name: str, ids: tuple[uuid.UUID, ...]) -> shapely.Geometry:
        """The union of jurisdictions, computed by PostGIS once for each set of them."""
        key = tuple(sorted(ids, key=str))
        if key not in self.areas:
            if len(self.areas) >= AREAS_KEPT:
                self.areas.clear()
            statement = sql.SQL(
                "SELECT ST_Multi(ST_Union(area ORDER BY id)), count(area) FROM {table} WHERE id = ANY (%s::uuid[])"
            ).format(table=sql.Identifier(bulk.SCHEMA_OF_TABLES, "jurisdiction"))
            with bulk.cursor_of(session) as cursor:
                cursor.execute(statement, ([str(one) for one in key],))
                area, count = cursor.fetchone()
            self.areas[key] = shapely.from_wkb(area) if count == len(key) else None
        if self.areas[key] is None:
            raise ValueError(
                name, "a jurisdiction it names has no polygon", "import the boundaries first: casm import --boundaries"
            )
        return self.areas[key]


def _questions(shape: Shape, row: ParsedRow, owner_id: uuid.UUID) -> Iterable[tuple[tuple[str, bool], Question]]:
    """((field, whether it is of a child), question) for every reference the row makes."""
    for name, reference in row.references.items():
        if reference is not None:
            contained = shape.references[name].owner_column is None
            yield (name, False), Question(owner_id, reference, contained)
    for name, references in row.areas.items():
        for reference in references:
            yield (name, False), Question(owner_id, reference, False)
    for source in row.children:
        child_shape = shape_of(source.record_class)
        for child in source.rows:
            for name, reference in child.references.items():
                contained = child_shape.references[name].owner_column is None
                yield (source.column or name, True), Question(owner_id, reference, contained)


def _found(answers: dict[Question, Answer], owner_id: uuid.UUID, reference: Reference) -> Found:
    answer = answers[Question(owner_id, reference, False)]
    assert isinstance(answer, Found)
    return answer


def _reference_columns(
    shape: Shape, owner_id: uuid.UUID, references: Any, answers: dict[Question, Answer]
) -> dict[str, Any]:
    """The id and owner columns that store the references."""
    columns: dict[str, Any] = {}
    for name, reference in references.items():
        where = shape.references[name]
        if reference is None:
            columns[where.id_column] = None
            if where.owner_column:
                columns[where.owner_column] = None
            continue
        answer = answers[Question(owner_id, reference, where.owner_column is None)]
        assert isinstance(answer, Found)
        columns[where.id_column] = answer.record_id
        if where.owner_column:
            columns[where.owner_column] = answer.owner_id
    return columns
