"""Longley–Rice against cases run through the NTIA reference implementation: every intermediate, 1e-9 dB."""

import csv
from pathlib import Path

import numpy as np
import pytest

from geo.propagation import itm

TERMINALS = int(itm.Caveat.TX_HEIGHT | itm.Caveat.RX_HEIGHT | itm.Caveat.FREQUENCY)
REFERENCE_FLAGS = ~int(itm.Caveat.DIFFRACTION_UNDEFINED)
INTERMEDIATES = {
    "A_db": "path_loss_db",
    "A_ref_db": "reference_attenuation_db",
    "A_fs_db": "free_space_db",
    "delta_h": "delta_h_m",
    "theta_tx": "theta_tx",
    "theta_rx": "theta_rx",
    "d_hzn_tx": "horizon_tx_m",
    "d_hzn_rx": "horizon_rx_m",
    "h_e_tx": "effective_height_tx_m",
    "h_e_rx": "effective_height_rx_m",
    "N_s": "surface_refractivity",
}


@pytest.fixture(params=["fixtures", "shared"])
def oracle(request, reference_fixtures, shared_file) -> Path:
    """The trimmed cases of the repository, then the full tabulation where it is at hand."""
    if request.param == "fixtures":
        return reference_fixtures / "ntia_oracle"
    return shared_file("reference", "ntia_oracle", "itm_p2p_oracle.csv").parent


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def parameters_of(row: dict[str, str]) -> itm.ItmParameters:
    return itm.ItmParameters(
        climate=itm.Climate(int(row["climate"])),
        refractivity_n_units=float(row["N0"]),
        polarization=itm.Polarization(int(row["pol"])),
        ground_permittivity=float(row["eps"]),
        ground_conductivity_s_per_m=float(row["sigma"]),
        mdvar=int(row["mdvar"]),
        time_percent=float(row["time"]),
        location_percent=float(row["location"]),
        situation_percent=float(row["situation"]),
    )


def test_point_to_point(oracle):
    """itm_p2p_oracle.csv, every row: loss and attenuation to 1e-9 dB, geometry to 1e-9 relative, flags equal."""
    profiles = np.load(oracle / "itm_p2p_profiles.npz")
    offsets, elevation_m = profiles["offsets"], profiles["elev64"] / 64.0
    rows = rows_of(oracle / "itm_p2p_oracle.csv")
    assert {row["mode"] for row in rows} == {"1", "2", "3"}
    for index, row in enumerate(rows):
        result = itm.point_to_point(
            elevation_m[offsets[index] : offsets[index + 1]],
            step_m=float(row["step_m"]),
            h_tx_m=float(row["h_tx"]),
            h_rx_m=float(row["h_rx"]),
            freq_mhz=float(row["f_mhz"]),
            parameters=parameters_of(row),
        )
        for column, name in INTERMEDIATES.items():
            expected = float(row[column])
            assert getattr(result, name) == pytest.approx(expected, abs=1e-9, rel=1e-12), (row["case"], name)
        assert result.mode == int(row["mode"]), row["case"]
        assert int(result.caveats & REFERENCE_FLAGS) == int(row["warnings"]), row["case"]


def test_the_compiled_kernel_says_the_same(oracle):
    """The kernel that coverage runs, without its checks, on the same rows."""
    profiles = np.load(oracle / "itm_p2p_profiles.npz")
    offsets, elevation_m = profiles["offsets"], profiles["elev64"] / 64.0
    for index, row in enumerate(rows_of(oracle / "itm_p2p_oracle.csv")):
        parameters, freq_mhz = parameters_of(row), float(row["f_mhz"])
        profile_m = elevation_m[offsets[index] : offsets[index + 1]]
        loss_db, mode, flags, status = itm.path_loss_kernel(
            profile_m,
            profile_m.size - 1,
            float(row["step_m"]),
            float(row["h_tx"]),
            float(row["h_rx"]),
            freq_mhz,
            parameters.ground_impedance(freq_mhz),
            parameters.refractivity_n_units,
            int(parameters.climate),
            parameters.mdvar,
            *parameters.deviates(),
        )
        assert loss_db == pytest.approx(float(row["A_db"]), abs=1e-9), row["case"]
        assert (mode, status) == (int(row["mode"]), 0)
        assert flags & REFERENCE_FLAGS & ~TERMINALS == int(row["warnings"]) & ~TERMINALS


def test_area(oracle):
    """itm_area_oracle.csv, every row: loss to 1e-9 dB, flags equal."""
    rows = rows_of(oracle / "itm_area_oracle.csv")
    assert len(rows) > 40
    for row in rows:
        result = itm.area(
            distance_m=float(row["d_km"]) * 1000.0,
            delta_h_m=float(row["delta_h"]),
            h_tx_m=float(row["h_tx"]),
            h_rx_m=float(row["h_rx"]),
            tx_siting=itm.Siting(int(row["tx_site"])),
            rx_siting=itm.Siting(int(row["rx_site"])),
            freq_mhz=float(row["f_mhz"]),
            parameters=parameters_of(row),
        )
        assert result.path_loss_db == pytest.approx(float(row["A_db"]), abs=1e-9), row["case"]
        assert result.reference_attenuation_db == pytest.approx(float(row["A_ref_db"]), abs=1e-9), row["case"]
        assert int(result.caveats) == int(row["warnings"]), row["case"]
        assert result.mode == int(row["mode"]), row["case"]
