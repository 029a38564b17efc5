"""What the database refused, said so that the person with the file can mend it."""

import re

import psycopg2
from psycopg2 import errors
from sqlalchemy import CheckConstraint

from casm.errors import CasmError
from casm.intake.shapes import shape_of
from casm.intake.words import class_words, field_words
from casm.sharing.asset_class import FIELD_CLASS_OF_TABLE

# Errors that are about one row; anything else (disk, connection, our own mistake) stops the import.
ROW_ERRORS = (psycopg2.IntegrityError, psycopg2.DataError, psycopg2.InternalError, errors.InsufficientPrivilege)
NOT_ABOUT_A_ROW = (errors.InFailedSqlTransaction,)

COLUMNS_OF = {
    "contact": "columns of contact",
    "encryption": "columns of encryption",
    "sensitive": "columns of access, power, lease, circuit and serial number",
}

RANGE = re.compile(r"^(\w+) BETWEEN (-?[\d.]+) AND (-?[\d.]+)$")
CHOICE = re.compile(r"^(\w+) IN \((.+)\)$|^(\w+) <@ ARRAY\[(.+)\]::varchar\[\]$")

# Checks that compare fields: what they mean and what mends them.
SPECIAL = {
    "simplex_one_frequency": (
        "a simplex channel sends and receives on one frequency, here they differ",
        "make RX and TX equal, or change the configuration to duplex or repeater",
    ),
    "receive_only_silent": (
        "a receive-only channel has no TX frequency", "empty the TX frequency, or change the configuration"
    ),
    "of_agency_or_cache": (
        "a fleet belongs to one agency or to one radio cache", "fill exactly one of the columns agency and radio_cache"
    ),
    "of_one_record": (
        "a contact belongs to exactly one agency, site, gateway, radio cache, dispatch center or vehicle",
        "fill exactly one of those columns",
    ),
    "channel_or_talkgroup": (
        "it names both a channel and a talkgroup, or neither", "fill exactly one of the columns channel and talkgroup"
    ),
    "one_resource": ("it names both a channel and a talkgroup", "empty one of the two"),
    "joins_two": ("both ends are the same", "name two different ends"),
    "no_more_than_held": (
        "more radios would be out than the cache holds",
        "check the count, enter what has come back, or correct the number of radios in the cache",
    ),
    "due_after_out": ("the radios are due before they went out", "check the two dates"),
    "returned_after_out": ("the radios came back before they went out", "check the two dates"),
    "warranty_after_purchase": ("the warranty ends before the purchase", "check the two dates"),
    "end_after_purchase": ("support ends before the purchase", "check the two dates"),
    "backed_up_by_another": ("a center cannot be its own backup", "name another center, or empty the field"),
    "fcc_psap_id_a_number": ("the FCC's PSAP ID has one to six digits", "write the number alone, as 6541"),
    "county_fips_five_digits": ("a county's FIPS code has five digits", "write it as 47013"),
    "cog_number_a_number": ("an IPAWS COG ID has one to six digits", "write the number alone, as 200123"),
    "replaced_by_another": ("a link cannot be its own alternate", "name another link, or empty the field"),
    "structure_owner_frn_ten_digits": ("an FCC registration number has ten digits", "write it as 0001234567"),
    "tsp_code_well_formed": (
        "a TSP authorization code is TSP, six characters, a hyphen and two more", "write it as TSP12C456-03"
    ),
    "tsp_codes_well_formed": (
        "a TSP authorization code is TSP, six characters, a hyphen and two more", "write it as TSP12C456-03"
    ),
    "ends_after_start": ("it ends before it begins", "check the two dates"),
    "open_ended_has_no_end": (
        "it is open-ended and has an end date", "empty the end date, or write no under open_ended"
    ),
    "clear_has_no_key": ("it is clear and names a key", "empty the key reference, or change the encryption state"),
    "has_a_frequency": ("it has neither a transmit nor a receive frequency", "fill one of the two"),
    "code_well_formed": (
        "an owner's code is lower-case words of letters, digits, - and _ joined by dots",
        "write it like us.tn.campbell.sheriff",
    ),
    "rooted": ("only the nation and the public stand without a parent", "write a code with its parent before the dot"),
    "emission_well_formed": ("this is not an emission designator", "write it like 11K2F3E"),
    "dcs_octal": ("a DCS code is three octal digits, then N or I", "write it like D612N"),
    "key_numbers_only": ("key references are numbers", "write the CKR or SLN numbers, never a key"),
    "retired_dated": ("a retired row has a date", "leave the status empty"),
}  # fmt: skip


def explain(error: psycopg2.Error, record_class: str) -> tuple[str | None, str, str]:
    """(column or None, reason, mend) of a refused row."""
    if isinstance(error, errors.InsufficientPrivilege):
        guarded = next((table for table in FIELD_CLASS_OF_TABLE if f'"{table}"' in str(error)), None)
        if guarded:
            what = FIELD_CLASS_OF_TABLE[guarded]
            return (
                None,
                f"you may not see or write {what} fields",
                f"leave out the {COLUMNS_OF[what]}, or ask for access",
            )
        return None, "you may not write rows of this owner", "choose your own owner, or ask the owner to take the file"
    diagnosis = error.diag
    table = diagnosis.table_name or record_class
    column = diagnosis.column_name
    name = diagnosis.constraint_name or ""
    if isinstance(error, errors.NotNullViolation) and column:
        return column, f"{field_words(column)} is missing, and a {class_words(table)} cannot do without", "fill it in"
    if isinstance(error, errors.UniqueViolation):
        key = ", ".join(field_words(part) for part in _key(table))
        return None, f"there is already a {class_words(table)} with the same {key}", "use another, or mend that record"
    if isinstance(error, errors.ForeignKeyViolation):
        return None, "it hangs on a record that is not there, or that belongs to another owner", "import that one first"
    if isinstance(error, errors.CheckViolation):
        return _explain_check(table, name)
    said = (diagnosis.message_primary or str(error)).strip().splitlines()[0]
    return column, f"the database cannot hold it: {said}", "correct the value"


def _key(table: str) -> tuple[str, ...]:
    try:
        return shape_of(table).key
    except CasmError:
        return ("name",)


def _explain_check(table: str, name: str) -> tuple[str | None, str, str]:
    short = name.removeprefix(f"ck_{table}_")
    for special, (reason, mend) in SPECIAL.items():
        if short.endswith(special):
            return None, reason, mend
    text = _text_of(table, name)
    if match := RANGE.match(text):
        column, low, high = match.groups()
        return column, f"{field_words(column)} must lie between {low} and {high}", "correct the value or its unit"
    if match := CHOICE.match(text):
        column = match[1] or match[3]
        choices = (match[2] or match[4]).replace("'", "")
        return column, f"{field_words(column)} is none of the known terms", f"use one of: {choices}"
    if short.endswith("_squelch_typed"):
        side = short.partition("_")[0]
        return f"{side}_squelch", "the squelch's kind and its value do not agree", "write CSQ, 156.7, D612N or $293"
    return None, f"it breaks the rule {short.replace('_', ' ')}", "correct the row"


def _text_of(table: str, name: str) -> str:
    known_as = (name, name.removeprefix(f"ck_{table}_"))
    for constraint in shape_of(table).table.constraints:
        if isinstance(constraint, CheckConstraint) and str(constraint.name) in known_as:
            return str(constraint.sqltext)
    return ""
