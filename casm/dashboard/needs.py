"""Where stated needs stand: met, not met, and not known kept apart, so that the answer is an interval."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.assessments.gap_run import STATE_WORDS
from casm.assessments.result import Result
from casm.dashboard.scope import Scope
from casm.exchange.marking import EXERCISE, KindOfRows
from casm.inventory.need import Need

MET, NOT_PROVEN, NOT_MET = STATE_WORDS.values()
NOT_COMPUTED = "not computed"
STATES = (MET, NOT_MET, NOT_PROVEN, NOT_COMPUTED)


@dataclass(frozen=True)
class NeedStanding:
    """One stated need. computed_at: when its answer was; None where it has none that the viewer sees."""

    id: uuid.UUID
    name: str
    owner_id: uuid.UUID
    state: str
    computed_at: datetime | None


@dataclass(frozen=True)
class Needs:
    """The stated needs of a scope. proposed: how many more are only proposed, and so not counted."""

    stated: tuple[NeedStanding, ...] = ()
    proposed: int = 0
    kinds: tuple[KindOfRows, ...] = field(default=(), repr=False)

    def count(self, state: str, owner_ids: Iterable[uuid.UUID] | None = None) -> int:
        """How many stand so, of some owners or of all."""
        wanted = None if owner_ids is None else set(owner_ids)
        return sum(one.state == state and (wanted is None or one.owner_id in wanted) for one in self.stated)

    @property
    def least_met(self) -> int:
        """Met for certain."""
        return self.count(MET)

    @property
    def most_met(self) -> int:
        """Met if everything unknown turns out well."""
        return len(self.stated) - self.count(NOT_MET)


def read_needs(session: Session, scope: Scope) -> Needs:
    """The needs that the viewer sees, each with the newest answer that it sees."""
    rows = session.execute(
        select(Need.id, Need.name, Need.owner_id, Need.origin)
        .where(Need.status != "retired", scope.holds(Need.owner_id)).order_by(Need.name, Need.id)
    ).all()  # fmt: skip
    stated = [row for row in rows if row.origin != "proposed"]
    answers, kinds = _answers(session, {str(row.id) for row in stated})
    standings = tuple(
        NeedStanding(row.id, row.name, row.owner_id, *answers.get(str(row.id), (NOT_COMPUTED, None))) for row in stated
    )
    return Needs(standings, len(rows) - len(stated), kinds)


def _answers(
    session: Session, keys: set[str]
) -> tuple[dict[str, tuple[str, datetime | None]], tuple[KindOfRows, ...]]:
    if not keys:
        return {}, ()
    found: dict[str, tuple[str, datetime | None]] = {}
    kinds: Counter[KindOfRows] = Counter()
    rows = session.execute(
        select(Result.result_key, Result.summary["state"].astext.label("state"), Result.computed_at,
               Result.sensitivity, Result.title)
        .where(Result.kind == "interop_group", Result.status != "retired", Result.result_key.in_(keys))
        .order_by(Result.computed_at)
    )  # fmt: skip
    for row in rows:
        found[row.result_key] = (row.state if row.state in STATES else NOT_PROVEN, row.computed_at)
        kinds[KindOfRows(row.sensitivity, EXERCISE in row.title, ())] += 1
    return found, tuple(kinds)
