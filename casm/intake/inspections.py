"""Second looks at rows about to be written, which may add notes but stop nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from casm.intake.county_check import CountyCheck
from casm.intake.plan import ReadyRow
from casm.intake.problem import Problem
from casm.intake.shapes import Shape

Inspector = Callable[[Session, list[ReadyRow]], list[Problem]]


@dataclass
class Inspections:
    """The inspectors of one import, by class of record."""

    by_class: dict[str, Inspector] = field(default_factory=lambda: {"site": CountyCheck()})

    def inspect(self, session: Session, shape: Shape, ready_rows: list[ReadyRow]) -> list[Problem]:
        """Findings about rows as a whole, such as a county that is not where the position lies."""
        inspector = self.by_class.get(shape.record_class)
        return inspector(session, ready_rows) if inspector and ready_rows else []
