"""Features of a file of outlines, read by a child that can do nothing else, and made into rows of jurisdictions."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyogrio
import shapely

from casm.intake.areas import EXCHANGED
from casm.intake.coordinates import in_united_states
from casm.intake.outlines.container import put_down, refused
from casm.intake.problem import ERROR, NOTE, Problem
from casm.intake.row import ParsedRow, RejectedRow, StreamItem

CHILD = Path(__file__).with_name("child.py")
# The child limits its own computing time; this is for a machine that is busy with others.
PATIENCE_S = 240
KINDS = ("tribe", "city", "district", "region")
# Headings under which files have names and codes, as the Census Bureau and others write them, likeliest first.
NAME_FIELDS = ("namelsad", "fullname", "name", "tribe", "city", "district", "label", "title")
CODE_FIELDS = ("geoid", "geoid20", "geoid10", "fips", "gnis_id", "gnis", "aiannhce", "placefp", "code", "id", "number")
LONGEST_NAME, LONGEST_CODE = 200, 60


@dataclass(frozen=True)
class Feature:
    """One feature of a file. number: its place there, from 1. area: on EPSG:4326, None where there is a problem."""

    number: int
    values: dict[str, str | None]
    area: shapely.MultiPolygon | None
    notes: tuple[str, ...] = ()
    problem: str = ""
    mend: str = ""


@dataclass(frozen=True)
class Outlines:
    """What a file holds. accuracy_m: how far positions may be off by the turn to WGS84."""

    file_name: str
    layer: str
    fields: tuple[str, ...]
    reference_system: str
    datum: str
    accuracy_m: float
    method: str
    features: tuple[Feature, ...] = field(repr=False)

    def usual(self, names: tuple[str, ...]) -> str | None:
        """The field that goes by one of these names, the likeliest first."""
        folded = {one.casefold(): one for one in self.fields}
        return next((folded[name] for name in names if name in folded), None)


@dataclass(frozen=True)
class Choices:
    """How features become jurisdictions. sensitivity: of each; edition: source and vintage, as people cite it."""

    kind: str
    name_field: str
    code_field: str
    edition: str
    sensitivity: str = "public"


def read_outlines(content: bytes, file_name: str, *, layer: str = "", reference_system: str = "") -> Outlines:
    """Read a file whole; CasmError when its format is none of the list, or it cannot be read within the limits.

    layer: which, where the file holds several. reference_system: as EPSG:2274, in place of what the file says.
    """
    with tempfile.TemporaryDirectory(prefix="casm-outlines-") as folder:
        container = put_down(content, Path(folder))
        environment = {"GDAL_SKIP": skipped(container.driver), "GDAL_DRIVER_PATH": "disable", "PROJ_NETWORK": "OFF"}
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(CHILD), str(container.path), layer, reference_system],
                capture_output=True, timeout=PATIENCE_S, check=False, env=environment, cwd=folder,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise refused("it takes too long to be read", "simplify the outlines, or give it in parts") from None
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines:
        raise refused("it takes more memory or time than outlines may", "simplify the outlines, or give it in parts")
    told = [json.loads(line) for line in lines]
    failed = next((one for one in told if "refusal" in one), None)
    if failed is not None:
        raise refused(failed["refusal"], failed["mend"])
    head = told[0]
    return Outlines(
        file_name, head["layer"], tuple(head["fields"]), head["reference_system"], head["datum"], head["accuracy_m"],
        head["method"], tuple(map(_feature, told[1:])),
    )  # fmt: skip


@cache
def skipped(driver: str) -> str:
    """Every driver but one, as the library that reads maps is told to leave them out."""
    return ",".join(sorted(name for name in pyogrio.list_drivers() if name != driver))


def _feature(told: dict) -> Feature:
    if "problem" in told:
        return Feature(told["number"], told["values"], None, problem=told["problem"], mend=told["mend"])
    area = shapely.from_wkb(bytes.fromhex(told["wkb"]))
    middle = area.representative_point()
    if in_united_states(middle.y, middle.x) and not in_united_states(middle.x, middle.y):
        return Feature(told["number"], told["values"], None, problem=EXCHANGED[0], mend="write the longitude first")
    return Feature(told["number"], told["values"], area, tuple(told["notes"]))


def rows_of(outlines: Outlines, choices: Choices, owner_code: str) -> Iterator[StreamItem]:
    """The features as rows of jurisdictions, each problem under the number of its feature."""
    name = outlines.file_name
    if outlines.method != "none needed":
        yield Problem(
            NOTE, name, None, None, None,
            f"the outlines are on {outlines.reference_system} and were turned to WGS84 within "
            f"{outlines.accuracy_m:g} m ({outlines.method})", "nothing to do",
        )  # fmt: skip
    edition = choices.edition if outlines.datum == "WGS 84" else f"{choices.edition} ({outlines.datum})"
    for feature in outlines.features:
        number, look = feature.number, "look at it on the map"
        found = [Problem(NOTE, name, number, None, None, note, look) for note in feature.notes]
        told, code = (_text(feature, one) for one in (choices.name_field, choices.code_field))
        faults = []
        if feature.area is None:
            faults.append(_fault(name, feature, None, told, feature.problem, feature.mend))
        for column, value, longest in (
            (choices.name_field, told, LONGEST_NAME), (choices.code_field, code, LONGEST_CODE),
        ):  # fmt: skip
            if not value:
                faults.append(_fault(name, feature, column, None, "it is empty", "fill it in, or choose another field"))
            elif len(value) > longest:
                faults.append(_fault(name, feature, column, value, "it is long", f"write at most {longest} characters"))
        if faults:
            yield RejectedRow(name, feature.number, (*faults, *found), "jurisdiction")
            continue
        values = {
            "kind": choices.kind, "code": code, "name": told, "edition": edition, "area": feature.area,
            "sensitivity": choices.sensitivity,
        }  # fmt: skip
        yield ParsedRow(
            "jurisdiction", owner_code, values, name, feature.number, source="partner", source_key=code,
            headings={"name": choices.name_field, "code": choices.code_field}, notes=tuple(found),
        )  # fmt: skip


def _text(feature: Feature, column: str) -> str:
    return " ".join((feature.values.get(column) or "").split())


def _fault(
    file_name: str, feature: Feature, column: str | None, value: str | None, reason: str, mend: str
) -> Problem:
    return Problem(ERROR, file_name, feature.number, column, value, reason, mend)
