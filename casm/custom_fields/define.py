"""Add a field to a class, change what may be changed of it, retire it: by who rules the owner; values never go."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.custom_fields.definitions import Definition, definition_of
from casm.db.columns import SENSITIVITY
from casm.editing.faults import FieldFault, FieldFaults
from casm.errors import CasmError
from casm.intake.cell import Cell, CellError, tidy
from casm.intake.measures import split_number
from casm.intake.values import elements
from casm.inventory.custom_field import (
    ATTACHED_FIELD_CLASSES,
    CHOICE,
    CUSTOM_FIELD_KINDS,
    DECIMAL,
    WHOLE,
    CustomField,
    CustomValue,
)
from casm.inventory.owner import Owner
from casm.sharing.asset_class import RECORD_CLASSES
from casm.sharing.rights import managed, require_manager

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_CHOICES, LONGEST_CHOICE, LONGEST_LABEL, LONGEST_HELP = 100, 80, 60, 300
# So many fields are asked for on one form at most; also what one page of definitions shows.
MOST_FIELDS = 40
FIXED = ("record_class", "name", "kind", "unit", "field_class")
CHANGEABLE = ("label", "help", "least", "most", "choices", "required", "sensitivity")
GONE = CasmError("There is no such field, or you do not manage its owner.", "go back to the list of fields")


def define_field(session: Session, owner_id: uuid.UUID, texts: Mapping[str, str]) -> CustomField:
    """Add a field to a class, for records of the owner and of all owners below it.

    texts: record_class, name (else made of the label), label, help, kind, unit, least, most, choices (; or a line
    between), required (yes or no), field_class, sensitivity. FieldFaults names what is wrong; CasmError when the viewer
    does not manage the owner.
    """
    require_manager(session, owner_id)
    faults: list[FieldFault] = []
    columns = {name: tidy(texts.get(name, "")) for name in FIXED}
    columns["name"] = columns["name"] or name_from(tidy(texts.get("label", "")))
    if not NAME.fullmatch(columns["name"]):
        faults.append(FieldFault("name", "this is no short name", "write a-z, 0-9 and _ only, a letter first"))
    for name, allowed in (
        ("record_class", RECORD_CLASSES), ("kind", CUSTOM_FIELD_KINDS), ("field_class", ATTACHED_FIELD_CLASSES),
    ):  # fmt: skip
        if columns[name] not in allowed:
            faults.append(FieldFault(name, "this is none of the choices", f"choose from {', '.join(allowed)}"))
    told: dict[str, Any] = {**columns, "unit": columns["unit"] or None}
    if told["unit"] and columns["kind"] not in (WHOLE, DECIMAL):
        faults.append(FieldFault("unit", "only figures have a unit", "leave it empty, or choose a kind of figure"))
    if told["unit"] and len(told["unit"]) > 12:
        faults.append(FieldFault("unit", "this is long for a unit", "write it in at most 12 letters, as ft or dBm"))
    told |= read_changeable(columns["kind"], texts, faults)
    if faults:
        raise FieldFaults(tuple(faults), dict(texts))
    count = session.scalar(
        select(func.count()).select_from(CustomField).where(
            CustomField.owner_id == owner_id, CustomField.record_class == told["record_class"],
            CustomField.status != "retired",
        )
    )  # fmt: skip
    if (count or 0) >= MOST_FIELDS:
        raise CasmError(f"This owner has {MOST_FIELDS} fields on the class already.", "retire some of them first")
    row = CustomField(id=uuid.uuid4(), owner_id=owner_id, source="typed", **told)
    with named_once(session, texts):
        session.add(row)
    _tell(session, row, "added field", name=row.label, record_class=row.record_class)
    return row


def change_field(session: Session, field_id: uuid.UUID, version: int, texts: Mapping[str, str]) -> CustomField:
    """Change the label, help, range, choices, need and handling of a field; what is stored is let be.

    Values outside a narrower range, or of a choice that is gone, stay as they are until somebody writes others.
    """
    row = locked(session, field_id, version)
    faults: list[FieldFault] = []
    told = read_changeable(row.kind, texts, faults)
    if faults:
        raise FieldFaults(tuple(faults), dict(texts))
    changed = [name for name in CHANGEABLE if getattr(row, name) != told[name]]
    for name in changed:
        setattr(row, name, told[name])
    if changed:
        session.flush()
        session.refresh(row, ["version", "updated_at"])
        _tell(session, row, "changed field", name=row.label, columns=changed)
    return row


def retire_field(session: Session, field_id: uuid.UUID, version: int, *, back: bool = False) -> CustomField:
    """Let a field take no more values, or take it back: its values stay, and are shown as of a retired field."""
    row = locked(session, field_id, version)
    if (row.status == "retired") != back:
        raise CasmError("This field is in that state already.", "look at the list of fields")
    with named_once(session, {}):
        row.status, row.retired_at = ("active", None) if back else ("retired", datetime.now(UTC))
    session.refresh(row, ["version", "updated_at"])
    _tell(session, row, "took back field" if back else "retired field", name=row.label)
    return row


def managed_definitions(session: Session) -> list[tuple[Definition, int]]:
    """Every field of the owners that the viewer manages, retired ones too, with how many records hold a value seen."""
    rows = session.execute(
        select(CustomField, Owner.code, Owner.name.label("owner_name"))
        .join(Owner, Owner.id == CustomField.owner_id).where(managed(CustomField.owner_id))
        .order_by(CustomField.record_class, Owner.code, CustomField.label, CustomField.id)
    ).all()  # fmt: skip
    counts: dict[uuid.UUID, int] = {}
    if rows:
        counted = session.execute(
            select(CustomValue.custom_field_id, func.count())
            .where(
                CustomValue.custom_field_id.in_([row.CustomField.id for row in rows]),
                func.num_nonnulls(
                    CustomValue.value_text, CustomValue.value_whole, CustomValue.value_decimal, CustomValue.value_yes,
                    CustomValue.value_on,
                ) == 1,
            )
            .group_by(CustomValue.custom_field_id)
        )  # fmt: skip
        counts = {field_id: count for field_id, count in counted}
    return [
        (definition_of(row.CustomField, row.code, row.owner_name), counts.get(row.CustomField.id, 0)) for row in rows
    ]


def read_managed(session: Session, field_id: uuid.UUID) -> Definition:
    """One field of an owner that the viewer manages; CasmError otherwise, the same where there is none."""
    row = session.execute(
        select(CustomField, Owner.code, Owner.name.label("owner_name"))
        .join(Owner, Owner.id == CustomField.owner_id).where(CustomField.id == field_id, managed(CustomField.owner_id))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise GONE
    return definition_of(row.CustomField, row.code, row.owner_name)


def locked(session: Session, field_id: uuid.UUID, version: int) -> CustomField:
    """The row held against others; CasmError when it is not the viewer's to change or was changed meanwhile."""
    row = session.scalar(
        select(CustomField).where(CustomField.id == field_id, managed(CustomField.owner_id)).with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if row is None:
        raise GONE
    if row.version != version:
        raise CasmError(
            f"Somebody changed this field meanwhile (yours was made from version {version}, it is at {row.version}).",
            "look at it anew, and change it again if that still holds",
        )
    return row


def read_changeable(kind: str, texts: Mapping[str, str], faults: list[FieldFault]) -> dict[str, Any]:
    """The columns that may be changed later, from their texts; what is wrong goes into faults."""
    label, help_text = tidy(texts.get("label", "")), tidy(texts.get("help", ""))
    if not 1 <= len(label) <= LONGEST_LABEL or not label.isprintable():
        faults.append(FieldFault("label", f"the label has {len(label)} characters", f"write 1 to {LONGEST_LABEL}"))
    if len(help_text) > LONGEST_HELP:
        faults.append(FieldFault("help", "the help is long", f"say it in {LONGEST_HELP} characters"))
    least, most = (_limit(name, kind, texts, faults) for name in ("least", "most"))
    if least is not None and most is not None and least > most:
        faults.append(FieldFault("most", "the highest figure is below the lowest", "exchange them"))
    sensitivity = tidy(texts.get("sensitivity", "")) or "public"
    if sensitivity not in SENSITIVITY:
        faults.append(FieldFault("sensitivity", "this is no handling", f"choose from {', '.join(SENSITIVITY)}"))
    return {
        "label": label, "help": help_text or None, "least": least, "most": most,
        "choices": _choices(kind, texts, faults), "required": tidy(texts.get("required", "")) == "yes",
        "sensitivity": sensitivity,
    }  # fmt: skip


def name_from(label: str) -> str:
    """A short name made of a label: "Roof access (key)" is roof_access_key."""
    words = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")
    return re.sub(r"^[0-9_]+", "", words)[:40].rstrip("_")


class named_once:
    """Turn the database's refusal of a second field of a name into a fault of the name."""

    def __init__(self, session: Session, texts: Mapping[str, str]) -> None:
        self._session, self._texts = session, texts

    def __enter__(self) -> None:
        self._savepoint = self._session.begin_nested()

    def __exit__(self, kind: Any, _error: Any, _trace: Any) -> None:
        if kind is not None:
            self._savepoint.rollback()
            return
        try:
            self._session.flush()
            self._savepoint.commit()
        except IntegrityError:
            self._savepoint.rollback()
            fault = FieldFault(
                "name", "this owner, or one above or below it, has a field of this name on the class",
                "choose another name, or use that field",
            )  # fmt: skip
            raise FieldFaults((fault,), dict(self._texts)) from None


def _limit(name: str, kind: str, texts: Mapping[str, str], faults: list[FieldFault]) -> float | None:
    written = tidy(texts.get(name, ""))
    if not written:
        return None
    if kind not in (WHOLE, DECIMAL):
        faults.append(FieldFault(name, "only figures have a range", "leave it empty"))
        return None
    try:
        found, unit = split_number(Cell(written).text)
    except CellError as error:
        faults.append(FieldFault(name, error.reason, "write one number"))
        return None
    if unit is not None or abs(found) > 10**15:
        faults.append(FieldFault(name, "this is no plain number", "write it without a unit, as 0 or 1500"))
        return None
    return float(found)


def _choices(kind: str, texts: Mapping[str, str], faults: list[FieldFault]) -> list[str] | None:
    found = elements(texts.get("choices", ""))
    if kind != CHOICE:
        if found:
            faults.append(FieldFault("choices", "only a choice list has choices", "leave it empty"))
        return None
    folded = {one.casefold() for one in found}
    if not 2 <= len(found) <= MOST_CHOICES or len(folded) < len(found):
        faults.append(
            FieldFault("choices", f"there are {len(folded)} choices that differ", f"write 2 to {MOST_CHOICES}")
        )
    if long := next((one for one in found if len(one) > LONGEST_CHOICE), None):
        faults.append(FieldFault("choices", f"{long[:30]!r} is long", f"write at most {LONGEST_CHOICE} characters"))
    return found


def _tell(session: Session, row: CustomField, action: str, **details: Any) -> None:
    record_event(
        session, action=action, owner_id=row.owner_id, subject_table="custom_field", subject_id=row.id,
        details=details,
    )  # fmt: skip
