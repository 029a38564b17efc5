"""Distances and azimuths against the FCC's own figures and against a classical worked line."""

import csv

import numpy as np
import pytest

from geo import geodesy
from geo.errors import GeoError

# FCC microwave licences (ULS, 2015, public domain): tx lat, lon, rx lat, lon, the FCC's km and azimuth.
FCC_SEGMENTS = [
    (33.6209444, -95.5474444, 33.5457778, -95.7222778, 18.246424, 242.9),
    (33.6209444, -95.5474444, 33.8504722, -95.5366111, 25.478462, 2.3),
    (33.6209444, -95.5474444, 33.7944167, -95.3791389, 24.771705, 39.0),
]


@pytest.mark.parametrize("segment", FCC_SEGMENTS)
def test_fcc_segment_lengths_and_azimuths(segment):
    lat1, lon1, lat2, lon2, fcc_km, fcc_azimuth_deg = segment
    path = geodesy.inverse(lon1, lat1, lon2, lat2, ellipsoid=geodesy.GRS80)
    assert path.distance_m / 1000.0 == pytest.approx(fcc_km, rel=5e-6)
    assert path.azimuth_deg == pytest.approx(fcc_azimuth_deg, abs=0.06)


def test_every_fcc_segment_of_two_days(shared_file):
    """The whole table: 5 ppm in length and 0.2 degrees in azimuth; sentinels and zero lengths aside."""
    with shared_file("data", "uls_mw_ps_2015", "path_oracle_dev.csv").open() as file:
        rows = list(csv.DictReader(file))
    compared = 0
    for row in rows:
        if not row["fcc_segment_km"] or float(row["fcc_segment_km"]) == 0.0:
            continue
        ends = (float(row[name]) for name in ("tx_lon", "tx_lat", "rx_lon", "rx_lat"))
        path = geodesy.inverse(*ends, ellipsoid=geodesy.GRS80)
        assert path.distance_m / 1000.0 == pytest.approx(float(row["fcc_segment_km"]), rel=5e-6), row
        fcc_azimuth_deg = float(row["fcc_tx_azimuth_deg"] or 999.0)
        if fcc_azimuth_deg < 360.0:
            turn = (path.azimuth_deg - fcc_azimuth_deg + 180.0) % 360.0 - 180.0
            assert abs(turn) <= 0.2, row
        compared += 1
    assert compared >= 60


def test_equal_points_have_no_direction():
    path = geodesy.inverse(-84.2, 36.5, -84.2, 36.5)
    assert path.distance_m == 0.0
    assert np.isnan(path.azimuth_deg)


def test_points_between_are_equally_spaced_and_end_where_asked():
    lons, lats = geodesy.points_between(-84.4, 36.45, -84.1, 36.7, count=11)
    assert (lons[0], lats[0], lons[-1], lats[-1]) == (-84.4, 36.45, -84.1, 36.7)
    steps = [geodesy.distance_m(lons[i], lats[i], lons[i + 1], lats[i + 1]) for i in range(10)]
    assert np.ptp(steps) < 1e-6
    assert sum(steps) == pytest.approx(geodesy.distance_m(-84.4, 36.45, -84.1, 36.7), abs=1e-6)


def test_out_and_back_again():
    lon, lat = geodesy.point_at(-84.2, 36.5, azimuth_deg=37.0, distance_m=25_000.0)
    path = geodesy.inverse(-84.2, 36.5, lon, lat)
    assert path.distance_m == pytest.approx(25_000.0, abs=1e-6)
    assert path.azimuth_deg == pytest.approx(37.0, abs=1e-9)


def test_many_points_agree_with_one_at_a_time():
    lons, lats = np.array([[-84.3, -84.2]]), np.array([[36.6, 36.5]])
    distances, azimuths = geodesy.distances_azimuths(-84.2, 36.5, lons, lats)
    single = geodesy.inverse(-84.2, 36.5, -84.3, 36.6)
    assert distances.shape == (1, 2)
    assert distances[0, 0] == pytest.approx(single.distance_m, abs=1e-9)
    assert azimuths[0, 0] == pytest.approx(single.azimuth_deg, abs=1e-12)
    assert (distances[0, 1], azimuths[0, 1]) == (0.0, 0.0)


@pytest.mark.parametrize("position", [(36.5, -184.2), (-84.2, 96.0), (float("nan"), 36.0)])
def test_a_position_off_the_globe_is_refused(position):
    with pytest.raises(GeoError):
        geodesy.inverse(*position, -84.0, 36.0)


def test_a_path_of_one_point_is_refused():
    with pytest.raises(GeoError, match="two ends"):
        geodesy.points_between(-84.4, 36.45, -84.1, 36.7, count=1)
