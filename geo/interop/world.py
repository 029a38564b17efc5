"""Everything one question rests on: frozen, and only what the asker may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from geo.interop.authority import Agency, Agreement, Licence
from geo.interop.freshness import Freshness
from geo.interop.gateway import Gateway
from geo.interop.radio import Fleet, RadioCache
from geo.interop.resource import Channel, RadioSystem, Talkgroup
from geo.interop.side_coverage import CoverageBook


@dataclass(frozen=True, eq=False)
class World:
    """The inputs of an interoperability analysis.

    fleets: by agency id. areas: for a channel that may be used in a stated area only, the cells of that area
    as a boolean array on the coverage grid.
    """

    agencies: tuple[Agency, ...]
    fleets: Mapping[str, tuple[Fleet, ...]]
    systems: tuple[RadioSystem, ...]
    talkgroups: tuple[Talkgroup, ...]
    channels: tuple[Channel, ...]
    coverage: CoverageBook
    freshness: Freshness
    gateways: tuple[Gateway, ...] = ()
    caches: tuple[RadioCache, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    licences: tuple[Licence, ...] = ()
    areas: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Criterion:
    """The terms of the question: time limit, probability at a cell, share of the place."""

    within_minutes: int = 60
    target_probability: float = 0.95
    area_share: float = 0.95
