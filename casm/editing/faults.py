"""Why a record was not changed: it is not there, not to be written, changed meanwhile, or its fields are wrong."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from casm.errors import CasmError


class RecordMissing(CasmError):
    """A record that is not there, or that the viewer may not see: the two are told alike."""

    def __init__(self) -> None:
        super().__init__("There is no such record, or you may not see it.", "go back to the list")


class NotWritable(CasmError):
    """A record, or an owner's records, that the viewer may see and not write."""

    def __init__(self) -> None:
        super().__init__("You may not change records of this owner.", "ask its administrator to, or for the right to")


class VersionMissing(CasmError):
    """A write that does not say which version it was made from."""

    def __init__(self) -> None:
        super().__init__("The change does not say which version of the record it was made from.", "read it anew first")


@dataclass(frozen=True)
class Meanwhile:
    """One change that somebody else made: the version it made, by whom, when, and field by field."""

    version: int
    actor: str
    at: datetime
    fields: tuple["Differing", ...] = ()


@dataclass(frozen=True)
class Differing:
    """A field that differs: its name, its label, and its text before and after."""

    name: str
    label: str
    before: str
    after: str


class EditConflict(CasmError):
    """Somebody else changed the record since the version that this change was made from.

    expected, current: versions. meanwhile: who changed what since, oldest first. Texts of the form: ``was`` at the
    expected version, ``theirs`` as stored now, ``mine`` as submitted, None for an act without a form.
    """

    def __init__(
        self,
        expected: int,
        current: int,
        meanwhile: tuple[Meanwhile, ...] = (),
        was: Mapping[str, str] | None = None,
        theirs: Mapping[str, str] | None = None,
        mine: Mapping[str, str] | None = None,
    ) -> None:
        names = " and ".join(dict.fromkeys(one.actor for one in meanwhile)) or "somebody"
        what = ", ".join(dict.fromkeys(field.label for one in meanwhile for field in one.fields))
        super().__init__(
            f"{names} changed this record meanwhile (yours was made from version {expected}, it is at {current} now)"
            + (f": {what}." if what else "."),
            "look at both below, and save yours again if it still holds",
        )
        self.expected, self.current, self.meanwhile = expected, current, meanwhile
        self.was, self.theirs = dict(was or {}), dict(theirs or {})
        self.mine = None if mine is None else dict(mine)

    @property
    def edited(self) -> tuple[str, ...]:
        """Fields that this change was about."""
        mine = self.mine or {}
        return tuple(name for name, text in mine.items() if text != self.was.get(name, self.theirs.get(name, "")))

    @property
    def merged(self) -> dict[str, str]:
        """The form with what is stored now and the fields of this change on top."""
        return {**self.theirs, **{name: (self.mine or {})[name] for name in self.edited}}


# How messages about a table's rows are said of a form.
ON_A_FORM = (
    (re.compile(r"^write the unit in the heading or the cell, or name it in a mapping: "), "write the unit after it: "),
    (re.compile(r"remove it from the file, and write"), "write"),
    (re.compile(r"\bor import the (.+?) first\b"), r"or make the \1 first"),
    (re.compile(r"\bimport that one first\b"), "make that one first"),
    (re.compile(r"\bcolumn(s?)\b"), r"field\1"),
    (re.compile(r"\b(both|the|empty both) cell(s?)\b"), r"\1 field\2"),
    (re.compile(r"\bthe row\b"), "the record"),
    (re.compile(r"; so are others of the field$"), ""),
)


def on_a_form(message: str) -> str:
    """A message of the intake, as it is said to somebody who fills in a form instead of a table."""
    for pattern, words in ON_A_FORM:
        message = pattern.sub(words, message)
    return message


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field and what mends it; field None: with the record as a whole.

    secret: its text must not be shown again.
    """

    field: str | None
    reason: str
    mend: str
    secret: bool = False


class FieldFaults(CasmError):
    """Fields that cannot be taken; texts: the form as submitted, without what must not be repeated."""

    def __init__(self, faults: tuple[FieldFault, ...], texts: Mapping[str, str]) -> None:
        count = "One field" if len(faults) == 1 else f"{len(faults)} fields"
        super().__init__(f"{count} cannot be taken as written.", "; ".join(one.mend for one in faults))
        secret = {one.field for one in faults if one.secret}
        self.faults = faults
        self.texts = {name: "" if name in secret else text for name, text in texts.items()}


@dataclass(frozen=True)
class Written:
    """A write that was made: the record, its version now, what changed and what was noted about it."""

    record_class: str
    record_id: uuid.UUID
    version: int
    changed: tuple[str, ...] = ()
    notes: tuple[FieldFault, ...] = field(default=())
