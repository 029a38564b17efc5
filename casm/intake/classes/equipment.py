"""Individual radios, what is checked out of caches, and mobile communications vehicles as files state them."""

from dataclasses import replace

from casm.intake import measures, synonyms
from casm.intake.cell import Cell
from casm.intake.classes.common import EVERY_CLASS, POSITION, finish_position
from casm.intake.fields import (
    ClassSpec,
    Draft,
    Field,
    choice,
    choices,
    code,
    day,
    measure,
    reference,
    text,
    whole,
    yes_no,
)
from casm.inventory.choices import BAND, FORM_FACTOR, RADIO_LIFE_CYCLE

# P25, DMR and TETRA number their radios with 24 bits, as they do their groups.
WIDEST_UNIT_ID = 0xFFFFFF


def _unit_id(cell: Cell) -> int:
    if cell.unit == "hex" or cell.text.startswith(("$", "0x")):
        number = measures.hexadecimal(WIDEST_UNIT_ID)(cell)
        measures.check_range(number, 1, WIDEST_UNIT_ID)
        return number
    return measures.integer(1, WIDEST_UNIT_ID)(cell)


def _finish_radio(draft: Draft) -> None:
    fleet, template = draft.references.get("fleet"), draft.references.get("template")
    if fleet is not None and template is not None and template.within is None:
        draft.references["template"] = replace(template, within=fleet.name, owner_code=fleet.owner_code)
    bought = draft.values.get("purchased_on")
    for name, what in (("warranty_end_on", "the warranty"), ("end_of_life_on", "support")):
        ends = draft.values.get(name)
        if bought and ends and ends < bought:
            draft.fault(name, f"{what} ends before the purchase", "check the two dates")


RADIO = ClassSpec(
    "radio",
    (
        *EVERY_CLASS,
        code("serial_number", "serial", "serial no", "s n", "esn", required=True),
        text("alias", "radio alias", "unit alias", "radio name"),
        Field("unit_id", _unit_id, ("radio id", "rid", "unit number", "subscriber id", "id"), units=("dec", "hex")),
        reference("fleet", "fleet", "fleet name"),
        reference("template", "template", "template name", "codeplug", "code plug"),
        choice("form_factor", FORM_FACTOR, "form", "radio type", "type", synonyms=synonyms.FORM_FACTOR),
        text("radio_make", "make", "manufacturer"),
        text("radio_model", "model"),
        code("property_number", "asset tag", "property tag", "inventory number"),
        text("assigned_to", "assigned", "user", "assignee", "holder"),
        choice("life_cycle", RADIO_LIFE_CYCLE, "life cycle stage", "lifecycle", "condition",
               synonyms=synonyms.RADIO_LIFE_CYCLE),
        day("purchased_on", "purchased", "purchase date", "date purchased"),
        day("warranty_end_on", "warranty", "warranty end", "warranty expires", "warranty end date"),
        day("end_of_life_on", "end life", "end of life", "eol", "end life date"),
        code("firmware_version", "firmware"),
        text("flash_options", "flash", "options", "flashcode"),
    ),
    _finish_radio,
    ("individual_radios", "serial_numbers"),
)  # fmt: skip


def _finish_checkout(draft: Draft) -> None:
    out = draft.values.get("out_on")
    for name, what in (("due_on", "due"), ("returned_on", "back")):
        then = draft.values.get(name)
        if out and then and then < out:
            draft.fault(name, f"the radios are {what} before they went out", "check the two dates")


CACHE_CHECKOUT = ClassSpec(
    "cache_checkout",
    (
        *EVERY_CLASS,
        reference("radio_cache", "radio_cache", "cache", "cache name", required=True),
        text("checked_out_to", "to whom", "borrower", "lent to", "out to", required=True),
        reference("agency", "agency", "agency name", "department", "borrowing agency"),
        whole("radio_count", 1, 100_000, "radios", "count", "quantity", "number radios", required=True),
        Field("out_on", day("out_on").parse, ("out", "checked out", "checkout date", "out date"), required=True),
        day("due_on", "due", "due date", "due back"),
        day("returned_on", "returned", "return date", "back on"),
    ),
    _finish_checkout,
    ("checkouts",),
)

MOBILE_COMM_VEHICLE = ClassSpec(
    "mobile_comm_vehicle",
    (
        *EVERY_CLASS,
        text("name", "vehicle", "vehicle name", "unit", required=True),
        whole("nims_type", 1, 4, "type", "mcv type"),
        reference("agency", "agency", "agency name", "department"),
        *POSITION,
        text("address", "street address", "garage", "location"),
        choices("bands", BAND, "band", "frequency bands", synonyms=synonyms.BAND),
        whole("radio_count", 0, 1000, "radios", "number radios"),
        reference("gateway", "gateway", "gateway name"),
        yes_no("satellite", "satcom", "vsat"),
        yes_no("deployable_lte", "lte", "cow", "colt", "satcolt"),
        measure("mast_height_m", measures.LENGTH_M, 0, 100, "mast", "mast height"),
        whole("seat_count", 0, 100, "seats", "operator positions", "workstations"),
        measure("generator_kw", measures.GENERATOR_KW, 0, 10_000, "generator", "generator size", "generator power"),
        measure("generator_fuel_hours", measures.TIME_HOURS, 0, 10_000, "generator runtime", "fuel runtime"),
        measure("driving_range_m", measures.LENGTH_M, 0, 5_000_000, "range", "driving range"),
        whole("crew_count", 0, 100, "crew", "crew size"),
        text("crew_notes", "crew needs", "driver", "licence class"),
        measure("deploy_minutes", measures.TIME_MINUTES, 0, 100_000, "deploy time", "deployment time", "time deploy"),
        code("request_number", "request phone", "request line", "how to request"),
    ),
    lambda draft: finish_position(draft, "position", keep_source=False),
    ("mcvs", "mcv", "mobile_communications_vehicles", "communications_vehicles"),
)  # fmt: skip
