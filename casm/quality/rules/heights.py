"""Rule: ground + height above ground = height above sea level; a structure is no higher than its whole."""

from casm.quality.doubt import ERROR, NOTE, WARNING, Doubt, Mend
from casm.quality.figures import metres
from geo.units import M_PER_FT

# Heights are filed to 0.1 m or to the foot: three figures, each rounded, differ by less than this.
ROUNDING_M = 0.5
# A position that is off by its accuracy stands on other ground; a tenth is the slope of hilly land.
SLOPE = 0.1


def tolerance_m(position_accuracy_m: float | None) -> float:
    """By how much the sum may differ: rounding, and the ground's slope over the position's accuracy."""
    return ROUNDING_M + SLOPE * (position_accuracy_m or 0.0)


def check_heights(
    ground_elevation_amsl_m: float | None,
    overall_height_agl_m: float | None,
    overall_height_amsl_m: float | None,
    *,
    structure_height_agl_m: float | None = None,
    position_accuracy_m: float | None = None,
) -> list[Doubt]:
    """Doubts about a site's heights.

    Source: FCC Form 854 (Antenna Structure Registration), items on ground elevation, overall height above ground and
    overall height above mean sea level, the last being their sum; 47 CFR 17.2 and 17.7. The tolerance is this
    project's: 0.5 m of rounding and a tenth of the position's accuracy.
    """
    ground_m, agl_m, amsl_m = ground_elevation_amsl_m, overall_height_agl_m, overall_height_amsl_m
    figures = (("ground above sea level", metres(ground_m)), ("overall above ground", metres(agl_m)),
               ("overall above sea level", metres(amsl_m)))  # fmt: skip
    found = []
    if ground_m is not None and agl_m is not None:
        total_m = round(ground_m + agl_m, 2)
        if amsl_m is None:
            mend = Mend(f"Fill in {metres(total_m)} above sea level", {"overall_height_amsl_m": total_m})
            sentence = "The overall height above sea level is missing; it is the ground's plus the height above ground."
            found.append(Doubt(NOTE, sentence, figures, "sum", (mend,)))
        elif abs(total_m - amsl_m) > (allowed_m := tolerance_m(position_accuracy_m)):
            found.append(_differs(total_m, amsl_m, allowed_m, figures))
    elif ground_m is None and agl_m is not None and amsl_m is not None and amsl_m >= agl_m:
        ground_m = round(amsl_m - agl_m, 2)
        mend = Mend(f"Fill in {metres(ground_m)} of ground", {"ground_elevation_amsl_m": ground_m})
        found.append(Doubt(NOTE, "The ground's height follows from the other two.", figures, "sum", (mend,)))
    if structure_height_agl_m is not None and agl_m is not None and structure_height_agl_m > agl_m + ROUNDING_M:
        sentence = "The structure without appurtenances is higher than with them."
        more = (("structure above ground", metres(structure_height_agl_m)), figures[1])
        found.append(Doubt(ERROR, sentence, more, "structure"))
    return found


def _differs(total_m: float, amsl_m: float, allowed_m: float, figures: tuple[tuple[str, str], ...]) -> Doubt:
    """The sum does not hold; where it would in feet, the figure was typed without its unit."""
    mends: tuple[Mend, ...] = ()
    why = ""
    if abs(amsl_m * M_PER_FT - total_m) <= max(allowed_m, 1.0):
        why = " The figure fits if it is in feet."
        mends = (Mend(f"Take the height above sea level as {metres(total_m)}", {"overall_height_amsl_m": total_m}),)
    sentence = (
        f"Ground and height above ground make {metres(total_m)}, but {metres(amsl_m)} above sea level is on record, "
        f"{abs(total_m - amsl_m):,.1f} m off where {allowed_m:.1f} m may be rounding.{why}"
    )
    severity = WARNING if abs(total_m - amsl_m) < 10 else ERROR
    return Doubt(severity, sentence, (*figures, ("allowed", f"{allowed_m:.1f} m")), "sum", mends)


def check_antenna_height(
    antenna_height_agl_m: float | None, overall_height_agl_m: float | None, site_name: str
) -> list[Doubt]:
    """A doubt where an antenna's centre is above the top of its structure. Source: as check_heights."""
    if antenna_height_agl_m is None or overall_height_agl_m is None:
        return []
    if antenna_height_agl_m <= overall_height_agl_m + ROUNDING_M:
        return []
    sentence = f"The antenna's centre is above the top of {site_name}, appurtenances included."
    figures = (("antenna centre above ground", metres(antenna_height_agl_m)),
               ("overall height above ground", metres(overall_height_agl_m)))  # fmt: skip
    return [Doubt(ERROR, sentence, figures, "antenna")]
