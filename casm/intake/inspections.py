"""Second looks at rows about to be written, which may add notes but stop nothing."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from casm.intake.county_check import check_counties
from casm.intake.plan import ReadyRow
from casm.intake.problem import Problem
from casm.intake.shapes import Shape

INSPECTORS: dict[str, Callable[[Session, list[ReadyRow]], list[Problem]]] = {"site": check_counties}


def inspect(session: Session, shape: Shape, ready_rows: list[ReadyRow]) -> list[Problem]:
    """Findings about the rows as a whole, such as a county that is not where the position lies."""
    inspector = INSPECTORS.get(shape.record_class)
    return inspector(session, ready_rows) if inspector and ready_rows else []
