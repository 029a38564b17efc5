"""Towns to find one's way by: names with approximate positions, from general knowledge, for orientation only."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PLACES_FILE = Path(__file__).with_name("places.csv")
KINDS = ("county_seat", "town", "community")


@dataclass(frozen=True)
class Place:
    """A named place; its position is good to about a mile, and never used in a computation."""

    name: str
    kind: str
    longitude_deg: float
    latitude_deg: float
    note: str = ""


def read_places(path: Path = PLACES_FILE) -> list[Place]:
    """The places in the file, most important first."""
    with path.open(encoding="utf-8", newline="") as stream:
        places = [
            Place(row["name"], row["kind"], float(row["longitude"]), float(row["latitude"]), row["note"])
            for row in csv.DictReader(stream)
        ]
    return sorted(places, key=lambda place: (KINDS.index(place.kind), place.name))


def places_within(places: Iterable[Place], bounds: tuple[float, float, float, float]) -> list[Place]:
    """Those inside (west, south, east, north)."""
    west, south, east, north = bounds
    return [place for place in places if west <= place.longitude_deg <= east and south <= place.latitude_deg <= north]
