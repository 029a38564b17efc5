"""Reference attenuation of the Longley–Rice model: line of sight, diffraction, scatter, joined by distance.

Sources as in itm_terrain.py. Distances and heights in metres, angles in radians, attenuations in dB below
free space.
"""

import math

from geo.compiled import kernel
from geo.propagation.itm_diffraction import WAVENUMBER_MHZ_M, diffraction_db
from geo.propagation.itm_terrain import height_deviation_m, roughness_at_m, smooth_horizon_m
from geo.propagation.itm_troposcatter import troposcatter_db

LINE_OF_SIGHT = 1
DIFFRACTION = 2
TROPOSCATTER = 3

PATH_TOO_LONG = 0x0008
PATH_FAR_TOO_LONG = 0x0010
PATH_TOO_SHORT_FOR_HEIGHTS = 0x0020
PATH_TOO_SHORT = 0x0040
TX_HORIZON_ANGLE = 0x0080
RX_HORIZON_ANGLE = 0x0100
TX_HORIZON_NEAR = 0x0200
RX_HORIZON_NEAR = 0x0400
TX_HORIZON_FAR = 0x0800
RX_HORIZON_FAR = 0x1000
REFRACTIVITY_LOW = 0x4000
# Not a flag of the reference implementation, which passes over this case in silence.
DIFFRACTION_UNDEFINED = 0x8000

OK = 0
REFRACTIVITY_TOO_SMALL = 1
REFRACTIVITY_TOO_LARGE = 2
EARTH_RADIUS = 3
GROUND_IMPEDANCE = 4


@kernel
def surface_refractivity(mean_height_m, sea_level_refractivity):
    """N_s in N-units at a height above sea level [TN101, equation 4.3]."""
    if mean_height_m == 0.0:
        return sea_level_refractivity
    return sea_level_refractivity * math.exp(-mean_height_m / 9460.0)


@kernel
def effective_earth_radius_m(refractivity):
    """Effective earth radius from N_s [TN101, equation 4.4], actual curvature 157e-9 1/m."""
    return 1.0 / (157e-9 * (1.0 - 0.04665 * math.exp(refractivity / 179.3)))


@kernel
def free_space_db(distance_m, freq_mhz):
    """Free-space basic transmission loss as the model takes it: 32.45 + 20 log f + 20 log d."""
    return 32.45 + 20.0 * math.log10(freq_mhz) + 20.0 * math.log10(distance_m / 1000.0)


@kernel
def line_of_sight_db(
    distance_m, freq_mhz, h_e_tx, h_e_rx, z_ground, delta_h_m, slope, intercept_db, d_smooth_m
):
    """Two rays weighted with the diffraction line carried inwards [Alg, equations 4.43 to 4.50]."""
    wavenumber = freq_mhz / WAVENUMBER_MHZ_M
    deviation_m = height_deviation_m(roughness_at_m(delta_h_m, distance_m))
    heights = h_e_tx + h_e_rx
    sin_psi = heights / math.sqrt(distance_m**2 + heights**2)
    reflection = (sin_psi - z_ground) / (sin_psi + z_ground)
    reflection *= math.exp(-min(10.0, wavenumber * deviation_m * sin_psi))
    magnitude_squared = reflection.real**2 + reflection.imag**2
    if magnitude_squared < 0.25 or magnitude_squared < sin_psi:
        reflection *= math.sqrt(sin_psi / magnitude_squared)
    phase = wavenumber * 2.0 * h_e_tx * h_e_rx / distance_m
    if phase > math.pi / 2.0:
        phase = math.pi - (math.pi / 2.0) ** 2 / phase
    total = complex(math.cos(phase), -math.sin(phase)) + reflection
    two_ray_db = -10.0 * math.log10(total.real**2 + total.imag**2)
    extended_db = slope * distance_m + intercept_db
    weight = 1.0 / (1.0 + freq_mhz * delta_h_m / max(10e3, d_smooth_m))
    return weight * two_ray_db + (1.0 - weight) * extended_db


@kernel
def _within_horizon_db(
    distance_m, freq_mhz, h_e_tx, h_e_rx, z_ground, delta_h_m, slope, intercept_db, d_smooth_m, d_los_m
):
    """Attenuation within the smooth-earth horizon: a curve through three points [ERL67, 3.16 to 3.21]."""
    smooth_db = d_smooth_m * slope + intercept_db
    d_0 = 0.04 * freq_mhz * h_e_tx * h_e_rx
    if intercept_db >= 0.0:
        d_0 = min(d_0, 0.5 * d_los_m)
        d_1 = d_0 + 0.25 * (d_los_m - d_0)
    else:
        d_1 = max(-intercept_db / slope, 0.25 * d_los_m)
    a_1_db = line_of_sight_db(
        d_1, freq_mhz, h_e_tx, h_e_rx, z_ground, delta_h_m, slope, intercept_db, d_smooth_m
    )
    k_1 = 0.0
    k_2 = 0.0
    fitted = False
    if d_0 < d_1:
        a_0_db = line_of_sight_db(
            d_0, freq_mhz, h_e_tx, h_e_rx, z_ground, delta_h_m, slope, intercept_db, d_smooth_m
        )
        q = math.log(d_smooth_m / d_0)
        k_2 = max(
            0.0,
            ((d_smooth_m - d_0) * (a_1_db - a_0_db) - (d_1 - d_0) * (smooth_db - a_0_db))
            / ((d_smooth_m - d_0) * math.log(d_1 / d_0) - (d_1 - d_0) * q),
        )
        fitted = intercept_db > 0.0 or k_2 > 0.0
        if fitted:
            k_1 = (smooth_db - a_0_db - k_2 * q) / (d_smooth_m - d_0)
            if k_1 < 0.0:
                k_1 = 0.0
                k_2 = max(smooth_db - a_0_db, 0.0) / q
                if k_2 == 0.0:
                    k_1 = slope
    if not fitted:
        k_1 = max(smooth_db - a_1_db, 0.0) / (d_smooth_m - d_1)
        k_2 = 0.0
        if k_1 == 0.0:
            k_1 = slope
    origin_db = smooth_db - k_1 * d_smooth_m - k_2 * math.log(d_smooth_m)
    return origin_db + k_1 * distance_m + k_2 * math.log(distance_m)


@kernel
def _geometry_caveats(
    distance_m, theta_tx, theta_rx, d_tx, d_rx, smooth_tx, smooth_rx, h_e_tx, h_e_rx, refractivity
):
    """Flags of every input outside the range the model was made for [Guide, section 5; Alg, section 2]."""
    flags = 0
    if abs(theta_tx) > 200e-3:
        flags |= TX_HORIZON_ANGLE
    if abs(theta_rx) > 200e-3:
        flags |= RX_HORIZON_ANGLE
    if d_tx < 0.1 * smooth_tx:
        flags |= TX_HORIZON_NEAR
    if d_rx < 0.1 * smooth_rx:
        flags |= RX_HORIZON_NEAR
    if d_tx > 3.0 * smooth_tx:
        flags |= TX_HORIZON_FAR
    if d_rx > 3.0 * smooth_rx:
        flags |= RX_HORIZON_FAR
    if refractivity < 250.0:
        flags |= REFRACTIVITY_LOW
    if distance_m < abs(h_e_tx - h_e_rx) / 200e-3:
        flags |= PATH_TOO_SHORT_FOR_HEIGHTS
    if distance_m < 1e3:
        flags |= PATH_TOO_SHORT
    if distance_m > 1000e3:
        flags |= PATH_TOO_LONG
    if distance_m > 2000e3:
        flags |= PATH_FAR_TOO_LONG
    return flags


@kernel
def _status(refractivity, earth_radius_m, z_ground):
    if refractivity < 150.0:
        return REFRACTIVITY_TOO_SMALL
    if refractivity > 400.0:
        return REFRACTIVITY_TOO_LARGE
    if earth_radius_m < 4000000.0 or earth_radius_m > 13333333.0:
        return EARTH_RADIUS
    if z_ground.real <= abs(z_ground.imag):
        return GROUND_IMPEDANCE
    return OK


@kernel
def reference_attenuation(
    distance_m,
    freq_mhz,
    h_tx_m,
    h_rx_m,
    h_e_tx,
    h_e_rx,
    theta_tx,
    theta_rx,
    d_tx,
    d_rx,
    delta_h_m,
    refractivity,
    z_ground,
    known_path,
):
    """(attenuation_db, mode, caveat flags, status) below free space [Alg, section 4, equation 4.1].

    Attenuation is NaN unless status is OK. Over ground so conductive that Vogler's height function has no
    value (sea water, vertical, low VHF), it is 0 dB with DIFFRACTION_UNDEFINED, as in the reference.
    """
    earth_radius_m = effective_earth_radius_m(refractivity)
    smooth_tx = smooth_horizon_m(h_e_tx, earth_radius_m)
    smooth_rx = smooth_horizon_m(h_e_rx, earth_radius_m)
    d_smooth_m = smooth_tx + smooth_rx
    d_los_m = d_tx + d_rx
    theta_los = -max(theta_tx + theta_rx, -d_los_m / earth_radius_m)
    flags = _geometry_caveats(
        distance_m, theta_tx, theta_rx, d_tx, d_rx, smooth_tx, smooth_rx, h_e_tx, h_e_rx, refractivity
    )
    status = _status(refractivity, earth_radius_m, z_ground)
    if status != OK:
        return math.nan, 0, flags, status

    impedance = abs(z_ground)
    far_m = (earth_radius_m**2 / freq_mhz) ** (1.0 / 3.0)
    d_3 = max(d_smooth_m, d_los_m + 5.0 * far_m)
    d_4 = d_3 + 10.0 * far_m
    a_3_db = diffraction_db(
        d_3, freq_mhz, earth_radius_m, theta_los, d_tx, d_rx, h_tx_m, h_rx_m, h_e_tx, h_e_rx,
        delta_h_m, d_smooth_m, impedance, known_path,
    )  # fmt: skip
    a_4_db = diffraction_db(
        d_4, freq_mhz, earth_radius_m, theta_los, d_tx, d_rx, h_tx_m, h_rx_m, h_e_tx, h_e_rx,
        delta_h_m, d_smooth_m, impedance, known_path,
    )  # fmt: skip
    slope = (a_4_db - a_3_db) / (d_4 - d_3)
    intercept_db = a_3_db - slope * d_3

    if math.isnan(slope):
        flags |= DIFFRACTION_UNDEFINED

    if distance_m < d_smooth_m:
        attenuation_db = _within_horizon_db(
            distance_m,
            freq_mhz,
            h_e_tx,
            h_e_rx,
            z_ground,
            delta_h_m,
            slope,
            intercept_db,
            d_smooth_m,
            d_los_m,
        )
        return _not_negative(attenuation_db), LINE_OF_SIGHT, flags, status

    # No scatter line crosses the diffraction line nearer than this [Alg, equation 4.66].
    crossing_m = max(d_smooth_m, d_los_m + 1.088 * far_m * math.log(freq_mhz))
    diffracted_db = _not_negative(slope * distance_m + intercept_db)
    if distance_m <= crossing_m:
        return diffracted_db, DIFFRACTION, flags, status

    d_5 = d_los_m + 200e3
    d_6 = d_los_m + 400e3
    a_6_db, h_0_db = troposcatter_db(
        d_6, freq_mhz, earth_radius_m, refractivity, theta_tx, theta_rx, theta_los, d_tx, d_rx,
        h_e_tx, h_e_rx, -1.0,
    )  # fmt: skip
    a_5_db, _ = troposcatter_db(
        d_5, freq_mhz, earth_radius_m, refractivity, theta_tx, theta_rx, theta_los, d_tx, d_rx,
        h_e_tx, h_e_rx, h_0_db,
    )  # fmt: skip
    if a_5_db >= 1000.0:
        return diffracted_db, DIFFRACTION, flags, status
    scatter_slope = (a_6_db - a_5_db) / 200e3
    lines_cross_m = (a_5_db - intercept_db - scatter_slope * d_5) / (slope - scatter_slope)
    if not distance_m > lines_cross_m:
        return diffracted_db, DIFFRACTION, flags, status
    crossing_m = max(crossing_m, lines_cross_m)
    scattered_db = scatter_slope * distance_m + (slope - scatter_slope) * crossing_m + intercept_db
    return _not_negative(scattered_db), TROPOSCATTER, flags, status


@kernel
def _not_negative(attenuation_db):
    """Attenuation below free space is at least 0 dB, and 0 dB where the diffraction part is undefined."""
    return attenuation_db if attenuation_db > 0.0 else 0.0
