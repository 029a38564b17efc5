"""GeoJSON files (RFC 7946) of the layers a viewer may see, each marked, dated and with its sources."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from casm.audit.exports import one_export
from casm.errors import CasmError
from casm.exchange.added_fields import with_added_fields
from casm.exchange.atomic import make_folder_of
from casm.exchange.feature import Feature, Layer
from casm.exchange.layers.places import read_agencies, read_jurisdictions, read_needs
from casm.exchange.layers.plant import read_links, read_sites, read_stations
from casm.exchange.layers.ready import (
    read_comm_unit_members,
    read_dispatch_centers,
    read_gateways,
    read_radio_caches,
    read_vehicles,
)
from casm.exchange.layers.results import read_coverage, read_gaps
from casm.exchange.marked_file import marked_file
from casm.exchange.marking import Marking, mark
from casm.exchange.rfc7946 import BoundingBox, rfc7946_geometry
from casm.sharing.leaving import leaving

KEPT_OUT = "Rows that their owners let go no further are left out."
PREDICTED = "Predicted from the records given; no measurement on the ground."

LAYERS = {
    layer.name: layer
    for layer in (
        Layer(
            "jurisdictions",
            "Jurisdictions: states, counties and other areas with a government",
            read_jurisdictions,
            licence="Boundaries of the U.S. Census Bureau are in the public domain (17 U.S.C. 105); "
            "the edition of each is in its properties.",
        ),
        Layer("agencies", "Agencies and the areas they serve", read_agencies, record_class="agency"),
        Layer("sites", "Sites: towers, buildings and other places with antennas", read_sites, record_class="site"),
        Layer(
            "stations", "Fixed stations and their frequencies (the station's side)", read_stations,
            record_class="station",
        ),
        Layer("links", "Microwave and other links between sites", read_links, record_class="backhaul_link"),
        Layer(
            "dispatch_centers", "Dispatch centers (PSAPs) and the areas they serve", read_dispatch_centers,
            record_class="dispatch_center",
        ),
        Layer("gateways", "Gateways and console patches", read_gateways, record_class="gateway"),
        Layer(
            "radio_caches", "Radio caches, with what is out and what is left", read_radio_caches,
            record_class="radio_cache",
        ),
        Layer(
            "mobile_comm_vehicles", "Mobile communications vehicles", read_vehicles,
            record_class="mobile_comm_vehicle",
        ),
        Layer(
            "comm_unit_members", "Communications-unit personnel and their positions", read_comm_unit_members,
            record_class="comm_unit_member",
        ),
        Layer("coverage", "Predicted coverage of stations and systems", read_coverage, notes=(PREDICTED,)),
        Layer("gaps", "Gaps: stated needs that are not met, or not known to be", read_gaps, notes=(PREDICTED,)),
        Layer(
            "needs", "Needs: who must be able to talk to whom, where, how well, how soon", read_needs,
            record_class="need",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class WrittenLayer:
    """What a file came to hold."""

    name: str
    path: Path
    feature_count: int
    without_geometry: int
    marking: str


def write_layer(
    session: Session, layer: str, path: Path, *, name_bears_mark: bool = False, now: datetime | None = None
) -> WrittenLayer:
    """Write one layer, as this session's viewer may see it, to a GeoJSON file, whole or not at all.

    layer: a name in LAYERS. name_bears_mark: put the mark into the file's name, too. Memory stays the same however
    many features there are. CasmError on an unknown layer or a folder that cannot be written to.
    """
    return write_features(session, find_layer(layer), path, name_bears_mark=name_bears_mark, now=now)


def write_features(
    session: Session, layer: Layer, path: Path, *, name_bears_mark: bool = False, now: datetime | None = None
) -> WrittenLayer:
    """Write what a layer reads to a GeoJSON file; everything else as write_layer."""
    make_folder_of(path)
    with (
        one_export(session, f"layer {layer.name}", "geojson") as told,
        tempfile.TemporaryFile(dir=path.parent) as spool,
        leaving(session) as limited,
    ):
        tally = Tally()
        features = layer.read(session)
        if layer.record_class is not None:
            features = with_added_fields(session, layer.record_class, features)
        marking = mark(session, spooled(features, spool, tally))
        target = path.with_name(marking.file_name(path.stem, "geojson")) if name_bears_mark else path
        with marked_file(target, marking) as stream:
            stream.write(document_head(layer, tally, marking, now or datetime.now(UTC), limited=limited))
            spool.seek(0)
            shutil.copyfileobj(spool, stream, 1 << 20)
            stream.write(b"\n]}\n")
        told |= {"marking": marking.text, "row_count": tally.count}
    return WrittenLayer(layer.name, target, tally.count, tally.without_geometry, marking.text)


def write_all(session: Session, folder: Path, *, now: datetime | None = None) -> list[WrittenLayer]:
    """Write every layer to `<folder>/<layer>.geojson`."""
    moment = now or datetime.now(UTC)
    return [write_layer(session, name, folder / f"{name}.geojson", now=moment) for name in LAYERS]


def find_layer(name: str) -> Layer:
    """The layer of that name; CasmError naming all of them otherwise."""
    if name not in LAYERS:
        raise CasmError(f"There is no layer {name!r}.", f"choose from {', '.join(LAYERS)}")
    return LAYERS[name]


@dataclass
class Tally:
    """What the features written so far add up to."""

    count: int = 0
    without_geometry: int = 0
    box: BoundingBox = field(default_factory=BoundingBox)
    editions: set[str] = field(default_factory=set)


def spooled(features: Iterator[Feature], spool: BinaryIO, tally: Tally) -> Iterator[Feature]:
    """Hand features on, each once it is written (one a line, comma between) and counted."""
    for feature in features:
        geometry = rfc7946_geometry(feature.geometry)
        spool.write(b",\n" if tally.count else b"\n")
        spool.write(feature_text(feature, geometry))
        tally.count += 1
        tally.without_geometry += geometry is None
        tally.box.add(geometry)
        if feature.edition:
            tally.editions.add(feature.edition)
        yield feature


def feature_text(feature: Feature, geometry: BaseGeometry | None) -> bytes:
    """A GeoJSON Feature object, its geometry written by GEOS: outlines of coverage have thousands of corners."""
    head = compact({"type": "Feature", "id": str(feature.id)})[:-1]
    place = b"null" if geometry is None else shapely.to_geojson(geometry).encode("ascii")
    return b"".join((head, b',"geometry":', place, b',"properties":', compact(feature.properties), b"}"))


def document_head(layer: Layer, tally: Tally, marking: Marking, now: datetime, *, limited: bool = False) -> bytes:
    """All of a FeatureCollection up to its first feature: the marking comes first, for people and programs.

    limited: whether rules of the owners may have kept rows out.
    """
    notes = [*layer.notes, KEPT_OUT] if limited else list(layer.notes)
    members: dict[str, Any] = {
        "type": "FeatureCollection",
        # A foreign member, as RFC 7946 section 6.1 allows.
        "casm": {
            "layer": layer.name,
            "title": layer.title,
            **marking.as_members(),
            "generated_at": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "feature_count": tally.count,
            "features_without_geometry": tally.without_geometry,
            "editions": sorted(tally.editions),
            "licence": layer.licence,
            "notes": notes,
            **layer.about,
        },
    }
    box = tally.box.bbox()
    if box is not None:
        members["bbox"] = box
    return compact(members)[:-1] + b',"features":['


def compact(value: Any) -> bytes:
    """JSON without spaces, UTF-8; ValueError on a number JSON cannot hold."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
