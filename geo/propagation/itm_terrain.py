"""What the Longley–Rice model reads out of a terrain profile.

Numbered equations: [Alg] G. A. Hufford, "The ITS Irregular Terrain Model, version 1.2.2: The Algorithm";
[Guide] Hufford, Longley, Kissick, NTIA Report 82-100 (1982); [TN101] NBS Technical Note 101 (1967);
[ERL67] Longley and Rice, ESSA Technical Report ERL 79-ITS 67 (1968).

A profile is elevation_m[0..intervals] at equal steps step_m, transmitter end first. Heights, distances and
steps are metres, angles radians, antenna heights above ground.
"""

import math

import numpy as np

from geo.compiled import kernel


@kernel
def mean_height_m(elevation_m, intervals):
    """Mean elevation of the middle 80 % of the profile: the system's height above sea level."""
    tenth = int(0.1 * intervals)
    total = 0.0
    for i in range(tenth, intervals - tenth + 1):
        total += elevation_m[i]
    return total / (intervals - 2 * tenth + 1)


@kernel
def horizons(elevation_m, intervals, step_m, h_tx_m, h_rx_m, earth_radius_m):
    """Horizon elevation angles and distances of both ends [TN101, equation 6.15].

    Returns (theta_tx, theta_rx, d_horizon_tx_m, d_horizon_rx_m). Where nothing rises above the straight
    line to the other antenna, that antenna is the horizon. earth_radius_m is the effective one.
    """
    distance_m = intervals * step_m
    z_tx = elevation_m[0] + h_tx_m
    z_rx = elevation_m[intervals] + h_rx_m
    half_curvature = 1.0 / (2.0 * earth_radius_m)
    bulge = distance_m * half_curvature
    theta_tx = (z_rx - z_tx) / distance_m - bulge
    theta_rx = -(z_rx - z_tx) / distance_m - bulge
    d_tx = distance_m
    d_rx = distance_m
    from_tx = 0.0
    from_rx = distance_m
    for i in range(1, intervals):
        from_tx += step_m
        from_rx -= step_m
        seen_from_tx = (elevation_m[i] - z_tx) / from_tx - from_tx * half_curvature
        seen_from_rx = -(z_rx - elevation_m[i]) / from_rx - from_rx * half_curvature
        if seen_from_tx > theta_tx:
            theta_tx = seen_from_tx
            d_tx = from_tx
        if seen_from_rx > theta_rx:
            theta_rx = seen_from_rx
            d_rx = from_rx
    return theta_tx, theta_rx, d_tx, d_rx


@kernel
def fitted_ends(elevation_m, intervals, step_m, start_m, end_m):
    """Height at both ends of the profile of the straight line fitted to its stretch start_m..end_m.

    Least squares with the end points at half weight [Guide, annex, subroutine ZLSQ1].
    """
    first = int(max(start_m / step_m, 0.0))
    last = intervals - int(max(intervals - end_m / step_m, 0.0))
    if last <= first:
        first = int(max(first - 1.0, 0.0))
        last = intervals - int(max(intervals - (last + 1.0), 0.0))
    length = float(last - first)
    offset = -0.5 * length
    middle = last + offset
    total = 0.5 * (elevation_m[first] + elevation_m[last])
    moment = 0.5 * (elevation_m[first] - elevation_m[last]) * offset
    for i in range(first + 1, last):
        offset += 1.0
        total += elevation_m[i]
        moment += elevation_m[i] * offset
    mean = total / length
    slope = moment * 12.0 / ((length * length + 2.0) * length)
    return mean - slope * middle, mean + slope * (intervals - middle)


@kernel
def kth_largest(values, count, k):
    """The value with exactly k (0 <= k < count) larger ones before it; values[:count] is reordered."""
    low = 0
    high = count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i = low
        j = high
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                swapped = values[i]
                values[i] = values[j]
                values[j] = swapped
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            break
    return values[k]


@kernel
def terrain_irregularity_m(elevation_m, intervals, step_m, start_m, end_m):
    """Terrain irregularity parameter delta h of the stretch start_m..end_m, metres, >= 0.

    Interdecile range of the heights about their fitted line, taken from 35 to 245 resampled points, carried
    to an infinitely long path [ERL67, equation 3, inverted; Guide, annex, function D1THX]. 0 where the
    stretch holds fewer than two intervals.
    """
    x_start = start_m / step_m
    x_end = end_m / step_m
    if x_end - x_start < 2.0:
        return 0.0
    decile = min(max(4, int(0.1 * (x_end - x_start + 8.0))), 25)
    count = 10 * decile - 5
    intervals_resampled = count - 1
    stride = (x_end - x_start) / intervals_resampled
    right = int(x_start) + 1
    beyond = x_start - right
    heights = np.empty(count)
    for i in range(count):
        while beyond > 0.0 and right < intervals:
            beyond -= 1.0
            right += 1
        heights[i] = elevation_m[right] + (elevation_m[right] - elevation_m[right - 1]) * beyond
        beyond += stride
    line, line_end = fitted_ends(heights, intervals_resampled, 1.0, 0.0, float(intervals_resampled))
    rise = (line_end - line) / intervals_resampled
    for i in range(count):
        heights[i] -= line
        line += rise
    upper = kth_largest(heights, count, decile - 1)
    lower = kth_largest(heights, count, count - decile)
    return (upper - lower) / (1.0 - 0.8 * math.exp(-(end_m - start_m) / 50e3))


@kernel
def roughness_at_m(delta_h_m, distance_m):
    """Delta h at a distance, from its asymptotic value [ERL67, equation 3; Alg, equation 3.9]."""
    return delta_h_m * (1.0 - 0.8 * math.exp(-distance_m / 50e3))


@kernel
def height_deviation_m(roughness_m):
    """Standard deviation of terrain heights sigma_h(d), from delta h(d) [Alg, equation 3.10]."""
    return 0.78 * roughness_m * math.exp(-0.5 * roughness_m**0.25)


@kernel
def smooth_horizon_m(h_e_m, earth_radius_m):
    """Distance to the horizon over smooth earth of effective antenna height h_e_m [Alg, equation 3.5a]."""
    return math.sqrt(2.0 * h_e_m * earth_radius_m)


@kernel
def rough_horizon_m(h_e_m, delta_h_m, earth_radius_m):
    """Distance to the horizon estimated over irregular terrain [Alg, equation 3.3]."""
    return smooth_horizon_m(h_e_m, earth_radius_m) * math.exp(-0.07 * math.sqrt(delta_h_m / max(h_e_m, 5.0)))


@kernel
def rough_horizon_angle(h_e_m, d_horizon_m, delta_h_m, earth_radius_m):
    """Horizon elevation angle estimated over irregular terrain, radians [Alg, equation 3.4]."""
    smooth_m = smooth_horizon_m(h_e_m, earth_radius_m)
    return (0.65 * delta_h_m * (smooth_m / d_horizon_m - 1.0) - 2.0 * h_e_m) / smooth_m


@kernel
def path_geometry(elevation_m, intervals, step_m, h_tx_m, h_rx_m, earth_radius_m):
    """Everything the model needs to know of a path [Guide, section 6 and annex, subroutine QLRPFL].

    Returns (theta_tx, theta_rx, d_horizon_tx_m, d_horizon_rx_m, h_e_tx_m, h_e_rx_m, delta_h_m), h_e being
    the effective antenna heights. Well within line of sight the horizons found in the profile mean little,
    and are replaced by those estimated from delta h.
    """
    distance_m = intervals * step_m
    theta_tx, theta_rx, d_tx, d_rx = horizons(elevation_m, intervals, step_m, h_tx_m, h_rx_m, earth_radius_m)
    start_m = min(15.0 * h_tx_m, 0.1 * d_tx)
    end_m = distance_m - min(15.0 * h_rx_m, 0.1 * d_rx)
    delta_h_m = terrain_irregularity_m(elevation_m, intervals, step_m, start_m, end_m)
    if d_tx + d_rx > 1.5 * distance_m:
        fit_tx, fit_rx = fitted_ends(elevation_m, intervals, step_m, start_m, end_m)
    else:
        fit_tx, _ = fitted_ends(elevation_m, intervals, step_m, start_m, 0.9 * d_tx)
        _, fit_rx = fitted_ends(elevation_m, intervals, step_m, distance_m - 0.9 * d_rx, end_m)
    h_e_tx = h_tx_m + max(elevation_m[0] - fit_tx, 0.0)
    h_e_rx = h_rx_m + max(elevation_m[intervals] - fit_rx, 0.0)
    if d_tx + d_rx > 1.5 * distance_m:
        d_tx = rough_horizon_m(h_e_tx, delta_h_m, earth_radius_m)
        d_rx = rough_horizon_m(h_e_rx, delta_h_m, earth_radius_m)
        reach_m = d_tx + d_rx
        if reach_m <= distance_m:
            raised = (distance_m / reach_m) ** 2
            h_e_tx *= raised
            h_e_rx *= raised
            d_tx = rough_horizon_m(h_e_tx, delta_h_m, earth_radius_m)
            d_rx = rough_horizon_m(h_e_rx, delta_h_m, earth_radius_m)
        theta_tx = rough_horizon_angle(h_e_tx, d_tx, delta_h_m, earth_radius_m)
        theta_rx = rough_horizon_angle(h_e_rx, d_rx, delta_h_m, earth_radius_m)
    return theta_tx, theta_rx, d_tx, d_rx, h_e_tx, h_e_rx, delta_h_m
