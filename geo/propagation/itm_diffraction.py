"""Diffraction attenuation of the Longley–Rice model: knife edges and smooth earth, weighted by roughness.

Sources as in itm_terrain.py; [V64] L. E. Vogler, "Calculation of groundwave attenuation in the far
diffraction region", Radio Science 68D (1964). Distances and heights in metres, attenuations in dB.
"""

import math

from geo.compiled import kernel
from geo.propagation.itm_terrain import height_deviation_m, roughness_at_m

# f_mhz / WAVENUMBER_MHZ_M is the wave number in 1/m [Alg, equation 1.1].
WAVENUMBER_MHZ_M = 47.7
ACTUAL_EARTH_RADIUS_M = 6370e3


@kernel
def knife_edge_db(v_squared):
    """Single knife-edge attenuation from v² [TN101 volume 2, equations III.24b and III.24c]."""
    if v_squared < 5.76:
        return 6.02 + 9.11 * math.sqrt(v_squared) - 1.27 * v_squared
    return 12.953 + 10.0 * math.log10(v_squared)


@kernel
def double_knife_edge_db(distance_m, freq_mhz, earth_radius_m, theta_los, d_tx, d_rx):
    """Both horizons taken as knife edges (Epstein–Peterson) [TN101, equations I.1 and I.7]."""
    theta = distance_m / earth_radius_m - theta_los
    between_m = distance_m - (d_tx + d_rx)
    # 0.0795775 is 1/(4 pi).
    common = 0.0795775 * (freq_mhz / WAVENUMBER_MHZ_M) * theta**2
    v_tx = common * d_tx * between_m / (between_m + d_tx)
    v_rx = common * d_rx * between_m / (between_m + d_rx)
    return knife_edge_db(v_tx) + knife_edge_db(v_rx)


@kernel
def height_gain_db(x_km, k):
    """Height function F(x, K) over smooth earth [V64, section 3; Alg, section 6, function F].

    17.372 and 4.343 are 40/ln 10 and 10/ln 10 as the published algorithm rounds them.
    """
    if x_km < 200.0:
        w = -math.log(k)
        if k < 1e-5 or x_km * w**3 > 5495.0:
            gain = -117.0
            if x_km > 1.0:
                gain += 17.372 * math.log(x_km)
            return gain
        return 2.5e-5 * x_km**2 / k - 8.686 * w - 15.0
    gain = 0.05751 * x_km - 4.343 * math.log(x_km)
    if x_km < 2000.0:
        w = 0.0134 * x_km * math.exp(-0.005 * x_km)
        gain = (1.0 - w) * gain + w * (17.372 * math.log(x_km) - 117.0)
    return gain


@kernel
def _scaled_km(radius_m, arc_km, freq_mhz, impedance):
    """Vogler's distance x (km) along an arc of an earth of the given radius, and his K [V64, 2, 6a, 7a]."""
    c_0 = (4.0 / 3.0 * ACTUAL_EARTH_RADIUS_M / radius_m) ** (1.0 / 3.0)
    k = 0.017778 * c_0 * freq_mhz ** (-1.0 / 3.0) / impedance
    return (1.607 - k) * c_0**2 * freq_mhz ** (1.0 / 3.0) * arc_km, k


@kernel
def smooth_earth_db(distance_m, freq_mhz, earth_radius_m, theta_los, d_tx, d_rx, h_e_tx, h_e_rx, impedance):
    """Diffraction over a rounded earth by the three-radii method [V64; Alg, equation 4.20]."""
    theta = distance_m / earth_radius_m - theta_los
    between_radius_m = (distance_m - (d_tx + d_rx)) / theta
    x_tx, k_tx = _scaled_km(0.5 * d_tx**2 / h_e_tx, d_tx / 1000.0, freq_mhz, impedance)
    x_rx, k_rx = _scaled_km(0.5 * d_rx**2 / h_e_rx, d_rx / 1000.0, freq_mhz, impedance)
    x, _ = _scaled_km(between_radius_m, between_radius_m * theta / 1000.0, freq_mhz, impedance)
    x += x_tx + x_rx
    distance_db = 0.05751 * x - 10.0 * math.log10(x)
    return distance_db - height_gain_db(x_tx, k_tx) - height_gain_db(x_rx, k_rx) - 20.0


@kernel
def diffraction_db(
    distance_m,
    freq_mhz,
    earth_radius_m,
    theta_los,
    d_tx,
    d_rx,
    h_tx_m,
    h_rx_m,
    h_e_tx,
    h_e_rx,
    delta_h_m,
    d_smooth_m,
    impedance,
    known_path,
):
    """Diffraction attenuation at a distance [Alg, section 4.2; ERL67, equation 2.23].

    impedance is |Z_g|; known_path is true for a path with a profile (point to point), where low antennas
    get the constant C = 10 [ERL67, page 3-8].
    """
    edges_db = double_knife_edge_db(distance_m, freq_mhz, earth_radius_m, theta_los, d_tx, d_rx)
    rounded_db = smooth_earth_db(
        distance_m, freq_mhz, earth_radius_m, theta_los, d_tx, d_rx, h_e_tx, h_e_rx, impedance
    )
    deviation_m = height_deviation_m(roughness_at_m(delta_h_m, d_smooth_m))
    clutter_db = min(15.0, 5.0 * math.log10(1.0 + 1e-5 * h_tx_m * h_rx_m * freq_mhz * deviation_m))
    heights = h_tx_m * h_rx_m
    raised = h_e_tx * h_e_rx - heights
    if known_path:
        heights += 10.0
    ratio = math.sqrt(1.0 + raised / heights)
    rough = min(roughness_at_m(delta_h_m, distance_m) * freq_mhz / WAVENUMBER_MHZ_M, 6283.2)
    q = (ratio + (d_tx + d_rx - theta_los * earth_radius_m) / distance_m) * rough
    weight = 25.1 / (25.1 + math.sqrt(q))
    return weight * rounded_db + (1.0 - weight) * edges_db + clutter_db
