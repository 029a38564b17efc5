"""Sites: heights and county."""

from collections.abc import Iterator
from datetime import date

from casm.intake.fips import counties
from casm.quality.look_at.said import Said
from casm.quality.rules.county import County, check_county
from casm.quality.rules.heights import check_heights
from casm.quality.shelf import Row, Shelf


def look_at_sites(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of sites."""
    lie_in = shelf.counties_of(row.id for row in rows if row.position)
    known = shelf.names_of_counties(row.county_fips for row in rows if row.county_fips)
    for row in rows:
        for doubt in check_heights(
            row.ground_elevation_amsl_m, row.overall_height_agl_m, row.overall_height_amsl_m,
            structure_height_agl_m=row.structure_height_agl_m, position_accuracy_m=row.position_accuracy_m,
        ):  # fmt: skip
            yield row, Said("heights", doubt)
        lies_in = lie_in.get(row.id)
        # Without outlines there is nothing to compare with.
        if not row.position or (lies_in is None and row.county_fips not in known):
            continue
        filed = None
        if row.county_fips:
            filed = known.get(row.county_fips) or County(
                row.county_fips, counties().get(row.county_fips, row.county_fips)
            )
        if filed is not None and lies_in is not None and filed.fips == lies_in.fips:
            continue
        border = filed or lies_in
        distance_m = shelf.distance_to_county_m(row.longitude_deg, row.latitude_deg, border.fips) if border else None
        for doubt in check_county(filed, lies_in, distance_m, position_accuracy_m=row.position_accuracy_m):
            yield row, Said("county", doubt)
