"""Real polygons of states and counties as jurisdictions of the public owner.

Source: U.S. Census Bureau, cartographic boundary files 2016 at 1:500,000 (cb_2016_us_state_500k, 56 states and
equivalents; cb_2016_us_county_500k, 3,233 counties and equivalents), public domain, as the package plotly_geo carries
them. They are on NAD83, which is within 2 m of WGS84; the polygons are generalised by much more than that.
"""

from collections.abc import Iterator

from casm.db.session import Database
from casm.errors import CasmError
from casm.intake import batches, fips
from casm.intake.batches import FileOrigin
from casm.intake.fips import COUNTIES_FILE, STATES_FILE, TERRITORIES, boundary_file, county_name, state_fips
from casm.intake.problem import NOTE, Problem
from casm.intake.report import ImportReport
from casm.intake.row import ParsedRow, Reference, StreamItem
from casm.intake.writer import Writer
from casm.sharing.viewer import Viewer

EDITION = "Census cartographic boundaries 2016, 1:500,000 (NAD83)"
PUBLIC = "public"


def import_boundaries(
    database: Database, viewer: Viewer, *, states: list[str] | None = None, dry_run: bool = False, progress=None
) -> ImportReport:
    """Take in the polygons of all states and counties, or of the states named (postal code, name or FIPS code)."""
    chosen = _chosen(states)
    paths = [boundary_file(STATES_FILE), boundary_file(COUNTIES_FILE)]
    options = {"states": sorted(chosen)} if chosen is not None else {}
    origin = FileOrigin("cb_2016_us_500k", batches.sha256_of(paths), "boundaries", PUBLIC, "jurisdiction", options)
    with Writer(database, viewer, dry_run=dry_run, progress=progress) as writer:
        return writer.take(origin, boundary_rows(chosen))


def boundary_rows(chosen: set[str] | None) -> Iterator[StreamItem]:
    """States, then counties; chosen: FIPS codes of states, None for all."""
    yield Problem(
        NOTE, STATES_FILE, None, None, None,
        "the polygons are on NAD83 and are taken as WGS84 (within 2 m; they are generalised by more)", "nothing to do",
    )  # fmt: skip
    for number, row in enumerate(fips.boundary_rows(STATES_FILE, ("STATEFP", "NAME"), with_area=True), 1):
        code = row["STATEFP"]
        if chosen is None or code in chosen:
            kind = "territory" if code in TERRITORIES else "state"
            yield _row(STATES_FILE, number, kind, code, row["NAME"], code, row["area"])
    columns = ("STATEFP", "GEOID", "NAME", "LSAD")
    for number, row in enumerate(fips.boundary_rows(COUNTIES_FILE, columns, with_area=True), 1):
        if chosen is None or row["STATEFP"] in chosen:
            name = county_name(row["NAME"], row["LSAD"])
            yield _row(COUNTIES_FILE, number, "county", row["GEOID"], name, row["STATEFP"], row["area"])


def _row(file: str, number: int, kind: str, code: str, name: str, state: str, area) -> ParsedRow:
    values = {
        "kind": kind, "code": code, "name": name, "state_fips": state, "edition": EDITION, "area": area,
        "sensitivity": "public",
    }  # fmt: skip
    references = {"parent": Reference("jurisdiction", state, PUBLIC)} if kind == "county" else {}
    return ParsedRow("jurisdiction", PUBLIC, values, file, number, references, source="seed", source_key=code)


def _chosen(states: list[str] | None) -> set[str] | None:
    if not states:
        return None
    found = {written: state_fips(written) for written in states}
    unknown = [written for written, fips in found.items() if fips is None]
    if unknown:
        raise CasmError(f"There is no state {', '.join(unknown)}.", "write postal codes, such as TN,KY")
    return {fips for fips in found.values() if fips}
