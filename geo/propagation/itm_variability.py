"""Long-term variability of the Longley–Rice model: time, location, situation.

Sources as in itm_terrain.py. Quantiles are standard normal deviates, exceeded with the given probability.
"""

import math

import numpy as np

from geo.compiled import kernel
from geo.propagation.itm_diffraction import WAVENUMBER_MHZ_M
from geo.propagation.itm_terrain import roughness_at_m

SINGLE_MESSAGE = 0
ACCIDENTAL = 1
MOBILE = 2
BROADCAST = 3

EXTREME_VARIABILITY = 0x2000

# Asymptotic curves per climate, columns as in itm.Climate [Alg, section 5; TN101 volume 2, III.69, III.70].
# Rows of a curve: C1 (dB), C2 (dB), x1, x2, x3 (m).
_MEDIAN = np.array(
    [
        [-9.67, -0.62, 1.26, -9.21, -0.62, -0.39, 3.15],
        [12.7, 9.19, 15.5, 9.05, 9.19, 2.86, 857.9],
        [144.9e3, 228.9e3, 262.6e3, 84.1e3, 228.9e3, 141.7e3, 2222.0e3],
        [190.3e3, 205.2e3, 185.2e3, 101.1e3, 205.2e3, 315.9e3, 164.8e3],
        [133.8e3, 143.6e3, 99.8e3, 98.6e3, 143.6e3, 167.4e3, 116.3e3],
    ]
)
_BELOW = np.array(
    [
        [2.13, 2.66, 6.11, 1.98, 2.68, 6.86, 8.51],
        [159.5, 7.67, 6.65, 13.11, 7.16, 10.38, 169.8],
        [762.2e3, 100.4e3, 138.2e3, 139.1e3, 93.7e3, 187.8e3, 609.8e3],
        [123.6e3, 172.5e3, 242.2e3, 132.7e3, 186.8e3, 169.6e3, 119.9e3],
        [94.5e3, 136.4e3, 178.6e3, 193.5e3, 133.5e3, 108.9e3, 106.6e3],
    ]
)
_ABOVE = np.array(
    [
        [2.11, 6.87, 10.08, 3.68, 4.75, 8.58, 8.43],
        [102.3, 15.53, 9.60, 159.3, 8.12, 13.97, 8.19],
        [636.9e3, 138.7e3, 165.3e3, 464.4e3, 93.2e3, 216.0e3, 136.2e3],
        [134.8e3, 143.7e3, 225.7e3, 93.1e3, 135.9e3, 152.0e3, 188.5e3],
        [95.6e3, 98.6e3, 129.7e3, 94.2e3, 113.4e3, 122.7e3, 122.9e3],
    ]
)
# Rare-event tail: C_D and z_D per climate [Alg, table 5.1].
_TAIL = np.array(
    [[1.224, 0.801, 1.380, 1.000, 1.224, 1.518, 1.518], [1.282, 2.161, 1.282, 20.0, 1.282, 1.282, 1.282]]
)
# Frequency factors g: constant, amplitude, sharpness.
_FREQ_BELOW = np.array(
    [
        [1.0, 1.0, 1.0, 1.0, 0.92, 1.0, 1.0],
        [0.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 1.77, 0.0, 0.0],
    ]
)
_FREQ_ABOVE = np.array(
    [
        [1.0, 0.93, 1.0, 0.93, 0.93, 1.0, 1.0],
        [0.0, 0.31, 0.0, 0.19, 0.31, 0.0, 0.0],
        [0.0, 2.00, 0.0, 1.79, 2.00, 0.0, 0.0],
    ]
)


@kernel
def normal_deviate(fraction):
    """Deviate exceeded with the given probability (0 < fraction < 1) [Abramowitz and Stegun, 26.2.23].

    The rational fit is off by up to 4.5e-4; it is part of the model and is kept.
    """
    tail = 1.0 - fraction if fraction > 0.5 else fraction
    t = math.sqrt(-2.0 * math.log(tail))
    deviate = t - ((0.010328 * t + 0.802853) * t + 2.515516) / (
        ((0.001308 * t + 0.189269) * t + 1.432788) * t + 1.0
    )
    return -deviate if fraction > 0.5 else deviate


@kernel
def _curve(table, column, effective_m):
    """[Alg, equation 5.4], the form of the asymptotic curves."""
    rise = (effective_m / table[2, column]) ** 2
    bump = 1.0 + ((effective_m - table[3, column]) / table[4, column]) ** 2
    return (table[0, column] + table[1, column] / bump) * rise / (1.0 + rise)


@kernel
def _frequency_factor(table, column, log_freq):
    return table[0, column] + table[1, column] / ((table[2, column] * log_freq) ** 2 + 1.0)


@kernel
def variable_attenuation(
    attenuation_db, distance_m, freq_mhz, h_e_tx, h_e_rx, delta_h_m, climate, mdvar, z_time, z_location, z_situation
):  # fmt: skip
    """(attenuation_db, caveat flags) at the given quantiles [Alg, section 5].

    climate 1..7. mdvar: 0 single message, 1 accidental, 2 mobile, 3 broadcast; plus 10 without location
    variability; plus 20 without direct situation variability.
    """
    column = climate - 1
    without_situation = mdvar >= 20
    if without_situation:
        mdvar -= 20
    without_location = mdvar >= 10
    if without_location:
        mdvar -= 10
    if mdvar == SINGLE_MESSAGE:
        z_time = z_situation
        z_location = z_situation
    elif mdvar == ACCIDENTAL:
        z_location = z_situation
    elif mdvar == MOBILE:
        z_location = z_time
    flags = 0
    if abs(z_time) > 3.10 or abs(z_location) > 3.10 or abs(z_situation) > 3.10:
        flags = EXTREME_VARIABILITY

    wavenumber = freq_mhz / WAVENUMBER_MHZ_M
    d_ex = (
        math.sqrt(2.0 * 9000e3 * h_e_tx) + math.sqrt(2.0 * 9000e3 * h_e_rx)
        + (575.7e12 / wavenumber) ** (1.0 / 3.0)
    )  # fmt: skip
    effective_m = 130e3 * distance_m / d_ex if distance_m < d_ex else 130e3 + distance_m - d_ex

    sigma_s = 0.0 if without_situation else 5.0 + 3.0 * math.exp(-effective_m / 100e3)
    sigma_l = 0.0
    if not without_location:
        rough = wavenumber * roughness_at_m(delta_h_m, distance_m)
        sigma_l = 10.0 * rough / (rough + 13.0)
    y_l = sigma_l * z_location

    log_freq = math.log(0.133 * wavenumber)
    sigma_below = _curve(_BELOW, column, effective_m) * _frequency_factor(_FREQ_BELOW, column, log_freq)
    sigma_above = _curve(_ABOVE, column, effective_m) * _frequency_factor(_FREQ_ABOVE, column, log_freq)
    if z_time < 0.0:
        sigma_t = sigma_below
    elif z_time <= _TAIL[1, column]:
        sigma_t = sigma_above
    else:
        sigma_tail = _TAIL[0, column] * sigma_above
        sigma_t = sigma_tail + (sigma_above - sigma_tail) * _TAIL[1, column] / z_time
    y_t = sigma_t * z_time

    spread = (
        sigma_s**2 + y_t**2 / (7.8 + z_situation**2) + y_l**2 / (24.0 + z_situation**2)
    )  # fmt: skip
    if mdvar == SINGLE_MESSAGE:
        y_r = 0.0
        y_s = math.sqrt(sigma_t**2 + sigma_l**2 + spread) * z_situation
    elif mdvar == ACCIDENTAL:
        y_r = y_t
        y_s = math.sqrt(sigma_l**2 + spread) * z_situation
    elif mdvar == MOBILE:
        y_r = math.sqrt(sigma_t**2 + sigma_l**2) * z_time
        y_s = math.sqrt(spread) * z_situation
    else:
        y_r = y_t + y_l
        y_s = math.sqrt(spread) * z_situation

    result_db = attenuation_db - _curve(_MEDIAN, column, effective_m) - y_r - y_s
    if result_db < 0.0:
        result_db = result_db * (29.0 - result_db) / (29.0 - 10.0 * result_db)
    return result_db, flags
