"""Rasters of results, read back from the database with the place they cover."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import rasterio
import shapely
from geoalchemy2.shape import to_shape
from rasterio.errors import RasterioIOError
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casm.assessments.layers_at import Key, OpenSession, read_contents
from casm.assessments.result import Result, ResultLayer
from casm.bounded import Bounded
from casm.errors import CasmError


@dataclass(frozen=True)
class PlacedRaster:
    """A north-up raster on geographic coordinates (EPSG:4326).

    values: shape (rows, cols), row 0 the northernmost. known: same shape, False where there is no data.
    west_deg, south_deg, east_deg, north_deg: the outer edges of the corner cells.
    """

    values: np.ndarray
    known: np.ndarray
    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north) in degrees."""
        return (self.west_deg, self.south_deg, self.east_deg, self.north_deg)


# By layer and hash of its content; whether a viewer is shown the layer is asked of the database each time.
DECODED: Bounded[PlacedRaster] = Bounded(64_000_000)


def read_result_raster(session: Session, result_id: UUID, layer_name: str) -> PlacedRaster | None:
    """A raster of a result, or None when the viewer may not see it or there is none of that name."""
    return read_result_rasters(session, [result_id], layer_name).get(result_id)


def read_result_rasters(session: Session, result_ids: Collection[UUID], layer_name: str) -> dict[UUID, PlacedRaster]:
    """Rasters of one name by their results' ids, without those that the viewer may not see; not to be written to."""
    return decoded_rasters(list_rasters(session, result_ids, layer_name), lambda: nullcontext(session))


def list_rasters(session: Session, result_ids: Collection[UUID], layer_name: str) -> dict[UUID, Key]:
    """Result id → what the content of its raster of a name is known by, of those that the session is shown."""
    columns = (ResultLayer.result_id, ResultLayer.id, ResultLayer.content_sha256)
    rows = session.execute(_layers(columns, result_ids, layer_name))
    return {result_id: (str(layer_id), content_sha256) for result_id, layer_id, content_sha256 in rows}


def decoded_rasters(keys: Mapping[UUID, Key], open_session: OpenSession) -> dict[UUID, PlacedRaster]:
    """The rasters of list_rasters by their results' ids; those not in memory are read in a session of the asker's."""
    found = {result_id: DECODED.get(key) for result_id, key in keys.items()}
    missing = {keys[result_id][0]: result_id for result_id, decoded in found.items() if decoded is None}
    if missing:
        with open_session() as session:
            for key, content in read_contents(session, list(missing)):
                decoded = decode_geotiff(content)
                for cells in (decoded.values, decoded.known):
                    cells.flags.writeable = False
                size_bytes = decoded.values.nbytes + decoded.known.nbytes
                found[missing[key[0]]] = DECODED.put(key, decoded, size_bytes)
    return {result_id: decoded for result_id, decoded in found.items() if decoded is not None}


def read_result_bands(session: Session, result_id: UUID, layer_name: str) -> np.ndarray | None:
    """Every band of a raster of a result, shape (bands, rows, cols); None as for read_result_raster."""
    content = _layer_content(session, result_id, layer_name)
    if content is None:
        return None
    with _opened(content) as raster:
        return raster.read()


def read_result_area(session: Session, result_id: UUID) -> BaseGeometry | None:
    """The area of a result (EPSG:4326), for a pair of agencies its whole place; None as for read_result_raster."""
    area = session.scalar(select(Result.area).where(Result.id == result_id, Result.status != "retired"))
    return None if area is None else to_shape(area)


def without_data(raster: PlacedRaster, area: BaseGeometry | None) -> np.ndarray:
    """Cells whose centre lies in the area and that hold no data; False everywhere without an area."""
    if area is None or raster.known.all():
        return np.zeros(raster.known.shape, bool)
    rows, cols = raster.known.shape
    latitudes = raster.north_deg - (np.arange(rows) + 0.5) * (raster.north_deg - raster.south_deg) / rows
    longitudes = raster.west_deg + (np.arange(cols) + 0.5) * (raster.east_deg - raster.west_deg) / cols
    west, south, east, north = area.bounds
    near = np.outer((latitudes >= south) & (latitudes <= north), (longitudes >= west) & (longitudes <= east))
    missing = ~raster.known & near
    row, col = np.nonzero(missing)
    shapely.prepare(area)
    missing[row, col] = shapely.contains_xy(area, longitudes[col], latitudes[row])
    return missing


def _layer_content(session: Session, result_id: UUID, layer_name: str) -> bytes | None:
    return session.scalar(_layers((ResultLayer.content,), [result_id], layer_name))


def _layers(columns: Iterable[Any], result_ids: Collection[UUID], layer_name: str) -> Select[Any]:
    return (
        select(*columns)
        .join(Result, (Result.owner_id == ResultLayer.owner_id) & (Result.id == ResultLayer.result_id))
        .where(Result.id.in_(result_ids), Result.status != "retired", ResultLayer.name == layer_name)
    )


def decode_geotiff(content: bytes) -> PlacedRaster:
    """The first band of a GeoTIFF in memory; CasmError when it is none, or not north-up in EPSG:4326."""
    with _opened(content) as raster:
        values = raster.read(1)
        known = raster.read_masks(1).astype(bool)
        bounds = raster.bounds
    if np.issubdtype(values.dtype, np.floating):
        known &= np.isfinite(values)
    return PlacedRaster(values, known, bounds.left, bounds.bottom, bounds.right, bounds.top)


@contextmanager
def _opened(content: bytes) -> Iterator[rasterio.DatasetReader]:
    if not content:
        raise CasmError("A stored raster is empty.", "compute the result again")
    try:
        # Naming the driver keeps GDAL from opening something else that only claims to be a GeoTIFF.
        with rasterio.MemoryFile(content) as memory, memory.open(driver="GTiff") as raster:
            place = raster.transform
            if raster.crs is None or raster.crs.to_epsg() != 4326 or place.b or place.d or place.e >= 0:
                raise CasmError("A stored raster is not north-up in EPSG:4326.", "compute the result again")
            yield raster
    except RasterioIOError as error:
        raise CasmError("A stored raster is damaged.", "compute the result again") from error


def read_geotiff(path: str) -> PlacedRaster:
    """The first band of a GeoTIFF file; the same conditions as decode_geotiff."""
    try:
        with open(path, "rb") as stream:
            return decode_geotiff(stream.read())
    except OSError as error:
        raise CasmError(f"{path} cannot be read: {error.strerror}.", "check the path") from error
