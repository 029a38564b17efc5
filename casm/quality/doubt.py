"""What a rule says of figures it doubts: why, by which figures, how grave, and the mend where it is certain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# error: cannot be so, or must not be. warning: probably wrong, or soon to be. note: worth a look.
ERROR, WARNING, NOTE = "error", "warning", "note"
SEVERITIES = (ERROR, WARNING, NOTE)


@dataclass(frozen=True)
class Mend:
    """A change that is certain to put things right. words: what it does. columns: the record's columns after it."""

    words: str
    columns: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Doubt:
    """One thing that is doubtful.

    sentence: the reason as a practitioner would say it. figures: (what, figure with its unit) it rests on. about: tells
    several doubts of one rule and record apart. mends: none where what is right cannot be told from the record.
    """

    severity: str
    sentence: str
    figures: tuple[tuple[str, str], ...] = ()
    about: str = ""
    mends: tuple[Mend, ...] = ()
