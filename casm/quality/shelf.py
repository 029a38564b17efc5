"""The rows that rules look at: only what the viewer sees, in use, as plain columns; read for many records at a time."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import shapely
from geoalchemy2 import Geometry
from geoalchemy2.shape import to_shape
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from casm.db.tables import Jurisdiction, Site
from casm.editing.record_class import RecordClass, record_class_of
from casm.intake.fips import states
from casm.intake.library.nifog import EDITION, LIBRARY_FILE, library_rows
from casm.quality.rules.county import County
from casm.quality.rules.national_channels import NationalChannel, NationalChannels
from casm.sharing.limit import among
from casm.sharing.viewer import PUBLIC_OWNER_ID
from geo.outside import distance_to_outline_m

BATCH_ROWS = 4000
POINTS = "POINT"

Row = Any


class Shelf:
    """What one run of the rules has read. Nothing outlives it, so that it never tells more than its session may see."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._outlines: dict[str, shapely.Geometry | None] = {}

    def batches(
        self, record_class: RecordClass, owner_ids: frozenset[uuid.UUID] | None, record_id: uuid.UUID | None = None
    ) -> Iterator[list[Row]]:
        """The rows in use of a class, 4,000 at a time by id; owner_ids: of these, None: of all but the public."""
        mapped = record_class.mapped
        conditions: list[ColumnElement[bool]] = [mapped.status != "retired"]
        if record_id is not None:
            conditions.append(mapped.id == record_id)
        elif owner_ids is None:
            conditions.append(mapped.owner_id != PUBLIC_OWNER_ID)
        else:
            conditions.append(among(mapped.owner_id, owner_ids))
        last = None
        while True:
            further = [] if last is None else [mapped.id > last]
            found = self.session.execute(
                select(*_columns(mapped)).where(*conditions, *further).order_by(mapped.id).limit(BATCH_ROWS)
            ).all()  # fmt: skip
            if found:
                yield list(found)
            if len(found) < BATCH_ROWS:
                return
            last = found[-1].id

    def by(self, name: str, column: str, values: Iterable[Any], *more: ColumnElement[bool]) -> dict[Any, list[Row]]:
        """Value of a column → the rows in use of a class that have it."""
        mapped = record_class_of(name).mapped
        wanted = sorted({value for value in values if value is not None}, key=str)
        found: dict[Any, list[Row]] = defaultdict(list)
        for start in range(0, len(wanted), BATCH_ROWS):
            one_of = getattr(mapped, column).in_(wanted[start : start + BATCH_ROWS])
            rows = self.session.execute(
                select(*_columns(mapped)).where(one_of, mapped.status != "retired", *more).order_by(mapped.id)
            )
            for row in rows:
                found[getattr(row, column)].append(row)
        return found

    def one_by_id(self, name: str, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, Row]:
        """Id → row of a class."""
        return {row.id: row for rows in self.by(name, "id", ids).values() for row in rows}

    @cached_property
    def national(self) -> NationalChannels:
        """The national channels, as they come with the program."""
        return NationalChannels.of(
            EDITION, (national_channel(row.values) for row in library_rows(LIBRARY_FILE, EDITION))
        )

    def counties_of(self, site_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, County]:
        """Site → the county whose outline covers its position."""
        wanted = list(site_ids)
        if not wanted:
            return {}
        rows = self.session.execute(
            select(Site.id, Jurisdiction.code, Jurisdiction.name, Jurisdiction.state_fips).join(
                Jurisdiction,
                # Of a point the same as ST_Covers, which asks for an operator that our index of areas does not have.
                Jurisdiction.area.op("&&")(Site.position) & func.ST_Intersects(Jurisdiction.area, Site.position),
            ).where(Site.id.in_(wanted), *_county())
        )  # fmt: skip
        return {row.id: County(row.code, row.name, _postal(row.state_fips)) for row in rows}

    def names_of_counties(self, codes: Iterable[str]) -> dict[str, County]:
        """FIPS → county, of those whose outline is known."""
        rows = self.session.execute(
            select(Jurisdiction.code, Jurisdiction.name, Jurisdiction.state_fips).where(
                Jurisdiction.code.in_(sorted(set(codes))), *_county()
            )
        )
        return {row.code: County(row.code, row.name, _postal(row.state_fips)) for row in rows}

    def distance_to_county_m(self, longitude_deg: float, latitude_deg: float, code: str) -> float | None:
        """Metres from a position to a county's outline; None where its outline is not known."""
        if code not in self._outlines:
            area = self.session.scalar(select(Jurisdiction.area).where(Jurisdiction.code == code, *_county()))
            self._outlines[code] = None if area is None else to_shape(area)
        area = self._outlines[code]
        return None if area is None else distance_to_outline_m(shapely.Point(longitude_deg, latitude_deg), area)


def _columns(mapped: Any) -> list[Any]:
    """Every column but areas; of a point its longitude and latitude, and whether there is an area."""
    found: list[Any] = []
    for column in mapped.__table__.c:
        attribute = getattr(mapped, column.name)
        if not isinstance(column.type, Geometry):
            found.append(attribute)
        elif column.type.geometry_type == POINTS:
            found += [
                func.ST_X(attribute).label("longitude_deg"),
                func.ST_Y(attribute).label("latitude_deg"),
                attribute.is_not(None).label(column.name),
            ]
        else:
            found.append(attribute.is_not(None).label(column.name))
    return found


def _county() -> tuple[ColumnElement[bool], ...]:
    return (
        Jurisdiction.owner_id == PUBLIC_OWNER_ID, Jurisdiction.kind == "county", Jurisdiction.status != "retired",
    )  # fmt: skip


def _postal(state_fips: str | None) -> str | None:
    known = states().get(state_fips or "")
    return known[0] if known else None


def national_channel(values: Any) -> NationalChannel:
    """A row of the library as the rules take it."""
    rx, tx = (
        tuple(values[f"{side}_{part}"] for part in ("squelch_kind", "ctcss_hz", "dcs_code", "nac"))
        for side in ("rx", "tx")
    )
    return NationalChannel(values["name"], values["rx_freq_hz"], values["tx_freq_hz"], rx, tx)  # type: ignore[arg-type]
