"""Which column of a table is which field: by its heading, or as a mapping says; never by guessing."""

from collections import Counter
from dataclasses import dataclass, field

from casm.errors import CasmError
from casm.intake.cell import tidy
from casm.intake.fields import PART, ClassSpec, Field
from casm.intake.header_aliases import read_heading
from casm.intake.mapping import PLACEHOLDER, ColumnMapping, ColumnRule, key_of_heading
from casm.intake.problem import ERROR, NOTE, Problem


@dataclass(frozen=True)
class Column:
    """Where a field's cell comes from: one column, or a template over several, or a constant."""

    field: Field
    heading: str
    index: int | None = None
    unit: str | None = None
    datum: str | None = None
    words: dict[str, str] = field(default_factory=dict)
    template: tuple[str, dict[str, int]] | None = None
    constant: str | None = None


@dataclass
class Plan:
    """How the columns of one table are read. width: cells a whole row has."""

    spec: ClassSpec
    columns: list[Column]
    width: int
    problems: list[Problem]

    @property
    def headings(self) -> dict[str, str]:
        """Heading as written of each field."""
        return {column.field.name: column.heading for column in self.columns}


def plan_columns(name: str, row: int, headings: list[str], spec: ClassSpec, mapping: ColumnMapping) -> Plan:
    """Settle every column; CasmError when the table cannot hold the class, as when its name has no column.

    Columns that are not understood are left out, each with a note; two columns of one field are both left out.
    """
    problems: list[Problem] = []
    columns = _constants(name, spec, mapping)
    used: set[int] = set()
    by_key = {key_of_heading(heading): index for index, heading in reversed(list(enumerate(headings)))}
    _refuse_missing(name, mapping, by_key)
    for column in _combined(name, spec, mapping, by_key):
        columns[column.field.name] = column
        used |= set(column.template[1].values()) if column.template else set()
    claims: dict[str, list[Column]] = {}
    for index, heading in enumerate(headings):
        claim = _claim(name, row, index, heading, spec, mapping, problems, quiet=index in used)
        if claim is not None:
            claims.setdefault(claim.field.name, []).append(claim)
    for field_name, claimants in claims.items():
        chosen = _settle_rivals(name, row, field_name, claimants, mapping, problems)
        if chosen is not None:
            previous = columns.get(field_name)
            if previous is None or previous.constant is not None:
                columns[field_name] = chosen
                if previous is not None:
                    columns[f"{field_name} otherwise"] = previous
    missing = [one for one in spec.required if one not in columns]
    if missing:
        shown = ", ".join(repr(tidy(heading)) for heading in headings[:12] if heading.strip())
        raise CasmError(
            f"{name} has no column for {' and '.join(missing)} of a {spec.record_class}; row {row} has {shown}.",
            "name the right class with --class, or say which column it is in a mapping file",
        )
    return Plan(spec, list(columns.values()), len(headings), problems)


def _constants(name: str, spec: ClassSpec, mapping: ColumnMapping) -> dict[str, Column]:
    columns = {}
    for field_name in mapping.fields_named():
        if field_name not in spec.by_name:
            raise CasmError(
                f"{name}: the mapping fills {field_name!r}, which is no field of a {spec.record_class}.",
                f"use one of: {', '.join(sorted(spec.by_name))}",
            )
    for field_name, constant in mapping.constants.items():
        columns[field_name] = Column(spec.by_name[field_name], field_name, constant=constant)
    return columns


def _refuse_missing(name: str, mapping: ColumnMapping, by_key: dict[str, int]) -> None:
    absent = [key for key, rule in mapping.columns.items() if rule is not None and key not in by_key]
    absent += [
        one for template in mapping.combine.values() for one in PLACEHOLDER.findall(template)
        if key_of_heading(one) not in by_key
    ]  # fmt: skip
    if absent:
        raise CasmError(
            f"{name} has no column {', '.join(map(repr, absent))}, which the mapping names.",
            "correct the mapping, or choose the file it was written for",
        )


def _combined(name: str, spec: ClassSpec, mapping: ColumnMapping, by_key: dict[str, int]) -> list[Column]:
    found = []
    for field_name, template in mapping.combine.items():
        places = {one: by_key[key_of_heading(one)] for one in PLACEHOLDER.findall(template)}
        if not places:
            raise CasmError(f"{name}: the mapping combines no column into {field_name!r}.", "name columns in {braces}")
        found.append(Column(spec.by_name[field_name], " + ".join(places), template=(template, places)))
    return found


def _claim(
    name: str,
    row: int,
    index: int,
    heading: str,
    spec: ClassSpec,
    mapping: ColumnMapping,
    problems: list[Problem],
    *,
    quiet: bool,
) -> Column | None:
    """The field that one column is, None with a note when it is none."""
    shown = tidy(heading)
    key = key_of_heading(heading)
    if key in mapping.columns:
        rule = mapping.columns[key]
        return None if rule is None else _ruled(rule, index, heading, spec)
    if not shown:
        return None
    read = read_heading(heading)
    found = spec.by_heading.get(read.words)
    if found is None:
        if not quiet:
            problems.append(
                Problem(NOTE, name, row, shown, None, "this heading is not known, and the column was not taken",
                        "name its field in a mapping file if it matters")
            )  # fmt: skip
        return None
    unit = next((one for one in read.units if one in found.units), None)
    if read.units and found.units and unit is None:
        reason = f"{read.units[0]} is no unit for {found.name}; the column was not taken"
        problems.append(Problem(ERROR, name, row, shown, None, reason, f"use one of: {', '.join(found.units)}"))
        return None
    return Column(found, shown, index, unit, read.datum)


def _ruled(rule: ColumnRule, index: int, heading: str, spec: ClassSpec) -> Column:
    read = read_heading(heading)
    target = spec.by_name[rule.field]
    unit = rule.unit or next((one for one in read.units if one in target.units), None)
    return Column(target, tidy(heading) or f"column {index + 1}", index, unit, read.datum, dict(rule.values))


def _settle_rivals(
    name: str, row: int, field_name: str, claimants: list[Column], mapping: ColumnMapping, problems: list[Problem]
) -> Column | None:
    """The one column of a field: the mapped one, else the one with the field's own name, else none of several."""
    mapped = [one for one in claimants if key_of_heading(one.heading) in mapping.columns]
    own = [one for one in claimants if read_heading(one.heading).words == one.field.headings[0]]
    for preferred in (mapped, own, claimants):
        if len(preferred) == 1:
            for rival in claimants:
                if rival is not preferred[0]:
                    reason = f"column {preferred[0].heading!r} is taken for {field_name}, and this one was not"
                    mend = "name its field in a mapping file if it is another"
                    problems.append(Problem(NOTE, name, row, rival.heading, None, reason, mend))
            return preferred[0]
        if preferred:
            break
    shown = " and ".join(repr(one.heading) for one in claimants)
    reason = f"{len(claimants)} columns ({shown}) may each be {field_name}; none of them was taken"
    problems.append(
        Problem(ERROR, name, row, claimants[0].heading, None, reason, "give them different headings, or use a mapping")
    )
    return None


def recognised(headings: list[str], spec: ClassSpec, mapping: ColumnMapping) -> int:
    """How many of the headings are fields of the class."""
    found = {
        spec.by_heading[words].name
        for heading in headings
        if heading.strip() and (words := read_heading(heading).words) in spec.by_heading
    }
    return len(found) + sum(key_of_heading(heading) in mapping.columns for heading in headings)


def missing_required(headings: list[str], spec: ClassSpec, mapping: ColumnMapping) -> int:
    """How many fields the class cannot do without have no column."""
    words = Counter(read_heading(heading).words for heading in headings if heading.strip())
    named = {spec.by_heading[word].name for word in words if word in spec.by_heading} | mapping.fields_named()
    return sum(one not in named for one in spec.required)


LIST_PARTS = frozenset(
    {"parties", "covered_assets", "carries_systems", "issi_peers", "cssi_peers", "station_tx_freqs_mhz",
     "cad_peers", "dispatched_agencies", "unit_positions"}
)


def clearable(target: Field) -> bool:
    """Whether <clear> empties the field: values, references and lists; assembled fields do not know how."""
    return target.role != PART or target.name in LIST_PARTS
