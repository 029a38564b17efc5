"""Places shared at a reduced precision: squares of a fixed grid, each with what lies somewhere in it and whose it is.

They are shown and never computed with. The database snaps them; neither position, name nor id of a record leaves it.
"""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from geoalchemy2 import Geometry
from geoalchemy2.shape import to_shape
from shapely.geometry import Polygon
from sqlalchemy import Uuid, column, func, select
from sqlalchemy.orm import Session

from casm.db.columns import SENSITIVITY
from casm.inventory.owner import Owner


@dataclass(frozen=True)
class ApproximatePlace:
    """What one owner has somewhere in a square.

    cell: the square, EPSG:4326. step_m: about how wide it is. counts: how many records of each asset class.
    sensitivity: the highest of them.
    """

    owner_id: UUID
    owner_name: str
    owner_code: str
    cell: Polygon
    step_m: int
    counts: tuple[tuple[str, int], ...]
    sensitivity: str


def read_approximate_places(session: Session) -> list[ApproximatePlace]:
    """Every square this session's viewer may know of, by owner, then from south-west."""
    snapped = func.casm_sec.approximate_places().table_valued(
        "asset_class",
        column("owner_id", Uuid),
        column("cell", Geometry("POLYGON", srid=4326)),
        "precision_m",
        "sensitivity",
        name="snapped",
    )
    found = session.execute(
        select(
            snapped.c.owner_id,
            Owner.name,
            Owner.code,
            snapped.c.precision_m,
            snapped.c.cell,
            snapped.c.asset_class,
            snapped.c.sensitivity,
        ).join(Owner, Owner.id == snapped.c.owner_id)
    )
    counts: dict[tuple, Counter[str]] = {}
    highest: dict[tuple, int] = {}
    for owner_id, name, code, step_m, square, asset_class, sensitivity in found:
        key = (code, name, owner_id, step_m, to_shape(square).bounds)
        counts.setdefault(key, Counter())[asset_class] += 1
        highest[key] = max(highest.get(key, 0), SENSITIVITY.index(sensitivity))
    return [
        ApproximatePlace(
            key[2], key[1], key[0], square_of(key[4]), key[3], tuple(sorted(counts[key].items())),
            SENSITIVITY[highest[key]],
        )
        for key in sorted(counts)
    ]  # fmt: skip


def square_of(bounds: tuple[float, float, float, float]) -> Polygon:
    """The square of (west, south, east, north)."""
    west, south, east, north = bounds
    return Polygon([(west, south), (east, south), (east, north), (west, north)])
