"""Compare the county a site is filed under with the county its position lies in."""

from dataclasses import dataclass, field

import shapely
from sqlalchemy.orm import Session

from casm.intake import bulk
from casm.intake.plan import ReadyRow
from casm.intake.problem import NOTE, Problem
from casm.inventory.jurisdiction import Jurisdiction
from casm.sharing.viewer import PUBLIC_OWNER_ID
from geo.outside import distance_to_outline_m

Counties = dict[str, tuple[str, shapely.Geometry]]


@dataclass
class CountyCheck:
    """Notes on sites outside their filed county; keeps the polygons of the states it has met."""

    states: dict[str, Counties] = field(default_factory=dict)

    def __call__(self, session: Session, ready_rows: list[ReadyRow]) -> list[Problem]:
        """A note for each site outside the polygon of its filed county; none where the polygons are not loaded."""
        problems = []
        for ready in ready_rows:
            fips, position = ready.columns.get("county_fips"), ready.columns.get("position")
            if not fips or position is None:
                continue
            if fips[:2] not in self.states:
                self.states[fips[:2]] = _counties(session, fips[:2])
            counties = self.states[fips[:2]]
            filed = counties.get(fips)
            if filed is not None and not filed[1].covers(position):
                problems.append(_note(ready, filed, _lies_in(counties, position), position))
        return problems


def _counties(session: Session, state_fips: str) -> Counties:
    """Name and prepared polygon of every county of a state, by FIPS code."""
    conditions = {"owner_id": [PUBLIC_OWNER_ID], "kind": ["county"], "state_fips": [state_fips]}
    rows = bulk.fetch(session, Jurisdiction.__table__, ["code", "name", "area"], conditions)
    found = {row["code"]: (row["name"], row["area"]) for row in rows if row["area"] is not None}
    for _, area in found.values():
        shapely.prepare(area)
    return found


def _lies_in(counties: Counties, position: shapely.Point) -> str:
    for name, area in counties.values():
        if area.covers(position):
            return name
    return "none of the counties of that state"


def _note(ready: ReadyRow, filed: tuple[str, shapely.Geometry], actual: str, position: shapely.Point) -> Problem:
    name, area = filed
    away_m = distance_to_outline_m(position, area)
    column = next((name for name in ("county_fips", "county") if name in ready.row.headings), "county_fips")
    return ready.row.problem(
        NOTE,
        column,
        f"filed under {name}, but the position lies in {actual}, {away_m:,.0f} m outside",
        "correct the county or the position if the distance is more than the polygons' accuracy (about 100 m)",
    )
