"""Images of classes: exact colours, right places in Web Mercator, nothing shown where nothing is known."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from pyproj import Transformer
from shapely.geometry import box

from casm.exchange.raster import PlacedRaster
from web.maps.images import coverage_classes, level_overlay
from web.maps.mercator import enlarge, mercator_rows
from web.maps.png import indexed_png
from web.maps.relief import hillshade

COLOURS = [(index, 255 - index, (index * 7) % 256, (index * 3) % 256) for index in range(256)]


def placed(values, known=None):
    values = np.asarray(values)
    return PlacedRaster(values, np.ones(values.shape, bool) if known is None else known, -84.4, 36.2, -84.2, 36.4)


@given(arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20))))
def test_a_png_reads_back_pixel_for_pixel(pixels):
    image = Image.open(io.BytesIO(indexed_png(pixels, COLOURS)))
    read = np.asarray(image.convert("RGBA"))
    assert np.array_equal(read, np.array(COLOURS, np.uint8)[pixels])


@given(arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20)), elements=st.integers(0, 15)))
def test_a_png_of_few_colours_reads_back_pixel_for_pixel(pixels):
    image = Image.open(io.BytesIO(indexed_png(pixels, COLOURS[:16])))
    assert image.size == pixels.shape[::-1]
    assert np.array_equal(np.asarray(image.convert("RGBA")), np.array(COLOURS, np.uint8)[pixels])


@pytest.mark.parametrize(
    ("pixels", "colours"),
    [
        (np.zeros((2, 2), np.int16), COLOURS),
        (np.zeros((0, 2), np.uint8), COLOURS),
        (np.full((2, 2), 9, np.uint8), COLOURS[:9]),
        (np.zeros((2, 2), np.uint8), []),
    ],
)
def test_a_pixel_without_a_colour_is_refused(pixels, colours):
    with pytest.raises(ValueError, match=r"image|colours"):
        indexed_png(pixels, colours)


@given(st.floats(-80, 79), st.floats(0.1, 5), st.integers(1, 60), st.integers(1, 4))
def test_mercator_rows_agree_with_proj(south, span, rows, scale):
    # Independent reference: PROJ's EPSG:3857.
    north = min(south + span, 85.0)
    forward = Transformer.from_crs(4326, 3857, always_xy=True)
    _, (top, bottom) = forward.transform([0, 0], [north, south])
    centres = top + (np.arange(rows * scale) + 0.5) / (rows * scale) * (bottom - top)
    _, latitudes = forward.transform(np.zeros(rows * scale), centres, direction="INVERSE")
    exact = (north - latitudes) / (north - south) * rows
    assert np.all(np.abs(mercator_rows(north, south, rows, scale) + 0.5 - exact) <= 0.5 + 1e-6)


def test_a_state_wide_raster_is_moved_by_cells():
    # Over 5 degrees at 36 north the middle row of the image shows ground 3.5 % of the height away.
    rows = mercator_rows(38.5, 33.5, 1000)
    assert abs(int(rows[500]) - 500) == pytest.approx(8, abs=2)


def test_no_mercator_at_the_pole():
    with pytest.raises(ValueError, match="Mercator"):
        mercator_rows(90.0, 80.0, 10)


def test_enlarging_keeps_every_cell():
    values = np.arange(12).reshape(3, 4)
    image = enlarge(values, 36.4, 36.2, 3)
    assert image.shape == (9, 12)
    assert set(np.unique(image)) == set(range(12))


@given(st.floats(0, 1, width=32))
def test_a_cell_has_the_class_of_its_probability(probability):
    expected = 0 if probability >= np.float32(0.95) else 1 if probability >= 0.5 else 2
    assert coverage_classes(placed(np.full((1, 1), probability, np.float32)))[0, 0] == expected


def test_what_is_not_known_has_a_class_of_its_own():
    values = np.array([[np.nan, 1.0]], np.float32)
    assert coverage_classes(placed(values, np.array([[False, True]]))).tolist() == [[255, 0]]


def test_levels_that_contradict_are_refused():
    level = placed(np.full((2, 2), 3, np.uint8))
    with pytest.raises(ValueError, match="above 5"):
        level_overlay(placed(np.full((2, 2), 6, np.uint8)), placed(np.full((2, 2), 6, np.uint8)))
    with pytest.raises(ValueError, match="different cells"):
        level_overlay(level, placed(np.full((3, 2), 3, np.uint8)))
    with pytest.raises(ValueError, match="no possible one"):
        level_overlay(level, placed(np.full((2, 2), 3, np.uint8), np.zeros((2, 2), bool)))


def test_a_place_without_data_is_hatched_and_outside_it_nothing_is_drawn():
    # Four by four cells, data in the south-west quarter; the place is the west half.
    known = np.zeros((4, 4), bool)
    known[2:, :2] = True
    level = placed(np.where(known, 3, 255).astype(np.uint8), known)
    place = box(-84.4, 36.2, -84.3, 36.4)
    png, bounds = level_overlay(level, level, place)
    assert bounds == pytest.approx((-84.4, 36.2, -84.3, 36.4))
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    north, south = pixels[: len(pixels) // 2 - 1], pixels[len(pixels) // 2 + 1 :]
    assert set(np.unique(north[..., 3]).tolist()) == {0, 255}
    assert {tuple(pixel) for pixel in south.reshape(-1, 4).tolist()} == {(0xA3, 0xD9, 0xCF, 255)}
    _png, bounds = level_overlay(level, level)
    assert bounds == pytest.approx((-84.4, 36.2, -84.3, 36.3))


def test_flat_ground_is_lit_at_the_sine_of_the_sun():
    assert hillshade(np.full((4, 4), 500.0), 90.0, 90.0) == pytest.approx(np.full((4, 4), np.sqrt(0.5)))


def test_slopes_towards_the_north_west_are_lit_and_others_dark():
    east, north = np.meshgrid(np.arange(9.0), np.arange(9.0)[::-1])
    falling_north_west = hillshade((east - north) * 20, 90.0, 90.0)[4, 4]
    falling_south_east = hillshade((north - east) * 20, 90.0, 90.0)[4, 4]
    flat = np.sqrt(0.5)
    assert falling_north_west > flat > falling_south_east


def test_shading_agrees_with_the_normal_vector():
    # A plane z = a x + b y: the angle between its normal and the sun, worked out by hand.
    slope_east, slope_north, cell_m = 0.3, -0.2, 50.0
    east, north = np.meshgrid(np.arange(7) * cell_m, np.arange(7)[::-1] * cell_m)
    shade = hillshade((slope_east * east + slope_north * north) / 1.6, cell_m, cell_m)[3, 3]
    normal = np.array([-slope_east, -slope_north, 1.0])
    sun = np.array([-0.5, 0.5, np.sqrt(0.5)])
    assert shade == pytest.approx(normal @ sun / np.linalg.norm(normal), abs=1e-12)
