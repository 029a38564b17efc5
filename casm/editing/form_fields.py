"""What a form of a class has: the fields of the class' own definition, with label, units, choices, help and group."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Boolean, Integer

from casm.editing.field_help import meaning_of
from casm.editing.groups import group_of
from casm.editing.labels import label_of
from casm.editing.record_class import RecordClass, record_class_of
from casm.intake import values
from casm.intake.columns import LIST_PARTS
from casm.intake.fields import PART, REFERENCE, Field
from casm.intake.words import field_class_of

TEXT, LONG_TEXT, CHOICE, CHOICES, YES_NO, DATE, REFERENCE_KIND, REFERENCES, AREA, NUMBER = (
    "text", "long_text", "choice", "choices", "yes_no", "date", "reference", "references", "area", "number",
)  # fmt: skip

# Stated by files only: the owner is chosen apart, and each of the others is another way of writing a shown field.
FILES_ONLY = frozenset(
    {
        "owner",
        "source_key",
        "narrow_wide",
        "county_fips",
        "antenna_gain_entered_unit",
        "service_area_source",
    }
    | {f"{side}_{kind}" for side in ("rx", "tx") for kind in ("squelch_kind", "ctcss_hz", "dcs_code", "nac")}
)
# Where a fault of a field that no form shows is shown instead.
SHOWN_AT = {"county_fips": "county", "narrow_wide": "bandwidth_hz",
            "antenna_gain_entered_unit": "antenna_gain_dbi", "service_area_source": "service_area"} | {
    f"{side}_{kind}": f"{side}_squelch" for side in ("rx", "tx")
    for kind in ("squelch_kind", "ctcss_hz", "dcs_code", "nac")
}  # fmt: skip
LONG_TEXTS = frozenset(
    {"remarks", "activation_steps", "access_notes", "justification", "special_conditions", "eligible_users",
     "release_authority", "staffing", "crew_notes"}
)  # fmt: skip
AREA_FIELDS = frozenset({"service_area", "restricted_to", "place", "area"})
# Part fields that name another record only to tell which one a reference beside them means.
WITHIN_FIELDS = {"radio_system": "radio_system", "fleet": "fleet"}
# Another way of writing what other fields show: empty whenever a form is filled.
OTHER_NOTATION = "coordinates"
DATUMS = ("WGS84", "NAD83", "NAD27")
# How a field is written; what it asks for is said in casm.editing.field_help.
HELP = {
    "latitude": "degrees north: 36.51234, or 36-30-44.4 N",
    "longitude": "degrees east, so with a minus: -84.21234, or 84-12-44.4 W",
    "coordinates": "U.S. National Grid as 16S GF 45123 12345, UTM, or both figures in one line",
    "rx_squelch": "CSQ, a tone as 156.7, a DCS code as D612N, or a NAC as $293",
    "tx_squelch": "CSQ, a tone as 156.7, a DCS code as D023, or a NAC as $293",
    "bandwidth_hz": "N, W, or with its unit as 12.5 kHz",
    "county": "its name, or its five-digit FIPS code",
    "state": "two letters, as TN",
    "aliases": "several with ; between them",
    "service_area_fips": "FIPS codes or names, ; between several",
    "restricted_to_fips": "FIPS codes or names, ; between several",
    "place_fips": "FIPS codes or names, ; between several",
    "jurisdiction": "FIPS code, or a name as Campbell County, TN",
    "parent": "FIPS code, or a name as Campbell County, TN",
    "asr_number": "seven digits",
    "key_reference": "the number only, never the key",
    "key_references": "numbers only, never keys; ; between several",
    "wacn": "hexadecimal, as $BEE00",
    "system_id": "hexadecimal, as $9C1",
    "nac": "hexadecimal, as $293",
    "talkgroup_number": "decimal, or hexadecimal as $4B0",
    "covered_assets": "class=name with ; between, as channel=TN SAFETY 1; site=us.tn::Pine Mountain",
    "coverage_probability": "as 95 %",
    "area_share": "as 95 %",
    "fcc_psap_id": "the number alone, as 6541",
    "cog_number": "the number alone, as 200123",
    "tsp_codes": "as TSP12C456-03; ; between several",
    "unit_id": "decimal, or hexadecimal as $2BF21",
    "driving_range_m": "with its unit, as 300 mi",
    "unit_positions": "recognition and task book of each are entered on its own page afterwards",
}
REFERENCE_HELP = "its name; of another owner, the owner's code before it, as us.tn::Name"
AREA_HELP = "WKT or GeoJSON in degrees, longitude first; empty if it is not known"


@dataclass(frozen=True)
class FormField:
    """One field of a form. kind: how it is entered. units: those it may be written in. target: class of a reference.

    columns: columns of the table that it stands for. only_new: asked for when a record is made, not afterwards.
    can_be_unknown: may be left open. field_class: who lacks it is not shown it. added: by an owner, to the class' own.
    """

    name: str
    label: str
    kind: str
    group: str
    help: str
    units: tuple[str, ...]
    terms: tuple[str, ...]
    target: str | None
    columns: tuple[str, ...]
    required: bool
    only_new: bool
    can_be_unknown: bool
    field_class: str
    source: Field
    added: bool = False


@cache
def all_fields(name: str) -> tuple[FormField, ...]:
    """Every field that a form of the class can show, in its order."""
    record_class = record_class_of(name)
    return tuple(_form_field(record_class, one) for one in record_class.spec.fields if one.name not in FILES_ONLY)


def form_fields(name: str, field_classes: Iterable[str], *, new: bool) -> tuple[FormField, ...]:
    """The fields of a form for somebody who has these field classes; new: for a record to be made."""
    allowed = {"public", *field_classes}
    return tuple(one for one in all_fields(name) if one.field_class in allowed and (new or not one.only_new))


def position_column(record_class: RecordClass) -> str:
    """The column that a latitude and a longitude become."""
    return "headquarters" if record_class.name == "agency" else "position"


def columns_of(record_class: RecordClass, one: Field) -> tuple[str, ...]:
    """The columns that a field of the class' definition stands for."""
    table = record_class.shape.table
    if one.name == OTHER_NOTATION:
        return ()
    if one.name in ("latitude", "longitude", "datum"):
        own = (position_column(record_class), "source_datum", "source_latitude", "source_longitude")
        return tuple(column for column in own if column in table.c)
    if one.name.endswith("_squelch"):
        side = one.name.partition("_")[0]
        return tuple(f"{side}_{kind}" for kind in ("squelch_kind", "ctcss_hz", "dcs_code", "nac"))
    if one.name in ("county", "state") and one.role == PART:
        return ("county_fips", "state_code")
    if one.name == "antenna_gain_dbi":
        return tuple(c for c in ("antenna_gain_dbi", "antenna_gain_entered_unit") if c in table.c)
    if one.name in AREA_FIELDS or one.name.endswith("_fips"):
        column = one.name.removesuffix("_fips") if one.role == PART else one.name
        return tuple(c for c in (column, f"{column}_source") if c in table.c)
    if one.name in record_class.shape.references and one.role in (REFERENCE, PART):
        where = record_class.shape.references[one.name]
        return tuple(c for c in (where.id_column, where.owner_column) if c)
    return (one.name,) if one.name in table.c else ()


def _form_field(record_class: RecordClass, one: Field) -> FormField:
    kind = _kind(record_class, one)
    columns = columns_of(record_class, one)
    own = record_class.shape.table.c.get(one.name)
    return FormField(
        name=one.name,
        label=label_of(one.name),
        kind=kind,
        group=group_of(record_class.name, one.name),
        help=_sentences(meaning_of(record_class.name, one.name), _written(record_class, one, kind)),
        units=one.units,
        terms=_terms(one),
        target=_target(record_class, one),
        columns=columns,
        required=one.required or (record_class.name, one.name) in ALSO_REQUIRED,
        # Told when a record is made; afterwards each is a record of its own on the same page.
        only_new=not columns and one.name not in WITHIN_FIELDS and one.name != OTHER_NOTATION,
        can_be_unknown=own is None or bool(own.nullable),
        field_class=_field_class(record_class, one, columns),
        source=one,
    )


def _field_class(record_class: RecordClass, one: Field, columns: tuple[str, ...]) -> str:
    """A field with columns is as open as its table; one told of a side table as that table."""
    return record_class.field_class if columns else field_class_of(record_class.name, one.name)


ALSO_REQUIRED = frozenset({("agreement_asset", "asset")})


def _terms(one: Field) -> tuple[str, ...]:
    if one.name == "datum":
        return DATUMS
    if one.name == "status":
        # A record is retired and taken back by an act of its own, which first shows what refers to it.
        return tuple(term for term in one.terms if term != "retired")
    return one.terms


def _kind(record_class: RecordClass, one: Field) -> str:
    column = record_class.shape.table.c.get(one.name)
    if one.name == "datum" or (one.terms and not one.several):
        return CHOICE
    if one.terms:
        return CHOICES
    if one.parse is values.yes_no or (column is not None and isinstance(column.type, Boolean)):
        return YES_NO
    if one.parse is values.day:
        return DATE
    if _target(record_class, one) is not None or (record_class.name, one.name) == ("agreement_asset", "asset"):
        return REFERENCES if one.name in LIST_PARTS else REFERENCE_KIND
    if one.name in AREA_FIELDS and one.role == PART:
        return AREA
    if one.name in LONG_TEXTS:
        return LONG_TEXT
    if column is not None and isinstance(column.type, Integer) and not one.units:
        return NUMBER
    return TEXT


def _target(record_class: RecordClass, one: Field) -> str | None:
    if one.role == REFERENCE:
        return record_class.shape.references[one.name].target
    if one.role == PART and one.name in WITHIN_FIELDS:
        return WITHIN_FIELDS[one.name]
    return LIST_TARGETS.get(one.name)


LIST_TARGETS = {
    "parties": "agency", "carries_systems": "radio_system", "issi_peers": "radio_system", "cssi_peers": "radio_system",
    "cad_peers": "dispatch_center", "dispatched_agencies": "agency",
}  # fmt: skip


def _sentences(meaning: str, written: str) -> str:
    """What a field asks for, then how it is written, as sentences."""
    return " ".join(part for part in (meaning, f"{written[:1].upper()}{written[1:]}." if written else "") if part)


def _written(record_class: RecordClass, one: Field, kind: str) -> str:
    if one.name in HELP and not (one.name == "state" and one.terms):
        return HELP[one.name]
    if kind == REFERENCES:
        return "names, ; between several"
    if kind == REFERENCE_KIND:
        return REFERENCE_HELP
    if kind == AREA:
        return AREA_HELP
    if kind == DATE:
        return "as 2026-11-22 or 11/22/2026"
    if "MHz" in one.units:
        return "in MHz, or with its unit: Hz, kHz, GHz"
    return f"with its unit: {', '.join(one.units)}" if one.units else ""
