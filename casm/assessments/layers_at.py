"""What the stored rasters of results say of one place, without reading a raster twice in a process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
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

# A layer's id and its content's hash. As text, of which Python remembers the hash: a click looks hundreds up.
Key = tuple[str, str]
Layers = dict[UUID, dict[str, list[int]]]
# Opens a session of whoever asks, for what is not in memory yet.
OpenSession = Callable[[], AbstractContextManager[Session]]


def list_layers(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[UUID, dict[str, Key]]:
    """Result id → layer's name → what its content is known by, of the layers that the session is shown.

    wanted: conditions on Result.
    """
    of_result = (Result.owner_id == ResultLayer.owner_id) & (Result.id == ResultLayer.result_id)
    columns = (ResultLayer.id, ResultLayer.content_sha256, ResultLayer.result_id, ResultLayer.name)
    found: dict[UUID, dict[str, Key]] = {}
    for layer_id, content_sha256, result_id, name in session.execute(
        select(*columns).join(Result, of_result).where(*wanted)
    ):
        found.setdefault(result_id, {})[name] = (str(layer_id), content_sha256)
    return found


def layers_at(
    layers: Mapping[UUID, Mapping[str, Key]], longitude_deg: float, latitude_deg: float, open_session: OpenSession
) -> Layers:
    """Result id → layer's name → the value of each of its bands at a position (WGS84 degrees).

    layers: as list_layers told them. A layer that does not reach the position is left out.
    """
    found: Layers = {}
    missing: dict[str, tuple[UUID, str]] = {}
    for result_id, keys in layers.items():
        for name, key in keys.items():
            values = values_kept(key, longitude_deg, latitude_deg)
            if values is None:
                missing[key[0]] = (result_id, name)
            elif values:
                found.setdefault(result_id, {})[name] = values
    if missing:
        with open_session() as session:
            for key, content in read_contents(session, list(missing)):
                values = values_read(content, key, longitude_deg, latitude_deg)
                if values:
                    result_id, name = missing[key[0]]
                    found.setdefault(result_id, {})[name] = values
    return found


def read_contents(session: Session, layer_ids: Sequence[str]) -> Iterator[tuple[Key, bytes]]:
    """Contents of layers with their hashes anew, as they may have been written meanwhile."""
    columns = (ResultLayer.id, ResultLayer.content_sha256, ResultLayer.content)
    for first in range(0, len(layer_ids), FETCHED_AT_ONCE):
        part = list(map(UUID, layer_ids[first : first + FETCHED_AT_ONCE]))
        for layer_id, content_sha256, content in session.execute(select(*columns).where(ResultLayer.id.in_(part))):
            yield (str(layer_id), content_sha256), content


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
