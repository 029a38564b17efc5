"""What the stored rasters of results say of one place, without reading a raster twice in a process."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casm.assessments.result import Result, ResultLayer
from casm.bounded import Bounded
from geo.interop.tile import Tile, TileMap, read_tile, read_tile_map

# By layer and hash of its content; which layers a viewer is shown is asked of the database each time.
MAPS: Bounded[TileMap] = Bounded(1_000_000)
TILES: Bounded[Tile] = Bounded(96_000_000)
MAP_BYTES = 200
# So many rasters are fetched at once, each of some ten kilobytes to a megabyte.
FETCHED_AT_ONCE = 50

Key = tuple[UUID, str]
Layers = dict[UUID, dict[str, list[int]]]


def layers_at(
    session: Session, wanted: Sequence[ColumnElement[bool]], longitude_deg: float, latitude_deg: float
) -> Layers:
    """Result id → layer's name → the value of each of its bands at a position (WGS84 degrees).

    wanted: conditions on Result. A layer that does not reach the position is left out.
    """
    of_result = (Result.owner_id == ResultLayer.owner_id) & (Result.id == ResultLayer.result_id)
    columns = (ResultLayer.id, ResultLayer.result_id, ResultLayer.name, ResultLayer.content_sha256)
    listed = session.execute(select(*columns).join(Result, of_result).where(*wanted)).all()
    found: Layers = {}
    missing = []
    for row in listed:
        values = values_kept((row.id, row.content_sha256), longitude_deg, latitude_deg)
        if values is None:
            missing.append(row)
        elif values:
            found.setdefault(row.result_id, {})[row.name] = values
    for first in range(0, len(missing), FETCHED_AT_ONCE):
        part = missing[first : first + FETCHED_AT_ONCE]
        # With its hash anew, as it may have been written meanwhile.
        contents = session.execute(
            select(*columns, ResultLayer.content).where(ResultLayer.id.in_([row.id for row in part]))
        )
        for row in contents:
            values = values_read(row.content, (row.id, row.content_sha256), longitude_deg, latitude_deg)
            if values:
                found.setdefault(row.result_id, {})[row.name] = values
    return found


def values_kept(key: Key, longitude_deg: float, latitude_deg: float) -> list[int] | None:
    """Values of a raster at a position, empty where it does not reach; None when it must be read."""
    tiles = MAPS.get(key)
    if tiles is None:
        return None
    place = tiles.place_of(longitude_deg, latitude_deg)
    if place is None:
        return []
    tile = TILES.get((key, place[0]))
    return None if tile is None else tile.at(*place[1])


def values_read(content: bytes, key: Key, longitude_deg: float, latitude_deg: float) -> list[int]:
    """The same from the raster itself, of which the block is kept."""
    tiles = MAPS.get(key) or MAPS.put(key, read_tile_map(content), MAP_BYTES)
    place = tiles.place_of(longitude_deg, latitude_deg)
    if place is None:
        return []
    block, cell = place
    tile = read_tile(content, tiles, block)
    return TILES.put((key, block), tile, tile.size_bytes).at(*cell)
