"""How far two subscriber radios reach each other directly, over ground like that around them."""

from dataclasses import dataclass

import numpy as np

from geo import geodesy, units
from geo.coverage import clutter
from geo.coverage.link_budget import Unknown, required_level_dbm
from geo.coverage.reliability import margin_for_db
from geo.coverage.station_coverage import Terms
from geo.coverage.subscriber import SubscriberProfile
from geo.coverage.tables import Criterion
from geo.errors import GeoError
from geo.propagation import itm
from geo.propagation.itm_terrain import terrain_irregularity_m
from geo.terrain.elevation import ElevationRaster

RADIAL_M = 10_000.0
RADIALS = 8
STEP_KM = 0.05
FARTHEST_KM = 60.0

METHOD = "Longley–Rice (ITM 1.2.2), area prediction, random siting, local clutter loss at the receiver"


@dataclass(frozen=True)
class DirectReach:
    """Distance out to which the sender is heard with the target probability; 0 if nowhere.

    A figure for ground of irregularity delta_h_m, not for any one path. None of it says where the two are.
    """

    reach_km: float
    delta_h_m: float
    target: float
    caveats: tuple[str, ...]


def direct_reach(
    sender: SubscriberProfile,
    receiver: SubscriberProfile,
    criterion: Criterion,
    *,
    freq_mhz: float,
    delta_h_m: float,
    terms: Terms,
    target: float = 0.95,
) -> DirectReach | Unknown:
    """Reach from sender to receiver on one frequency; the smaller of both ways serves a conversation.

    Local clutter loss is taken at the receiver, as TSB-88 has it; that the sender too stands low among the
    terrain is in the area prediction. The reach ends where the margin first falls below z · sigma, so that no
    far patch of luck counts. Unknown names missing fields.
    """
    missing = tuple(f"{name} of {sender.name}" for name in sender.missing_for_talk_in())
    missing += tuple(f"{name} of {receiver.name}" for name in receiver.missing_for_talk_out())
    if missing:
        return Unknown("direct", missing)
    ground = clutter.assumed_class(freq_mhz)
    allowed_db = (
        units.w_to_dbm(sender.tx_output_w)
        + sender.antenna_gain_dbi
        - sender.use.body_loss_db
        - sender.use.vehicle_loss_db
        - sender.use.building_loss_db
        + receiver.antenna_gain_dbi
        - receiver.use.body_loss_db
        - receiver.use.vehicle_loss_db
        - receiver.use.building_loss_db
        - required_level_dbm(
            criterion, sensitivity_dbm=receiver.receiver_sensitivity_dbm, noise_rise_db=terms.noise_rise_db
        )
        - ground.loss_db
        - margin_for_db(target, terms.location_sigma_db)
    )
    reach_km, flags = 0.0, 0
    for steps in range(1, round(FARTHEST_KM / STEP_KM) + 1):
        prediction = itm.area(
            distance_m=steps * STEP_KM * 1000.0,
            delta_h_m=delta_h_m,
            h_tx_m=sender.height_agl_m,
            h_rx_m=receiver.height_agl_m,
            tx_siting=itm.Siting.RANDOM,
            rx_siting=itm.Siting.RANDOM,
            freq_mhz=freq_mhz,
            parameters=terms.parameters,
        )
        if prediction.path_loss_db > allowed_db:
            break
        reach_km, flags = steps * STEP_KM, int(prediction.caveats)
    return DirectReach(
        reach_km=round(reach_km, 2),
        delta_h_m=delta_h_m,
        target=target,
        caveats=(METHOD, clutter.assumption_note(freq_mhz), *itm.caveat_texts(flags)),
    )


def terrain_irregularity_around(
    terrain: ElevationRaster, bounds: tuple[float, float, float, float], *, points_per_side: int = 5
) -> float:
    """Median delta h (m) over radials of 10 km from points spread over (west, south, east, north) degrees.

    Radials that leave the terrain count from their part inside, if at least 2 km. GeoError where none has any.
    """
    west, south, east, north = bounds
    found = []
    for lon in np.linspace(west, east, points_per_side + 2)[1:-1]:
        for lat in np.linspace(south, north, points_per_side + 2)[1:-1]:
            found.extend(_radial_irregularities(terrain, float(lon), float(lat)))
    if not found:
        raise GeoError(f"no terrain around {bounds}: how rough the ground is cannot be told")
    return float(np.median(found))


def _radial_irregularities(terrain: ElevationRaster, lon_deg: float, lat_deg: float) -> list[float]:
    step_m = 100.0
    steps = np.arange(round(RADIAL_M / step_m) + 1) * step_m
    azimuths = np.arange(RADIALS) * (360.0 / RADIALS)
    lons, lats = geodesy.points_at(
        lon_deg, lat_deg, azimuths_deg=azimuths[:, None], distances_m=steps[None, :]
    )
    found = []
    for heights in terrain.at(lons, lats):
        voids = np.flatnonzero(np.isnan(heights))
        intervals = (int(voids[0]) if voids.size else heights.size) - 1
        if intervals * step_m >= 2000.0:
            found.append(terrain_irregularity_m(heights, intervals, step_m, 0.0, intervals * step_m))
    return found
