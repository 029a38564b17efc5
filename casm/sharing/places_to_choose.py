"""Counties to choose as the area of a share: those of the states the asker manages something in."""

import json
from dataclasses import dataclass
from typing import Any

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.errors import CasmError
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.site import Site
from casm.sharing.rights import managed_owners

OUTLINE_TOLERANCE_DEG = 0.004
MOST_OUTLINES = 400
MOST_SITES = 2000


@dataclass(frozen=True)
class County:
    """A county by its FIPS code; state: the code's first two digits."""

    code: str
    name: str
    state: str


def read_counties(session: Session) -> list[County]:
    """Counties of the asker's states, all counties where its owners name no state; by state and name."""
    states = {owner.fips[:2] for owner in managed_owners(session) if owner.fips}
    statement = (
        select(Jurisdiction.code, Jurisdiction.name)
        .where(Jurisdiction.kind == "county", Jurisdiction.status != "retired", Jurisdiction.area.is_not(None))
        .order_by(Jurisdiction.code)
    )
    found = [County(code, name, code[:2]) for code, name in session.execute(statement)]
    near = [county for county in found if county.state in states]
    return sorted(near or found, key=lambda county: (county.state, county.name, county.code))


def county_area(session: Session, code: str) -> BaseGeometry:
    """The polygon of a county; CasmError when there is none of this code."""
    statement = select(Jurisdiction.area).where(
        Jurisdiction.kind == "county", Jurisdiction.code == code, Jurisdiction.status != "retired"
    )
    area = session.scalars(statement.limit(1)).first()
    if area is None:
        raise CasmError(f"There is no county {code[:40]!r}.", "choose one from the list")
    return to_shape(area)


def read_outlines(session: Session) -> tuple[list[tuple[str, dict[str, Any]]], list[tuple[float, float]]]:
    """Names and simplified GeoJSON geometries of the counties to choose, and (longitude, latitude) of visible sites."""
    codes = [county.code for county in read_counties(session)][:MOST_OUTLINES]
    outline = func.ST_AsGeoJSON(func.ST_SimplifyPreserveTopology(Jurisdiction.area, OUTLINE_TOLERANCE_DEG), 4)
    statement = (
        select(Jurisdiction.name, outline)
        .where(Jurisdiction.kind == "county", Jurisdiction.code.in_(codes), Jurisdiction.status != "retired")
        .order_by(Jurisdiction.code)
    )
    counties = [(name, json.loads(drawn)) for name, drawn in session.execute(statement)]
    positions = (
        select(func.ST_X(Site.position), func.ST_Y(Site.position))
        .where(Site.status != "retired", Site.position.is_not(None))
        .order_by(Site.id)
        .limit(MOST_SITES)
    )
    return counties, [(round(x, 4), round(y, 4)) for x, y in session.execute(positions)]
