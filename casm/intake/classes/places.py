"""Sites and the links between them as files state them."""

import re

from casm.intake import measures, synonyms, values
from casm.intake.cell import Cell, CellError
from casm.intake.classes.common import EVERY_CLASS, POSITION, finish_position, joined, set_aside
from casm.intake.classes.county import COUNTY, finish_county
from casm.intake.classes.priority_codes import tsp_code
from casm.intake.fields import (
    ClassSpec,
    Draft,
    Field,
    choice,
    code,
    day,
    freq,
    measure,
    reference,
    references,
    text,
    yes_no,
)
from casm.inventory.choices import BACKHAUL_KIND, LINK_DIVERSITY, POLARIZATION, STRUCTURE_TYPE

HEIGHT_TOLERANCE_M = 3.0


def _asr(cell: Cell) -> str:
    plain = values.code(cell).replace(" ", "")
    if not re.fullmatch(r"\d{7}", plain):
        raise CellError("an antenna structure registration has seven digits", "write it like 1202302")
    return plain


def _frn(cell: Cell) -> str:
    # Leading zeros are lost where a spreadsheet takes it for a number.
    plain = values.code(cell).replace(" ", "").zfill(10)
    if not re.fullmatch(r"\d{10}", plain):
        raise CellError("an FCC registration number has ten digits", "write it like 0001234567")
    return plain


def _finish_site(draft: Draft) -> None:
    finish_position(draft, "position", keep_source=True)
    if draft.values.get("aliases"):
        draft.values["aliases"] = [alias for alias in draft.values["aliases"] if alias != draft.values["name"]]
    finish_county(draft)
    _check_heights(draft)
    set_aside(draft, "site", tuple(field.name for field in SITE_SENSITIVE))


def _check_heights(draft: Draft) -> None:
    """Ground + above ground = above sea level, and what stands on a structure is not lower than it."""
    ground_m, overall_m = draft.values.get("ground_elevation_amsl_m"), draft.values.get("overall_height_agl_m")
    amsl_m, structure_m = draft.values.get("overall_height_amsl_m"), draft.values.get("structure_height_agl_m")
    if None not in (ground_m, overall_m, amsl_m) and abs(ground_m + overall_m - amsl_m) > HEIGHT_TOLERANCE_M:
        draft.note(
            "overall_height_amsl_m",
            f"ground {ground_m:g} m and height {overall_m:g} m make {ground_m + overall_m:g} m, not {amsl_m:g} m",
            "correct one of the three",
        )
    if None not in (structure_m, overall_m) and structure_m > overall_m + 0.01:
        draft.note(
            "overall_height_agl_m",
            f"the overall height {overall_m:g} m is less than the structure's {structure_m:g} m",
            "correct one of the two",
        )


SITE_SENSITIVE = (
    yes_no("grid_power", "commercial power", "utility power", "ac power"),
    measure("generator_kw", measures.GENERATOR_KW, 0, 100_000, "generator size", "generator power",
            "generator capacity"),
    measure("generator_fuel_hours", measures.TIME_HOURS, 0, 10_000, "fuel", "generator runtime", "fuel runtime"),
    measure("battery_hours", measures.TIME_HOURS, 0, 10_000, "battery runtime", "battery backup", "ups"),
    day("lease_end_on", "lease end", "lease expiration", "lease expiration date", "lease end date"),
    text("access_notes", "access", "site access", "directions"),
)  # fmt: skip

SITE = ClassSpec(
    "site",
    (
        *EVERY_CLASS,
        text("name", "site", "site name", "tower name", "tower", "location", "location name", required=True),
        Field("aliases", values.texts, ("alias", "other names", "also known as", "aka")),
        *POSITION,
        measure("position_accuracy_m", measures.LENGTH_M, 0, 100_000, "accuracy", "coordinate accuracy"),
        text("position_source", "coordinate source", "gps source"),
        *COUNTY,
        text("address", "street address", "site address", "street"),
        Field("asr_number", _asr, ("asr", "asrn", "asr number", "fcc asr", "antenna structure registration",
                                   "tower registration", "registration number")),
        choice("structure_type", STRUCTURE_TYPE, "structure", "tower type", "type", "site type",
               synonyms=synonyms.STRUCTURE_TYPE),
        measure("ground_elevation_amsl_m", measures.LENGTH_M, -100, 6500, "ground elevation", "elevation",
                "site elevation", "ground elevation amsl", "elevation amsl", "base elevation"),
        measure("structure_height_agl_m", measures.LENGTH_M, 0, 1000, "structure height", "tower height",
                "tower height agl"),
        measure("overall_height_agl_m", measures.LENGTH_M, 0, 1000, "overall height", "total height agl"),
        measure("overall_height_amsl_m", measures.LENGTH_M, -100, 7500, "total height amsl"),
        text("structure_owner", "tower owner", "site owner", "owned by"),
        Field("structure_owner_frn", _frn, ("frn", "owner frn", "tower owner frn")),
        code("faa_study_number", "faa study", "faa study no", "aeronautical study"),
        text("painting_lighting", "painting lighting", "marking lighting", "obstruction marking", "lighting"),
        text("shelter", "equipment shelter", "building"),
        day("last_inspected_on", "last inspected", "last inspection", "inspection date"),
        *SITE_SENSITIVE,
    ),
    _finish_site,
    ("towers", "tower_sites"),
)  # fmt: skip


def _finish_link(draft: Draft) -> None:
    joined(draft, "carries_systems", "link_carries_system", "backhaul_link", "radio_system")
    set_aside(draft, "backhaul_link", tuple(field.name for field in BACKHAUL_LINK_SENSITIVE))
    ends = draft.references.get("site_a"), draft.references.get("site_b")
    if "name" not in draft.values and None not in ends:
        draft.values["name"] = f"{ends[0].name} - {ends[1].name}"
    alternate = draft.references.get("alternate_link")
    if alternate is not None and alternate.owner_code is None and alternate.name == draft.values.get("name"):
        draft.fault("alternate_link", "a link cannot be its own alternate", "name another link, or empty the field")
    if ends[0] is not None and ends[0] == ends[1]:
        draft.fault("site_b", "both ends are the same site", "name two different sites")


BACKHAUL_LINK_SENSITIVE = (
    code("circuit_id", "circuit", "circuit number"),
    Field("tsp_code", tsp_code, ("tsp", "tsp authorization code")),
)

BACKHAUL_LINK = ClassSpec(
    "backhaul_link",
    (
        *EVERY_CLASS,
        text("name", "link", "link name", "path name", "path"),
        choice("kind", BACKHAUL_KIND, "type", "medium", "link type", "media", synonyms=synonyms.BACKHAUL_KIND),
        reference("site_a", "site", "a site", "from", "from site", "site 1", "end a", "near end", required=True),
        reference("site_b", "site", "b site", "to", "to site", "site 2", "end b", "far end", required=True),
        text("designation", "path number", "link number"),
        Field("call_sign_a", values.call_sign, ("call sign", "a call sign", "call sign 1")),
        Field("call_sign_b", values.call_sign, ("b call sign", "call sign 2")),
        freq("a_to_b_freq_hz", "tx freq", "freq a", "a tx freq"),
        freq("b_to_a_freq_hz", "rx freq", "freq b", "b tx freq"),
        choice("polarization", POLARIZATION, synonyms=synonyms.POLARIZATION),
        measure("capacity_mbps", measures.RATE_MBPS, 0, 10_000_000, "capacity", "bandwidth", "throughput"),
        text("modulation"),
        measure("availability_target_percent", measures.PERCENT, 0, 100, "availability", default_unit="%"),
        text("protection", "redundancy", "protected"),
        choice("diversity", LINK_DIVERSITY, "path diversity", synonyms=synonyms.LINK_DIVERSITY),
        reference("alternate_link", "backhaul_link", "alternate", "alternate path", "backup link"),
        text("provider", "carrier", "vendor"),
        *BACKHAUL_LINK_SENSITIVE,
        references("carries_systems", "radio_system", "carries", "systems", "systems carried", "radio systems"),
    ),
    _finish_link,
    ("links", "microwave_links", "microwave", "backhaul"),
)  # fmt: skip
