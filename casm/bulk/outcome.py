"""What becomes of each record when many are changed together: it changes, stays as it is, or is refused and why."""

import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casm.custom_fields.definitions import Definition
from casm.db.columns import SENSITIVITY
from casm.db.tables import OwnedRow
from casm.editing.faults import Differing, FieldFault
from casm.editing.record_class import RecordClass
from casm.errors import CasmError
from casm.proposals.proposal import Proposal

MOST_ROWS = 2000
CHANGES, STAYS, REFUSED = "changes", "stays", "refused"


@dataclass
class Outcome:
    """A record and what becomes of it. version: the one it was read at. note: what else is said of it. verified_by: who
    had verified it, and is told.

    writes: rows and the columns that they get, its own and those of its parts. added: what it gets in fields that
    owners added. proposal: proposes what changes, where the viewer may not make the change. sensitivity, exercise,
    owner_codes: for the marking of what shows it.
    """

    id: uuid.UUID
    version: int
    title: str
    owner_codes: Collection[str]
    sensitivity: str
    exercise: bool
    differing: tuple[Differing, ...] = ()
    refused: tuple[FieldFault, ...] = ()
    note: str = ""
    verified_by: str | None = None
    writes: list[tuple[OwnedRow, dict[str, Any]]] = field(default_factory=list, repr=False)
    added: tuple[tuple[Definition, Any], ...] = field(default=(), repr=False)
    proposal: Callable[[Session, str], Proposal] | None = field(default=None, repr=False)

    @property
    def proposed(self) -> bool:
        """Whether what changes becomes a proposal."""
        return self.proposal is not None

    @property
    def state(self) -> str:
        """One of CHANGES, STAYS, REFUSED."""
        return REFUSED if self.refused else CHANGES if self.differing else STAYS

    def set_added(self, added: Iterable[tuple[Definition, Any]]) -> None:
        """It gets these values in fields that owners added, and is handled as they ask."""
        self.added = tuple(added)
        rows = [one.row.sensitivity for one, _ in self.added]
        self.sensitivity = max((self.sensitivity, *rows), key=SENSITIVITY.index)
        self.owner_codes = {*self.owner_codes, *(one.owner_code for one, _ in self.added)}

    def refuse(self, reason: str, mend: str, field_name: str | None = None) -> None:
        """It cannot be changed so."""
        self.refused = (*self.refused, FieldFault(field_name, reason, mend))


@dataclass(frozen=True)
class Preview:
    """What changing records together would do."""

    record_class: RecordClass
    outcomes: tuple[Outcome, ...]

    def of(self, state: str) -> list[Outcome]:
        """The outcomes of one state."""
        return [one for one in self.outcomes if one.state == state]

    @property
    def stated(self) -> dict[uuid.UUID, int]:
        """The records that change, and the versions that they were read at."""
        return {one.id: one.version for one in self.of(CHANGES)}


@dataclass(frozen=True)
class Done:
    """Records that were changed together. moment: the database's time of all these changes, by which they are found.

    proposed: how many changes were proposed, and not made.
    """

    count: int
    moment: datetime
    proposed: int = 0


class BulkRefused(CasmError):
    """Some records cannot be changed as was previewed, so none was."""

    def __init__(self, outcomes: tuple[Outcome, ...]) -> None:
        names = ", ".join(one.title for one in outcomes[:5])
        more = len(outcomes) - 5
        super().__init__(
            f"Nothing was changed: {names}{f' and {more} more' if more > 0 else ''} cannot be changed as it was shown.",
            "look at the reasons below, and preview it again",
        )
        self.outcomes = outcomes


class TooMany(CasmError):
    """More records than are changed together."""

    def __init__(self, plural: str) -> None:
        super().__init__(
            f"At most {MOST_ROWS:,} {plural} are changed together, and more were chosen.", "narrow the filter first"
        )
