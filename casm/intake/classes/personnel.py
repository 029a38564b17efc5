"""Communications-unit personnel and their positions as files state them."""

from casm.intake import synonyms, values
from casm.intake.classes.common import EVERY_CLASS, POSITION, REACHED_BY, finish_position, set_aside
from casm.intake.fields import ClassSpec, Draft, choice, day, part, reference, text, whole
from casm.intake.row import ChildRow, ChildSet
from casm.inventory.choices import COMU_POSITION, DEPLOYABLE, TASK_BOOK_STATUS

POSITIONS = {word: (position,) for word, position in synonyms.COMU_POSITION.items()}


def _finish_member(draft: Draft) -> None:
    finish_position(draft, "position", keep_source=False)
    set_aside(
        draft,
        "comm_unit_member",
        tuple(field.name for field in REACHED_BY),
        side_table="comm_unit_member_contact",
    )
    held = draft.take("unit_positions")
    if held is not None:
        rows = tuple(ChildRow({"unit_position": one}) for one in held)
        draft.children.append(ChildSet("comm_unit_qualification", "comm_unit_member", rows, column="unit_positions"))


COMM_UNIT_MEMBER = ClassSpec(
    "comm_unit_member",
    (
        *EVERY_CLASS,
        text("name", "member", "member name", "full name", "person", required=True),
        reference("agency", "agency", "home agency", "agency name", "department"),
        part("unit_positions", values.choices(COMU_POSITION, POSITIONS), "positions", "comu positions", "comu position",
             terms=COMU_POSITION, several=True),
        choice("deployable", DEPLOYABLE, "deployment", "deploys", synonyms=synonyms.DEPLOYABLE),
        *POSITION,
        *REACHED_BY,
    ),
    _finish_member,
    ("comu", "comu_personnel", "communications_unit"),
)  # fmt: skip


def _finish_qualification(draft: Draft) -> None:
    begins, ends = draft.values.get("recognized_on"), draft.values.get("expires_on")
    if begins and ends and ends < begins:
        draft.fault("expires_on", "the recognition ends before it begins", "check the two dates")


COMM_UNIT_QUALIFICATION = ClassSpec(
    "comm_unit_qualification",
    (
        *EVERY_CLASS,
        reference("comm_unit_member", "comm_unit_member", "member", "name", "person", required=True),
        choice("unit_position", COMU_POSITION, "comu position", "position", synonyms=synonyms.COMU_POSITION,
               required=True),
        whole("nims_type", 1, 5, "type", "level"),
        choice("task_book_status", TASK_BOOK_STATUS, "ptb", "ptb status", "task book",
               synonyms=synonyms.TASK_BOOK_STATUS),
        day("recognized_on", "recognised on", "recognized", "recognition date", "state recognized",
            "certified", "certification date"),
        day("expires_on", "expiration date", "expiration", "expires", "recognition expires"),
    ),
    _finish_qualification,
    ("comu_positions", "task_books"),
)  # fmt: skip
