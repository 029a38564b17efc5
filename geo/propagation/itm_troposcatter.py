"""Forward-scatter attenuation of the Longley–Rice model. Sources as in itm_terrain.py; metres and dB."""

import math

from geo.compiled import kernel
from geo.propagation.itm_diffraction import WAVENUMBER_MHZ_M

NOT_DEFINED_DB = 1001.0
_SCALE_HEIGHT_M = 1.7556e3
_REFRACTIVITY_HEIGHT_M = 8.0e3
_H_0_A = (25.0, 80.0, 177.0, 395.0, 705.0)
_H_0_B = (24.0, 45.0, 68.0, 80.0, 105.0)


@kernel
def distance_function_db(theta_d_m):
    """F(theta d), theta d in metres [TN101, section 9.1; Alg, equation 6.9]."""
    if theta_d_m <= 10e3:
        return 133.4 + 0.332e-3 * theta_d_m - 10.0 * math.log10(theta_d_m)
    if theta_d_m <= 70e3:
        return 104.6 + 0.212e-3 * theta_d_m - 2.5 * math.log10(theta_d_m)
    return 71.8 + 0.157e-3 * theta_d_m + 5.0 * math.log10(theta_d_m)


@kernel
def _h_0_curve_db(index, r):
    return 10.0 * math.log10(1.0 + _H_0_A[index] * (1.0 / r) ** 4 + _H_0_B[index] * (1.0 / r) ** 2)


@kernel
def frequency_gain_db(r, eta):
    """H_01(r, eta), linear between the curves of whole eta 1..5 [TN101, figure 9.3; Alg, equation 6.13]."""
    eta = min(max(eta, 1.0), 5.0)
    whole = int(eta)
    part = eta - whole
    gain_db = _h_0_curve_db(whole - 1, r)
    if part != 0.0:
        gain_db = (1.0 - part) * gain_db + part * _h_0_curve_db(whole, r)
    return gain_db


@kernel
def troposcatter_db(
    distance_m,
    freq_mhz,
    earth_radius_m,
    surface_refractivity,
    theta_tx,
    theta_rx,
    theta_los,
    d_tx,
    d_rx,
    h_e_tx,
    h_e_rx,
    previous_h_0_db,
):
    """(attenuation, H_0) by scatter at a distance [Alg, section 4.3; TN101, section 9].

    previous_h_0_db is the frequency gain found at the farther of the two distances, or -1 at that distance
    itself. Attenuation is NOT_DEFINED_DB where both antennas lie too low for a common volume.
    """
    wavenumber = freq_mhz / WAVENUMBER_MHZ_M
    if previous_h_0_db > 15.0:
        h_0_db = previous_h_0_db
    else:
        asymmetry_m = d_tx - d_rx
        height_ratio = h_e_rx / h_e_tx
        if asymmetry_m < 0.0:
            asymmetry_m = -asymmetry_m
            height_ratio = 1.0 / height_ratio
        theta = theta_tx + theta_rx + distance_m / earth_radius_m
        r_tx = 2.0 * wavenumber * theta * h_e_tx
        r_rx = 2.0 * wavenumber * theta * h_e_rx
        if r_tx < 0.2 and r_rx < 0.2:
            return NOT_DEFINED_DB, previous_h_0_db
        s = (distance_m - asymmetry_m) / (distance_m + asymmetry_m)
        q = min(max(0.1, height_ratio / s), 10.0)
        s = max(0.1, s)
        crossover_m = (distance_m - asymmetry_m) * (distance_m + asymmetry_m) * theta * 0.25 / distance_m
        n_s = surface_refractivity
        eta = (crossover_m / _SCALE_HEIGHT_M) * (
            1.0
            + (0.031 - n_s * 2.32e-3 + n_s**2 * 5.67e-6)
            * math.exp(-(min(1.7, crossover_m / _REFRACTIVITY_HEIGHT_M) ** 6))
        )
        h_00_db = 0.5 * (frequency_gain_db(r_tx, eta) + frequency_gain_db(r_rx, eta))
        skew_db = 6.0 * (0.6 - math.log10(max(eta, 1.0))) * math.log10(s) * math.log10(q)
        h_0_db = max(h_00_db + min(h_00_db, skew_db), 0.0)
        if eta < 1.0:
            root = math.sqrt(2.0)
            special_db = 10.0 * math.log10(
                ((1.0 + root / r_tx) * (1.0 + root / r_rx)) ** 2 * (r_tx + r_rx) / (r_tx + r_rx + 2.0 * root)
            )
            h_0_db = eta * h_0_db + (1.0 - eta) * special_db
        if h_0_db > 15.0 and previous_h_0_db >= 0.0:
            h_0_db = previous_h_0_db
    theta_scatter = distance_m / earth_radius_m - theta_los
    attenuation_db = (
        distance_function_db(theta_scatter * distance_m)
        + 10.0 * math.log10(wavenumber * WAVENUMBER_MHZ_M * theta_scatter**4)
        - 0.1 * (surface_refractivity - 301.0) * math.exp(-theta_scatter * distance_m / 40e3)
        + h_0_db
    )
    return attenuation_db, h_0_db
