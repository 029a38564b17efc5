"""The rows that a merge changes: each written once, with the versions between which it was changed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casm.db.tables import OwnedRow
from casm.editing.change_record import as_stored, refusals_in_words
from casm.editing.faults import FieldFaults
from casm.editing.field_texts import columns_of_row
from casm.editing.record_class import record_class_of
from casm.errors import CasmError
from casm.intake.compare import same


class MergeRefused(CasmError):
    """A merge that cannot be made, or not by this person; nothing was changed."""


@dataclass
class Move:
    """A changed row: its versions before and after, and the columns that changed."""

    table: str
    row_id: uuid.UUID
    version_before: int
    version_after: int
    columns: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"table": self.table, "id": str(self.row_id), "from": self.version_before, "to": self.version_after,
                "columns": sorted(self.columns)}  # fmt: skip

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "Move":
        """As it was stored."""
        return cls(told["table"], uuid.UUID(told["id"]), told["from"], told["to"], set(told["columns"]))


class Mover:
    """Writes rows and keeps what was changed, in the order of the first change of each row."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.moves: dict[uuid.UUID, Move] = {}

    def write(self, row: OwnedRow, columns: Mapping[str, Any], called: str) -> None:
        """Set those columns of a row that differ. MergeRefused, in words, where the database does not take them."""
        stored = columns_of_row(row)
        differing = {name: value for name, value in columns.items() if not same(stored[name], value)}
        if not differing:
            return
        name, before = row.__tablename__, row.version
        try:
            with refusals_in_words(self.session, record_class_of(name), {}):
                for column, value in as_stored(differing).items():
                    setattr(row, column, value)
                self.session.flush()
        except FieldFaults as error:
            fault = error.faults[0]
            raise MergeRefused(f"{called} does not allow it: {fault.reason}.", fault.mend) from None
        except DBAPIError as error:
            raise MergeRefused(f"{called} does not allow it.", "change or retire it first") from error
        self.session.refresh(row, ["version", "updated_at"])
        move = self.moves.setdefault(row.id, Move(name, row.id, before, row.version))
        move.version_after = row.version
        move.columns |= set(differing)
