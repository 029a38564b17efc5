"""Interoperability results as rows: what they rest on, who may see them, kept where nothing changed."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casm.assessments.coverage_study import digest
from casm.assessments.interop_inputs import InteropInputs, canonical, inputs_by_id
from casm.assessments.own_results import own_results
from casm.assessments.result import Result, ResultLayer
from casm.assessments.withdrawn import tell_withdrawn
from casm.sharing.viewer import NATION_OWNER_ID, Viewer
from geo.coverage.grid import Grid
from geo.gaps.outline import as_multipolygon
from geo.interop.raster import geotiff_bytes
from geo.interop.reason import Record

PAIR, GROUP, GAP = "interop_pair", "interop_group", "gap"
METHOD = "Interoperability by conditions and place, three-valued"
# Raised whenever the same inputs would give another result.
METHOD_VERSION = "2"
GEOTIFF = "image/tiff; application=geotiff"
PROVEN, POSSIBLE, LEGS = "proven_level", "possible_level", "leg_states"


@dataclass(frozen=True)
class Basis:
    """What an answer rests on: rows, their owners, field classes, and a hash of all that went in."""

    input_ids: frozenset[uuid.UUID]
    owner_ids: frozenset[uuid.UUID]
    field_classes: tuple[str, ...]
    inputs_sha256: str


@dataclass(frozen=True)
class Draft:
    """A result about to be stored. layers: GeoTIFFs as name -> (bands by name)."""

    kind: str
    result_key: str
    title: str
    basis: Basis
    summary: dict[str, Any]
    parameters: dict[str, Any]
    caveats: tuple[str, ...] = ()
    area: BaseGeometry | None = None
    layers: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)


class BasisBook:
    """Traces evidence to rows, owners and content; built once a run."""

    def __init__(self, inputs: InteropInputs) -> None:
        self._inputs = inputs_by_id(inputs)
        self._stations = {str(station.id): station for station in inputs.stations}

    def of(self, evidence: Iterable[Record], terms: Any) -> Basis:
        """The basis of an answer; terms: everything else it depends on (day, criterion, place)."""
        rows = sorted(set(evidence), key=lambda record: (record.record_class, record.id))
        input_ids: set[uuid.UUID] = set()
        owner_ids: set[uuid.UUID] = set()
        content = []
        for record in rows:
            # What is not to be had has no owner here, and is no input.
            if record.owner_id:
                input_ids.add(uuid.UUID(record.id))
                owner_ids.add(uuid.UUID(record.owner_id))
            station = self._stations.get(record.id)
            if station is not None:
                input_ids |= station.input_ids
                owner_ids |= station.owner_ids
            content.append([canonical(record), canonical(self._inputs.get(record.id))])
        carriers = {record.id for record in rows}
        coverage = sorted(
            (key, value) for key, value in self._inputs.items() if "|" in key and key.partition("|")[0] in carriers
        )
        classes = ("public", "encryption") if any(record.encryption for record in rows) else ("public",)
        digested = digest([METHOD_VERSION, content, coverage, canonical(terms)])
        return Basis(frozenset(input_ids), frozenset(owner_ids) or frozenset({NATION_OWNER_ID}), classes, digested)


def store(session: Session, viewer: Viewer, grid: Grid, draft: Draft) -> bool:
    """Write a result in place of the one with its key; False where one with the same inputs is kept."""
    row = session.scalar(select(Result).where(*own_results(viewer, draft.kind), Result.result_key == draft.result_key))
    if row is not None and row.inputs_sha256 == draft.basis.inputs_sha256:
        return False
    if row is None:
        row = Result(owner_id=viewer.home_owner_id, kind=draft.kind, result_key=draft.result_key)
        session.add(row)
    else:
        session.execute(delete(ResultLayer).where(ResultLayer.result_id == row.id))
        row.version += 1
    row.source = "computed"
    row.title = draft.title
    row.method, row.method_version = METHOD, METHOD_VERSION
    row.parameters = canonical(draft.parameters)
    row.inputs_sha256 = draft.basis.inputs_sha256
    row.input_ids = sorted(draft.basis.input_ids)
    row.audience = sorted(draft.basis.owner_ids)
    row.field_classes = list(draft.basis.field_classes)
    row.caveats = list(dict.fromkeys(draft.caveats))
    row.summary = canonical(draft.summary)
    row.area = None if draft.area is None or draft.area.is_empty else from_shape(_multi(draft.area), srid=4326)
    row.computed_at = row.updated_at = datetime.now(UTC)
    session.flush()
    tags = {"TITLE": draft.title, "METHOD": f"{METHOD}, version {METHOD_VERSION}"}
    for name, bands in draft.layers.items():
        if not bands:
            continue
        content = geotiff_bytes(grid, bands, tags | {"INPUTS_SHA256": draft.basis.inputs_sha256})
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
    return True


def remove_others(session: Session, viewer: Viewer, kind: str, keep: Iterable[str]) -> int:
    """Remove the viewer's own results of a kind that no longer stand for anything; return how many."""
    kept = set(keep)
    keys = session.scalars(select(Result.result_key).where(*own_results(viewer, kind)))
    gone = [key for key in keys if key not in kept]
    for key in gone:
        session.execute(delete(Result).where(*own_results(viewer, kind), Result.result_key == key))
    tell_withdrawn(session, viewer, len(gone))
    return len(gone)


def _multi(area: BaseGeometry) -> MultiPolygon:
    return area if isinstance(area, MultiPolygon) else as_multipolygon(area)
