"""What the figures of a dashboard are called, on its page and at the head of the list behind each."""

from casm.dashboard.conditions import (
    CURRENT,
    EXPIRED,
    EXPIRES,
    HERE,
    MISSING,
    NEVER_DUE,
    OVERDUE,
    RECENT,
    RECENT_DAYS,
    UNVERIFIED,
)
from casm.dashboard.importance import Important, important_fields
from casm.editing.labels import label_of

FIGURE_WORDS = {
    HERE: "in use",
    RECENT: f"made or changed in the last {RECENT_DAYS} days",
    CURRENT: "verified and not due again",
    OVERDUE: "verified too long ago",
    UNVERIFIED: "never verified",
    NEVER_DUE: "never due: they hold until a newer edition",
    EXPIRED: "whose day has passed",
}
WEIGHT_WORDS = {3: "answers are computed from it", 2: "needed in an incident", 1: "keeps the record sound"}


def figure_words(record_class: str, figure: str) -> str:
    """What the records behind a figure have in common."""
    if figure.startswith(MISSING):
        return f"without {field_label(field_of(record_class, figure.removeprefix(MISSING))).lower()}"
    if figure.startswith(EXPIRES):
        return f"that end within {figure.removeprefix(EXPIRES)} days"
    return FIGURE_WORDS[figure]


def field_of(record_class: str, name: str) -> Important:
    """The important field of a class by its name; KeyError where there is none."""
    return {one.name: one for one in important_fields(record_class)}[name]


def field_label(one: Important) -> str:
    """What an important field is called; several that do for each other, by "or"."""
    return " or ".join(label_of(column.removesuffix("_id")) for column in one.columns)
