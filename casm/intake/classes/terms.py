"""Agreements and needs as files state them."""

from casm.intake import measures, synonyms, values
from casm.intake.cell import Cell, CellError
from casm.intake.classes.common import (
    EVERY_CLASS,
    area_fields,
    finish_area,
    joined,
    parse_jurisdiction,
    parties_field,
)
from casm.intake.fields import (
    REFERENCE,
    ClassSpec,
    Draft,
    Field,
    choice,
    code,
    day,
    measure,
    parse_reference,
    part,
    text,
    whole,
    yes_no,
)
from casm.intake.row import ChildRow, ChildSet, Reference
from casm.inventory.choices import AGREEMENT_KIND, ASSET_CLASS, NEED_ORIGIN


def _covered_assets(cell: Cell) -> list[Reference]:
    """Assets as class=name, ; between them."""
    found = []
    known = {values.folded(term): term for term in ASSET_CLASS}
    for element in values.elements(cell.text):
        named, mark, name = element.partition("=")
        record_class = known.get(values.folded(named))
        if not mark or record_class is None or not name.strip():
            raise CellError(
                f"{element!r} does not name a class and a record of it",
                f"write class=name with ; between, as channel=us.tn::TN SAFETY 1; classes: {', '.join(ASSET_CLASS)}",
            )
        found.append(parse_reference(record_class)(Cell(name.strip())))
    return found


def _finish_agreement(draft: Draft) -> None:
    joined(draft, "parties", "agreement_party", "agreement", "agency")
    assets = draft.take("covered_assets")
    if assets is not None:
        rows = tuple(ChildRow({"asset_class": one.record_class}, {"asset": one}) for one in assets)
        draft.children.append(ChildSet("agreement_asset", "agreement", rows, column="covered_assets"))
    begins, ends = draft.values.get("effective_on"), draft.values.get("expires_on")
    if begins and ends and ends < begins:
        draft.fault("expires_on", "the agreement ends before it begins", "check the two dates")
    if draft.values.get("open_ended") and ends:
        draft.fault("expires_on", "the agreement is open-ended and has an end date", "keep one of the two")


AGREEMENT = ClassSpec(
    "agreement",
    (
        *EVERY_CLASS,
        text("title", "name", "agreement", "agreement name", "agreement title", required=True),
        choice("kind", AGREEMENT_KIND, "type", "agreement type", synonyms=synonyms.AGREEMENT_KIND),
        code("reference_number", "number", "reference", "agreement number"),
        text("authority", "legal authority", "resolution", "statute"),
        day("effective_on", "effective", "effective date", "start date", "begins"),
        day("expires_on", "expiration date", "expiration", "end date", "ends"),
        yes_no("open_ended", "open ended", "perpetual"),
        text("activation_steps", "activation", "procedure"),
        parties_field(),
        part("covered_assets", _covered_assets, "assets", "covers"),
    ),
    _finish_agreement,
    ("mous", "agreements_and_sops"),
)


def _finish_need(draft: Draft) -> None:
    parties = draft.parts.get("parties")
    if parties is not None and len(set(parties)) < 2:
        draft.fault("parties", "a need has at least two parties", "name two or more agencies with ; between")
    joined(draft, "parties", "need_party", "need", "agency")
    finish_area(draft, "place")


NEED = ClassSpec(
    "need",
    (
        *EVERY_CLASS,
        text("name", "need", "title", required=True),
        parties_field(),
        choice("origin", NEED_ORIGIN, synonyms={}),
        whole("required_level", 1, 5, "level", "required"),
        measure("within_minutes", measures.TIME_MINUTES, 0, 100_000, "within", "time", "time limit",
                default_unit="min"),
        Field("coverage_probability", measures.share(0.5, 0.999), ("probability", "coverage"), units=("%",)),
        Field("area_share", measures.share(0.01, 1), ("area", "share area"), units=("%",)),
        *area_fields("place", "where", "need area"),
        Field("jurisdiction", parse_jurisdiction, ("county", "fips"), role=REFERENCE),
        text("justification", "reason", "why"),
    ),
    _finish_need,
)  # fmt: skip
