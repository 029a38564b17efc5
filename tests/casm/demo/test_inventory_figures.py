"""The exercise inventory's own figures: plausible by US practice, consistent with each other and with the ground."""

import csv
import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import geopandas
import pytest
import shapely

from casm.demo.region import BOUNDS, CELL_DEG, COUNTY_FIPS
from casm.demo.terrain import elevation_amsl_m
from casm.intake.classes.every import CLASSES, class_of_name
from geo import geodesy, units

REGION = Path(__file__).resolve().parents[3] / "fixtures" / "demo_region" / "inventory"
SHARED = Path(os.environ.get("CASM_SHARED_DIR") or Path(__file__).resolve().parents[4] / "shared")
CALL_SIGN = re.compile(r"^XEX\d{3}$")

# EIA/TIA-603 standard CTCSS tones, hertz.
CTCSS_HZ = (
    "67.0 69.3 71.9 74.4 77.0 79.7 82.5 85.4 88.5 91.5 94.8 97.4 100.0 103.5 107.2 110.9 114.8 118.8 123.0 127.3 "
    "131.8 136.5 141.3 146.2 151.4 156.7 162.2 167.9 173.8 179.9 186.2 192.8 203.5 206.5 210.7 218.1 225.7 229.1 "
    "233.6 241.8 250.3 254.1"
)


def rows(record_class: str) -> list[dict[str, str]]:
    """Every row of a class, all owners, with its owner's code."""
    found = []
    for path in sorted(REGION.glob(f"*/{record_class}.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            found += [{"owner": path.parent.name, **row} for row in csv.DictReader(stream)]
    assert found
    return found


def every_row() -> Iterator[tuple[Path, dict[str, str]]]:
    for path in sorted(REGION.glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            yield from ((path, row) for row in csv.DictReader(stream))


def test_every_record_says_exercise() -> None:
    assert not [(path.name, row) for path, row in every_row() if "EXERCISE" not in row["remarks"]]


def test_there_is_as_much_as_the_readme_says() -> None:
    assert len(rows("agencies")) == 14
    assert len(rows("sites")) == 14
    assert len(rows("stations")) == 17
    assert [row["name"] for row in rows("stations") if row["status"] == "planned"] == ["EXERCISE Stony Fork Fire"]


def test_call_signs_and_telephones_cannot_be_real() -> None:
    for path, row in every_row():
        for column, value in row.items():
            if column.startswith("call_sign") and value:
                assert CALL_SIGN.match(value), (path, row)
            if column in ("phone", "mobile") and value:
                assert re.match(r"^423-555-01\d\d$", value), (path, row)
            if column == "email" and value:
                assert value.endswith(".example"), (path, row)


def test_every_call_sign_has_a_licence_and_none_is_in_the_real_data() -> None:
    licensed = {row["call_sign"] for row in rows("licences")}
    used = {
        value for _, row in every_row() for column, value in row.items() if column.startswith("call_sign") and value
    }
    assert used == licensed
    if not SHARED.is_dir():
        pytest.skip(f"no shared data at {SHARED} to compare call signs with")
    texts = [
        path.read_bytes()
        for pattern in ("uls_mw_ps_2015/**/*.dat", "pa_starnet_southcentral/**/*.csv", "ssrf_lite/**/*.y*ml")
        for path in (SHARED / "data").glob(pattern)
    ]
    assert texts
    assert not [sign for sign in licensed if any(sign.encode() in text for text in texts)]


def test_radiated_power_is_output_less_line_plus_antenna() -> None:
    for row in rows("stations"):
        gain_dbd = units.dbi_to_dbd(float(row["antenna_gain_dbi"]))
        expected_w = float(row["tx_output_w"]) * units.db_to_ratio(gain_dbd - float(row["line_loss_db"]))
        assert float(row["erp_w"]) == pytest.approx(expected_w, rel=0.005), row["name"]


def test_a_station_repeats_its_frequencies_as_its_channel_asks() -> None:
    channels = {row["name"]: row for row in rows("channels")}
    of_station = {row["name"]: row.get("channel") for row in rows("stations")}
    for row in rows("station_frequencies"):
        channel = channels.get(of_station[row["station"]])
        if channel:
            assert row["station_tx_freq_mhz"] == channel["rx_freq_mhz"]
            assert row["station_rx_freq_mhz"] == channel["tx_freq_mhz"]


@pytest.mark.parametrize(
    ("low_mhz", "high_mhz", "split_khz", "origin_khz", "step_hz"),
    [
        # 47 CFR 90.20, 90.531 and 90.613: rasters and splits of each band.
        (450, 470, 5_000, 460_012.5, 12_500),
        (769, 775, 30_000, 769_006.25, 12_500),
        (851, 862, -45_000, 851_012.5, 25_000),
    ],
)
def test_pairs_lie_on_their_band_s_raster_and_split(
    low_mhz: int, high_mhz: int, split_khz: int, origin_khz: float, step_hz: int
) -> None:
    pairs = [
        (units.mhz_to_hz(row["station_tx_freq_mhz"]), units.mhz_to_hz(row["station_rx_freq_mhz"]))
        for row in rows("station_frequencies")
        if low_mhz <= float(row["station_tx_freq_mhz"]) < high_mhz
    ]
    assert pairs
    for tx_hz, rx_hz in pairs:
        assert rx_hz - tx_hz == split_khz * 1000
        assert (tx_hz - round(origin_khz * 1000)) % step_hz == 0


def test_vhf_channels_lie_on_the_raster_and_no_pair_is_used_twice() -> None:
    pairs = [(row["rx_freq_mhz"], row["tx_freq_mhz"]) for row in rows("channels")]
    assert len(pairs) == len(set(pairs))
    for freq_mhz in {freq for pair in pairs for freq in pair if float(freq) < 174}:
        # 154.13 and 155.16 MHz each begin a run of 7.5 kHz steps; 158.91 continues the second.
        hz = units.mhz_to_hz(freq_mhz)
        origin_hz = 154_130_000 if hz < 155_000_000 else 155_160_000
        assert (hz - origin_hz) % 7_500 == 0, freq_mhz


def test_no_frequency_is_a_national_channel() -> None:
    listed = SHARED / "data" / "nifog" / "nifog_2.02_interop.csv"
    if not listed.is_file():
        pytest.skip(f"no list of national channels at {listed}")
    with listed.open(encoding="utf-8", newline="") as stream:
        national = {float(row["mobile_rx_mhz"]) for row in csv.DictReader(stream)}
    assert not national & {float(row["rx_freq_mhz"]) for row in rows("channels")}
    assert not national & {float(row["station_tx_freq_mhz"]) for row in rows("station_frequencies")}


def test_tones_are_standard() -> None:
    tones = {row[column] for row in rows("channels") for column in ("rx_squelch", "tx_squelch")}
    assert tones <= set(CTCSS_HZ.split())


def test_sites_stand_on_the_tile_s_ground_within_their_county() -> None:
    elevation = elevation_amsl_m()
    package = Path(next(iter(find_spec("_plotly_geo").submodule_search_locations)))
    counties = geopandas.read_file(package / "package_data" / "cb_2016_us_county_500k.shp").set_index("GEOID").geometry
    for row in rows("sites"):
        longitude, latitude = float(row["longitude"]), float(row["latitude"])
        cell = elevation[int((BOUNDS.north_deg - latitude) / CELL_DEG), int((longitude - BOUNDS.west_deg) / CELL_DEG)]
        ground_m, overall_m = float(row["ground_elevation_amsl_m"]), float(row["overall_height_agl_m"])
        assert ground_m == pytest.approx(int(cell), abs=12), row["name"]
        assert float(row["overall_height_amsl_m"]) == ground_m + overall_m
        assert float(row["structure_height_agl_m"]) <= overall_m
        assert row["county_fips"] in COUNTY_FIPS
        assert counties[row["county_fips"]].contains(shapely.Point(longitude, latitude)), row["name"]


def test_antennas_fit_on_their_structures() -> None:
    overall_m = {row["name"]: float(row["overall_height_agl_m"]) for row in rows("sites")}
    for row in rows("stations"):
        assert float(row["antenna_height_agl_m"]) <= overall_m[row["site"].rpartition("::")[2]], row["name"]


def test_microwave_pairs_and_lengths_follow_their_band() -> None:
    position = {row["name"]: (float(row["longitude"]), float(row["latitude"])) for row in rows("sites")}
    # Low edge: (transmit-to-receive spacing MHz, shortest path km at full power, 47 CFR 101.143 and 101.147).
    bands = {5925: (252.04, 17.0), 10700: (490.0, 5.0), 17700: (1560.0, 0.0)}
    hops = [row for row in rows("backhaul_links") if row["kind"] == "microwave"]
    assert len(hops) == 6
    for row in hops:
        a_to_b, b_to_a = float(row["a_to_b_freq_mhz"]), float(row["b_to_a_freq_mhz"])
        spacing_mhz, shortest_km = bands[max(edge for edge in bands if edge <= a_to_b)]
        assert b_to_a - a_to_b == pytest.approx(spacing_mhz, abs=0.001)
        ends = [position[row[end].rpartition("::")[2]] for end in ("site_a", "site_b")]
        assert geodesy.inverse(*ends[0], *ends[1]).distance_m / 1000 >= shortest_km, row["name"]


def test_every_class_that_a_file_can_hold_is_in_the_region() -> None:
    held = {spec.record_class for path in REGION.rglob("*.csv") if (spec := class_of_name(path.stem)) is not None}
    # The boundaries come from the Census, not from a file of the exercise.
    assert held == set(CLASSES) - {"jurisdiction"}


def test_what_is_out_of_a_cache_is_less_than_it_holds() -> None:
    held = {row["name"]: int(row["radio_count"]) for row in rows("radio_caches")}
    for name, count in held.items():
        lent = [int(row["radio_count"]) for row in rows("cache_checkouts")
                if row["radio_cache"] == name and not row["returned_on"]]  # fmt: skip
        assert 0 < sum(lent) < count
