"""Towns lie where towns lie: on low ground, where the terrain is known."""

import numpy as np

from casm.demo.region import BOUNDS, CELL_DEG
from casm.demo.terrain import elevation_amsl_m
from web.maps.places import KINDS, places_within, read_places

TILE = (BOUNDS.west_deg, BOUNDS.south_deg, BOUNDS.east_deg, BOUNDS.north_deg)


def test_places_are_read_in_their_order():
    places = read_places()
    assert {place.kind for place in places} == set(KINDS)
    assert len({place.name for place in places}) == len(places)
    assert [KINDS.index(place.kind) for place in places] == sorted(KINDS.index(place.kind) for place in places)


def test_every_town_of_the_tile_lies_below_its_surroundings():
    elevation = elevation_amsl_m()
    inside = places_within(read_places(), TILE)
    assert {"Jacksboro", "LaFollette", "Caryville"} <= {place.name for place in inside}
    for place in inside:
        row = int((BOUNDS.north_deg - place.latitude_deg) / CELL_DEG)
        col = int((place.longitude_deg - BOUNDS.west_deg) / CELL_DEG)
        # 20 cells are about 1.8 km: the towns here lie along creeks, under the slopes.
        around = elevation[max(0, row - 20) : row + 21, max(0, col - 20) : col + 21]
        assert elevation[row, col] < np.median(around), place.name
