"""Owners, jurisdictions, agencies and contacts as files state them."""

import re

from casm.intake import synonyms
from casm.intake.areas import parse_area
from casm.intake.cell import Cell, CellError
from casm.intake.classes.common import (
    EVERY_CLASS,
    POSITION,
    REACHED_BY,
    area_fields,
    finish_area,
    finish_position,
    parse_jurisdiction,
)
from casm.intake.fields import (
    REFERENCE,
    ClassSpec,
    Draft,
    Field,
    choice,
    code,
    part,
    reference,
    text,
    whole,
)
from casm.inventory.choices import AGENCY_LEVEL, CONTACT_ROLE, DISCIPLINE, JURISDICTION_KIND, OWNER_KIND

MOST_PEOPLE = 1_000_000
CONTACT_OF = ("agency", "gateway", "radio_cache", "site", "dispatch_center", "mobile_comm_vehicle")


def _owner_code(cell: Cell) -> str:
    plain = cell.text.lower()
    if not re.fullmatch(r"[a-z0-9_-]+([.][a-z0-9_-]+)*", plain):
        raise CellError(
            "an owner's code is words of letters, digits, - and _ joined by dots",
            "write it like us.tn.campbell.sheriff",
        )
    return plain


def _finish_agency(draft: Draft) -> None:
    finish_position(draft, "headquarters", keep_source=False)
    finish_area(draft, "service_area", "service_area_source")


def _finish_jurisdiction(draft: Draft) -> None:
    area = draft.take("area")
    if area is not None:
        draft.values["area"] = area


def _finish_contact(draft: Draft) -> None:
    stated = [name for name in CONTACT_OF if draft.references.get(name)]
    if len(stated) != 1:
        draft.fault(
            stated[0] if stated else "agency",
            "a contact belongs to exactly one agency, site, gateway, radio cache, dispatch center or vehicle"
            + (f", and the row names {len(stated)}" if stated else ", and the row names none"),
            "fill exactly one of those columns",
        )


OWNER = ClassSpec(
    "owner",
    (
        Field("code", _owner_code, ("owner", "owner code"), required=True),
        choice("kind", OWNER_KIND, "type", "owner kind", synonyms=synonyms.OWNER_KIND, required=True),
        text("name", "owner name", required=True),
        code("fips", "fips code"),
    ),
)

JURISDICTION = ClassSpec(
    "jurisdiction",
    (
        *EVERY_CLASS,
        choice("kind", JURISDICTION_KIND, "type", synonyms=synonyms.JURISDICTION_KIND, required=True),
        text("name", "jurisdiction", "jurisdiction name", required=True),
        code("code", "fips", "geoid", "fips code", "gnis", required=True),
        code("state_fips"),
        text("edition", "vintage"),
        Field("parent", parse_jurisdiction, ("parent jurisdiction",), role=REFERENCE),
        part("area", parse_area, "geometry", "polygon", "wkt", "boundary"),
    ),
    _finish_jurisdiction,
)


AGENCY = ClassSpec(
    "agency",
    (
        *EVERY_CLASS,
        text("name", "agency", "agency name", "organization", "department", "department name", required=True),
        text("abbreviation", "agency abbreviation", "short name", "acronym"),
        choice("level", AGENCY_LEVEL, "government level", "level of government", synonyms=synonyms.AGENCY_LEVEL),
        choice("discipline", DISCIPLINE, "service", "agency type", "type", "function", synonyms=synonyms.DISCIPLINE),
        Field("jurisdiction", parse_jurisdiction, ("fips", "county fips", "jurisdiction fips", "fips code"),
              role=REFERENCE),
        reference("parent_agency", "agency", "parent"),
        text("address", "street address", "headquarters address", "mailing address"),
        *POSITION,
        *area_fields("service_area", "coverage area", "service area polygon"),
        text("service_area_source"),
        whole("sworn_staff_count", 0, MOST_PEOPLE, "sworn", "sworn staff", "sworn officers"),
        whole("total_staff_count", 0, MOST_PEOPLE, "total staff", "staff", "employees", "personnel"),
        whole("portable_count", 0, MOST_PEOPLE, "portables", "portable radios"),
        whole("mobile_count", 0, MOST_PEOPLE, "mobiles", "mobile radios"),
        whole("control_station_count", 0, MOST_PEOPLE, "control stations"),
        code("ori", "ori number"),
        code("nena_id", "nena company id", "nena"),
        code("fdid", "fire department id"),
    ),
    _finish_agency,
    ("departments",),
)  # fmt: skip

CONTACT = ClassSpec(
    "contact",
    (
        *EVERY_CLASS,
        text("name", "contact", "contact name", "poc", "full name", required=True),
        reference("agency", "agency", "agency name", "department"),
        reference("gateway", "gateway", "gateway name"),
        reference("radio_cache", "radio_cache", "cache", "cache name"),
        reference("site", "site", "site name"),
        reference("dispatch_center", "dispatch_center", "psap", "psap name", "center"),
        reference("mobile_comm_vehicle", "mobile_comm_vehicle", "vehicle", "vehicle name"),
        text("title", "job title", "position", "rank"),
        choice("role", CONTACT_ROLE, "contact role", "contact type", synonyms=synonyms.CONTACT_ROLE),
        *REACHED_BY,
    ),
    _finish_contact,
    ("pocs", "people"),
)
