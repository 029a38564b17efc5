"""References and areas of a form looked up, as an import looks them up, so that only columns are left to write."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from casm.editing.faults import FieldFault, on_a_form
from casm.editing.form_fields import SHOWN_AT
from casm.editing.parse_form import Changes
from casm.editing.record_class import RecordClass
from casm.intake import bulk
from casm.intake.derivations import derive
from casm.intake.inspections import Inspections
from casm.intake.owner_tree import OwnerTree
from casm.intake.plan import ReadyChildren, ReadyRow, settle_columns
from casm.intake.prepare import Preparer
from casm.intake.problem import Problem
from casm.intake.references import Resolver
from casm.intake.row import ChildSet, ParsedRow


@dataclass
class Looked:
    """Columns ready to be written, the children to be made, and what was wrong or noted."""

    columns: dict[str, Any] = field(default_factory=dict)
    children: list[ReadyChildren] = field(default_factory=list)
    faults: list[FieldFault] = field(default_factory=list)
    notes: list[FieldFault] = field(default_factory=list)


@dataclass
class Looker:
    """Whoever is asked what names stand for; kept for many records, it remembers what it has found."""

    preparer: Preparer | None = None

    def ready(self, session: Session) -> Preparer:
        """The one who knows, with the owners read when first asked."""
        if self.preparer is None:
            tree = OwnerTree()
            tree.load(session)
            self.preparer = Preparer(tree, Resolver(tree))
        return self.preparer


# Columns from which others follow or which are looked at twice; all of them are needed as soon as one is written.
LOOKED_AT_TOGETHER = {"backhaul_link": ("site_a_id", "site_b_id"), "site": ("county_fips", "position")}


def look_up(
    session: Session,
    record_class: RecordClass,
    owner_code: str,
    changes: Changes,
    children: tuple[ChildSet, ...] = (),
    stored: dict[str, Any] | None = None,
    looker: Looker | None = None,
) -> Looked:
    """Every reference, area and child of the changes found, or said why not. stored: the record as it is on file."""
    row = ParsedRow(
        record_class.name, owner_code, changes.columns, "", 0, dict(changes.references), children, changes.areas
    )
    looked = Looked()
    if stored is not None and not changes.references and not changes.areas:
        # Nothing has to be found, and whose record it is has been asked already.
        ready = ReadyRow(row, stored["owner_id"], settle_columns(record_class.shape, changes.columns))
        _look_twice(session, record_class, ready, stored, looked)
        looked.columns = _filled(record_class, ready.columns)
        return looked
    preparer = (looker or Looker()).ready(session)
    prepared = preparer.prepare(session, record_class.shape, [row], leave_children=False)
    problems = [problem for rejected in prepared.rejected for problem in rejected.problems]
    problems += [waiting.problem for waiting in prepared.waiting]
    looked.faults = [fault_of(problem) for problem in problems]
    if not prepared.ready:
        return looked
    ready = prepared.ready[0]
    _look_twice(session, record_class, ready, stored or {}, looked)
    looked.columns, looked.children = _filled(record_class, ready.columns), ready.children
    return looked


def _look_twice(
    session: Session, record_class: RecordClass, ready: ReadyRow, stored: dict[str, Any], looked: Looked
) -> None:
    """Derive what follows from the columns, and note what does not fit together."""
    together = LOOKED_AT_TOGETHER.get(record_class.name, ())
    if not set(together) & set(ready.columns):
        return
    whole = ReadyRow(ready.row, ready.owner_id, {name: stored.get(name) for name in together} | ready.columns)
    derive(session, record_class.name, [whole])
    looked.notes += [fault_of(one) for one in Inspections().inspect(session, record_class.shape, [whole])]
    ready.columns |= {name: value for name, value in whole.columns.items() if name not in together}


def _filled(record_class: RecordClass, columns: dict[str, Any]) -> dict[str, Any]:
    """The columns as they are stored: one that may not be empty takes its usual value instead."""
    defaults = bulk.defaults_of(record_class.shape.table)
    return {name: defaults.get(name) if value is None else value for name, value in columns.items()}


def settled_child(children: ReadyChildren) -> list[dict[str, Any]]:
    """The rows of a set of children, with what they have in common."""
    return [{**children.source.scope, **columns} for columns in children.rows]


def fault_of(problem: Problem) -> FieldFault:
    """A finding of the intake as one about a form."""
    name = SHOWN_AT.get(problem.column or "", problem.column)
    return FieldFault(name, on_a_form(problem.reason), on_a_form(problem.mend))
