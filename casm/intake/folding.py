"""Links stated twice: the same two ends in either direction are one link, and the second row adds what it knows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from casm.intake.problem import NOTE
from casm.intake.row import RejectedRow

if TYPE_CHECKING:
    from casm.intake.plan import ReadyRow

FOLDED_CLASSES = frozenset({"backhaul_link"})

# Columns of the one end and of the other.
ENDS = {
    "site_a_id": "site_b_id",
    "site_a_owner_id": "site_b_owner_id",
    "call_sign_a": "call_sign_b",
    "a_to_b_freq_hz": "b_to_a_freq_hz",
}
PARTNERS = ENDS | {other: one for one, other in ENDS.items()}


def partner(column: str) -> str:
    """The same column of the link's other end, or the column itself where it belongs to no end."""
    return PARTNERS.get(column, column)


def oriented(columns: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The columns written from the stored link's A end, whichever end the row began with."""
    if columns["site_a_id"] == stored["site_a_id"]:
        return dict(columns)
    return {partner(name): value for name, value in columns.items()}


def folded_row(ready: "ReadyRow", stated: Mapping[str, Any], first: str) -> RejectedRow:
    """The report of a row that repeats the link of an earlier one: a note, since nothing is lost in silence."""
    row = ready.row
    turned = ready.columns.get("site_a_id") != stated.get("site_a_id")
    direction = " in the other direction" if turned else ""
    added = sorted(name for name, value in ready.changes.items() if value is not None)
    told = f"; added to it: {', '.join(added)}" if added else ""
    if ready.passed_over:
        told += f"; what differs and was not taken: {', '.join(sorted(ready.passed_over))}"
    problem = row.problem(
        NOTE,
        None,
        f"the same link as {first}{direction}{told}",
        "nothing to do if it is one link; give each a designation if they are two",
    )
    # Apart, since each is told to those alone who may see the field.
    aside = [
        row.problem(NOTE, name, f"it differs from {first} and was not taken", "correct one of the two rows")
        for name in ready.passed_over_aside
    ]
    return RejectedRow(row.file, row.row, (*row.notes, problem, *aside), row.record_class)
