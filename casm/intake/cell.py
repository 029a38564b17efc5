"""One cell on its way from text to value."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# What people write where they do not know: the value stays unknown, and what is stored stays as it is.
UNKNOWN = frozenset({"", "unknown", "unk", "n/a", "na", "#n/a", "tbd", "?", "-", "--", "---", "not known", "null"})
# What empties a stored value on purpose.
CLEAR = "<clear>"

# Spaces as spreadsheets and web pages hold them.
SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]+")


class CellError(Exception):
    """A cell that cannot be taken. secret: its text must not be repeated, as key material."""

    def __init__(self, reason: str, mend: str, *, secret: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.mend, self.secret = reason, mend, secret


@dataclass(frozen=True)
class CellNote:
    """A finding that does not stop the row."""

    reason: str
    mend: str
    topic: str | None = None


@dataclass
class Cell:
    """Text of one cell, trimmed, and what its heading or the mapping told about it.

    unit: unit in force where the cell names none. notes: findings that do not stop the row.
    """

    text: str
    unit: str | None = None
    notes: list["CellNote"] = field(default_factory=list)

    def note(self, reason: str, mend: str, *, topic: str | None = None) -> None:
        """Say something about the cell, and take it. topic: what is said once for the column, at its first cell."""
        self.notes.append(CellNote(reason, mend, topic))


Parser = Callable[[Cell], Any]


def tidy(text: str) -> str:
    """The text without spaces at its ends, and with one space where there were several or a line break."""
    trimmed = text.strip()
    if trimmed.isascii() and trimmed.isprintable() and "  " not in trimmed:
        return trimmed
    return SPACES.sub(" ", trimmed).strip()


def is_unknown(text: str) -> bool:
    """Whether a tidied cell says nothing."""
    return text.casefold() in UNKNOWN
