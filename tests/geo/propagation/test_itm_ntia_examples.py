"""Longley–Rice against the NTIA's own published examples, to their printed precision."""

import csv
from pathlib import Path

import numpy as np
import pytest

from geo.propagation import itm

# NTIA/itm 1.4 (US Government, public domain), cmd_examples/pfl.txt and o_p2p*.txt: 142 intervals of 25.6 m.
EXAMPLE_P2P = {
    "free_space_db": (114.5, 0.05),
    "theta_tx": (-1.949e-3, 0.5e-6),
    "theta_rx": (-0.856e-3, 0.5e-6),
    "horizon_tx_m": (14868.0, 0.5),
    "horizon_rx_m": (6494.0, 0.5),
    "effective_height_tx_m": (15.0, 0.05),
    "effective_height_rx_m": (3.0, 0.05),
    "surface_refractivity": (251.5, 0.05),
    "delta_h_m": (3.2, 0.05),
    "reference_attenuation_db": (0.0, 0.05),
}
# o_p2pcr_tbl.txt: rows reliability 10, 65, 90; columns confidence 10, 60, 90.
EXAMPLE_TABLE_DB = [[110.9, 117.2, 129.1], [110.9, 117.4, 129.2], [110.9, 117.5, 129.3]]
# o_areacr_tbl.txt: 10 GHz, 3 m over 3 m, delta h 0: km, free space, loss at confidence 50, 75, 90.
EXAMPLE_AREA_DB = [
    (10, 132.4, 147.0, 151.7, 155.9),
    (20, 138.5, 174.9, 179.2, 183.1),
    (50, 146.4, 215.8, 220.0, 223.8),
    (100, 152.4, 224.8, 229.0, 232.7),
]


def split_profile(line: str) -> tuple[np.ndarray, float]:
    """Elevations and step of a profile as NTIA writes it: interval count, step, elevations."""
    numbers = [float(text) for text in line.strip().split(",") if text]
    return np.array(numbers[2:]), numbers[1]


@pytest.fixture
def example_profile(shared_file) -> tuple[np.ndarray, float]:
    return split_profile(shared_file("reference", "ntia_itm", "cmd_examples", "pfl.txt").read_text())


def p2p_example(profile, **quantiles) -> itm.ItmResult:
    elevation_m, step_m = profile
    return itm.point_to_point(
        elevation_m,
        step_m=step_m,
        h_tx_m=15.0,
        h_rx_m=3.0,
        freq_mhz=3500.0,
        parameters=itm.ItmParameters(mdvar=1, **quantiles),
    )


def test_five_published_paths(shared_file):
    """p2p.csv with pfls.csv: basic transmission loss to two decimals."""
    profiles = shared_file("reference", "ntia_itm", "pfls.csv").read_text().splitlines()
    rows = rows_of(shared_file("reference", "ntia_itm", "p2p.csv"))
    assert len(rows) == len(profiles) == 5
    for row, line in zip(rows, profiles, strict=True):
        elevation_m, step_m = split_profile(line)
        result = itm.point_to_point(
            elevation_m,
            step_m=step_m,
            h_tx_m=float(row["h_tx__meter"]),
            h_rx_m=float(row["h_rx__meter"]),
            freq_mhz=float(row["f__mhz"]),
            parameters=parameters_of(row),
        )
        assert result.path_loss_db == pytest.approx(float(row["A__db"]), abs=0.005)


def test_five_published_areas(shared_file):
    """area.csv: basic transmission loss to one decimal."""
    rows = rows_of(shared_file("reference", "ntia_itm", "area.csv"))
    assert len(rows) == 5
    for row in rows:
        result = itm.area(
            distance_m=float(row["d__km"]) * 1000.0,
            delta_h_m=float(row["delta_h__meter"]),
            h_tx_m=float(row["h_tx__meter"]),
            h_rx_m=float(row["h_rx__meter"]),
            tx_siting=itm.Siting(int(row["tx_siting_criteria"])),
            rx_siting=itm.Siting(int(row["rx_siting_criteria"])),
            freq_mhz=float(row["f__mhz"]),
            parameters=parameters_of(row),
        )
        assert result.path_loss_db == pytest.approx(float(row["A__db"]), abs=0.05)


def test_command_line_example_with_intermediates(example_profile):
    result = p2p_example(example_profile)
    assert result.path_loss_db == pytest.approx(114.5, abs=0.05)
    assert result.mode == itm.Mode.LINE_OF_SIGHT
    assert result.caveats == itm.Caveat(0)
    for name, (expected, tolerance) in EXAMPLE_P2P.items():
        assert getattr(result, name) == pytest.approx(expected, abs=tolerance), name


def test_confidence_and_reliability_table(example_profile):
    """Reliability is the quantile of time, confidence that of situation; location at 50 %."""
    for reliability, losses_db in zip((10.0, 65.0, 90.0), EXAMPLE_TABLE_DB, strict=True):
        for confidence, loss_db in zip((10.0, 60.0, 90.0), losses_db, strict=True):
            result = p2p_example(example_profile, time_percent=reliability, situation_percent=confidence)
            assert result.path_loss_db == pytest.approx(loss_db, abs=0.05), (reliability, confidence)


@pytest.mark.parametrize("row", EXAMPLE_AREA_DB)
def test_area_table(row):
    distance_km, free_space_db, *losses_db = row
    for confidence, loss_db in zip((50.0, 75.0, 90.0), losses_db, strict=True):
        result = itm.area(
            distance_m=distance_km * 1000.0,
            delta_h_m=0.0,
            h_tx_m=3.0,
            h_rx_m=3.0,
            tx_siting=itm.Siting.RANDOM,
            rx_siting=itm.Siting.RANDOM,
            freq_mhz=10000.0,
            parameters=itm.ItmParameters(mdvar=3, time_percent=90.0, situation_percent=confidence),
        )
        assert result.free_space_db == pytest.approx(free_space_db, abs=0.05)
        assert result.path_loss_db == pytest.approx(loss_db, abs=0.05)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def parameters_of(row: dict[str, str]) -> itm.ItmParameters:
    return itm.ItmParameters(
        climate=itm.Climate(int(row["climate"])),
        refractivity_n_units=float(row["N_0"]),
        polarization=itm.Polarization(int(row["pol"])),
        ground_permittivity=float(row["epsilon"]),
        ground_conductivity_s_per_m=float(row["sigma"]),
        mdvar=int(row["mdvar"]),
        time_percent=float(row["time"]),
        location_percent=float(row["location"]),
        situation_percent=float(row["situation"]),
    )
