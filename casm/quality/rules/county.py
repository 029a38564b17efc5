"""Rule: a site lies in the county it is filed under; close to the border it may lie in either."""

from dataclasses import dataclass

from casm.quality.doubt import ERROR, NOTE, WARNING, Doubt, Mend
from casm.quality.figures import away

# The Census cartographic boundary files at 1:500,000 are generalised by up to about this much.
POLYGON_ACCURACY_M = 100.0


@dataclass(frozen=True)
class County:
    """A county: its FIPS code, its name, the postal code of its state."""

    fips: str
    name: str
    state: str | None = None


def check_county(
    filed: County | None,
    lies_in: County | None,
    distance_to_border_m: float | None,
    *,
    position_accuracy_m: float | None = None,
) -> list[Doubt]:
    """Doubts about the county a site is filed under.

    filed: as on record, None where it states none. lies_in: whose polygon covers the position, None where none does.
    distance_to_border_m: geodesic, from the position to the filed county's outline; where none is filed, to that of
    the county it lies in; None if not known.

    Source: U.S. Census Bureau, Cartographic Boundary Files, counties, 1:500,000 (2016): generalised, not for legal
    use; FCC Form 601, schedule D, location data: county and coordinates of the same place. The near-border class and
    its 100 m are this project's.
    """
    accuracy_m = POLYGON_ACCURACY_M + (position_accuracy_m or 0.0)
    near = distance_to_border_m is not None and distance_to_border_m <= accuracy_m
    border = "" if distance_to_border_m is None else away(distance_to_border_m)
    set_to = () if lies_in is None else (Mend(f"Set the county to {lies_in.name}", columns(lies_in)),)
    if filed is None:
        if lies_in is None or near:
            return []
        sentence = f"No county is stated; the position lies in {lies_in.name}, {border} inside its border."
        return [Doubt(NOTE, sentence, (("position lies in", lies_in.name),), "missing", set_to)]
    if lies_in is not None and lies_in.fips == filed.fips:
        return []
    where = lies_in.name if lies_in else "no county whose outline is known"
    figures = (("filed under", filed.name), ("position lies in", where), ("outside by", border or "not known"),
               ("accuracy of the outlines and the position", f"{accuracy_m:,.0f} m"))  # fmt: skip
    if near:
        sentence = (
            f"Filed under {filed.name}; the position lies {border} outside it, in {where}. That is within the accuracy "
            "of the outlines, so either may be right."
        )
        return [Doubt(NOTE, sentence, figures, "near border")]
    sentence = (
        f"Filed under {filed.name}, but the position lies in {where}, {border} outside: county or position is wrong."
    )
    severity = ERROR if distance_to_border_m is None or distance_to_border_m > 1000 else WARNING
    return [Doubt(severity, sentence, figures, "outside", set_to)]


def columns(county: County) -> dict[str, str]:
    """A site's columns for a county."""
    return {"county_fips": county.fips} | ({"state_code": county.state} if county.state else {})
