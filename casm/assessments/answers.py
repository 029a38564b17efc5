"""Which computed answers somebody sees now: how many of each kind, how new, and from whose records they were made."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from casm.assessments.request import may_compute, newest_job
from casm.assessments.result import Result
from casm.inventory.choices import RESULT_KIND
from casm.inventory.owner import Owner
from casm.jobs.job import Job
from casm.sharing.viewer import Viewer


@dataclass(frozen=True)
class AnswerLine:
    """Answers of one kind. own: made with exactly what the viewer may see now; otherwise made for ``owner``.

    first_as_of, last_as_of: the days they answer for, as ISO dates; None where the day decides nothing.
    """

    kind: str
    own: bool
    owner: str
    count: int
    first_as_of: str | None
    last_as_of: str | None
    computed_at: datetime


@dataclass(frozen=True)
class Answers:
    """The answers a viewer sees, its newest computation and the newest one that ended well."""

    lines: tuple[AnswerLine, ...]
    job: Job | None
    done: Job | None
    sight_sha256: str
    may_compute: bool

    @property
    def sight_has_changed(self) -> bool:
        """Whether answers were made for the viewer before, but with another sight than it has now."""
        if self.done is None or any(line.own for line in self.lines):
            return False
        return self.done.parameters.get("sight_sha256") != self.sight_sha256


def read_answers(session: Session, viewer: Viewer) -> Answers:
    """What the session's viewer sees of answers at this moment."""
    sight = session.scalar(select(func.casm_sec.sight()))
    done = newest_job(session, viewer, "done")
    return Answers(read_lines(session, sight), newest_job(session, viewer), done, sight, may_compute(session, viewer))


def read_lines(session: Session, sight: str) -> tuple[AnswerLine, ...]:
    """The answers in sight, own ones first, then by owner, in the order of their kinds."""
    own: ColumnElement[bool] = func.coalesce(Result.sight_sha256 == sight, False)
    as_of = Result.summary["as_of"].astext
    statement = (
        select(
            Result.kind, own.label("own"), func.coalesce(Owner.name, ""), func.count(),
            func.min(as_of), func.max(as_of), func.max(Result.computed_at),
        )
        .outerjoin(Owner, Owner.id == Result.owner_id)
        .where(Result.status != "retired")
        .group_by(Result.kind, "own", Owner.id, Owner.name)
    )  # fmt: skip
    lines = [AnswerLine(*row) for row in session.execute(statement)]
    return tuple(sorted(lines, key=lambda line: (not line.own, line.owner, RESULT_KIND.index(line.kind))))
