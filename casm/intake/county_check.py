"""Compare the county a site is filed under with the county its position lies in."""

from collections import defaultdict

import shapely
from sqlalchemy.orm import Session

from casm.intake import bulk
from casm.intake.plan import ReadyRow
from casm.intake.problem import NOTE, Problem
from casm.inventory.jurisdiction import Jurisdiction
from casm.sharing.viewer import PUBLIC_OWNER_ID
from geo.geodesy import distance_m


def check_counties(session: Session, ready_rows: list[ReadyRow]) -> list[Problem]:
    """A note for each site outside the polygon of its filed county; none where the polygons are not loaded."""
    problems = []
    by_state: dict[str, list[ReadyRow]] = defaultdict(list)
    for ready in ready_rows:
        fips, position = ready.columns.get("county_fips"), ready.columns.get("position")
        if fips and position is not None:
            by_state[fips[:2]].append(ready)
    for state_fips, members in by_state.items():
        counties = _counties(session, state_fips)
        for ready in members:
            filed = counties.get(ready.columns["county_fips"])
            position = ready.columns["position"]
            if filed is None or filed[1].covers(position):
                continue
            problems.append(_note(ready, filed, _lies_in(counties, position), position))
    return problems


def _counties(session: Session, state_fips: str) -> dict[str, tuple[str, shapely.Geometry]]:
    """Name and prepared polygon of every county of a state, by FIPS code."""
    conditions = {"owner_id": [PUBLIC_OWNER_ID], "kind": ["county"], "state_fips": [state_fips]}
    rows = bulk.fetch(session, Jurisdiction.__table__, ["code", "name", "area"], conditions)
    found = {row["code"]: (row["name"], row["area"]) for row in rows if row["area"] is not None}
    for _, area in found.values():
        shapely.prepare(area)
    return found


def _lies_in(counties: dict[str, tuple[str, shapely.Geometry]], position: shapely.Point) -> str:
    for name, area in counties.values():
        if area.covers(position):
            return name
    return "none of the counties of that state"


def _note(ready: ReadyRow, filed: tuple[str, shapely.Geometry], actual: str, position: shapely.Point) -> Problem:
    name, area = filed
    nearest = shapely.shortest_line(position, area.boundary).coords[1]
    away_m = distance_m(position.x, position.y, nearest[0], nearest[1])
    column = next((name for name in ("county_fips", "county") if name in ready.row.headings), "county_fips")
    return ready.row.problem(
        NOTE,
        column,
        f"filed under {name}, but the position lies in {actual}, {away_m:,.0f} m outside",
        "correct the county or the position if the distance is more than the polygons' accuracy (about 100 m)",
    )
