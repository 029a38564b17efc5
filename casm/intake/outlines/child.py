"""Run alone, as a program with little memory and time and one driver: a file of outlines in, areas on WGS84 out.

Arguments: the file, a layer or "", a reference system or "". The first line of the output is JSON: layers, layer,
fields, reference_system, datum, accuracy_m, method, or refusal and mend. Each further line is one feature: number,
values, wkb (hexadecimal, a multipolygon on EPSG:4326, longitude first), notes, or problem.
"""

import json
import math
import resource
import sys

MEMORY_BYTES = 3 * 1024 * 1024 * 1024
CPU_S = 60
MOST_FEATURES = 20_000
MOST_CORNERS = 3_000_000
MOST_VALUE_CHARACTERS = 300
WGS84 = "EPSG:4326"


class Refusal(Exception):
    """Why nothing of the file is taken, and its mend."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.told = {"refusal": reason, "mend": mend}


def limit_itself() -> None:
    """No more memory and time than outlines need; no file can be written."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(path: str, layer: str, stated: str):
    """Yield the head, then every feature."""
    import pyogrio
    import pyogrio.raw
    import shapely

    layers = [str(one[0]) for one in pyogrio.list_layers(path) if one[1] is not None]
    if not layers:
        raise Refusal("it holds no layer with shapes", "give one with areas")
    if not layer and len(layers) > 1:
        raise Refusal(f"it holds several layers: {', '.join(layers[:20])}", "say which of them")
    if layer and layer not in layers:
        raise Refusal(f"it holds no layer {layer!r}", f"choose from {', '.join(layers[:20])}")
    chosen = layer or layers[0]
    if pyogrio.read_info(path, layer=chosen)["features"] > MOST_FEATURES:
        raise Refusal(f"it holds more than {MOST_FEATURES:,} features", "give it in parts")
    meta, _ids, shapes, columns = pyogrio.raw.read(path, layer=chosen, datetime_as_string=True)
    if len(shapes) == 0:
        raise Refusal("it holds no feature", "give one with areas")
    # What cannot be read is told of feature by feature.
    areas = shapely.force_2d(shapely.from_wkb(shapes, on_invalid="ignore"))
    if shapely.get_num_coordinates(areas).sum() > MOST_CORNERS:
        raise Refusal(f"its outlines have more than {MOST_CORNERS:,} corners", "simplify them")
    fields = [str(name) for name in meta["fields"]]
    turn, told = way_to_wgs84(stated or meta["crs"], areas)
    yield {"layers": layers, "layer": chosen, "fields": fields, **told}
    for number, area in enumerate(areas, 1):
        values = {name: plain(column[number - 1]) for name, column in zip(fields, columns, strict=True)}
        yield {"number": number, "values": values} | settled(area, turn)


def way_to_wgs84(reference_system, areas):
    """(function from coordinates to degrees on WGS84, or None; what is told of it)."""
    import shapely
    from pyproj import CRS
    from pyproj.aoi import AreaOfInterest
    from pyproj.exceptions import CRSError
    from pyproj.transformer import Transformer, TransformerGroup

    if not reference_system:
        raise Refusal("it does not say on which reference system it is", "add its .prj, or say its EPSG code")
    try:
        found = CRS.from_user_input(reference_system)
    except CRSError:
        raise Refusal(f"its reference system {str(reference_system)[:60]!r} is not known", "say its code") from None
    if found.geodetic_crs is None:
        raise Refusal("its reference system is none on the Earth", "say the EPSG code of the true one")
    datum = found.geodetic_crs.name
    told = {"reference_system": found.name, "datum": datum, "accuracy_m": 0.0, "method": "none needed"}
    if found.equals(CRS(WGS84), ignore_axis_order=True):
        return None, told
    bounds = shapely.total_bounds(areas)
    if not all(map(math.isfinite, bounds)):
        raise Refusal("no outline in it can be read", "export it anew")
    degrees = Transformer.from_crs(found, found.geodetic_crs, always_xy=True).transform_bounds(*bounds)
    area = AreaOfInterest(*degrees) if all(map(math.isfinite, degrees)) else None
    for way in TransformerGroup(found, WGS84, always_xy=True, area_of_interest=area).transformers:
        if way.accuracy is not None and way.accuracy >= 0:
            told |= {"accuracy_m": float(way.accuracy), "method": way.description}
            return way.transform, told
    raise Refusal(
        f"there is no known way from {found.name} to WGS84, only a guess", "convert it to WGS84 or NAD83 (EPSG:4269)"
    )


def settled(area, turn):
    """One area as a valid multipolygon on WGS84, with notes of what was mended, or the problem with it."""
    import shapely

    if area is None or shapely.is_empty(area):
        return {"problem": "it has no outline", "mend": "draw it, or leave it out"}
    if area.geom_type not in ("Polygon", "MultiPolygon"):
        return {"problem": f"it is a {area.geom_type}, not an area", "mend": "give areas only"}
    notes = []
    if turn is not None:
        area = shapely.transform(area, lambda points: turned(points, turn))
    west, south, east, north = area.bounds
    if not all(map(math.isfinite, area.bounds)) or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return {"problem": "its corners are not on the Earth", "mend": "check its reference system"}
    if not area.is_valid:
        reason = shapely.is_valid_reason(area)
        whole = area.convex_hull.area
        mended = areas_of(shapely.make_valid(area))
        if mended.is_empty:
            return {"problem": f"its outline is not sound ({reason})", "mend": "draw it anew"}
        change = abs(mended.area - area.area) / whole if whole else 1.0
        notes.append(f"its outline was not sound ({reason}) and was mended; its area differs by {change:.2%}")
        area = mended
    area = areas_of(area)
    return {"wkb": shapely.to_wkb(area, hex=True), "notes": notes}


def turned(points, turn):
    """An array of points by a transformation of two arrays."""
    import numpy as np

    return np.column_stack(turn(points[:, 0], points[:, 1]))


def areas_of(shape):
    """All areas in a shape as one multipolygon."""
    import shapely

    parts = [one for one in shapely.get_parts(shapely.get_parts([shape])) if one.geom_type == "Polygon"]
    return shapely.MultiPolygon([one for one in parts if not one.is_empty])


def plain(value):
    """A value of a column as a text, or None."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) or hasattr(value, "is_integer"):
        value = int(value) if float(value).is_integer() else float(value)
    return str(value)[:MOST_VALUE_CHARACTERS]


def main() -> None:
    """Read and write; whatever goes wrong is told as a refusal."""
    limit_itself()
    try:
        for told in read(*sys.argv[1:4]):
            sys.stdout.write(json.dumps(told) + "\n")
    except Refusal as refusal:
        sys.stdout.write(json.dumps(refusal.told) + "\n")
    except MemoryError:
        told = {"refusal": "it needs more memory than outlines may", "mend": "simplify it"}
        sys.stdout.write(json.dumps(told) + "\n")
    except Exception as error:
        told = {"refusal": f"it is damaged ({type(error).__name__}: {str(error)[:120]})", "mend": "export it anew"}
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
