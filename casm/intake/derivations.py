"""Figures that follow from other records and are stored with a row: the length of a link from its two sites."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from casm.intake import bulk
from casm.intake.plan import ReadyRow
from casm.inventory.site import Site
from geo.geodesy import GRS80, distance_m

DECIMALS_M = 3


def derive(session: Session, record_class: str, ready_rows: list[ReadyRow]) -> None:
    """Fill in what can be computed and the file does not state."""
    derivation = DERIVATIONS.get(record_class)
    if derivation and ready_rows:
        derivation(session, ready_rows)


def _path_lengths(session: Session, ready_rows: list[ReadyRow]) -> None:
    """Geodesic length on GRS80, in metres; left unknown where an end has no position."""
    wanted = [ready for ready in ready_rows if "path_length_m" not in ready.columns]
    ends = {ready.columns[name] for ready in wanted for name in ("site_a_id", "site_b_id") if name in ready.columns}
    rows = bulk.fetch(session, Site.__table__, ["id", "position"], {"id": ends}, in_use=False)
    positions = {row["id"]: row["position"] for row in rows if row["position"] is not None}
    for ready in wanted:
        a, b = positions.get(ready.columns.get("site_a_id")), positions.get(ready.columns.get("site_b_id"))
        if a is not None and b is not None:
            length_m = distance_m(a.x, a.y, b.x, b.y, ellipsoid=GRS80)
            ready.columns["path_length_m"] = round(length_m, DECIMALS_M)


DERIVATIONS: dict[str, Callable[[Session, list[ReadyRow]], None]] = {"backhaul_link": _path_lengths}
