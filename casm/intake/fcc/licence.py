"""A licence out of its HD, EN, MW, SC, SF, CO and CP records."""

from collections.abc import Mapping
from typing import Any

from casm.intake.fcc import codes
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.records import Record
from casm.intake.fcc.values import Reading
from casm.intake.problem import ERROR, NOTE, WARNING, Problem
from casm.intake.row import ParsedRow

LICENCE_RECORDS = ("HD", "EN", "MW", "SC", "SF", "CO", "CP")

Records = Mapping[str, list[Record]]


def licence_row(records: Records, call_sign: str, owner_code: str, outcome: Outcome) -> ParsedRow:
    """The licence of one system identifier; its first HD record is known to have the call sign.

    Every HD, EN, MW, SC, SF, CO and CP record of it is counted with the outcome.
    """
    head, *more = records["HD"]
    for extra in more:
        outcome.repeated(extra, head, "licence")
    reading = Reading(head)
    outcome.kept(head)
    values: dict[str, Any] = {
        "call_sign": call_sign,
        "radio_service_code": reading.text("radio_service_code"),
        "licence_status": reading.code("license_status", codes.LICENCE_STATUS, "the licence's status"),
        "granted_on": reading.day("grant_date"),
        "expires_on": reading.day("expired_date"),
        "cancelled_on": reading.day("cancellation_date"),
        "uls_system_id": reading.text("unique_system_identifier"),
    }
    problems = reading.problems
    if values["licence_status"] not in (None, "active"):
        reading.say(
            NOTE, "license_status", f"the licence is {values['licence_status']}: it gives no authority to transmit",
            "nothing to do; its stations stay in the inventory",
        )  # fmt: skip
    values |= _licensee(records, head, problems, outcome)
    conditions = _special_conditions(records, problems, outcome)
    remarks = [
        *_operations(records, problems, outcome),
        *_control_points(records, problems, outcome),
        *_comments(records, problems, outcome),
    ]
    # Where the filing says nothing, what a person wrote stays.
    values |= {"special_conditions": "\n".join(conditions)} if conditions else {}
    values |= {"remarks": "\n".join(remarks)} if remarks else {}
    return ParsedRow(
        record_class="licence",
        owner_code=owner_code,
        values=values,
        file=head.file,
        row=head.row,
        source="uls",
        source_key=call_sign,
        notes=tuple(problems),
    )


def _licensee(records: Records, head: Record, problems: list[Problem], outcome: Outcome) -> dict[str, str | None]:
    """Licensee and FRN of the one licensee record; contacts and other parties are set aside."""
    licensee: Record | None = None
    found: dict[str, str | None] = {"licensee": None, "frn": None}
    for record in records.get("EN", []):
        kind = (record.text("entity_type") or "").upper()
        if kind in codes.CONTACT_ENTITIES:
            outcome.set_aside(
                record, "entity_type", "contact of a licence: personal data that the inventory keeps for agencies only",
                "enter whom to call as a contact of the agency, with its consent",
            )  # fmt: skip
        elif kind != codes.LICENSEE_ENTITY:
            outcome.set_aside(
                record, "entity_type", "party to a licence other than its licensee", "nothing to do"
            )
        elif licensee is not None:
            outcome.repeated(record, licensee, "licence")
        else:
            licensee = record
            reading = Reading(record)
            persons_name = [reading.text(column) for column in ("first_name", "mi", "last_name", "suffix")]
            name = reading.text("entity_name") or " ".join(part for part in persons_name if part)
            found = {"licensee": name or None, "frn": reading.text("frn")}
            problems.extend(reading.problems)
            outcome.kept(record)
    if found["licensee"] is None:
        problems.append(
            Problem(
                WARNING, head.file, head.row, "unique_system_identifier", head.text("unique_system_identifier"),
                "the licence has no licensee record, so the licensee stays unknown",
                "put EN.dat of the same download beside HD.dat",
            )
        )  # fmt: skip
    return found


def _special_conditions(records: Records, problems: list[Problem], outcome: Outcome) -> list[str]:
    found = []
    for record in records.get("SC", []):
        reading = Reading(record)
        kind, code = reading.text("special_condition_type"), reading.text("special_condition_code")
        found.append(f"Special condition {' '.join(part for part in (kind, code) if part)}".rstrip())
        outcome.kept(record)
    texts = sorted(
        records.get("SF", []),
        key=lambda record: (record.text("unique_lic_freeform_id") or "", _order(record, "sequence_number"), record.row),
    )
    for record in texts:
        found.append(_free_text(record, "lic_freeform_condition", problems) or "")
        outcome.kept(record)
    return [text for text in found if text]


def _operations(records: Records, problems: list[Problem], outcome: Outcome) -> list[str]:
    found = []
    for record in records.get("MW", []):
        reading = Reading(record)
        if kind := reading.text("type_of_operation"):
            found.append(f"Operation: {kind}")
        if pack := reading.text("pack_name"):
            found.append(f"Filed with {pack}")
        problems.extend(reading.problems)
        outcome.kept(record)
    return found


def _control_points(records: Records, problems: list[Problem], outcome: Outcome) -> list[str]:
    found = []
    for record in records.get("CP", []):
        reading = Reading(record)
        county = reading.text("control_county")
        parts = [
            _free_text(record, "control_address", problems),
            reading.text("control_city"),
            f"{county} county" if county else None,
            reading.text("state_code"),
        ]
        number = reading.text("control_point_number") or "?"
        found.append(f"Control point {number}: {', '.join(part for part in parts if part) or 'place not filed'}")
        if reading.text("control_phone"):
            outcome.gathered.add(
                record.file, record.row, "control_phone", "telephone number of a control point, not taken over",
                "enter whom to call as a contact of the agency",
            )  # fmt: skip
        outcome.kept(record)
    return found


def _comments(records: Records, problems: list[Problem], outcome: Outcome) -> list[str]:
    found = []
    for record in records.get("CO", []):
        reading = Reading(record)
        said_on = reading.day("comment_date")
        comment = _free_text(record, "description", problems)
        if comment:
            found.append(f"FCC comment{f' of {said_on}' if said_on else ''}: {comment}")
        problems.extend(reading.problems)
        outcome.kept(record)
    return found


def _free_text(record: Record, column: str, problems: list[Problem]) -> str | None:
    """A text in which line breaks become commas, each said."""
    text = record.text(column)
    if text is None:
        return None
    parts = [" ".join(line.split()) for line in text.splitlines()]
    if len(parts) > 1:
        problems.append(
            Problem(
                NOTE, record.file, record.row, column, " ⏎ ".join(parts),
                f"the field runs over {len(parts)} lines of the file",
                "nothing to do: the lines were joined",
            )
        )  # fmt: skip
    return ", ".join(part.rstrip(",") for part in parts if part)


def _order(record: Record, column: str) -> int:
    text = record.text(column) or ""
    return int(text) if text.isascii() and text.isdigit() else 0


def no_call_sign(record: Record) -> Problem:
    """Why an HD record without a call sign (3 to 10 letters and digits) is refused."""
    return Problem(
        ERROR, record.file, record.row, "call_sign", record.text("call_sign"), "a licence without a call sign",
        "leases and applications have none and are not licences to transmit; add the call sign if it was lost",
    )  # fmt: skip
