"""How many records of each class the viewer sees."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.editing.record_class import RecordClass, record_classes
from casm.editing.rights import read_rights


@dataclass(frozen=True)
class ClassCount:
    """A class and how many of its records in use the viewer sees."""

    record_class: RecordClass
    count: int
    may_write: bool


def count_records(session: Session) -> list[ClassCount]:
    """Every class of which the viewer may see records."""
    rights = read_rights(session)
    found = []
    for record_class in record_classes():
        if rights.may_see_class(record_class):
            mapped = record_class.mapped
            count = session.scalar(select(func.count()).select_from(mapped).where(mapped.status != "retired")) or 0
            may_make = bool(rights.writable(record_class) or rights.proposable(record_class))
            found.append(ClassCount(record_class, count, may_make))
    return found
