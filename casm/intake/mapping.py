"""Column mappings: which column of a foreign table is which field, in which unit, with which words for our terms.

As JSON::

    {"class": "station",
     "columns": {"range_mi": {"field": "declared_range_m", "unit": "mi"},
                 "medium": {"field": "kind", "values": {"Cable": "copper"}},
                 "service": "name",
                 "color": null},
     "combine": {"aliases": "{aliases};{name}"},
     "constants": {"datum": "NAD83"}}

``null`` leaves a column out knowingly. ``values`` is tried before the field's own terms, without regard to case.
A constant holds where the row's own cell says nothing. ``combine`` puts several cells into one field; cells that say
nothing leave nothing. Also: ``owner``, ``delimiter``, ``encoding``, ``header_row`` (as a spreadsheet counts).

As CSV, with the headings column, field, unit, values, constant: ``Cable=copper;Radio=microwave`` under values; a row
without a column and with a constant is a constant; a row without a field leaves the column out.
"""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casm.errors import CasmError
from casm.intake.cell import tidy
from casm.intake.measures import unit_named

LARGEST_MAPPING_BYTES = 1_000_000
KNOWN_KEYS = frozenset(
    {"class", "owner", "columns", "combine", "constants", "delimiter", "encoding", "header_row", "about"}
)
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class ColumnRule:
    """What one column is. values: its words, folded, → what they stand for."""

    field: str
    unit: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ColumnMapping:
    """A whole mapping; headings are compared tidied and without regard to case."""

    record_class: str | None = None
    owner: str | None = None
    columns: Mapping[str, ColumnRule | None] = field(default_factory=dict)
    combine: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    delimiter: str | None = None
    encoding: str | None = None
    header_row: int | None = None

    def fields_named(self) -> set[str]:
        """Every field the mapping fills."""
        ruled = {rule.field for rule in self.columns.values() if rule}
        return ruled | set(self.combine) | set(self.constants)


def key_of_heading(written: str) -> str:
    """A heading as mappings compare it."""
    return tidy(written).casefold()


def load_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file, JSON or CSV by its content; CasmError naming what is wrong in it."""
    try:
        if path.stat().st_size > LARGEST_MAPPING_BYTES:
            raise CasmError(f"{path.name} is too large for a mapping.", "check that it is the right file")
        written = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CasmError(
            f"{path} cannot be read as a mapping: {error}", "check the path, and save it as UTF-8"
        ) from None
    if written.lstrip().startswith("{"):
        try:
            told = json.loads(written)
        except ValueError as error:
            raise CasmError(f"{path.name} is no sound JSON: {error}", "correct it there") from None
        return _from_json(path.name, told)
    return _from_csv(path.name, written)


def _from_json(name: str, told: dict[str, Any]) -> ColumnMapping:
    unknown = sorted(set(told) - KNOWN_KEYS)
    if unknown:
        raise CasmError(
            f"{name} has keys that are not known: {', '.join(unknown)}.", f"use {', '.join(sorted(KNOWN_KEYS))}"
        )
    columns = {
        key_of_heading(heading): _rule(name, heading, rule) for heading, rule in _table(name, told, "columns").items()
    }
    header_row = told.get("header_row")
    if header_row is not None and (not isinstance(header_row, int) or header_row < 1):
        raise CasmError(f"{name}: header_row is no row number.", "count as a spreadsheet does, from 1")
    return ColumnMapping(
        record_class=told.get("class"),
        owner=told.get("owner"),
        columns=columns,
        combine={key: str(value) for key, value in _table(name, told, "combine").items()},
        constants={key: str(value) for key, value in _table(name, told, "constants").items()},
        delimiter=told.get("delimiter"),
        encoding=told.get("encoding"),
        header_row=header_row,
    )


def _table(name: str, told: dict[str, Any], key: str) -> dict[str, Any]:
    found = told.get(key, {})
    if not isinstance(found, dict):
        raise CasmError(f"{name}: {key} is no table of names and values.", f'write "{key}": {{"…": "…"}}')
    return found


def _rule(name: str, heading: str, rule: Any) -> ColumnRule | None:
    if rule is None:
        return None
    if isinstance(rule, str):
        return ColumnRule(rule)
    if not isinstance(rule, dict) or "field" not in rule or set(rule) - {"field", "unit", "values"}:
        raise CasmError(
            f"{name}: the rule for column {heading!r} is not understood.",
            'write a field\'s name, or {"field": …, "unit": …, "values": {…}}, or null to leave it out',
        )
    words = {key_of_heading(word): str(term) for word, term in rule.get("values", {}).items()}
    return ColumnRule(rule["field"], _unit(name, heading, rule.get("unit")), words)


def _unit(name: str, heading: str, written: str | None) -> str | None:
    if not written:
        return None
    unit = unit_named(written)
    if unit is None:
        raise CasmError(
            f"{name}: {written!r}, the unit of column {heading!r}, is not known.", "write ft, m, MHz, W, dBd, …"
        )
    return unit


def _from_csv(name: str, written: str) -> ColumnMapping:
    rows = list(csv.DictReader(written.splitlines()))
    if not rows or not {"column", "field"} <= {str(key).strip() for key in rows[0]}:
        raise CasmError(f"{name} is no mapping.", "give it the headings column, field, unit, values, constant")
    columns: dict[str, ColumnRule | None] = {}
    constants: dict[str, str] = {}
    for row in rows:
        cell = {str(key).strip(): (value or "").strip() for key, value in row.items() if isinstance(value, str | None)}
        heading, target = cell.get("column", ""), cell.get("field", "")
        if not heading and target and cell.get("constant"):
            constants[target] = cell["constant"]
        elif heading and not target:
            columns[key_of_heading(heading)] = None
        elif heading:
            pairs = [pair.partition("=") for pair in cell.get("values", "").split(";") if pair.strip()]
            words = {key_of_heading(word): term.strip() for word, _, term in pairs}
            columns[key_of_heading(heading)] = ColumnRule(target, _unit(name, heading, cell.get("unit")), words)
    return ColumnMapping(columns=columns, constants=constants)
