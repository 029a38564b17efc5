"""Coverage results as rows: written whole, found again by what went in, removed when nothing stands behind them."""

import hashlib
import json
import math
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casm.assessments.coverage_study import METHOD, METHOD_VERSION, LossStore
from casm.assessments.own_results import own_results
from casm.assessments.result import Result, ResultLayer
from casm.assessments.withdrawn import tell_withdrawn
from casm.db.session import Database
from casm.exchange.marking import EXERCISE
from casm.sharing.viewer import Viewer
from geo.coverage.grid import Grid
from geo.coverage.loss_raster import LossRaster
from geo.coverage.raster import geotiff_bytes, read_geotiff

STATION = "station_coverage"
SYSTEM = "system_coverage"
GEOTIFF = "image/tiff; application=geotiff"
PATH_LOSS = "path_loss_db"
TALK_OUT = "talk_out_probability"
TALK_IN = "talk_in_probability"
BALANCED = "balanced_probability"


@dataclass(frozen=True)
class Draft:
    """A result about to be stored; layers are rasters on the grid by name."""

    kind: str
    result_key: str
    title: str
    inputs_sha256: str
    input_ids: frozenset[uuid.UUID]
    owner_ids: frozenset[uuid.UUID]
    caveats: tuple[str, ...]
    summary: dict[str, Any]
    parameters: dict[str, Any]
    sensitivity: str
    exercise: bool
    area: BaseGeometry | None = None
    layers: dict[str, np.ndarray] = field(default_factory=dict)


def hashes_on_record(session: Session, viewer: Viewer, kind: str) -> dict[str, str]:
    """Inputs hash by result key of the viewer's own results of a kind."""
    rows = session.execute(select(Result.result_key, Result.inputs_sha256).where(*own_results(viewer, kind)))
    return {key: inputs_sha256 for key, inputs_sha256 in rows}


def store(session: Session, viewer: Viewer, grid: Grid, draft: Draft) -> uuid.UUID:
    """Write a result in place of the one with its key; the id stays the same from run to run."""
    row = session.scalar(select(Result).where(*own_results(viewer, draft.kind), Result.result_key == draft.result_key))
    if row is None:
        row = Result(owner_id=viewer.home_owner_id, kind=draft.kind, result_key=draft.result_key)
        session.add(row)
    else:
        session.execute(delete(ResultLayer).where(ResultLayer.result_id == row.id))
        row.version += 1
    row.source = "computed"
    row.title = draft.title
    row.sensitivity = draft.sensitivity
    row.remarks = f"{EXERCISE}: computed from records of an exercise" if draft.exercise else None
    row.method, row.method_version = METHOD, METHOD_VERSION
    row.parameters = _plain(draft.parameters)
    row.inputs_sha256 = draft.inputs_sha256
    row.input_ids = sorted(draft.input_ids)
    row.audience = sorted(draft.owner_ids or {viewer.home_owner_id})
    row.field_classes = ["public"]
    row.caveats = list(dict.fromkeys(draft.caveats))
    row.summary = _plain(draft.summary)
    row.area = None if draft.area is None or draft.area.is_empty else from_shape(draft.area, srid=4326)
    row.computed_at = row.updated_at = datetime.now(UTC)
    session.flush()
    tags = {
        "TITLE": draft.title,
        "METHOD": f"{METHOD}, version {METHOD_VERSION}",
        "CAVEATS": "; ".join(row.caveats),
        "INPUTS_SHA256": draft.inputs_sha256,
    }
    for name, values in draft.layers.items():
        content = geotiff_bytes(grid, {name: values}, tags)
        session.add(
            ResultLayer(
                owner_id=row.owner_id,
                result_id=row.id,
                name=name,
                media_type=GEOTIFF,
                content=content,
                content_sha256=hashlib.sha256(content).hexdigest(),
            )
        )
    session.flush()
    return row.id


def remove_others(
    session: Session, viewer: Viewer, kind: str, *, keep: Iterable[str], subjects: set[str] | None
) -> int:
    """Remove the viewer's results of a kind that no longer stand for anything; return how many.

    subjects: ids of the stations or carriers looked at (what stands before the key's bar); None: all.
    """
    kept = set(keep)
    gone = [
        key
        for key in hashes_on_record(session, viewer, kind)
        if key not in kept and (subjects is None or key.partition("|")[0] in subjects)
    ]
    for key in gone:
        session.execute(delete(Result).where(*own_results(viewer, kind), Result.result_key == key))
    tell_withdrawn(session, viewer, len(gone))
    return len(gone)


def result_of(session: Session, viewer: Viewer, kind: str, result_key: str) -> Result:
    """One of the viewer's own results that is on record."""
    return session.scalars(select(Result).where(*own_results(viewer, kind), Result.result_key == result_key)).one()


def layer_of(session: Session, viewer: Viewer, kind: str, result_key: str, name: str) -> np.ndarray | None:
    """A raster of one of the viewer's own results; None where there is none."""
    content = session.scalar(
        select(ResultLayer.content)
        .join(Result, (Result.owner_id == ResultLayer.owner_id) & (Result.id == ResultLayer.result_id))
        .where(*own_results(viewer, kind), Result.result_key == result_key, ResultLayer.name == name)
    )
    return None if content is None else read_geotiff(content)[1][name]


def stored_losses(database: Database, viewer: Viewer, losses: LossStore) -> Callable[..., LossRaster | None]:
    """Look-up of path losses of earlier runs by their hash, for LossStore.stored."""

    def find(loss_sha256: str, lon_deg: float, lat_deg: float) -> LossRaster | None:
        with database.session(viewer) as session:
            found = session.execute(
                select(ResultLayer.content, Result.summary)
                .join(Result, (Result.owner_id == ResultLayer.owner_id) & (Result.id == ResultLayer.result_id))
                .where(
                    *own_results(viewer, STATION),
                    Result.summary["loss_sha256"].astext == loss_sha256,
                    ResultLayer.name == PATH_LOSS,
                )
                .limit(1)
            ).one_or_none()
        if found is None:
            return None
        content, summary = found
        plan = losses.plan(lon_deg, lat_deg)
        return LossRaster(
            grid=losses.study.grid,
            path_loss_db=read_geotiff(content)[1][PATH_LOSS],
            azimuth_deg=plan.azimuth_deg,
            distance_m=plan.distance_m,
            caveat_shares=summary.get("caveat_shares", {}),
        )

    return find


def _plain(value: Any) -> Any:
    """A value as JSON has it: ids as text, NaN and infinity as null, since jsonb knows neither."""

    def cleaned(item: Any) -> Any:
        if isinstance(item, dict):
            return {str(name): cleaned(inner) for name, inner in item.items()}
        if isinstance(item, list | tuple | set | frozenset):
            return [cleaned(inner) for inner in item]
        if isinstance(item, float | np.floating):
            return float(item) if math.isfinite(item) else None
        return item

    return json.loads(json.dumps(cleaned(value), default=str))
